import { nameOf, parameter } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, type Step } from '../model/pipeline.ts';
import { conjunctsOf, type Predicate } from '../model/predicate.ts';
import { namesRead } from '../model/walk.ts';
import { conditionOf, nameOfItem } from './expressions.ts';

/** What holds of every row that reaches a step, by the filters before it. */
export interface Fact {
  readonly predicate: Predicate;
  readonly step: Step;
}

/** The steps of a pipeline, those it builds on included, each with what holds of its input. A fact ends where a name in
 *  it is defined anew, and all end where rows become other rows. */
export function* stepsWithFacts(
  pipeline: Pipeline,
): Generator<{ readonly step: Step; readonly facts: readonly Fact[] }> {
  let facts: readonly Fact[] = [];
  for (const step of flow(pipeline)) {
    yield { step, facts };
    const condition = conditionOf(step);
    if (condition !== undefined) {
      facts = [...facts, ...conjunctsOf(condition).map((predicate) => ({ predicate, step }))];
    } else if (isStep(step, 'Extend', 'Serialize', 'Project', 'ProjectRename', 'MvExpand')) {
      const redefined = new Set(redefinedNames(step));
      facts = facts.filter(
        ({ predicate }) => ![...namesRead(predicate.node)].some((node) => redefined.has(nameOf(node))),
      );
    } else if (!keepsRows(step)) facts = [];
  }
}

function redefinedNames(step: Step): readonly string[] {
  return step.node.list('Expressions').flatMap((item): readonly string[] => {
    if (step.node.kind === 'MvExpandOperator') return [...namesRead(item)].map(nameOf);
    if (item.kind === 'CompoundNamedExpression') return (item.child('Names')?.list('Names') ?? []).map(nameOf);
    return item.kind === 'SimpleNamedExpression' ? [nameOfItem(item) ?? ''] : [];
  });
}

function keepsRows(step: Step): boolean {
  if (isStep(step, 'Join', 'Lookup')) {
    const kind = parameter(step.node, 'kind')?.text.toLowerCase() ?? 'innerunique';
    return /^(inner|innerunique|left\w+|anti)$/.test(kind);
  }
  return isStep(
    step,
    'Sort',
    'Top',
    'Take',
    'Sample',
    'ProjectAway',
    'ProjectKeep',
    'ProjectReorder',
    'As',
    'Render',
    'Distinct',
  );
}
