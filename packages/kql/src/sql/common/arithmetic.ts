import type { Arg, CallContext, ScalarFunction } from '../emit.ts';
import { anyNullable, at, isInteger, isNumber, isTicks } from './arguments.ts';

/** @throws Refusal for what is neither a number nor a time. Dynamics take part in arithmetic in Kusto, but only by what they hold at run time; a cast says what is meant. */
export function numbers(args: readonly Arg[], call: CallContext): void {
  for (const arg of args) {
    if (!isNumber(arg.type) && !isTicks(arg.type)) {
      call.refuse(
        `\`${call.name}\` is not supported on a ${arg.type}`,
        'cast it first: tolong(…), toreal(…) or todatetime(…)',
      );
    }
  }
}

/** Are they all held as whole numbers? */
export function whole(args: readonly Arg[]): boolean {
  return args.every((arg) => isInteger(arg.type) || isTicks(arg.type));
}

/** The binder lets a datetime be multiplied; what that would be is not known. */
export function notDatetime(args: readonly Arg[], call: CallContext): void {
  if (args.some((arg) => arg.type === 'datetime'))
    call.refuse(`\`${call.name}\` of a datetime`, 'take a difference of two datetimes, or a part of one');
}

export const plus: ScalarFunction = { emit: (args) => at(args, 0).sql, nullable: anyNullable };
