import type { Scalar } from './scalar.ts';

/** The conjuncts of a predicate: `a and (b and c)` is a, b, c. */
export function conjuncts(node: Scalar): readonly Scalar[] {
  return node.kind === 'call' && node.family === 'operator' && node.name === 'and'
    ? node.args.flatMap(conjuncts)
    : [node];
}
