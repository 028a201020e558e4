import type { Arg, CallContext } from '../emit.ts';
import { isInteger, isNumber, isTicks } from './arguments.ts';

/** @throws Refusal for what has no sum */
export function summed(arg: Arg, call: CallContext): void {
  if (!isNumber(arg.type) && arg.type !== 'timespan' && arg.type !== 'datetime') {
    call.refuse(`${call.name} of a ${arg.type}`, 'cast it first: tolong(…) or toreal(…)');
  }
}

/** @throws Refusal for what has no percentile */
export function checkMeasured(value: Arg, call: CallContext): void {
  if (!isInteger(value.type) && value.type !== 'real' && !isTicks(value.type)) {
    call.refuse(`${call.name} of a ${value.type}`);
  }
}
