import { loadScripts } from '#kusto-scripts';
import { Refusal } from '../diagnostics.ts';
import type { Constant, Schema, Span } from '../types.ts';
import { literalValue } from './literals.ts';
import type { Bound, BoundColumn, BoundSymbol } from './tree.ts';

// The one file that touches Microsoft's parser. Its two scripts are CommonJS, put `Bridge`, `System` and `Kusto` on
// globalThis and take about half a second to load, so they load at the first query.

interface Sequence<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface KustoSymbol {
  readonly Name: string;
  readonly Columns?: Sequence<{ readonly Name: string; readonly Type: KustoSymbol }>;
  readonly IsOpen?: boolean;
  readonly constructor: { readonly $$name?: string };
}

interface KustoNode {
  readonly Kind: number;
  readonly IsToken: boolean;
  readonly Text?: string;
  readonly TextStart: number;
  readonly Width: number;
  readonly IsMissing: boolean;
  readonly ChildCount: number;
  GetChild(index: number): KustoNode | null;
  GetName(index: number): string;
  readonly ResultType?: KustoSymbol | null;
  readonly ReferencedSymbol?: KustoSymbol | null;
  readonly ConstantValue?: unknown;
}

interface KustoDiagnostic {
  readonly Severity: string;
  readonly Code: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

interface KustoCode {
  GetDiagnostics(): Sequence<KustoDiagnostic>;
  GetSyntaxDiagnostics(): Sequence<KustoDiagnostic>;
  readonly Syntax: KustoNode;
}

interface Language {
  readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
  readonly KustoCode: { ParseAndAnalyze(text: string, globals: unknown): KustoCode };
  readonly Symbols: {
    readonly ColumnSymbol: {
      readonly ctor: new (
        name: string,
        type: unknown,
        description: null,
        originalColumns: null,
        source: null,
        examples: null,
      ) => unknown;
    };
    readonly TableSymbol: {
      readonly $ctor4: new (name: string, columns: unknown[]) => unknown;
      readonly Empty: { WithIsOpen(open: boolean): unknown };
    };
    readonly FunctionSymbol: {
      readonly ctor: new (
        name: string,
        result: (call: { readonly Arguments: Sequence<KustoNode> }) => unknown,
        tabularity: unknown,
        parameters: unknown[],
      ) => unknown;
    };
    readonly Parameter: { readonly $ctor3: new (name: string, type: unknown) => unknown };
    readonly ScalarTypes: { readonly String: unknown; GetSymbol(type: string): unknown };
    readonly Tabularity: { readonly Tabular: unknown };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, members: unknown[], isOpen: boolean) => unknown };
  };
  readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
}

/** Microsoft's help for who writes a query, over a text that need not be whole. */
export interface EditorService {
  GetCompletionItems(
    position: number,
    options: unknown,
    cancel: unknown,
  ): { readonly Items: Sequence<KustoCompletion>; readonly EditStart: number; readonly EditLength: number };
  GetQuickInfo(
    position: number,
    options: unknown,
    cancel: unknown,
  ): { readonly Items: Sequence<{ readonly Kind: number; readonly Text: string }> };
  GetElement(position: number, cancel: unknown): { readonly Start: number; readonly Length: number };
}

export interface KustoCompletion {
  readonly Kind: number;
  readonly DisplayText: string;
  readonly MatchText: string;
  readonly BeforeText: string;
  readonly AfterText: string;
}

interface EditorLanguage {
  readonly Editor: {
    readonly KustoCodeService: { readonly ctor: new (code: KustoCode) => EditorService };
    readonly CompletionKind: Readonly<Record<string, unknown>>;
    readonly CompletionOptions: { readonly Default: unknown };
    readonly QuickInfoOptions: { readonly Default: unknown };
  };
  readonly Utils: { readonly CancellationToken: { readonly None: unknown } };
}

let language: Language | undefined;
let kindNames: ReadonlyMap<number, string> = new Map();

function load(): Language {
  if (language !== undefined) return language;
  loadScripts();
  language = (globalThis as unknown as { readonly Kusto: { readonly Language: Language } }).Kusto.Language;
  const names = new Map<number, string>();
  for (const [name, value] of Object.entries(language.Syntax.SyntaxKind)) {
    if (typeof value === 'number') names.set(value, name);
  }
  kindNames = names;
  return language;
}

/** Whether this thread has parsed before: it has loaded the parser, and V8 knows its code. */
export function parserAtWork(): boolean {
  return language !== undefined;
}

