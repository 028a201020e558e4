import type { Arg, ScalarFunction } from '../emit.ts';
import { at } from './arguments.ts';

/** `not(x)`, of a number too: null stays null. */
export const not: ScalarFunction = {
  emit(args) {
    const arg = at(args, 0);
    return arg.type === 'bool' ? `(NOT (${arg.sql}))` : `((${arg.sql}) = 0)`;
  },
};

export function isText(arg: Arg): boolean {
  return arg.type === 'string' || arg.type === 'dynamic';
}
