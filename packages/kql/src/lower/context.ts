import { Refusal, type RefusalCode } from '../diagnostics.ts';
import type { Bound } from '../parse/tree.ts';
import type { IterateNode } from '../plan/relation.ts';
import type { OrderKey, PlanColumn, Scalar } from '../plan/scalar.ts';
import type { KqlType, Schema, Span } from '../types.ts';
import type { ExternalData } from './external.ts';
import type { Answer } from './open-columns.ts';
import type { Settings } from './settings.ts';
import type { Table } from './table.ts';

/** What a `let`, a parameter or a view stands for. A `let` is substituted, so its text is lowered at each use. */
export type Binding =
  | { readonly kind: 'expression'; readonly node: Bound; readonly env: Env }
  | { readonly kind: 'function'; readonly declaration: Bound; readonly env: Env }
  | { readonly kind: 'pattern'; readonly declaration: Bound | undefined; readonly env: Env }
  | { readonly kind: 'scalar'; readonly value: Scalar }
  | { readonly kind: 'table'; readonly make: () => Table };

/** Names in reach, innermost first. */
export class Env {
  readonly #own = new Map<string, Binding>();
  readonly #parent: Env | undefined;

  constructor(parent?: Env) {
    this.#parent = parent;
  }

  define(name: string, binding: Binding): void {
    this.#own.set(name, binding);
  }

  find(name: string): Binding | undefined {
    return this.#own.get(name) ?? this.#parent?.find(name);
  }

  /** The names of the views (`let V = view () {…}`) in reach, in the order of their definition. */
  views(): readonly string[] {
    const own = [...this.#own].flatMap(([name, binding]) =>
      binding.kind === 'function' && binding.declaration.child('ViewKeyword') !== undefined ? [name] : [],
    );
    return [...(this.#parent?.views() ?? []).filter((name) => !this.#own.has(name)), ...own];
  }
}

/** Where a scalar stands: the row it sees and what is allowed there. */
export interface Scope {
  readonly env: Env;
  /** The row's columns by name; empty outside of rows. */
  readonly columns: ReadonlyMap<string, PlanColumn>;
  /** `$left` and `$right` in a join's conditions. */
  readonly sides?: { readonly left: Table; readonly right: Table };
  /** Aggregates are allowed; the order of the rows they see. */
  readonly aggregates?: { readonly order: readonly OrderKey[] };
  /** The steps of a `scan` that are in reach, each with the columns of its state. */
  readonly steps?: ReadonlyMap<string, (column: string) => Scalar>;
  /** Where rows are serialized: computes a value over them beforehand and gives the column that holds it. */
  readonly hoist?: (make: (order: readonly OrderKey[]) => Scalar) => Scalar;
  /** Where rows are serialized: goes over them with a state, and gives a column of what the stages compute. */
  readonly carry?: (run: Pick<IterateNode, 'state' | 'stages'>, result: PlanColumn) => Scalar;
  /** Over rows: computes a value beforehand that several columns are made of, and gives the column that holds it. */
  readonly keep?: (value: Scalar) => Scalar;
}

/** What the caller hands in beside the query. */
export interface Given {
  /** Values of `declare query_parameters`, as text. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What stands at the addresses of `externaldata`. */
  readonly external: Readonly<Record<string, ExternalData>>;
  /** What the data answered to plug-ins whose columns depend on it, by the ends of their calls. */
  readonly answers: ReadonlyMap<number, Answer>;
}

/** What the lowering of one query shares. */
export interface Lowering {
  readonly schema: Schema;
  /** Names of columns that the binder lists in results and the engine does not make. */
  readonly unmade: Set<string>;
  /** What the `set` statements in front of the query ask for. */
  readonly settings: Settings;
  readonly given: Given;
  relation(node: Bound, env: Env): Table;
  /** A pipeline whose first piece is not a table of its own: `first` says what it stands for. */
  pipeline(node: Bound, env: Env, first: (node: Bound) => Table): Table;
  /** One operator over its input. */
  step(node: Bound, input: Table, env: Env): Table;
  scalar(node: Bound, scope: Scope): Scalar;
  /** Takes a `let` (or another statement before the query proper) into `env`. */
  declare(statement: Bound, env: Env): void;
  /** A new column with an id of its own. */
  column(name: string, type: KqlType): PlanColumn;
  /** A table of the schema. */
  scan(name: string, node: Bound): Table;
  /** Tables of `materialize`, by the node that made them and the names it saw. */
  shared(node: Bound, env: Env, make: () => Table): Table;
}

const types = new Set<string>([
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'datetime',
  'timespan',
  'string',
  'guid',
  'dynamic',
] satisfies KqlType[]);

export function isKqlType(type: string | undefined): type is KqlType {
  return type !== undefined && types.has(type);
}

/** The expression's type, which the binder must know. */
export function typeOf(node: Bound): KqlType {
  if (isKqlType(node.type)) return node.type;
  return refuse(node.span, 'WK001', `The type of \`${short(node.text)}\` is not known while compiling.`);
}

export function refuse(span: Span, code: RefusalCode, message: string, advice?: string): never {
  throw new Refusal(code, span, message, advice);
}

/** Source text for a message. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
