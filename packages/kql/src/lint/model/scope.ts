import type { Bound } from '../../parse/tree.ts';
import type { Env } from './env.ts';

/** What a name stands for at one point of a pipeline. */
export type Origin =
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  /** An expression over the names of `scope`; `node` is absent where an operator made the column by itself. */
  | { readonly kind: 'computed'; readonly node: Bound | undefined; readonly scope: Scope; readonly env: Env };

export interface Scope {
  readonly names: ReadonlyMap<string, Origin>;
  /** There may be more columns than these. */
  readonly open: boolean;
}

export const nothing: Scope = { names: new Map(), open: false };

export function withNames(scope: Scope, added: Iterable<readonly [string, Origin]>): Scope {
  return { ...scope, names: new Map([...scope.names, ...added]) };
}
