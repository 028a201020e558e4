import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Evidence, FiringQuery } from './evidence.ts';
import { type Moments, occupiedMoments, type Schedule } from './ticks.ts';
import { bound, evidenceTime, rowsAt, rowsOnce } from './window.ts';

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
  const bindings = new Map(
    tables.map((table) => [table, rowsAt(`main.${sqlName(table)}`, evidenceTime(table), moment, period)]),
  );
  await evidence.collect(query, {
    bind: (sql) => bound(bindings, sql),
    parameters: query.readsNow ? { now: moment } : {},
    moment,
    fires,
  });
}

/** Runs the query at every moment whose window holds a candidate, or at every moment at all where nothing can be an
 *  answer too (`skipEmpty` false). The candidates are written down once, in order of evidence time. Gives the number of
 *  runs. */
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
  const copies = candidates.map((each, index) => ({ ...each, copy: `detect_rows_${index}` }));
  for (const { table, sql, copy } of copies) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${copy} AS
      SELECT * FROM (SELECT *, ${evidenceTime(table)} AS "$evidence" FROM (${sql}))
      WHERE "$evidence" <= ${moments.last} ORDER BY "$evidence"`);
  }
  try {
    let runs = 0;
    const arrivals = options.skipEmpty ? await arrivalsOf(engine, copies, moments) : [everything(moments)];
    const period = options.skipEmpty ? schedule.period : null;
    for (const moment of occupiedMoments(moments, period, arrivals)) {
      const bindings = new Map(
        copies.map(({ name, copy }) => [name, rowsAt(`temp.${copy}`, '"$evidence"', moment, schedule.period)]),
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
  } finally {
    for (const { copy } of copies) await engine.run(`DROP TABLE IF EXISTS temp.${copy}`);
  }
}

function everything({ first, last }: Moments): { tick: bigint; latest: bigint } {
  return { tick: first, latest: last };
}

/** The candidates' evidence times, grouped by the first multiple of the frequency at or after them. */
async function arrivalsOf(
  engine: Engine,
  copies: readonly { readonly copy: string }[],
  { frequency }: Moments,
): Promise<{ tick: bigint; latest: bigint }[]> {
  if (copies.length === 0) return [];
  const times = copies.map(({ copy }) => `SELECT "$evidence" AS time FROM temp.${copy}`).join(' UNION ALL ');
  return engine.rows(`
    SELECT (time + ${frequency - 1n}) // ${frequency} * ${frequency} AS tick, max(time) AS latest
    FROM (${times}) GROUP BY tick ORDER BY tick`);
}
