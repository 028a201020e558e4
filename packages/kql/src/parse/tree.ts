import type { Constant, Span } from '../types.ts';

/** What a name in the query was bound to. */
export interface BoundSymbol {
  readonly kind: 'column' | 'variable' | 'parameter' | 'table' | 'function' | 'operator' | 'tuple' | 'other';
  readonly name: string;
}

/** A column of a tabular result as Microsoft's binder names and types it. `type` may be a type that Weir does not
 *  know, `unknown` and `error` included. */
export interface BoundColumn {
  readonly name: string;
  readonly type: string;
}

/** A node of the bound syntax tree: Microsoft's tree without Microsoft's objects. `kind` is the name of the syntax
 *  kind (`FilterOperator`, `InExpression`…), children carry the names of Microsoft's properties. */
export interface Bound {
  readonly kind: string;
  readonly span: Span;
  /** The source text of the node without what surrounds it. */
  readonly text: string;
  /** Scalar expressions: the type's name. */
  readonly type: string | undefined;
  /** Tabular (and tuple) expressions: the columns in order. */
  readonly columns: readonly BoundColumn[] | undefined;
  /** The columns are not all known while compiling (`bag_unpack`…). */
  readonly open: boolean;
  readonly symbol: BoundSymbol | undefined;
  /** The value of a literal. */
  readonly constant: Constant | undefined;
  /** A single named child, or undefined where it is absent or missing in the text. */
  child(name: string): Bound | undefined;
  /** The elements of a list child, separators left out; empty where it is absent. */
  list(name: string): readonly Bound[];
  /** All nodes that stand directly in this one, those of lists among them, in the order of the text; tokens are none. */
  readonly children: readonly Bound[];
}

/** The child that the grammar guarantees; its absence is a bug of ours, as syntax errors stop before. */
export function need(node: Bound, name: string): Bound {
  const found = node.child(name);
  if (found === undefined) throw new Error(`${node.kind} without ${name}: ${node.text}`);
  return found;
}

/** The name that a NameReference, NameDeclaration or operator parameter spells, brackets and quotes taken off. */
export function nameOf(node: Bound): string {
  if (node.symbol !== undefined && node.kind !== 'NameReference') return node.symbol.name;
  const name = node.child('Name');
  if (name !== undefined && node.kind !== 'TokenName' && node.kind !== 'BracketedName') return nameOf(name);
  if (node.kind === 'BracketedName') {
    const inner = need(node, 'Name');
    return typeof inner.constant === 'string' ? inner.constant : inner.text;
  }
  return node.text;
}

/** Takes parentheses off. */
export function bare(node: Bound): Bound {
  return node.kind === 'ParenthesizedExpression' ? bare(need(node, 'Expression')) : node;
}

/** The value of an operator's parameter (`kind=inner`), or undefined. */
export function parameter(operator: Bound, name: string): Bound | undefined {
  for (const item of operator.list('Parameters')) {
    if (nameOf(need(item, 'Name')) === name) return need(item, 'Expression');
  }
  return undefined;
}

/** Calls `enter` for the node and everything under it, parents first. */
export function visit(node: Bound, enter: (node: Bound) => void): void {
  enter(node);
  for (const child of node.children) visit(child, enter);
}
