import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { publicTables, timelessTables } from '../tables/index.ts';
import { isWatchlist } from '../tables/watchlists.ts';
import type { Moments, Schedule, TimeSpan } from './ticks.ts';

/** When a row of a table with times was complete, as SQL over `evidenceColumns`: what rules are windowed on. A flow is known when
 *  it ends, whatever its Timestamp. */
export function evidenceTime(table: string): string {
  const [column, ...others] = evidenceColumns(table).map(sqlName);
  return others.length === 0 ? `${column}` : `coalesce(${[column, ...others].join(', ')})`;
}

/** The columns that say so, the first that is not null; none where rows have no time. */
export function evidenceColumns(table: string): readonly string[] {
  if (table === 'DeviceNetworkEvents' || table === 'EgressDaily') return ['EvidenceTime'];
  if (table === 'NetworkFlows') return ['FlowEnd', 'Timestamp'];
  return isTimeless(table) ? [] : ['Timestamp'];
}

/** Whether every moment sees all rows of a table. */
export function isTimeless(table: string): boolean {
  return isWatchlist(table) || timelessTables.some(({ name }) => name === table);
}

/** A row's own moment, in a query that is asked for each row: the column that `now()` becomes. */
export const momentColumn = '$moment';

/** What a query reads under a table's name: SQL that gives the rows. */
export type Bindings = ReadonlyMap<string, string>;

/** A query with its tables bound: the names it reads are those rows, in it and nowhere else. */
export function bound(bindings: Bindings, query: string): string {
  if (bindings.size === 0) return query;
  const tables = [...bindings].map(([table, rows]) => `${sqlName(table)} AS NOT MATERIALIZED (${rows})`);
  return `WITH ${tables.join(', ')} ${query}`;
}

/** The rows that a run at `moment` sees: evidence time in (moment - period, moment]. Sentinel's window is closed at both
 *  ends; half open, a row on the edge of two windows of period = frequency belongs to exactly one. */
export function rowsAt(source: string, time: string, moment: bigint, period: bigint | null): string {
  const since = period === null ? '' : ` AND ${time} > ${moment - period}`;
  return `SELECT * FROM ${source} WHERE ${time} <= ${moment}${since}`;
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
    .map((table) => rowsAt(`main.${sqlName(table)}`, evidenceTime(table), moment, period));
  if (seen.length === 0) return 0;
  const [row] = await engine.rows<{ n: bigint }>(
    `SELECT count(*) AS n FROM (${seen.map((rows) => `SELECT 1 FROM (${rows})`).join(' UNION ALL ')})`,
  );
  return Number(row?.n ?? 0n);
}

/** Every row that moments from `first` to `last` see, once for each of them, which is its `momentColumn`. */
export function rowsOfEach(
  source: string,
  time: string,
  { frequency, period }: { readonly frequency: bigint; readonly period: bigint },
  { first, last }: Moments,
): string {
  const from = `greatest((${time} + ${frequency - 1n}) // ${frequency} * ${frequency}, ${first})`;
  const until = `least(${time} + ${period}, ${last + 1n})`;
  return `SELECT *, unnest(range(${from}, ${until}, ${frequency})) AS ${sqlName(momentColumn)} FROM ${source}
    WHERE ${time} > ${first - period} AND ${time} <= ${last}`;
}

/** Every row that some moment sees, once, with the earliest that does. */
export function rowsOnce(
  source: string,
  time: string,
  { period }: Schedule,
  { first, last, frequency }: Moments,
): string {
  const moment = `greatest((${time} + ${frequency - 1n}) // ${frequency} * ${frequency}, ${first})`;
  const since = period === null ? '' : ` WHERE ${time} > ${sqlName(momentColumn)} - ${period}`;
  return `SELECT * FROM (SELECT *, ${moment} AS ${sqlName(momentColumn)} FROM ${source} WHERE ${time} <= ${last})${since}`;
}

/** From the first to the last evidence time of the lake; undefined where it has no row. */
export async function dataSpan(lake: Lake): Promise<TimeSpan | undefined> {
  const times = publicTables.map(
    ({ name }) =>
      `SELECT min(${evidenceTime(name)}) AS first, max(${evidenceTime(name)}) AS last FROM ${sqlName(name)}`,
  );
  const [span] = await lake.engine.rows<{ from: bigint | null; until: bigint | null }>(
    `SELECT min(first) AS "from", max(last) AS "until" FROM (${times.join(' UNION ALL ')})`,
  );
  return span?.from == null || span.until == null ? undefined : { from: span.from, until: span.until };
}
