import { foreignReason } from './foreign.ts';
import type { Sample } from './format.ts';
import { formats } from './formats.ts';
import type { Recognised } from './recognised.ts';
import { namesIn } from './sample.ts';

export type Recognition = Recognised | { readonly reason: string };

/** Tells a file's format from its first part. */
export function recognise(sample: Sample): Recognition {
  for (const format of formats) {
    const recognised = format.recognise(sample);
    if (recognised) return recognised;
  }
  const names = namesIn(sample);
  for (const { lacking } of formats) {
    const near = lacking?.(names);
    if (near) return { reason: `looks like ${near.of}, but lacks ${near.columns.join(', ')}: export these too` };
  }
  return { reason: foreignReason(sample) ?? 'of no format that Weir knows; see weir sources' };
}
