import type { DuckDBConnection } from '@duckdb/node-api';
import { answerOf, rowsOf, WrongTypes } from '../../packages/kql/src/duckdb.fixture.ts';
import { type Compiled, compileAsking, planToSql, type Schema, Transformer } from '../../packages/kql/src/index.ts';
import type { Case } from './cases.ts';
import { gathersWithoutOrder } from './orderless.ts';
import { answered, recorded } from './values.ts';

export type Verdict =
  | { readonly outcome: 'correct' | 'skipped' }
  | { readonly outcome: 'refused'; readonly code: string; readonly why: string; readonly advised: boolean }
  /** Another answer than Microsoft's engine gave. */
  | { readonly outcome: 'wrong'; readonly why: string; readonly sql: string }
  /** The compiler threw, or the engine stopped at its SQL. */
  | { readonly outcome: 'failed'; readonly why: string; readonly sql: string };

const nothing: Schema = { tables: {} };
/** 2026-01-01, for queries that ask `now()`. */
const now = 639_028_224_000_000_000n;

/** Compiles and runs one recorded case and compares names, types and rows. */
export async function check(item: Case, engine: DuckDBConnection): Promise<Verdict> {
  if (item.skip) return { outcome: 'skipped' };
  let compiled: Compiled;
  try {
    compiled = await compileAsking(item.kql, { schema: nothing, dialect: 'duckdb', now }, (question) =>
      answerOf(engine, question),
    );
  } catch (error) {
    return { outcome: 'failed', why: `the compiler threw ${error instanceof Error ? error.stack : error}`, sql: '' };
  }
  const { sql, plan } = compiled;
  if (sql === undefined || plan === undefined) return refusal(compiled);
  const rebuilt = throughTransformer(plan);
  if (rebuilt !== sql) return { outcome: 'wrong', why: `the no-op transformer changed the query to\n${rebuilt}`, sql };
  try {
    const rows = await rowsOf(engine, compiled);
    const why = difference({ ...item, sets: item.sets || gathersWithoutOrder(plan) }, compiled, rows);
    return why === undefined ? { outcome: 'correct' } : { outcome: 'wrong', why, sql };
  } catch (error) {
    if (error instanceof WrongTypes) return { outcome: 'wrong', why: error.message, sql };
    return { outcome: 'failed', why: `the engine: ${error instanceof Error ? error.message : error}`, sql };
  }
}

/** A refusal must say where and why. */
function refusal({ diagnostics }: Compiled): Verdict {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (first === undefined || first.message === '' || first.line < 1 || first.column < 1) {
    return { outcome: 'failed', why: 'refused without a message and a place', sql: '' };
  }
  return { outcome: 'refused', code: first.code, why: first.message, advised: first.advice !== undefined };
}

function throughTransformer(plan: NonNullable<Compiled['plan']>): string {
  const relation = new Transformer().relation(plan.relation);
  return planToSql({ ...plan, relation }, { dialect: 'duckdb', now }).sql;
}

function difference(item: Case, { columns }: Compiled, rows: readonly (readonly unknown[])[]): string | undefined {
  const describe = (list: Case['columns']) =>
    list.map((column) => `${item.unstableNames ? '?' : column.name}:${column.type}`).join(', ');
  if (describe(columns) !== describe(item.columns))
    return `columns ${describe(columns)}, expected ${describe(item.columns)}`;
  if (rows.length !== item.rowCount) return `${rows.length} rows, expected ${item.rowCount}`;
  if (item.countOnly) return undefined;
  const got = rows.map((row) => columns.map((column, index) => answered(row[index], column.type, item)).join(' | '));
  const want = item.rows.map((row) =>
    columns.map((column, index) => recorded(row[index], column.type, item)).join(' | '),
  );
  if (!item.complete) return want.every((row) => got.includes(row)) ? undefined : show(got, want);
  if (!item.ordered) {
    got.sort();
    want.sort();
  }
  return got.join('\n') === want.join('\n') ? undefined : show(got, want);
}

function show(got: readonly string[], want: readonly string[]): string {
  const at = want.findIndex((row, index) => row !== got[index]);
  return `row ${at}: ${got[at]}\n    expected: ${want[at]}`;
}
