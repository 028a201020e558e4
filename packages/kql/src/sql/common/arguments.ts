import { Refusal } from '../../diagnostics.ts';
import type { KqlType } from '../../types.ts';
import type { Arg, CallContext } from '../emit.ts';

export function isInteger(type: KqlType): boolean {
  return type === 'long' || type === 'int';
}

export function isNumber(type: KqlType): boolean {
  return isInteger(type) || type === 'real' || type === 'decimal';
}

/** Datetimes and timespans are held as ticks. */
export function isTicks(type: KqlType): boolean {
  return type === 'datetime' || type === 'timespan';
}

/** The constant integer of an argument, if it is one. */
export function constantInteger(arg: Arg | undefined): bigint | undefined {
  if (arg === undefined) return undefined;
  if (typeof arg.constant === 'bigint') return arg.constant;
  if (typeof arg.constant === 'number' && Number.isSafeInteger(arg.constant)) return BigInt(arg.constant);
  return undefined;
}

export function constantText(arg: Arg | undefined): string | undefined {
  return typeof arg?.constant === 'string' ? arg.constant : undefined;
}

/** The texts of a constant dynamic array; numbers and booleans as their digits and words. */
export function constantTexts(arg: Arg): readonly string[] | undefined {
  const constant = arg.constant;
  if (constant === null || typeof constant !== 'object' || !Array.isArray(constant.json)) return undefined;
  const items = constant.json as readonly unknown[];
  return items.every((item) => ['string', 'number', 'bigint', 'boolean'].includes(typeof item))
    ? items.map(String)
    : undefined;
}

/** The argument at `index`. Microsoft's binder lets some functions be called with fewer than they say anything for.
 *  @throws Refusal where it is missing */
export function at(args: readonly Arg[], index: number): Arg {
  const arg = args[index];
  if (arg !== undefined) return arg;
  const message = `A function is called with ${args.length} arguments and wants ${index + 1}.`;
  throw new Refusal('WK002', args[0]?.span ?? { start: 0, length: 0 }, message, 'Write all of its arguments.');
}

/** The text of an argument that must be known while compiling. */
export function requireText(args: readonly Arg[], index: number, call: CallContext, what: string): string {
  return constantText(args[index]) ?? call.refuse(`${call.name} needs ${what} as a constant text`);
}

export function isNullConstant(arg: Arg): boolean {
  return arg.constant === null;
}

export const never = () => false;

/** NULL only where an argument is. */
export function anyNullable(args: readonly Arg[]): boolean {
  return args.some((arg) => arg.nullable);
}

/** The argument of an aggregate over bits, a whole number.
 *  @throws Refusal for any other type */
export function bitsOf(args: readonly Arg[], call: CallContext): string {
  const arg = at(args, 0);
  if (!isInteger(arg.type)) call.refuse(`${call.name} of a ${arg.type}`, 'write tolong(…)');
  return arg.sql;
}

/** Parts of a time: the first `whole` are whole numbers, one behind them is seconds, which may have decimals.
 *  @throws Refusal for other types: what becomes of them is not documented */
export function checkParts(args: readonly Arg[], whole: number, call: CallContext): void {
  for (const [index, arg] of args.entries()) {
    const fits = isInteger(arg.type) || constantInteger(arg) !== undefined || (index >= whole && isNumber(arg.type));
    if (!fits) call.refuse(`${call.name} takes whole numbers, and this is a ${arg.type}`, 'write tolong(…)');
  }
}
