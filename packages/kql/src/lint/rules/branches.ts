import { isStep, type Pipeline } from '../model/pipeline.ts';
import type { Query } from '../rule.ts';

/** The pipelines whose rows together are the answer: the inputs of its unions, through `let`s, down to those that no
 *  union makes; the answer itself where it has none. */
export function branchesOf(query: Query): readonly Pipeline[] {
  return query.answer === undefined ? [] : rootsOf(query.answer);
}

function rootsOf(pipeline: Pipeline): readonly Pipeline[] {
  const { source, steps } = pipeline;
  const joined = steps.flatMap((step) => (isStep(step, 'Union') ? step.others : []));
  const own =
    source.kind === 'pipeline'
      ? rootsOf(source.pipeline)
      : source.kind === 'union'
        ? source.inputs.flatMap(rootsOf)
        : [pipeline];
  return [...own, ...joined.flatMap(rootsOf)];
}
