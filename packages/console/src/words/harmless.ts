import { visible } from '../../../weir/src/report/harmless.ts';
import { Whole } from './whole.ts';

/** What the service answered with every character shown that steers or hides text: so no view can forget one. Lines stay
 *  lines; React never takes a text for HTML. */
export function harmless<Value>(value: Value): Value {
  return shown(value) as Value;
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return value.split('\n').map(visible).join('\n');
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== 'object' || value instanceof Whole) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [visible(key), shown(item)]));
}
