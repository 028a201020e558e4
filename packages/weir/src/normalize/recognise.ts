import { foreignReason } from './foreign.ts';
import type { Sample } from './format.ts';
import { formats } from './formats.ts';
import type { Recognised } from './recognised.ts';

export type Recognition = Recognised | { readonly reason: string };

/** Tells a file's format from its first part. */
export function recognise(sample: Sample): Recognition {
  for (const format of formats) {
    const recognised = format.recognise(sample);
    if (recognised) return recognised;
  }
  return { reason: foreignReason(sample) ?? 'of no format that Weir knows; see weir sources' };
}
