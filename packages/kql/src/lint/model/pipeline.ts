import type { Bound } from '../../parse/tree.ts';
import type { Env } from './env.ts';
import type { Scope } from './scope.ts';

/** Where a pipeline's rows come from. */
export type Source =
  | { readonly kind: 'table'; readonly name: string; readonly node: Bound }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly node: Bound }
  | { readonly kind: 'union'; readonly inputs: readonly Pipeline[]; readonly node: Bound }
  | { readonly kind: 'other'; readonly node: Bound };

/** One operator of a pipeline. */
export interface Step {
  readonly node: Bound;
  readonly env: Env;
  /** The names before it and after it. */
  readonly input: Scope;
  readonly output: Scope;
  /** What a join, lookup or union brings in. */
  readonly others: readonly Pipeline[];
}

/** `source | operator | operator`, whether it is the query, a `let`, a branch or the side of a join. */
export interface Pipeline {
  readonly role: 'query' | 'let' | 'branch' | 'side' | 'subquery';
  readonly name: string | undefined;
  readonly node: Bound;
  readonly env: Env;
  readonly source: Source;
  readonly steps: readonly Step[];
  readonly scope: Scope;
}

/** The operators that the rows of a pipeline have passed, those of the `let`s that it builds on first; where branches
 *  meet, the way before is not one. */
export function flow(pipeline: Pipeline): readonly Step[] {
  return pipeline.source.kind === 'pipeline' ? [...flow(pipeline.source.pipeline), ...pipeline.steps] : pipeline.steps;
}

/** The table where a pipeline's own rows begin; undefined behind a union or another source. */
export function tableOf(pipeline: Pipeline): string | undefined {
  const { source } = pipeline;
  if (source.kind === 'pipeline') return tableOf(source.pipeline);
  return source.kind === 'table' ? source.name : undefined;
}

/** Is it an operator of this kind (`Filter`, `Summarize`…)? */
export function isStep(step: Step, ...kinds: readonly string[]): boolean {
  return kinds.some((kind) => step.node.kind === `${kind}Operator`);
}
