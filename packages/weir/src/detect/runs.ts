import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Trigger } from '../rules/rule.ts';
import { CandidateRows } from './candidateRows.ts';
import type { Evidence, FiringQuery } from './evidence.ts';
import { collectSwept, columnsOfCandidates, type SweptQuery } from './sweptEvidence.ts';
import { clipped, countOf, type Moments, occupiedMoments, type Schedule } from './ticks.ts';
import { bound, isTimeless, rowsAt, rowsOnce, rowsWithin, type Times, timesOf } from './window.ts';

/** A query that is asked at one moment after another. */
export interface MomentQuery extends Omit<FiringQuery, 'sql'> {
  /** Its SQL at a moment, which `now()` is. Written out: a statement with a parameter is planned twice. */
  readonly sqlAt: (moment: bigint) => string;
}

/** The rows of a table that can matter to a query at any moment. */
export interface Candidates {
  /** The name under which the query reads them. */
  readonly name: string;
  readonly table: string;
  /** SQL of the rows of the table that they are chosen from. */
  readonly source: string;
  /** SQL that selects them, with the columns of the evidence time. */
  readonly sql: string;
}

/** Candidates of these rows alone (`from`: SQL of those of a table). */
export function candidatesFrom(candidates: readonly Candidates[], from: (table: string) => string): Candidates[] {
  return candidates.map(({ name, table, sql }) => ({
    name,
    table,
    source: `FROM ${from(table)}`,
    sql: bound(new Map([[table, `FROM ${from(table)}`]]), sql),
  }));
}

/** Asks for each row once, at the earliest moment that sees it: exact where each row decides alone and a later `now()`
 *  never lets in what an earlier one did not. `query` reads its `now()` from the rows (`momentColumn`). `from` gives a
 *  table's rows, where not all are asked for. */
export async function eachRowOnce(
  evidence: Evidence,
  query: FiringQuery,
  tables: readonly string[],
  schedule: Schedule,
  moments: Moments,
  from = (table: string): string => `main.${sqlName(table)}`,
): Promise<void> {
  const bindings = new Map(
    tables.map((table) => [table, rowsOnce(from(table), timesOf(table, schedule), schedule, moments)]),
  );
  await evidence.collect(query, {
    bind: (sql) => bound(bindings, sql),
    moment: moments.last,
    fires: (rows) => rows > 0,
  });
}

/** One run over the tables as they are, or over rows of them (`from`). */
export async function oneRun(
  evidence: Evidence,
  query: MomentQuery,
  tables: readonly string[],
  schedule: Pick<Schedule, 'period' | 'arrived'>,
  moment: bigint,
  fires: (rows: number) => boolean,
  from = (table: string): string => `main.${sqlName(table)}`,
): Promise<void> {
  const timed = tables.filter((table) => !isTimeless(table));
  const bindings = new Map(
    timed.map((table) => [table, rowsAt(from(table), timesOf(table, schedule), moment, schedule.period)]),
  );
  await evidence.collect(
    { ...query, sql: query.sqlAt(moment) },
    { bind: (sql) => bound(bindings, sql), moment, fires },
  );
}

/** Rows that one pass looks at. */
const rowsAtOnce = 4_000_000;

/** Asks at all moments at once: each candidate stands there once, with the moments that see it. Where there are many,
 *  in passes over stretches of time. Gives the number of passes. */
export async function byIntervals(
  engine: Engine,
  evidence: Evidence,
  query: SweptQuery,
  candidates: readonly Candidates[],
  schedule: Schedule & { readonly period: bigint },
  moments: Moments,
  options: { readonly trigger: Trigger; readonly onPass: (count: number) => void },
): Promise<number> {
  const within = (some: Moments) =>
    new Map(
      candidates.map(({ name, table, sql }) => [
        name,
        isTimeless(table) ? sql : rowsWithin(`(${sql})`, timesOf(table, schedule), schedule, some),
      ]),
    );
  const rows = await countRows(engine, candidates, schedule, moments);
  if (rows === 0) return 0;
  let passes = 0;
  for (const some of stretches(moments, schedule.period, Math.ceil(rows / rowsAtOnce))) {
    const there = new CandidateRows(engine, within(some), (name) => columnsOfCandidates(query, name));
    try {
      const bind = (sql: string, reads: ReadonlySet<string>) => there.bind(sql, reads);
      await collectSwept(engine, evidence, query, { bind, trigger: options.trigger, candidates: there });
    } finally {
      await there.drop();
    }
    passes += 1;
    options.onPass(passes);
  }
  return passes;
}

/** The moments in this many parts, or fewer: no part is shorter than twice a look-back, as rows that two parts see are
 *  looked at twice. */
export function* stretches(moments: Moments, period: bigint, parts: number): Generator<Moments> {
  const { first, last, frequency } = moments;
  const least = (2n * period) / frequency;
  const even = BigInt(Math.ceil(countOf(moments) / parts));
  const length = (even > least ? even : least > 1n ? least : 1n) * frequency;
  for (let from = first; from <= last; from += length) {
    const end = from + length - frequency;
    yield { ...moments, first: from, last: end < last ? end : last };
  }
}