/** A message of Microsoft's parser or binder, with its own code (`KS…`). */
export interface ParserDiagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly span: Span;
  /** What to write instead. */
  readonly advice?: string;
}

export interface Analysis {
  readonly root: Bound;
  readonly diagnostics: readonly ParserDiagnostic[];
  /** Some part of the text is not KQL at all; the tree has holes. */
  readonly syntaxError: boolean;
}

const globalsOf = new WeakMap<Schema, unknown>();

function globals(schema: Schema, kusto: Language): unknown {
  const known = globalsOf.get(schema);
  if (known !== undefined) return known;
  const { ColumnSymbol, TableSymbol, DatabaseSymbol, ScalarTypes } = kusto.Symbols;
  // Column by column: a schema in words would be parsed, which takes fifty times as long.
  const tables = new Map(
    Object.entries(schema.tables).map(([name, columns]) => {
      const list = columns.map(
        (column) => new ColumnSymbol.ctor(column.name, ScalarTypes.GetSymbol(column.type), null, null, null, null),
      );
      return [name, new TableSymbol.$ctor4(name, list)] as const;
    }),
  );
  const database = new DatabaseSymbol.ctor('weir', [...tables.values(), watchlists(schema, tables, kusto)], false);
  const made = kusto.GlobalState.Default.WithDatabase(database);
  globalsOf.set(schema, made);
  return made;
}

/** `_GetWatchlist('alias')` has the columns of its table; of an alias that nobody knows the columns are open. */
function watchlists(schema: Schema, tables: ReadonlyMap<string, unknown>, kusto: Language): unknown {
  const { FunctionSymbol, Parameter, ScalarTypes, TableSymbol, Tabularity } = kusto.Symbols;
  const unknown = TableSymbol.Empty.WithIsOpen(true);
  const columns = (call: { readonly Arguments: Sequence<KustoNode> }): unknown => {
    const alias = call.Arguments.Count > 0 ? call.Arguments.getItem(0).ConstantValue : undefined;
    return tables.get(schema.watchlists?.[String(alias)] ?? '') ?? unknown;
  };
  const alias = new Parameter.$ctor3('watchlistAlias', ScalarTypes.String);
  return new FunctionSymbol.ctor('_GetWatchlist', columns, Tabularity.Tabular, [alias]);
}

/** Parses and binds a query. The first call of a process loads the parser. Hand the same schema object in again: its
 *  symbols are kept with it.
 *  @throws Refusal WK001 where the binder itself stops, as at `datetime_part(1d, …)`. */
export function analyze(text: string, schema: Schema): Analysis {
  const kusto = load();
  const code = bound(text, globals(schema, kusto), kusto);
  const diagnostics: ParserDiagnostic[] = [];
  for (const item of items(code.GetDiagnostics())) {
    diagnostics.push({
      code: item.Code,
      severity: item.Severity === 'Error' ? 'error' : 'warning',
      message: item.Message,
      span: { start: item.Start, length: item.Length },
    });
  }
  const syntaxError = [...items(code.GetSyntaxDiagnostics())].some((item) => item.Severity === 'Error');
  return { root: new Node(code.Syntax, text), diagnostics, syntaxError };
}

/** What Microsoft's editors ask of a text.
 *  @throws Refusal WK001 where the binder itself stops */
export function editing(text: string, schema: Schema): { service: EditorService; language: EditorLanguage } {
  const kusto = load();
  const language = kusto as unknown as EditorLanguage;
  return { service: new language.Editor.KustoCodeService.ctor(bound(text, globals(schema, kusto), kusto)), language };
}

function bound(text: string, globals: unknown, kusto: Language): KustoCode {
  try {
    return kusto.KustoCode.ParseAndAnalyze(text, globals);
  } catch (error) {
    // An exception of the translated C# is no Error of JavaScript, unless it is of something that is missing.
    if (error instanceof Error && !(error instanceof TypeError)) throw error;
    const message = "Microsoft's binder stops at this query.";
    throw new Refusal('WK001', { start: 0, length: text.length }, message, 'Look for a literal of a wrong type.');
  }
}

export function* items<T>(sequence: Sequence<T>): Generator<T> {
  for (let index = 0; index < sequence.Count; index++) yield sequence.getItem(index);
}

