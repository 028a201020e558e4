import { deviceNetworkEvents, liveTables, type Table, timelessTables } from '../tables/index.ts';
import { hasDay } from './days.ts';
import type { Standing } from './manifest.ts';
import type { Merge } from './merge.ts';
import { type LiveSegment, lastTime, replacedRows } from './segment.ts';

/** How the lake is kept. Times are ticks. */
export interface Keeping {
  /** How long rows that were replaced are kept for rules that have not looked since. */
  readonly history: bigint;
  /** How long rows are kept from the later of their own time and their arrival; undefined: for ever. */
  readonly age: bigint | undefined;
  /** How much the segments may take; undefined: all there is. Bytes. */
  readonly bytes: number | undefined;
}

const second = 10_000_000n;
const day = 86_400n * second;

/** Segments of one size are merged when there are so many: a row is written anew a few times, whatever comes. */
const enough = 10;
/** Rows at which segments of one size end, ascending; of more than the last one is whole. */
const sizes = [8_000, 64_000, 500_000];
/** A segment with replaced rows is written anew when so long nothing came, and so much of it was replaced. A day is kept when so
 *  long nothing in it has changed. */
export const quiet = 600n * second;
const worth = 0.25;
/** Rows that are written at once. */
const mostRows = 2_000_000;

/** The next segments of one table to be written as fewer; undefined where nothing is worth it. */
export function nextMerge(
  segments: ReadonlyMap<string, readonly LiveSegment[]>,
  now: bigint,
  { history }: Pick<Keeping, 'history'>,
): Merge | undefined {
  for (const table of [...liveTables, ...timelessTables]) {
    const chosen = smallOnes(segments.get(table.name) ?? []) ?? dirtyOnes(segments.get(table.name) ?? [], now);
    if (chosen) return { table, segments: chosen, forget: now - history };
  }
  return undefined;
}

function smallOnes(segments: readonly LiveSegment[]): LiveSegment[] | undefined {
  const alike = Map.groupBy(
    segments.filter(({ kind }) => kind !== 'past'),
    (one) => `${sizes.findIndex((size) => one.rows < size)} ${dayOf(one)}`,
  );
  for (const [key, group] of alike) if (!key.startsWith('-1') && group.length >= enough) return upTo(group);
  return undefined;
}

function dirtyOnes(segments: readonly LiveSegment[], now: bigint): LiveSegment[] | undefined {
  const dirty = segments.filter(
    (one) =>
      one.kind !== 'past' &&
      replacedRows(one) >= one.rows * worth &&
      one.tombstones.every(({ at }) => at <= now - quiet) &&
      one.tombstones.length > 0,
  );
  // Of one day: what is kept together goes together.
  const [together] = Map.groupBy(dirty, dayOf).values();
  return together && upTo(together);
}

function dayOf({ span }: LiveSegment): string {
  return span === undefined ? '' : `${span.until / day}`;
}

function upTo(segments: readonly LiveSegment[]): LiveSegment[] {
  const taken: LiveSegment[] = [];
  let rows = 0;
  for (const segment of segments) {
    if (taken.length > 0 && rows + segment.rows > mostRows) break;
    taken.push(segment);
    rows += segment.rows;
  }
  return taken;
}

/** What arrives late, as an import of old logs, is kept as long as if it were new. */
function last(segment: LiveSegment): bigint {
  const time = lastTime(segment);
  return time > segment.keptAt ? time : segment.keptAt;
}

/** Of segments those that are too old to be kept. */
export function outlived<Of extends LiveSegment>(segments: readonly Of[], now: bigint, { age }: Keeping): Of[] {
  return age === undefined ? [] : segments.filter((segment) => last(segment) < now - age);
}

/** Segments whose rows are to go: those that are too old, the oldest where they take too much, and replaced rows that are asked
 *  for no more. Tables whose rows have no time stay. */
export function toDrop(
  { segments, days }: Pick<Standing, 'segments' | 'days'>,
  now: bigint,
  { history, age, bytes }: Keeping,
): LiveSegment[] {
  const timeless = new Set<string>(timelessTables.map(({ name }: Table) => name));
  const all = [...segments.values()].flat();
  const past = all.filter(({ kind, arrivedAt }) => kind === 'past' && arrivedAt <= now - history);
  const byAge = all
    .filter((one) => !past.includes(one) && !timeless.has(one.table))
    .sort((a, b) => (last(a) < last(b) ? -1 : last(a) > last(b) ? 1 : a.id - b.id));
  const sum = (of: readonly { readonly bytes: number }[]) => of.reduce((all, one) => all + one.bytes, 0);
  let taken = sum(all) - sum(past) + sum(days);
  let left = days;
  const old: LiveSegment[] = [];
  for (const segment of byAge) {
    const tooOld = age !== undefined && last(segment) < now - age;
    const tooMuch = bytes !== undefined && taken > bytes;
    if (!tooOld && !tooMuch) break;
    old.push(segment);
    // A day that is kept goes with rows that it was reckoned from.
    const gone = left.filter(({ day }) => segment.table === deviceNetworkEvents.name && hasDay(segment, day));
    left = left.filter((day) => !gone.includes(day));
    taken -= segment.bytes + sum(gone);
  }
  return [...past, ...old];
}
