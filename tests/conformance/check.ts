import type { DuckDBConnection } from '@duckdb/node-api';
import { type Compiled, compile, planToSql, type Schema, Transformer } from '../../packages/kql/src/index.ts';
import type { Case } from './cases.ts';
import { rowsOf, WrongTypes } from './engine.ts';
import { answered, recorded } from './values.ts';

export type Verdict =
  | { readonly outcome: 'correct' | 'skipped' }
  | { readonly outcome: 'refused'; readonly code: string; readonly why: string }
  | { readonly outcome: 'wrong'; readonly why: string; readonly sql: string };

const nothing: Schema = { tables: {} };
/** 2026-01-01, for queries that ask `now()`. */
const now = 639_028_224_000_000_000n;

/** Compiles and runs one recorded case and compares names, types and rows. */
export async function check(item: Case, engine: DuckDBConnection): Promise<Verdict> {
  if (item.skip) return { outcome: 'skipped' };
  try {
    return await judge(item, engine);
  } catch (error) {
    return { outcome: 'wrong', why: `the compiler failed: ${error instanceof Error ? error.stack : error}`, sql: '' };
  }
}

async function judge(item: Case, engine: DuckDBConnection): Promise<Verdict> {
  const compiled = compile(item.kql, { schema: nothing, dialect: 'duckdb', now });
  const { sql } = compiled;
  if (sql === undefined) {
    const first = compiled.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    return { outcome: 'refused', code: first?.code ?? '?', why: first?.message ?? 'no message' };
  }
  const rebuilt = throughTransformer(compiled);
  if (rebuilt !== sql) return { outcome: 'wrong', why: `the no-op transformer changed the query to\n${rebuilt}`, sql };
  try {
    const rows = await rowsOf(engine, sql, compiled.columns);
    const why = difference(item, compiled, rows);
    return why === undefined ? { outcome: 'correct' } : { outcome: 'wrong', why, sql };
  } catch (error) {
    if (error instanceof WrongTypes) return { outcome: 'wrong', why: error.message, sql };
    return { outcome: 'refused', code: 'engine', why: error instanceof Error ? error.message : String(error) };
  }
}

function throughTransformer(compiled: Compiled): string | undefined {
  if (compiled.plan === undefined) return undefined;
  const relation = new Transformer().relation(compiled.plan.relation);
  return planToSql({ ...compiled.plan, relation }, { dialect: 'duckdb', now }).sql;
}

function difference(item: Case, compiled: Compiled, rows: readonly (readonly unknown[])[]): string | undefined {
  const { columns } = compiled;
  const describe = (list: Case['columns']) => list.map((column) => `${column.name}:${column.type}`).join(', ');
  const promised = item.unstableNames ? columns.map((column) => ({ ...column, name: '?' })) : columns;
  const expected = item.unstableNames ? item.columns.map((column) => ({ ...column, name: '?' })) : item.columns;
  if (describe(promised) !== describe(expected)) return `columns ${describe(promised)}, expected ${describe(expected)}`;
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