const symbolKinds: Readonly<Record<string, BoundSymbol['kind']>> = {
  ColumnSymbol: 'column',
  VariableSymbol: 'variable',
  ParameterSymbol: 'parameter',
  TableSymbol: 'table',
  FunctionSymbol: 'function',
  OperatorSymbol: 'operator',
  TupleSymbol: 'tuple',
};

/** A lazily read view of one of Microsoft's nodes. */
class Node implements Bound {
  readonly kind: string;
  readonly span: Span;
  readonly text: string;
  readonly #node: KustoNode;
  readonly #source: string;
  #children: Map<string, Node | readonly Node[]> | undefined;
  #columns: readonly BoundColumn[] | null | undefined;

  constructor(node: KustoNode, source: string) {
    this.#node = node;
    this.#source = source;
    this.kind = kindNames.get(node.Kind) ?? String(node.Kind);
    this.span = { start: node.TextStart, length: node.Width };
    this.text = source.slice(node.TextStart, node.TextStart + node.Width);
  }

  get type(): string | undefined {
    const type = this.#node.ResultType;
    return type === undefined || type === null || type.Columns !== undefined ? undefined : type.Name;
  }

  get columns(): readonly BoundColumn[] | undefined {
    if (this.#columns === undefined) {
      const columns = this.#node.ResultType?.Columns;
      this.#columns =
        columns === undefined
          ? null
          : [...items(columns)].map((column) => ({ name: column.Name, type: column.Type.Name }));
    }
    return this.#columns ?? undefined;
  }

  get open(): boolean {
    return this.#node.ResultType?.IsOpen === true;
  }

  get symbol(): BoundSymbol | undefined {
    const symbol = this.#node.ReferencedSymbol;
    if (symbol === undefined || symbol === null) return undefined;
    const className = symbol.constructor.$$name?.split('.').pop() ?? '';
    return { kind: symbolKinds[className] ?? 'other', name: symbol.Name };
  }

  get constant(): Constant | undefined {
    if (!this.kind.endsWith('LiteralExpression') && !this.kind.endsWith('LiteralToken')) return undefined;
    if (this.kind === 'StringLiteralToken') return stringValue(this.text);
    const value = this.#node.ConstantValue;
    if (this.kind === 'StringLiteralExpression' || this.kind === 'CompoundStringLiteralExpression') {
      return typeof value === 'string' ? value : undefined;
    }
    return literalValue(this.kind, this.text);
  }

  child(name: string): Node | undefined {
    const found = this.#named().get(name);
    return found instanceof Node ? found : undefined;
  }

  list(name: string): readonly Node[] {
    const found = this.#named().get(name);
    return found === undefined || found instanceof Node ? [] : found;
  }

  get children(): readonly Node[] {
    return [...this.#named().values()].flat().filter((node) => !node.#node.IsToken);
  }

  #named(): Map<string, Node | readonly Node[]> {
    if (this.#children !== undefined) return this.#children;
    const children = new Map<string, Node | readonly Node[]>();
    for (let index = 0; index < this.#node.ChildCount; index++) {
      const child = this.#node.GetChild(index);
      if (child === null) continue;
      const name = this.#node.GetName(index);
      if (kindNames.get(child.Kind) === 'List') children.set(name, this.#elements(child));
      else if (!child.IsMissing) children.set(name, new Node(child, this.#source));
    }
    this.#children = children;
    return children;
  }

  #elements(list: KustoNode): readonly Node[] {
    const elements: Node[] = [];
    for (let index = 0; index < list.ChildCount; index++) {
      const item = list.GetChild(index);
      if (item === null) continue;
      const separated = kindNames.get(item.Kind) === 'SeparatedElement';
      const element = separated ? item.GetChild(0) : item;
      if (element !== null) elements.push(new Node(element, this.#source));
    }
    return elements;
  }
}

/** The value of a string token inside a dynamic literal or a bracketed name, where Microsoft keeps the token only. */
function stringValue(text: string): string | undefined {
  const match = /^h?(@?)(["'])([\s\S]*)\2$/i.exec(text);
  if (match === null) return undefined;
  const [, verbatim, quote, body] = match;
  if (verbatim === '@') return body?.replaceAll(`${quote}${quote}`, quote ?? '');
  const escapes: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    b: '\b',
    f: '\f',
    v: '\v',
    a: '\x07',
    0: '\0',
  };
  return body?.replace(/\\(u[0-9a-f]{4}|x[0-9a-f]{2}|[\s\S])/gi, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? code),
  );
}
