import { bytes } from '../report/format.ts';
import type { Pattern } from './patterns.ts';

/** What a habit sends, for a person. */
export function amounts({ least, most, of }: NonNullable<Pattern['bytes']>): string {
  const each = of === 'day' ? ' a day' : ' each';
  return bytes(least) === bytes(most) ? `${bytes(most)}${each}` : `${bytes(least)} to ${bytes(most)}${each}`;
}
