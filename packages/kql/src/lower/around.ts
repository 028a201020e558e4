import type { Scalar } from '../plan/scalar.ts';
import type { KqlType, Span } from '../types.ts';
import { refuse } from './context.ts';
import { operator } from './scalar-operator.ts';

/** `around(value, center, delta)`: between `center - delta` and `center + delta` (around-function.md), null with a null. */
export function around(values: readonly Scalar[], span: Span): Scalar {
  const [value, center, delta] = values;
  const type = center && delta && endOf(center.type, delta.type);
  if (value === undefined || center === undefined || delta === undefined || type === undefined) {
    return refuse(span, 'WK002', '`around` takes numbers, or times and a timespan.', 'Convert: `tolong(…)`.');
  }
  const ends = ['-', '+'].map((sign) => operator(sign, [center, delta], type, span));
  return operator('between', [value, ...ends], 'bool', span);
}

const numbers: readonly KqlType[] = ['int', 'long', 'real', 'decimal'];

/** The type of the range's ends; undefined for types that are not added. */
function endOf(center: KqlType, delta: KqlType): KqlType | undefined {
  if ((center === 'datetime' || center === 'timespan') && delta === 'timespan') return center;
  if (!numbers.includes(center) || !numbers.includes(delta)) return undefined;
  return numbers[Math.max(numbers.indexOf(center), numbers.indexOf(delta), 1)];
}
