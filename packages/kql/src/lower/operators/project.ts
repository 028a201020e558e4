import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { refuse } from '../context.ts';
import { defineEach, resultNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { overRows, passed, projected, reference } from '../table.ts';

/** `project`. */
export const project: Operator = (node, input, env, context) => {
  const { table, built } = overRows(input, env, context, (scope) =>
    defineEach(node.list('Expressions'), resultNames(node), scope, context),
  );
  return projected(table, built);
};

/** `project-away`, `project-keep`, `project-reorder`: the binder says which columns stay and where. */
export const select: Operator = (node, input) => {
  const byName = new Map(input.columns.map((column) => [column.name, column]));
  const columns = resultNames(node).map((name) => {
    const column = byName.get(name);
    return column === undefined ? refuse(node.span, 'WK001', `The column \`${name}\` is not in reach here.`) : column;
  });
  return projected(input, columns.map(passed));
};

/** `project-rename`. */
export const rename: Operator = (node, input, _env, context) => {
  const renamed = new Map<string, string>();
  for (const item of node.list('Expressions')) {
    const { name, value } = split(item);
    if (name !== undefined) renamed.set(nameOf(value), name);
  }
  const names = resultNames(node);
  const columns = input.columns.map((column, index): Defined => {
    const name = names[index] ?? column.name;
    if (name !== (renamed.get(column.name) ?? column.name)) {
      return refuse(node.span, 'WK001', 'This renaming is not supported.');
    }
    return name === column.name
      ? passed(column)
      : { column: context.column(name, column.type), value: reference(column) };
  });
  return projected(input, columns);
};

/** `extend` and `serialize`: a new name is appended, a known one replaced where it stands. All values see the input. */
export const extend: Operator = (node, input, env, context) => {
  const names = resultNames(node);
  const expressions = node.list('Expressions');
  const known = new Set(input.columns.map((column) => column.name));
  const appended = names.filter((name) => !known.has(name));
  const targets = targetNames(expressions, known, appended);
  const { table, built } = overRows(input, env, context, (scope) => defineEach(expressions, targets, scope, context));
  const byName = new Map(built.map((defined) => [defined.column.name, defined]));
  const replaced = input.columns.map((column) => byName.get(column.name) ?? passed(column));
  const added = built.filter((defined) => !known.has(defined.column.name));
  return projected(table, [...replaced, ...added]);
};

/** The name that each expression of an `extend` defines. Named ones say it; for the rest the binder's new columns are
 *  read off in order, which works where every unnamed expression makes a new column. */
function targetNames(
  expressions: readonly Bound[],
  known: ReadonlySet<string>,
  appended: readonly string[],
): readonly string[] {
  let next = 0;
  const targets = expressions.map((node) => {
    const { name, value } = split(node);
    const own = name ?? (value.kind === 'NameReference' ? nameOf(value) : undefined);
    if (own !== undefined && known.has(own)) return own;
    const made = appended[next++];
    if (made === undefined || (own !== undefined && own !== made)) {
      return refuse(node.span, 'WK001', 'The name of this column is not clear.', 'Give it a name: `x = …`.');
    }
    return made;
  });
  if (next !== appended.length) {
    const unnamed = expressions.find((node) => split(node).name === undefined) ?? expressions[0];
    if (unnamed !== undefined) {
      return refuse(unnamed.span, 'WK001', 'The name of this column is not clear.', 'Give it a name: `x = …`.');
    }
  }
  return targets;
}

export function columnNamed(columns: readonly PlanColumn[], node: Bound): PlanColumn {
  const name = nameOf(node);
  const column = columns.find((item) => item.name === name);
  return column ?? refuse(need(node, 'Name').span, 'WK001', `The column \`${name}\` is not in reach here.`);
}
