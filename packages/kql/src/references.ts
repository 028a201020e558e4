import { analyze } from './parse/microsoft.ts';
import { visit } from './parse/tree.ts';
import type { Schema, Span } from './types.ts';

/** Where a query names a table, or a column of any origin. */
export interface Reference extends Span {
  readonly kind: 'table' | 'column';
  readonly name: string;
}

/** The tables and columns that a query names, in the order of its text, each as Microsoft's binder takes it; what it
 *  cannot resolve is not among them.
 *  @throws Refusal where the binder itself stops */
export function referencesOf(text: string, schema: Schema): readonly Reference[] {
  const found: Reference[] = [];
  visit(analyze(text, schema).root, ({ kind, symbol, span }) => {
    if (kind !== 'NameReference' || symbol === undefined) return;
    if (symbol.kind === 'table' || symbol.kind === 'column')
      found.push({ kind: symbol.kind, name: symbol.name, ...span });
  });
  return found.sort((a, b) => a.start - b.start);
}
