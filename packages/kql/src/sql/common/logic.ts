import type { Arg, Emit, ScalarFunction } from '../emit.ts';
import { anyNullable } from './arguments.ts';

/** Kleene's `and` and `or` are SQL's. Each operand keeps its own brackets: `arg.sql` may hold any operator. */
function junction(word: 'AND' | 'OR'): ScalarFunction {
  const emit: Emit = (args) => `(${args.map((arg) => wrap(arg)).join(` ${word} `)})`;
  return { emit, filter: emit, nullable: anyNullable };
}

function wrap(arg: Arg): string {
  return `(${arg.sql})`;
}

export const logic: Readonly<Record<string, ScalarFunction>> = { and: junction('AND'), or: junction('OR') };
