import { Completed } from './completed.ts';
import { type Diagnostic, diagnosticAt, Refusal } from './diagnostics.ts';
import { geoFunctions } from './geo/index.ts';
import type { ExternalData } from './lower/external.ts';
import { lower } from './lower/lower.ts';
import { type Answer, OpenColumns } from './lower/open-columns.ts';
import { withMeant, withOperators } from './meant.ts';
import { allowed } from './parse/allowed.ts';
import { withoutMissing } from './parse/fuzzy.ts';
import { type Analysis, analyze } from './parse/microsoft.ts';
import { type Bound, need, visit } from './parse/tree.ts';
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
import type { Column, Schema, Span } from './types.ts';

export type DialectName = 'duckdb' | 'clickhouse';

const dialects: Readonly<Record<DialectName, Dialect>> = { duckdb, clickhouse };

export interface CompileOptions {
  /** Tables that the query may name. Hand the same object in again: the parser's view of it is kept with it. */
  readonly schema: Schema;
  readonly dialect: DialectName;
  /** The moment of `now()`, in ticks. Absent: the SQL has the parameter `now`, ticks: `$now` in DuckDB's SQL,
   *  `{now:Int64}` in ClickHouse's. */
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
  /** What was answered to questions, by their places. */
  readonly answers?: ReadonlyMap<number, Answer>;
}

/** What must be known of the data before the query can be compiled: the columns of `bag_unpack` and `pivot` depend on
 *  it. The rows of `sql`, as texts, are the answer. */
export interface Question {
  /** Where in the query. */
  readonly place: number;
  readonly plan: Plan;
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly parameters: readonly 'now'[];
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
  /** What must be answered first; then there is no SQL, and the diagnostics say why. */
  readonly question?: Question;
}

/** Compiles KQL to one SQL query, or says why not and where. Never throws for what a user wrote. */
export function compile(text: string, options: CompileOptions): Compiled {
  return attempt(text, new Completed(text), options);
}

/** Compiles a query whose columns may depend on the data: asks what must be known of it, until all is known. */
export async function compileAsking(
  text: string,
  options: Omit<CompileOptions, 'answers'>,
  ask: (question: Question) => Promise<Answer>,
): Promise<Compiled> {
  const answers = new Map<number, Answer>();
  for (;;) {
    const compiled = compile(text, { ...options, answers });
    if (compiled.question === undefined) return compiled;
    answers.set(compiled.question.place, await ask(compiled.question));
  }
}

function attempt(text: string, completed: Completed, options: CompileOptions): Compiled {
  let diagnostics: readonly Diagnostic[] = [];
  const place = (span: Span, fields: Parameters<typeof diagnosticAt>[2]): Diagnostic =>
    diagnosticAt(text, completed.span(span), fields);
  try {
    const analysis = analyzed(completed.text, options.schema);
    const { parameters = {}, external = {} } = options;
    const given = { parameters, external, answers: completed.answers };
    const told = analysis.diagnostics.filter((item) => !allowed(item, analysis.root));
    const { text: whole } = completed;
    const mended = withOperators(whole, options.schema, told);
    diagnostics = withMeant(whole, options.schema, mended).map((item) => place(item.span, item));
    if (analysis.syntaxError || diagnostics.some((item) => item.severity === 'error')) return failed(diagnostics);
    try {
      const asked = lower(analysis.root, options.schema, given);
      return { ...rendered(asked, options), diagnostics };
    } catch (error) {
      if (!(error instanceof OpenColumns)) throw error;
      checkOnce(error, analysis.root);
      const { question } = error;
      const at = completed.place(error.place);
      const answer = question.known ?? options.answers?.get(at);
      if (answer !== undefined) {
        const schema = question.schemaOf(answer);
        return attempt(text, completed.with({ place: at, text: schema, answer }), options);
      }
      const { lineage: _, ...plain } = options;
      const { plan, sql, columns, parameters } = rendered(question.plan, plain);
      const { code, message, advice, span } = error;
      const open = place(span, { code, severity: 'error', message, advice });
      return { ...failed([...diagnostics, open]), question: { place: at, plan, sql, columns, parameters } };
    }
  } catch (error) {
    if (error instanceof Refusal) {
      const { code, message, advice, span } = error;
      return failed([...diagnostics, place(span, { code, severity: 'error', message, advice })]);
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

function rendered(lowered: Plan, options: CompileOptions) {
  const asked = absorb(fold(lowered, geoFunctions));
  const plan = prune(options.lineage === undefined ? asked : withLineage(asked, options.lineage));
  const { sql, parameters } = planToSql(plan, options);
  const columns = plan.columns.map(({ name, type }) => ({ name, type }));
  return { sql, columns, plan, parameters };
}

/** Each call of a function has rows of its own, and one text for all of them. */
function checkOnce({ span, message }: OpenColumns, root: Bound): void {
  visit(root, (node) => {
    if (node.kind !== 'FunctionDeclaration' || need(node, 'Parameters').list('Parameters').length === 0) return;
    const within = node.span.start <= span.start && span.start + span.length <= node.span.start + node.span.length;
    if (within) throw new Refusal('WK004', span, message, 'In a function with parameters, write them out.');
  });
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
  const sql = renderSql(plan, dialect);
  // A function may know its answer without a value: `gettype(now())`.
  return { sql, parameters: readsNow(plan.relation) && sql.includes(dialect.now) ? ['now'] : [] };
}

function failed(diagnostics: readonly Diagnostic[]): Compiled {
  return { columns: [], diagnostics, parameters: [] };
}
