import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Evidence, FiringQuery } from './evidence.ts';
import { countOf, type Moments, occupiedMoments, type Schedule } from './ticks.ts';
import { bound, evidenceTime, isTimeless, rowsAt, rowsOfEach, rowsOnce } from './window.ts';

/** A query that is asked at one moment after another. */
export interface MomentQuery extends FiringQuery {
  /** Whether its SQL has the parameter `$now`. */
  readonly readsNow: boolean;
}

/** The rows of a table that can matter to a query at any moment. */
export interface Candidates {
  /** The name under which the query reads them. */
  readonly name: string;
  readonly table: string;
  /** SQL that selects them, with the columns of the evidence time. */
  readonly sql: string;
}

/** Asks for each row once, at the earliest moment that sees it: exact where each row decides alone and a later `now()`
 *  never lets in what an earlier one did not. `query` reads its `now()` from the rows (`momentColumn`). */
export async function eachRowOnce(
  evidence: Evidence,
  query: FiringQuery,
  tables: readonly string[],
  schedule: Schedule,
  moments: Moments,
): Promise<void> {
  const bindings = new Map(
    tables.map((table) => [table, rowsOnce(`main.${sqlName(table)}`, evidenceTime(table), schedule, moments)]),
  );
  await evidence.collect(query, {
    bind: (sql) => bound(bindings, sql),
    parameters: {},
    moment: moments.last,
    fires: () => true,
  });
}

/** One run over the tables as they are. */
export async function oneRun(
  evidence: Evidence,
  query: MomentQuery,
  tables: readonly string[],
  period: bigint | null,
  moment: bigint,
  fires: (rows: number) => boolean,
): Promise<void> {
  const timed = tables.filter((table) => !isTimeless(table));
  const bindings = new Map(
    timed.map((table) => [table, rowsAt(`main.${sqlName(table)}`, evidenceTime(table), moment, period)]),
  );
  await evidence.collect(query, {
    bind: (sql) => bound(bindings, sql),
    parameters: query.readsNow ? { now: moment } : {},
    moment,
    fires,
  });
}

/** Candidates written down, in order of evidence time (`$evidence`, null where every moment sees them), while something
 *  is asked of them. */
interface Copy {
  readonly name: string;
  readonly copy: string;
  readonly timeless: boolean;
}

/** Writes candidates down, up to the last moment, while `use` asks something of them. */
async function withCopies<Result>(
  engine: Engine,
  candidates: readonly Candidates[],
  { last }: Moments,
  use: (copies: readonly Copy[]) => Promise<Result>,
): Promise<Result> {
  const copies = candidates.map(({ name, table }, index) => ({
    name,
    copy: `detect_rows_${index}`,
    timeless: isTimeless(table),
  }));
  try {
    for (const [index, { table, sql }] of candidates.entries()) {
      const timeless = isTimeless(table);
      await engine.run(`CREATE OR REPLACE TEMP TABLE detect_rows_${index} AS
        SELECT * FROM (SELECT *, ${timeless ? 'NULL::BIGINT' : evidenceTime(table)} AS "$evidence" FROM (${sql}))
        WHERE ${timeless} OR "$evidence" <= ${last} ORDER BY "$evidence"`);
    }
    return await use(copies);
  } finally {
    for (const { copy } of copies) await engine.run(`DROP TABLE IF EXISTS temp.${copy}`);
  }
}

/** Rows, each counted once for every moment that sees it, that one query is asked about. */
const rowsAtOnce = 1_000_000;

/** Asks at all moments, many at once: each candidate stands there once for each moment that sees it. Gives the number of
 *  queries that this took. */
export async function manyMomentsAtOnce(
  engine: Engine,
  evidence: Evidence,
  query: FiringQuery,
  candidates: readonly Candidates[],
  schedule: { readonly frequency: bigint; readonly period: bigint },
  moments: Moments,
  onQuery: (count: number) => void,
): Promise<number> {
  return withCopies(engine, candidates, moments, async (copies) => {
    const seen = (await countRows(engine, copies)) * Number(schedule.period / schedule.frequency);
    const share = Math.max(1, Math.ceil(seen / rowsAtOnce));
    const perQuery = BigInt(Math.max(1, Math.ceil(countOf(moments) / share))) * moments.frequency;
    let queries = 0;
    for (let first = moments.first; seen > 0 && first <= moments.last; first += perQuery) {
      const end = first + perQuery - moments.frequency;
      const some = { ...moments, first, last: end < moments.last ? end : moments.last };
      const bindings = new Map(
        copies.map(({ name, copy }) => [name, rowsOfEach(`temp.${copy}`, '"$evidence"', schedule, some)]),
      );
      await evidence.collect(query, {
        bind: (sql) => bound(bindings, sql),
        parameters: {},
        moment: some.last,
        fires: () => true,
      });
      queries += 1;
      onQuery(queries);
    }
    return queries;
  });
}

async function countRows(engine: Engine, copies: readonly Copy[]): Promise<number> {
  const counts = copies.map(({ copy }) => `SELECT count(*) AS n FROM temp.${copy}`).join(' UNION ALL ');
  const [row] = await engine.rows<{ n: bigint }>(`SELECT sum(n)::BIGINT AS n FROM (${counts})`);
  return Number(row?.n ?? 0n);
}

/** Runs the query at every moment whose window holds a candidate, or at every moment at all where nothing can be an
 *  answer too (`skipEmpty` false). Gives the number of runs. */
export async function momentByMoment(
  engine: Engine,
  evidence: Evidence,
  query: MomentQuery,
  candidates: readonly Candidates[],
  schedule: Schedule,
  moments: Moments,
  options: {
    readonly skipEmpty: boolean;
    readonly fires: (rows: number) => boolean;
    readonly onRun?: (moment: bigint) => void;
  },
): Promise<number> {
  return withCopies(engine, candidates, moments, async (copies) => {
    let runs = 0;
    const arrivals = options.skipEmpty ? await arrivalsOf(engine, copies, moments) : [everything(moments)];
    const period = options.skipEmpty ? schedule.period : null;
    for (const moment of occupiedMoments(moments, period, arrivals)) {
      const bindings = new Map(
        copies.map(({ name, copy, timeless }) => [
          name,
          timeless ? `FROM temp.${copy}` : rowsAt(`temp.${copy}`, '"$evidence"', moment, schedule.period),
        ]),
      );
      await evidence.collect(query, {
        bind: (sql) => bound(bindings, sql),
        parameters: query.readsNow ? { now: moment } : {},
        moment,
        fires: options.fires,
      });
      runs += 1;
      options.onRun?.(moment);
    }
    return runs;
  });
}

function everything({ first, last }: Moments): { tick: bigint; latest: bigint } {
  return { tick: first, latest: last };
}

/** The candidates' evidence times, grouped by the first multiple of the frequency at or after them. */
async function arrivalsOf(
  engine: Engine,
  copies: readonly Copy[],
  { frequency }: Moments,
): Promise<{ tick: bigint; latest: bigint }[]> {
  const timed = copies.filter(({ timeless }) => !timeless);
  if (timed.length === 0) return [];
  const times = timed.map(({ copy }) => `SELECT "$evidence" AS time FROM temp.${copy}`).join(' UNION ALL ');
  return engine.rows(`
    SELECT (time + ${frequency - 1n}) // ${frequency} * ${frequency} AS tick, max(time) AS latest
    FROM (${times}) GROUP BY tick ORDER BY tick`);
}
