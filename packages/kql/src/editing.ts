import { editing, items } from './parse/microsoft.ts';
import { refused } from './refused.ts';
import type { Schema, Span } from './types.ts';

/** Something that may stand at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: 'table' | 'column' | 'function' | 'aggregate' | 'operator' | 'keyword' | 'type' | 'name' | 'chart';
  /** A function's parameters, as `(value, [start])`. */
  readonly signature?: string;
  /** What is written for it: in front of the cursor and behind it. */
  readonly before: string;
  readonly after: string;
}

export interface Completions extends Span {
  readonly completions: readonly Completion[];
}

/** What may be written at a place of a text that need not be whole, and what of the text it stands for: tables, the
 *  columns in reach there, operators, functions. What only Kusto's clusters have, and what the compiler refuses, is left out.
 *  @throws Refusal where the binder itself stops */
export function completionsAt(text: string, schema: Schema, at: number): Completions {
  const { service, language } = editing(text, schema);
  const kinds = new Map(Object.entries(language.Editor.CompletionKind).map(([name, value]) => [value, name]));
  const { Items, EditStart, EditLength } = service.GetCompletionItems(
    at,
    language.Editor.CompletionOptions.Default,
    language.Utils.CancellationToken.None,
  );
  const completions: Completion[] = [];
  for (const { Kind, DisplayText, MatchText, BeforeText, AfterText } of items(Items)) {
    const kind = kindOf(kinds.get(Kind) ?? '');
    if (kind === undefined || clusterOnly.has(MatchText) || MatchText.startsWith('graph-')) continue;
    const open = DisplayText.indexOf('(');
    const isCall = (kind === 'function' || kind === 'aggregate') && open > 0;
    if (isCall && refused.has(DisplayText.slice(0, open))) continue;
    completions.push({
      ...{ label: isCall ? DisplayText.slice(0, open) : DisplayText, kind },
      ...(isCall ? { signature: DisplayText.slice(open) } : {}),
      // Its blanks are for an editor that goes on to complete; its line break behind a table is for nobody.
      before: isCall ? BeforeText.trimEnd() : kind === 'table' || kind === 'column' ? MatchText : BeforeText,
      after: AfterText,
    });
  }
  return { start: EditStart, length: EditLength, completions };
}

export interface Said extends Span {
  readonly text: string;
}

/** What stands at a place: a column with its type, a function with its parameters and what it gives, a table with its
 *  columns; undefined where there is nothing to say.
 *  @throws Refusal where the binder itself stops */
export function saidAt(text: string, schema: Schema, at: number): Said | undefined {
  const { service, language } = editing(text, schema);
  const none = language.Utils.CancellationToken.None;
  const { Items } = service.GetQuickInfo(at, language.Editor.QuickInfoOptions.Default, none);
  const told = [...items(Items)].map((item) => item.Text).join('\n');
  if (told === '') return undefined;
  const { Start, Length } = service.GetElement(at, none);
  return { start: Start, length: Length, text: told };
}

function kindOf(name: string): Completion['kind'] | undefined {
  switch (name) {
    case 'Table':
      return 'table';
    case 'Column':
      return 'column';
    case 'BuiltInFunction':
    case 'LocalFunction':
    case 'DatabaseFunction':
      return 'function';
    case 'AggregateFunction':
      return 'aggregate';
    case 'QueryPrefix':
    case 'TabularPrefix':
    case 'TabularSuffix':
      return 'operator';
    case 'ScalarType':
      return 'type';
    case 'RenderChart':
      return 'chart';
    case 'Parameter':
    case 'Variable':
    case 'Identifier':
      return 'name';
    case 'Keyword':
    case 'Syntax':
    case 'ScalarPrefix':
    case 'ScalarInfix':
    case 'Option':
      return 'keyword';
    default:
      return undefined;
  }
}

/** Clusters, their other databases and what is stored in them; operators that Weir does not compile. */
const clusterOnly: ReadonlySet<string> = new Set([
  'cluster',
  'database',
  'entity_group',
  'external_table',
  'graph',
  'materialized_view',
  'stored_query_result',
  'macro-expand',
  'make-graph',
  'assert-schema',
  'reduce',
  'consume',
  'execute-and-cache',
]);
