import type { ParserDiagnostic } from './microsoft.ts';
import { type Bound, nameOf } from './tree.ts';

/** Errors of Microsoft's binder for queries that the engine runs (kql.md 2.4). */
export function allowed(diagnostic: ParserDiagnostic, root: Bound): boolean {
  const path = pathTo(diagnostic, root);
  const within = (kind: string): boolean => path.some((node) => node.kind === kind);
  const calls = path.filter((node) => node.kind === 'FunctionCallExpression').map((node) => node.child('Name'));
  const call = calls.at(-1);
  const called = call === undefined ? undefined : nameOf(call);
  switch (diagnostic.code) {
    case 'KS106':
      // `search "x" or 42`: a number is a term too.
      return within('SearchOperator') && isTerms(path.at(-1));
    case 'KS107':
      // `count(x)` counts rows as `count()` does; `search not("x")`.
      return called === 'count' || (called === 'not' && within('SearchOperator')) || within('EvaluateOperator');
    case 'KS119':
      // The binder knows fewer arguments than the plug-in takes.
      return called === 'bag_unpack';
    case 'KS124':
      return called === 'schema_merge';
    case 'KS134':
      return called === 'make_timespan';
    case 'KS234':
      // The length of a bag is null.
      return called === 'array_length';
    default:
      return false;
  }
}

/** Both sides of an `and` or `or` are conditions or terms. */
function isTerms(node: Bound | undefined): boolean {
  if (node?.kind !== 'AndExpression' && node?.kind !== 'OrExpression') return false;
  return ['Left', 'Right'].every((side) => {
    const operand = node.child(side);
    return operand?.type === 'bool' || operand?.kind === 'LongLiteralExpression';
  });
}

/** The nodes around the diagnostic's place, outermost first. */
function pathTo({ span }: ParserDiagnostic, root: Bound): readonly Bound[] {
  const path: Bound[] = [];
  let node: Bound | undefined = root;
  while (node !== undefined) {
    path.push(node);
    node = node.children.find(
      (child) =>
        child.span.start <= span.start && child.span.start + child.span.length >= span.start + Math.max(span.length, 1),
    );
  }
  return path;
}
