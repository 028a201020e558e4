import { diagnosticAt, Refusal } from '../diagnostics.ts';
import { allowed } from '../parse/allowed.ts';
import { type Analysis, analyze, type ParserDiagnostic } from '../parse/microsoft.ts';
import type { Schema, Span } from '../types.ts';
import { pipelinesOf } from './model/build.ts';
import { rules } from './registry.ts';
import type { Finding, HostKnowledge, Product, Query, RuleFacts, Severity } from './rule.ts';
import { growing } from './schemas/more.ts';

export interface LintOptions {
  readonly product: Product;
  /** Where else the query may be meant to run, where nobody said. */
  readonly also?: Product;
  /** The tables of every product. Hand the same objects in again: the parser's view of them is kept. */
  readonly schemas: Readonly<Record<Product, Schema>>;
  /** What the rule's file says; absent for a query without one. */
  readonly rule?: RuleFacts;
  readonly hosts?: HostKnowledge;
}

/** One thing that is wrong with a detection. `line` and `column` count from 1 in the query; `place` stands where it is
 *  the rule's file that is meant. */
export interface LintDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly length: number;
  readonly place?: readonly PropertyKey[];
}

/** Everything that is wrong with a query as a detection, in the order of its text. Never throws for what a user wrote. */
export function lint(text: string, options: LintOptions): readonly LintDiagnostic[] {
  try {
    return looked(text, options);
  } catch (error) {
    // The stack ends at some depth of nesting.
    if (!(error instanceof RangeError)) throw error;
    const message = 'the query is nested too deeply to be looked at';
    const fix = 'Name its parts with `let`, or write a list.';
    return [placed(text, { at: { start: 0, length: 1 }, message, fix }, 'WK006', 'error')];
  }
}

function looked(text: string, options: LintOptions): readonly LintDiagnostic[] {
  const bound = everything(options);
  let analysis: Analysis;
  try {
    analysis = analyze(text, bound);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, advice = '', span } = error;
    return [placed(text, { at: span, message, fix: advice }, code, 'error')];
  }
  const errors = analysis.diagnostics.filter((item) => item.severity === 'error' && !allowed(item, analysis.root));
  if (analysis.syntaxError) {
    const [first] = errors;
    const at = first?.span ?? { start: 0, length: 1 };
    const message = `this is not KQL: ${first?.message ?? 'the text cannot be read'}`;
    return [
      placed(
        text,
        { at, message, fix: 'Correct the query here; the rest was not looked at.' },
        first?.code ?? 'KS000',
        'error',
      ),
    ];
  }
  const { pipelines, env } = pipelinesOf(analysis.root, bound);
  const query: Query = {
    text,
    root: analysis.root,
    product: options.product,
    also: options.also,
    schema: options.schemas[options.product],
    schemas: options.schemas,
    bound,
    env,
    pipelines,
    answer: pipelines.findLast((item) => item.role === 'query'),
    facts: options.rule ?? {},
    isRuleFile: options.rule !== undefined,
    hosts: options.hosts,
    unresolved: errors.filter(isName),
  };
  const found = rules.flatMap((rule) =>
    [...rule.check(query)].map((finding) => placed(text, finding, rule.code, finding.severity ?? rule.severity)),
  );
  // Types are sure only where every column of every table is known.
  const sure =
    query.unresolved.length === 0 &&
    pipelines.every(({ source }) => source.kind !== 'table' || !growing.has(source.name));
  const others = sure ? errors.map((item) => binderError(text, item)) : [];
  return distinct([...found, ...others]).sort((a, b) => a.start - b.start || (a.code < b.code ? -1 : 1));
}

/** The binder's words for names that are not there. */
function isName(item: ParserDiagnostic): boolean {
  return /^KS(142|204|211)$/.test(item.code);
}

function binderError(text: string, item: ParserDiagnostic): LintDiagnostic {
  const fix = 'Correct the query here: Kusto refuses to run it.';
  return placed(text, { at: item.span, message: item.message, fix }, item.code, 'error');
}

/** The columns of the product first, then what the others add, so that a column that is missing here still has a type
 *  and the other rules can go on. */
function everything({ product, schemas }: LintOptions): Schema {
  const own = schemas[product];
  const known = bindings.get(own);
  if (known !== undefined) return known;
  const tables: Record<string, { name: string; type: Schema['tables'][string][number]['type'] }[]> = {};
  for (const schema of [own, ...Object.values(schemas)]) {
    for (const [table, columns] of Object.entries(schema.tables)) {
      // Weir's tables that bear the name of another product's are not that table.
      if (schema === schemas.weir && product !== 'weir' && tables[table] === undefined) continue;
      const list = tables[table] ?? [];
      tables[table] = list;
      const names = new Set(list.map((column) => column.name));
      list.push(...columns.filter((column) => !names.has(column.name)));
    }
  }
  const made: Schema = { tables };
  bindings.set(own, made);
  return made;
}

const bindings = new WeakMap<Schema, Schema>();

function placed(text: string, finding: Finding, code: string, severity: Severity): LintDiagnostic {
  const { at, message, fix } = finding;
  const isPlace = 'place' in at;
  const span: Span = isPlace ? { start: 0, length: 0 } : 'span' in at ? at.span : at;
  const { line, column, start, length } = diagnosticAt(text, span, { code, severity: 'error', message });
  return { code, severity, message, fix, line, column, start, length, ...(isPlace ? { place: at.place } : {}) };
}

/** One message about one place. */
function distinct(items: readonly LintDiagnostic[]): LintDiagnostic[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = `${item.code} ${item.start} ${item.length} ${(item.place ?? []).join('.')}`;
    return !seen.has(key) && seen.add(key);
  });
}
