import { isStep, type Pipeline } from '../model/pipeline.ts';
import type { Query } from '../rule.ts';

/** The pipelines whose rows together are the answer: the inputs of its unions, through `let`s, down to those that no
 *  union makes; the answer itself where it has none. */
export function branchesOf(query: Query): readonly Pipeline[] {
  const [roots, seen] = [new Set<Pipeline>(), new Set<Pipeline>()];
  const collect = (pipeline: Pipeline): void => {
    if (seen.has(pipeline)) return;
    seen.add(pipeline);
    const { source, steps } = pipeline;
    if (source.kind === 'pipeline') collect(source.pipeline);
    else if (source.kind === 'union') source.inputs.forEach(collect);
    else roots.add(pipeline);
    for (const step of steps) if (isStep(step, 'Union')) step.others.forEach(collect);
  };
  if (query.answer !== undefined) collect(query.answer);
  return [...roots];
}
