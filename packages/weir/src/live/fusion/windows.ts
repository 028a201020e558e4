import type { Engine } from '../../engine/engine.ts';
import { liveTables, type Table } from '../../tables/index.ts';
import type { Snapshot, Span } from '../snapshot.ts';
import { timesOf } from './times.ts';

/** Spans that are apart from each other, in order. */
export type Windows = readonly Span[];

/** The windows of rows (SQL for relations, by their tables), each made longer at both ends. */
export async function windowsOf(
  engine: Engine,
  rows: readonly (readonly [Table, string])[],
  longer: bigint,
): Promise<Windows> {
  const grain = longer / 4n + 1n;
  const selects = rows.map(([table, relation]) => {
    const times = timesOf(table);
    return `SELECT DISTINCT ${times.from} // ${grain} AS "from", ${times.until} // ${grain} + 1 AS until FROM ${relation}`;
  });
  const spans = await engine.rows<{ from: bigint; until: bigint }>(
    `SELECT "from" * ${grain} - ${longer} AS "from", until * ${grain} + ${longer} AS until
     FROM (${selects.join(' UNION ')}) ORDER BY "from"`,
  );
  return united(spans);
}

/** The windows around the moments at which rows end, and, where wanted, begin: not what lies between. */
export async function momentsOf(
  engine: Engine,
  rows: readonly (readonly [Table, string])[],
  longer: bigint,
  beginnings: boolean,
): Promise<Windows> {
  const grain = longer / 4n + 1n;
  const selects = rows.flatMap(([table, relation]) => {
    const { from, until } = timesOf(table);
    return (beginnings && from !== until ? [from, until] : [until]).map(
      (time) => `SELECT DISTINCT ${time} // ${grain} AS moment FROM ${relation}`,
    );
  });
  const moments = await engine.rows<{ moment: bigint }>(
    `SELECT moment FROM (${selects.join(' UNION ')}) ORDER BY moment`,
  );
  return united(
    moments.map(({ moment }) => ({ from: moment * grain - longer, until: (moment + 1n) * grain + longer })),
  );
}

export function longerBy(windows: Windows, before: bigint, after: bigint): Windows {
  return united(windows.map(({ from, until }) => ({ from: from - before, until: until + after })));
}

/** Spans in order as windows: those that meet are one. */
export function united(spans: readonly Span[]): Windows {
  const windows: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const before = windows.at(-1);
    if (before === undefined || span.from > before.until) windows.push({ from: span.from, until: span.until });
    else if (span.until > before.until) windows.splice(-1, 1, { from: before.from, until: span.until });
  }
  return windows;
}

/** The first time in a span that a row of the lake has; undefined where none has any. */
export async function firstTime(engine: Engine, snapshot: Snapshot, span: Span): Promise<bigint | undefined> {
  const firsts = liveTables.map((table) => {
    const { from } = timesOf(table);
    return `SELECT min(${from}) AS first FROM ${within(snapshot, table, [span])}`;
  });
  const [found] = await engine.rows<{ first: bigint | null }>(
    `SELECT min(first) AS first FROM (${firsts.join(' UNION ALL ')})`,
  );
  return found?.first ?? undefined;
}

/** Whether windows have all of others. */
export function covers(windows: Windows, others: Windows): boolean {
  return others.every(({ from, until }) => windows.some((window) => window.from <= from && window.until >= until));
}

/** SQL for the rows of a table that overlap one of the windows; no file is read that can have none. */
export function within(snapshot: Snapshot, table: Table, windows: Windows): string {
  return overlapping(table, windows, (window) => snapshot.rows(table, window));
}

/** The same of its stored columns and positions. */
export function placedWithin(snapshot: Snapshot, table: Table, windows: Windows): string {
  return overlapping(table, windows, (window) => snapshot.placed(table, window));
}

function overlapping(table: Table, windows: Windows, rows: (window: Span) => string): string {
  const times = timesOf(table);
  const selects = windows.map((window, at) => {
    const before = windows[at - 1];
    const apart = before === undefined ? '' : ` AND ${times.from} > ${before.until}`;
    return `FROM (${rows(window)}) WHERE ${times.from} <= ${window.until} AND ${times.until} >= ${window.from}${apart}`;
  });
  return selects.length > 0 ? `(${selects.join(' UNION ALL ')})` : `(FROM (${rows(nowhere)}) LIMIT 0)`;
}

const nowhere: Span = { from: -1n, until: -1n };
