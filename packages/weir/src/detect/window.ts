import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { ReadableLake } from '../lake/lake.ts';
import { publicTables, timelessTables, weirSchema } from '../tables/index.ts';
import { isWatchlist } from '../tables/watchlists.ts';
import type { Moments, Schedule, TimeSpan } from './ticks.ts';

/** When a row of a table with times was complete, as SQL over `evidenceColumns`: what rules are windowed on. A flow is known when
 *  it ends, whatever its Timestamp. */
export function evidenceTime(table: string): string {
  const [column, ...others] = evidenceColumns(table).map(sqlName);
  return others.length === 0 ? `${column}` : `coalesce(${[column, ...others].join(', ')})`;
}

/** From when on runs can see a row of a table: when it was complete and, where that matters, there. */
export function enteredTime(table: string, { arrived }: Pick<Schedule, 'arrived'>): string {
  return arrived === undefined ? evidenceTime(table) : `greatest(${evidenceTime(table)}, ${arrived(table)})`;
}

/** The columns that say so, the first that is not null; none where rows have no time. */
export function evidenceColumns(table: string): readonly string[] {
  if (table === 'DeviceNetworkEvents' || table === 'EgressDaily') return ['EvidenceTime'];
  if (table === 'NetworkFlows') return ['FlowEnd', 'Timestamp'];
  return isTimeless(table) ? [] : ['Timestamp'];
}

/** Those, and the one that holds when a row arrived, in the tables that have it. */
export function timeColumns(table: string): readonly string[] {
  return recordsArrival(table) ? [...evidenceColumns(table), arrivalColumn] : evidenceColumns(table);
}

export const arrivalColumn = 'ArrivedAt';

/** Whether a table's rows may say when they arrived. */
export function recordsArrival(table: string): boolean {
  return weirSchema.tables[table]?.some(({ name }) => name === arrivalColumn) === true;
}

/** Whether every moment sees all rows of a table. */
export function isTimeless(table: string): boolean {
  return isWatchlist(table) || timelessTables.some(({ name }) => name === table);
}

/** A row's own moment, in a query that is asked for each row: the column that `now()` becomes. */
export const momentColumn = '$moment';

/** What a query reads under a table's name: SQL that gives the rows. */
export type Bindings = ReadonlyMap<string, string>;

/** A query with its tables bound: the names it reads are those rows, in it and nowhere else. All are bound, as rows of one may
 *  be read from those of another. */
export function bound(bindings: Bindings, query: string): string {
  if (bindings.size === 0) return query;
  const tables = [...bindings].map(([table, rows]) => `${sqlName(table)} AS NOT MATERIALIZED (${rows})`);
  return `WITH ${tables.join(', ')} ${query}`;
}

/** A row's evidence time, and from when on it can be seen (never earlier), as SQL. */
export interface Times {
  readonly time: string;
  readonly entered: string;
}

export function timesOf(table: string, schedule: Pick<Schedule, 'arrived'>): Times {
  return { time: evidenceTime(table), entered: enteredTime(table, schedule) };
}

/** The rows that a run at `moment` sees, of those that were there: evidence time in (moment - period, moment]. Sentinel's window is closed at both
 *  ends; half open, a row on the edge of two windows of period = frequency belongs to exactly one. */
export function rowsAt(source: string, { time, entered }: Times, moment: bigint, period: bigint | null): string {
  const since = period === null ? '' : ` AND ${time} > ${moment - period}`;
  return `SELECT * FROM ${source} WHERE ${entered} <= ${moment}${since}`;
}

/** How many rows of these tables a run at `moment` sees. */
export async function rowsSeen(
  engine: Engine,
  tables: readonly string[],
  moment: bigint,
  period: bigint | null,
): Promise<number> {
  const seen = tables
    .filter((table) => !isTimeless(table))
    .map((table) => rowsAt(`main.${sqlName(table)}`, timesOf(table, {}), moment, period));
  if (seen.length === 0) return 0;
  const [row] = await engine.rows<{ n: bigint }>(
    `SELECT count(*) AS n FROM (${seen.map((rows) => `SELECT 1 FROM (${rows})`).join(' UNION ALL ')})`,
  );
  return Number(row?.n ?? 0n);
}

/** The columns that hold between which moments a row is seen. */
export const [enterColumn, exitColumn] = ['$enter', '$exit'];

/** Every row that some moment sees, once, with the first that does and the one from which on none does. */
export function rowsWithin(
  source: string,
  { time, entered }: Times,
  { frequency, period }: { readonly frequency: bigint; readonly period: bigint },
  { first, last }: Moments,
): string {
  const tick = (moment: string): string => `(${moment} + ${frequency - 1n}) // ${frequency} * ${frequency}`;
  const [enter, exit] = [enterColumn, exitColumn].map(sqlName);
  const rows = `SELECT *, greatest(${tick(entered)}, ${first}) AS ${enter}, least(${tick(`${time} + ${period}`)}, ${last + frequency}) AS ${exit}
      FROM ${source} WHERE ${time} > ${first - period} AND ${entered} <= ${last}`;
  // What is there when it is complete is seen by the next tick, unless it is out of sight before.
  return entered === time && period >= frequency ? rows : `SELECT * FROM (${rows}) WHERE ${enter} < ${exit}`;
}

/** Every row that some moment sees, once, with the earliest that does. */
export function rowsOnce(
  source: string,
  { time, entered }: Times,
  { period }: Schedule,
  { first, last, frequency }: Moments,
): string {
  const moment = `greatest((${entered} + ${frequency - 1n}) // ${frequency} * ${frequency}, ${first})`;
  const since = period === null ? '' : ` WHERE ${time} > ${sqlName(momentColumn)} - ${period}`;
  return `SELECT * FROM (SELECT *, ${moment} AS ${sqlName(momentColumn)} FROM ${source} WHERE ${entered} <= ${last})${since}`;
}

/** From the first evidence time of the lake, or of some of its tables, to the last, or to when the last row was there;
 *  undefined where there is no row. */
export async function dataSpan(
  { engine }: ReadableLake,
  schedule: Pick<Schedule, 'arrived'> = {},
  tables: readonly { readonly name: string }[] = publicTables,
): Promise<TimeSpan | undefined> {
  if (tables.length === 0) return undefined;
  const times = tables.map(
    ({ name }) =>
      `SELECT min(${evidenceTime(name)}) AS first, max(${enteredTime(name, schedule)}) AS last FROM ${sqlName(name)}`,
  );
  const [span] = await engine.rows<{ from: bigint | null; until: bigint | null }>(
    `SELECT min(first) AS "from", max(last) AS "until" FROM (${times.join(' UNION ALL ')})`,
  );
  return span?.from == null || span.until == null ? undefined : { from: span.from, until: span.until };
}
