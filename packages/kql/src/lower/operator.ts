import type { Bound } from '../parse/tree.ts';
import type { Env, Lowering } from './context.ts';
import type { Table } from './table.ts';

/** Lowers one operator of a pipeline over its input. */
export type Operator = (node: Bound, input: Table, env: Env, context: Lowering) => Table;
