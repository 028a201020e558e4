import { type Diagnostic, diagnosticAt, Refusal } from './diagnostics.ts';
import { geoFunctions } from './geo/index.ts';
import type { ExternalData } from './lower/external.ts';
import { lower } from './lower/lower.ts';
import { allowed } from './parse/allowed.ts';
import { withoutMissing } from './parse/fuzzy.ts';
import { type Analysis, analyze } from './parse/microsoft.ts';
import { withViews } from './parse/views.ts';
import { absorb } from './plan/absorb.ts';
import { fold } from './plan/fold.ts';
import { prune } from './plan/prune.ts';
import type { Plan } from './plan/relation.ts';
import { readsNow } from './plan/visitor.ts';
import { clickhouse } from './sql/clickhouse/dialect.ts';
import type { Dialect } from './sql/dialect.ts';
import { duckdb } from './sql/duckdb/dialect.ts';
import { Unquotable } from './sql/quote.ts';
import { renderSql } from './sql/render.ts';
import { withLineage } from './time/lineage.ts';
import type { Column, Schema } from './types.ts';

export type DialectName = 'duckdb' | 'clickhouse';

const dialects: Readonly<Record<DialectName, Dialect>> = { duckdb, clickhouse };

export interface CompileOptions {
  /** Tables that the query may name. Hand the same object in again: the parser's view of it is kept with it. */
  readonly schema: Schema;
  readonly dialect: DialectName;
  /** The moment of `now()`, in ticks. Absent: the SQL has the parameter `$now` (BIGINT, ticks). */
  readonly now?: bigint;
  /** The name of the tables' column that identifies a row. With it the result has one more column at the end,
   *  `EventIds`: the ids of the rows that went into each result row (time/lineage.ts). Its type is `dynamic` here and a
   *  list of VARCHAR in the engine. */
  readonly lineage?: string;
  /** Values for `declare query_parameters`, by name, as KQL writes them inside a literal: `10`, `2026-01-01`, `1.5h`, a
   *  text without quotes. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What stands at the addresses of `externaldata`, by address. The compiler reads nothing itself: any other address
   *  is refused (WK004). */
  readonly external?: Readonly<Record<string, ExternalData>>;
}

export interface Compiled {
  /** Absent where a diagnostic is an error. */
  readonly sql?: string;
  /** The result's columns in order, with their true names; empty on errors. */
  readonly columns: readonly Column[];
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
  /** The named parameters that the SQL waits for. */
  readonly parameters: readonly 'now'[];
}

/** Compiles KQL to one SQL query, or says why not and where. Never throws for what a user wrote. */
export function compile(text: string, options: CompileOptions): Compiled {
  let diagnostics: readonly Diagnostic[] = [];
  try {
    const analysis = analyzed(text, options.schema);
    const given = { parameters: options.parameters ?? {}, external: options.external ?? {} };
    diagnostics = analysis.diagnostics
      .filter((item) => !allowed(item, analysis.root))
      .map((item) => diagnosticAt(text, item.span, item));
    if (analysis.syntaxError || diagnostics.some((item) => item.severity === 'error')) return failed(diagnostics);
    const asked = absorb(fold(lower(analysis.root, options.schema, given), geoFunctions));
    const plan = prune(options.lineage === undefined ? asked : withLineage(asked, options.lineage));
    const { sql, parameters } = planToSql(plan, options);
    const columns = plan.columns.map(({ name, type }) => ({ name, type }));
    return { sql, columns, plan, diagnostics, parameters };
  } catch (error) {
    if (error instanceof Refusal) {
      const { code, message, advice, span } = error;
      return failed([...diagnostics, diagnosticAt(text, span, { code, severity: 'error', message, advice })]);
    }
    if (error instanceof Unquotable) {
      const span = { start: 0, length: text.length };
      return failed([
        ...diagnostics,
        diagnosticAt(text, span, { code: 'WK006', severity: 'error', message: error.message }),
      ]);
    }
    throw error;
  }
}

/** The query with its fuzzy unions reduced to the tables that exist; what is missing stays as a warning. */
function analyzed(text: string, schema: Schema): Analysis {
  const first = analyze(text, schema);
  if (first.syntaxError) return first;
  const seen = withViews(first.root, schema);
  const written = seen === undefined ? first : analyze(text, seen);
  const reduced = withoutMissing(text, written.root, written.diagnostics);
  if (reduced === undefined) return written;
  const analysis = analyze(reduced, seen ?? schema);
  const missing = written.diagnostics.filter(({ code }) => code === 'KS205');
  return { ...analysis, diagnostics: [...missing, ...analysis.diagnostics] };
}

/** Renders a plan, as it came from `compile` or as a transformer made it.
 *  @throws Refusal for what the dialect cannot do exactly. */
export function planToSql(
  plan: Plan,
  options: Pick<CompileOptions, 'dialect' | 'now'>,
): { readonly sql: string; readonly parameters: readonly 'now'[] } {
  const dialect = dialects[options.dialect];
  if (options.now !== undefined) {
    return { sql: renderSql(plan, { ...dialect, now: dialect.constant(options.now, 'datetime') }), parameters: [] };
  }
  return { sql: renderSql(plan, dialect), parameters: readsNow(plan.relation) ? ['now'] : [] };
}

function failed(diagnostics: readonly Diagnostic[]): Compiled {
  return { columns: [], diagnostics, parameters: [] };
}
