import type { Arg, CallContext } from '../emit.ts';
import { constantText } from './arguments.ts';

/** How far a value lies beyond the fences, by kind: the percentiles that make the fences, and what brings the score to the
 *  scale on which 1.5 is a mild outlier. The engine's factor for 10 and 90 follows from the scores that its authors
 *  explain (Stack Overflow 75264555); those of other percentiles are not known. */
export const kinds = {
  ctukey: { low: 0.1, high: 0.9, factor: 2.772605605507915 },
  tukey: { low: 0.25, high: 0.75, factor: 1 },
} as const;

export type OutlierKind = keyof typeof kinds;

export function outlierKind(arg: Arg | undefined, call: CallContext): OutlierKind {
  const kind = arg === undefined ? 'ctukey' : constantText(arg);
  return kind === 'ctukey' || kind === 'tukey' ? kind : call.refuse(`${call.name} knows the kinds ctukey and tukey`);
}
