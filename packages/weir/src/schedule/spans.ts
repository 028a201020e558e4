import { type Moments, tickAtOrAfter } from '../detect/ticks.ts';
import { evidenceTime, isTimeless } from '../detect/window.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { RuleSchedule } from '../rules/rule.ts';
import { publicTables } from '../tables/index.ts';

/** Ticks, both ends included. */
export interface Looked {
  readonly first: bigint;
  readonly last: bigint;
}

export interface Ticks {
  /** Those that the kept evidence is of; undefined: nothing is kept. */
  readonly before: Moments | undefined;
  /** Those that it is to be of; undefined where there is no row yet. */
  readonly after: Moments | undefined;
  /** The same, for the next run. */
  readonly looked: Looked | undefined;
  /** Those that nobody has looked at and nobody can: the rows that they see are not all kept any more. */
  readonly unseen: readonly Looked[];
  /** Whether there are rows that only ticks before those see, whoever looked at them. */
  readonly isCut: boolean;
}

/** Says which ticks a rule has looked at and which it is to look at. They begin with the first that sees a row, further back
 *  where rows of older times come late, and never where a run's look-back reaches behind what is kept (`retained`, an
 *  evidence time). `known` are those that the kept evidence is of, `missed` those that were ever looked at; `added` is SQL of
 *  a table's new rows. */
export async function ticksOf(
  engine: Engine,
  { frequency, period }: RuleSchedule,
  tables: readonly string[],
  {
    known,
    missed,
    added,
    until,
    retained,
  }: {
    readonly known: Looked | undefined;
    readonly missed: Looked | undefined;
    readonly added: (table: string) => string;
    readonly until: bigint;
    readonly retained: bigint | null;
  },
): Promise<Ticks> {
  const source = (name: string) => (known === undefined ? `main.${sqlName(name)}` : `(${added(name)})`);
  const times = publicTables
    .filter(({ name }) => tables.includes(name) || (name === 'DeviceNetworkEvents' && tables.includes('EgressDaily')))
    .filter(({ name }) => !isTimeless(name))
    .map(({ name }) => `SELECT min(${evidenceTime(name)}) AS time FROM ${source(name)}`);
  const [oldest] =
    times.length === 0
      ? []
      : await engine.rows<{ time: bigint | null }>(`SELECT min(time) AS time FROM (${times.join(' UNION ALL ')})`);
  const wanted = least(oldest?.time == null ? undefined : tickAtOrAfter(oldest.time, frequency), known?.first);
  if (wanted === undefined || (known === undefined && wanted > until))
    return { before: undefined, after: undefined, looked: missed, unseen: [], isCut: false };
  const whole = retained === null ? undefined : tickAtOrAfter(retained + period, frequency);
  const first = whole === undefined || whole <= wanted ? wanted : whole < until ? whole : until;
  const after = { first, last: until, frequency };
  const last = known === undefined || known.last >= first ? known?.last : first - frequency;
  const unseen = first === wanted ? [] : stretchesBetween(wanted, first - frequency, missed, frequency);
  return {
    before: last === undefined ? undefined : { first, last, frequency },
    after,
    looked: { first: least(missed?.first, first) ?? first, last: until },
    unseen,
    isCut: first !== wanted,
  };
}

/** Of the ticks from `first` to `last` those that were not looked at. */
function stretchesBetween(first: bigint, last: bigint, looked: Looked | undefined, frequency: bigint): Looked[] {
  if (looked === undefined) return first <= last ? [{ first, last }] : [];
  const early = { first, last: looked.first - frequency < last ? looked.first - frequency : last };
  const late = { first: looked.last + frequency > first ? looked.last + frequency : first, last };
  return [early, late].filter((stretch) => stretch.first <= stretch.last);
}

function least(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
