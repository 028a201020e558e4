import { carriedIn } from './carried.ts';
import { foreignReason } from './foreign.ts';
import type { Sample } from './format.ts';
import { formats } from './formats.ts';
import type { Recognised } from './recognised.ts';
import { namesIn } from './sample.ts';

export type Recognition = Recognised | { readonly reason: string };

/** Tells a file's format from its first part. */
export function recognise(sample: Sample): Recognition {
  const names = namesIn(sample);
  if (names.some((name) => name.endsWith(localTime))) return { reason: inLocalTime };
  const recognised = recogniseRecords(sample) ?? recogniseCarried(sample);
  if (recognised) return recognised;
  for (const { lacking } of formats) {
    const near = lacking?.(names);
    if (near) return { reason: `looks like ${near.of}, but lacks ${near.columns.join(', ')}: export these too` };
  }
  return { reason: foreignReason(sample) ?? 'of no format that Weir knows; see weir sources' };
}

/** How a portal of Microsoft's names the columns of times that it has turned into those of its reader's zone. */
const localTime = ' [Local Time]';
const inLocalTime =
  'its times are in the local time of whoever exported it ([Local Time]), and which zone that is it does not say: set the portal ' +
  'to UTC and export again';

function recogniseRecords(sample: Sample): Recognition | undefined {
  for (const format of formats) {
    const recognised = format.recognise(sample);
    if (recognised) return recognised;
  }
  return undefined;
}

function recogniseCarried(sample: Sample): Recognition | undefined {
  for (const { sample: carried, file } of carriedIn(sample)) {
    const recognised = recogniseRecords(carried);
    const whole = recognised && ('reason' in recognised ? recognised : file(recognised));
    if (whole) return whole;
  }
  return undefined;
}
