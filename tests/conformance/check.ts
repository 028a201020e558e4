import { diagnosticAt } from '../../packages/kql/src/diagnostics.ts';
import {
  type Compiled,
  type CompileOptions,
  compile,
  compileAsking,
  type DialectName,
  type Plan,
  planToSql,
  Refusal,
  type Schema,
  Transformer,
} from '../../packages/kql/src/index.ts';
import type { Case } from './cases.ts';
import { type Engine, WrongTypes } from './engine.ts';
import { gathersWithoutOrder } from './orderless.ts';
import { answered, recorded } from './values.ts';

export type Verdict =
  | { readonly outcome: 'correct' | 'skipped' }
  | { readonly outcome: 'refused'; readonly code: string; readonly why: string; readonly advised: boolean }
  /** Another answer than Microsoft's engine gave. */
  | { readonly outcome: 'wrong'; readonly why: string; readonly sql: string }
  /** The compiler threw, or the engine stopped at its SQL. */
  | { readonly outcome: 'failed'; readonly why: string; readonly sql: string };

/** 2026-01-01, for queries that ask `now()`. */
const now = 639_028_224_000_000_000n;

/** A query for several engines: parsed and lowered once where the first takes it. */
export class Query {
  readonly #text: string;
  readonly #options: Omit<CompileOptions, 'dialect'>;
  #known: Compiled | undefined;

  constructor(text: string, schema: Schema) {
    this.#text = text;
    this.#options = { schema, now, external: addressesIn(text) };
  }

  /** The query for a dialect, with its question where its columns depend on the data.
   *  @throws Error for a bug of the compiler */
  for(dialect: DialectName): Compiled {
    if (this.#known !== undefined && isRejected(this.#known)) return this.#known;
    if (this.#known?.plan !== undefined) return this.#rendered(this.#known.plan, dialect);
    this.#known = compile(this.#text, { ...this.#options, dialect });
    return this.#known;
  }

  /** The query for an engine, its questions answered there.
   *  @throws Error for a bug of the compiler, or where the engine stops */
  async answered(engine: Engine): Promise<Compiled> {
    if (this.#known !== undefined && isRejected(this.#known)) return this.#known;
    if (this.#known?.plan !== undefined) return this.#rendered(this.#known.plan, engine.dialect);
    const options = { ...this.#options, dialect: engine.dialect };
    this.#known = await compileAsking(this.#text, options, async ({ sql, columns }) =>
      (await engine.rows(sql, columns)).map((row) => row.map(String)),
    );
    return this.#known;
  }

  #rendered(plan: Plan, dialect: DialectName): Compiled {
    const options = { ...this.#options, dialect };
    try {
      return { columns: [], diagnostics: [], ...this.#known, ...planToSql(plan, options) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { span, code, message, advice } = error;
      const refused = diagnosticAt(this.#text, span, { code, severity: 'error', message, advice });
      return { columns: [], parameters: [], diagnostics: [refused] };
    }
  }
}

/** An empty list for each address that the query may read with `externaldata`: allowed, and read by nobody. */
function addressesIn(kql: string): Readonly<Record<string, { readonly rows: readonly [] }>> {
  const addresses = [...kql.matchAll(/["'](https?:[^"']+)["']/g)].map(([, address = '']) => address);
  return Object.fromEntries(addresses.map((address) => [address, { rows: [] }]));
}

/** What Microsoft's binder refuses no dialect can take. */
function isRejected({ diagnostics }: Compiled): boolean {
  return diagnostics.some(({ code, severity }) => severity === 'error' && code.startsWith('KS'));
}

/** Compiles and runs one recorded case and compares names, types and rows. */
export async function check(item: Case, query: Query, engine: Engine): Promise<Verdict> {
  if (item.skip) return { outcome: 'skipped' };
  let compiled: Compiled;
  try {
    compiled = await query.answered(engine);
  } catch (error) {
    return { outcome: 'failed', why: `the compiler threw ${error instanceof Error ? error.stack : error}`, sql: '' };
  }
  const { sql, plan } = compiled;
  if (sql === undefined || plan === undefined) return refusal(compiled);
  const rebuilt = throughTransformer(plan, engine.dialect);
  if (rebuilt !== sql) return { outcome: 'wrong', why: `the no-op transformer changed the query to\n${rebuilt}`, sql };
  try {
    const rows = await engine.rows(sql, compiled.columns);
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

function throughTransformer(plan: NonNullable<Compiled['plan']>, dialect: DialectName): string {
  const relation = new Transformer().relation(plan.relation);
  return planToSql({ ...plan, relation }, { dialect, now }).sql;
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