/** How many candidates some moment sees: of few rows no more than whether there are any, of many at least their number. */
async function countRows(
  engine: Engine,
  candidates: readonly Candidates[],
  schedule: Schedule & { readonly period: bigint },
  { first, last }: Moments,
): Promise<number> {
  const seen = (source: string, table: string) => {
    if (isTimeless(table)) return source;
    const { time, entered } = timesOf(table, schedule);
    return `SELECT * FROM (${source}) WHERE ${time} > ${first - schedule.period} AND ${entered} <= ${last}`;
  };
  const sum = async (sources: readonly string[]) => {
    const times = new Map<string, number>();
    for (const source of sources) times.set(source, (times.get(source) ?? 0) + 1);
    const counts = Array.from(times, ([source, each]) => `SELECT count(*) * ${each} AS n FROM (${source})`);
    const [row] = await engine.rows<{ n: bigint }>(`SELECT sum(n)::BIGINT AS n FROM (${counts.join(' UNION ALL ')})`);
    return Number(row?.n ?? 0n);
  };
  const most = await sum(candidates.map(({ table, source }) => seen(source, table)));
  if (most <= rowsAtOnce) return most;
  return sum(candidates.map(({ sql, table }) => seen(sql, table)));
}

/** Candidates written down, with their evidence time (`$evidence`, null where every moment sees them) and the time from
 *  which on they can be seen (`$entered`), while something is asked of them. */
interface Copy {
  readonly name: string;
  readonly copy: string;
  readonly timeless: boolean;
}

const ofCopy: Times = { time: '"$evidence"', entered: '"$entered"' };

/** Writes down the candidates that some moment can see, in order of time, while `use` asks again and again for a short
 *  stretch of it. */
async function withCopies<Result>(
  engine: Engine,
  candidates: readonly Candidates[],
  schedule: Pick<Schedule, 'arrived' | 'period'>,
  { first, last }: Moments,
  use: (copies: readonly Copy[]) => Promise<Result>,
): Promise<Result> {
  const copies = candidates.map(({ name, table }, index) => ({
    name,
    copy: `detect_rows_${index}`,
    timeless: isTimeless(table),
  }));
  const since = schedule.period === null ? '' : ` AND "$evidence" > ${first - schedule.period}`;
  try {
    for (const [index, { table, sql }] of candidates.entries()) {
      const timeless = isTimeless(table);
      const { time, entered } = timeless ? { time: 'NULL::BIGINT', entered: 'NULL::BIGINT' } : timesOf(table, schedule);
      await engine.run(`CREATE OR REPLACE TEMP TABLE detect_rows_${index} AS
        SELECT * FROM (SELECT *, ${time} AS "$evidence", ${entered} AS "$entered" FROM (${sql}))
        WHERE ${timeless} OR ("$entered" <= ${last}${since}) ORDER BY "$evidence"`);
    }
    return await use(copies);
  } finally {
    for (const { copy } of copies) await engine.run(`DROP TABLE IF EXISTS temp.${copy}`);
  }
}

/** Runs the query at every moment whose window holds a candidate, or at every moment at all where nothing can be an
 *  answer too (`skipEmpty` false): of those, at none before `emptyFrom` that has no candidate. Gives the number of runs. */
export async function momentByMoment(
  engine: Engine,
  evidence: Evidence,
  query: MomentQuery,
  candidates: readonly Candidates[],
  schedule: Schedule,
  moments: Moments,
  options: {
    readonly skipEmpty: boolean;
    readonly emptyFrom?: bigint | undefined;
    readonly fires: (rows: number) => boolean;
    readonly onRun?: (moment: bigint) => void;
  },
): Promise<number> {
  return withCopies(engine, candidates, schedule, moments, async (copies) => {
    let runs = 0;
    const from = options.skipEmpty ? undefined : (options.emptyFrom ?? moments.first);
    for (const moment of await momentsToRun(engine, copies, schedule, moments, from)) {
      const bindings = new Map(
        copies.map(({ name, copy, timeless }) => [
          name,
          timeless ? `FROM temp.${copy}` : rowsAt(`temp.${copy}`, ofCopy, moment, schedule.period),
        ]),
      );
      await evidence.collect(
        { ...query, sql: query.sqlAt(moment) },
        { bind: (sql) => bound(bindings, sql), moment, fires: options.fires },
      );
      runs += 1;
      options.onRun?.(moment);
    }
    return runs;
  });
}

/** The moments that have a candidate, and all from `emptyFrom` on. */
async function momentsToRun(
  engine: Engine,
  copies: readonly Copy[],
  { period }: Pick<Schedule, 'period'>,
  moments: Moments,
  emptyFrom = moments.last + 1n,
): Promise<Iterable<bigint>> {
  const before = clipped(moments, { from: moments.first, until: emptyFrom - 1n });
  const after = clipped(moments, { from: emptyFrom, until: moments.last });
  const arrivals = before === undefined ? [] : await arrivalsOf(engine, copies, moments);
  return (function* () {
    if (before !== undefined) yield* occupiedMoments(before, period, arrivals);
    if (after !== undefined) yield* occupiedMoments(after, null, [everything(after)]);
  })();
}

function everything({ first, last }: Moments): { tick: bigint; latest: bigint } {
  return { tick: first, latest: last };
}

/** The candidates' evidence times, grouped by the first multiple of the frequency at which they can be seen. */
async function arrivalsOf(
  engine: Engine,
  copies: readonly Copy[],
  { frequency }: Moments,
): Promise<{ tick: bigint; latest: bigint }[]> {
  const timed = copies.filter(({ timeless }) => !timeless);
  if (timed.length === 0) return [];
  const times = timed
    .map(({ copy }) => `SELECT "$evidence" AS time, "$entered" AS entered FROM temp.${copy}`)
    .join(' UNION ALL ');
  return engine.rows(`
    SELECT (entered + ${frequency - 1n}) // ${frequency} * ${frequency} AS tick, max(time) AS latest
    FROM (${times}) GROUP BY tick ORDER BY tick`);
}
