import { type Bound, need } from '../parse/tree.ts';

/** The arguments of a call, in order, named ones still with their names. */
export function argumentsOf(node: Bound): readonly Bound[] {
  return need(node, 'ArgumentList').list('Expressions');
}
