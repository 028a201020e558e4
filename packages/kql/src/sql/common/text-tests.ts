import type { Arg, CallContext, ScalarFunction } from '../emit.ts';
import { at, never } from './arguments.ts';

/** The SQL of a test of two texts, which are never NULL. */
export type Test = (subject: Arg, needle: Arg, call: CallContext) => string;

/** An operator of such a test. */
export function total(test: Test, negated: boolean): ScalarFunction {
  return {
    emit: (args, call) =>
      negated ? `(NOT ${test(at(args, 0), at(args, 1), call)})` : test(at(args, 0), at(args, 1), call),
    nullable: never,
  };
}
