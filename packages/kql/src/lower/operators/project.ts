import { type Bound, nameOf } from '../../parse/tree.ts';
import { type Lowering, refuse } from '../context.ts';
import { defineEach, madeNames, namesOfEach, resultNames, splitNames } from '../named.ts';
import type { Operator } from '../operator.ts';
import { overRows, passed, projected } from '../table.ts';
import { widthOf } from '../tuple.ts';

/** `project`. */
export const project: Operator = (node, input, env, context) => {
  const nodes = node.list('Expressions');
  const names = namesOfEach(nodes, resultNames(node), context);
  const { table, built } = overRows(input, env, context, (scope) => defineEach(nodes, names, scope, context));
  return projected(table, built);
};

/** `extend` and `serialize`: a new name is appended, a known one replaced where it stands. All values see the input. */
export const extend: Operator = (node, input, env, context) => {
  const names = madeNames(node, input.columns, context);
  const expressions = node.list('Expressions');
  const known = new Set(input.columns.map((column) => column.name));
  const appended = names.filter((name) => !known.has(name));
  const targets = targetNames(expressions, known, appended, context);
  const { table, built } = overRows(input, env, context, (scope) => defineEach(expressions, targets, scope, context));
  const byName = new Map(built.map((defined) => [defined.column.name, defined]));
  const replaced = input.columns.map((column) => byName.get(column.name) ?? passed(column));
  const added = built.filter((defined) => !known.has(defined.column.name));
  return projected(table, [...replaced, ...added]);
};

/** The names that each expression of an `extend` defines. Named ones say them; for the rest the binder's new columns are
 *  read off in order, which works where every unnamed expression makes a new column. Of a function that gives several
 *  columns `extend` keeps those that are named, or all where none is (series-fit-2lines-function.md). */
function targetNames(
  expressions: readonly Bound[],
  known: ReadonlySet<string>,
  appended: readonly string[],
  context: Lowering,
): readonly (readonly string[])[] {
  let next = 0;
  const unclear = (node: Bound) =>
    refuse(node.span, 'WK001', 'The name of this column is not clear.', 'Give it a name: `x = …`.');
  const targets = expressions.map((node) => {
    const { names, value } = splitNames(node);
    const { seen, made } = widthOf(value);
    const given = names.length === 0 && value.kind === 'NameReference' ? [nameOf(value)] : names;
    const columns = Array.from({ length: seen }, (_, place): string => {
      const own = given[place] ?? value.columns?.[place]?.name;
      if (own !== undefined && known.has(own)) return own;
      const found = appended[next++];
      return found === undefined || (given[place] !== undefined && given[place] !== found) ? unclear(node) : found;
    });
    const kept = seen > 1 && names.length > 0 ? Math.min(names.length, made) : made;
    for (const name of columns.slice(kept)) context.unmade.add(name);
    return columns.slice(0, kept);
  });
  const unnamed = expressions.find((node) => splitNames(node).names.length === 0) ?? expressions[0];
  return next === appended.length || unnamed === undefined ? targets : unclear(unnamed);
}
