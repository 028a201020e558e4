import type { KqlType } from '../../types.ts';
import type { Arg } from '../emit.ts';
import { isNumber } from './arguments.ts';

export function isConstantText(item: Arg): item is Arg & { constant: string } {
  return typeof item.constant === 'string';
}

/** Constants that go into one IN list: of the subject's own type, NULLs apart. */
export function fits(subject: Arg, item: Arg): boolean {
  if (item.constant === null || typeof item.constant === 'object') return false;
  const type: KqlType = subject.type === 'dynamic' ? 'string' : subject.type;
  return item.type === type || (isNumber(type) && isNumber(item.type));
}

/** The needle texts of `has_any` and `has_all`; numbers count as their digits, null as undefined. */
export function needle(item: Arg): string | undefined {
  if (isConstantText(item)) return item.constant;
  if (typeof item.constant === 'bigint' || typeof item.constant === 'boolean') return String(item.constant);
  return undefined;
}
