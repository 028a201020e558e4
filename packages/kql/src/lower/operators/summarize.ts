import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { AggregateNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import { argumentsOf } from '../arguments.ts';
import { isKqlType, type Lowering, refuse, type Scope, short } from '../context.ts';
import { summarized } from '../each-part.ts';
import { define, resultNames, split, splitNames } from '../named.ts';
import type { Operator } from '../operator.ts';
import { passed, reference, scopeOf } from '../table.ts';

/** `summarize`: the groups first, then the aggregates. */
export const summarize: Operator = (node, input, env, context) => {
  const names = resultNames(node);
  const scope = scopeOf(input, env);
  const groupNodes = node.child('ByClause')?.list('Expressions') ?? [];
  const groups = groupNodes.map((item, index) => group(item, names[index], scope, context));
  const aggregates: Defined[] = [];
  const within: Scope = { ...scope, aggregates: { order: input.order } };
  for (const item of node.list('Aggregates')) {
    const { value } = splitNames(item);
    if (value.columns !== undefined) {
      aggregates.push(...spread(value, names, groups.length + aggregates.length, within, context));
      continue;
    }
    const name = nameOfPair(item) ?? names[groups.length + aggregates.length];
    if (name === undefined) return refuse(item.span, 'WK001', `\`${short(item.text)}\` has no name of its own.`);
    aggregates.push(define(name, value, within, context));
  }
  if (groups.length + aggregates.length !== names.length) {
    return refuse(node.span, 'WK001', 'The columns of this `summarize` are not clear.');
  }
  return summarized(input, groups, aggregates, node.span);
};

/** The engine names a covariance after both of its columns, where the binder takes the first. */
function nameOfPair(item: Bound): string | undefined {
  if (item.kind !== 'FunctionCallExpression') return undefined;
  const name = nameOf(need(item, 'Name'));
  const [first, second] = argumentsOf(item);
  if (!/^covariancep?(?:if)?$/.test(name) || first?.kind !== 'NameReference' || second?.kind !== 'NameReference')
    return undefined;
  return `${name}_${nameOf(first)}_${nameOf(second)}`;
}

/** `distinct`: a `summarize` without aggregates; `*` is every column. */
export const distinct: Operator = (node, input, env, context) => {
  const names = resultNames(node);
  const scope = scopeOf(input, env);
  const nodes = node.list('Expressions');
  const groups =
    nodes.length === 1 && nodes[0]?.kind === 'StarExpression'
      ? input.columns.map((column) => grouped(passed(column), node))
      : nodes.map((item, index) => group(item, names[index], scope, context));
  return summarized(input, groups, [], node.span);
};

/** `count`. */
export const count: Operator = (node, input, _env, context) => {
  const name = resultNames(node)[0] ?? 'Count';
  const value: AggregateNode = {
    kind: 'aggregate',
    name: 'count',
    args: [],
    output: 0,
    order: [],
    type: 'long',
    span: node.span,
  };
  const column = context.column(name, 'long');
  return summarized(input, [], [{ column, value }], node.span);
};

function group(item: Bound, name: string | undefined, scope: Scope, context: Lowering): Defined {
  const { value } = split(item);
  if (name === undefined || value.columns !== undefined) {
    return refuse(item.span, 'WK001', `\`${short(item.text)}\` is not supported as a group.`);
  }
  return grouped(define(name, value, scope, context), item);
}

/** A group's value, which must not be dynamic. */
export function grouped(defined: Defined, node: Bound): Defined {
  if (defined.column.type === 'dynamic') {
    return refuse(
      node.span,
      'WK002',
      `\`${defined.column.name}\` is dynamic, and dynamic values cannot be grouped.`,
      'Convert: `tostring(x)`.',
    );
  }
  return defined;
}

/** An aggregate of several columns: `arg_max(v, *)`, `take_any(*)`, `percentiles(x, 5, 95)`. */
function spread(
  node: Bound,
  names: readonly string[],
  offset: number,
  scope: Scope,
  context: Lowering,
): readonly Defined[] {
  const outputs = node.columns ?? [];
  const inner: Scope = { env: scope.env, columns: scope.columns };
  const args = argumentsOf(node).flatMap((arg): readonly Scalar[] =>
    arg.kind === 'StarExpression' ? starred(node, outputs, scope) : [context.scalar(split(arg).value, inner)],
  );
  return outputs.map((output, index) => {
    const name = names[offset + index];
    if (name === undefined || !isKqlType(output.type)) {
      return refuse(node.span, 'WK001', `The columns of \`${short(node.text)}\` are not clear.`);
    }
    const value: AggregateNode = {
      kind: 'aggregate',
      name: nameOf(need(node, 'Name')),
      args,
      output: index,
      order: scope.aggregates?.order ?? [],
      type: output.type,
      span: node.span,
    };
    return { column: context.column(name, output.type), value };
  });
}

/** The columns that a star stands for: what the binder lists beyond the arguments that are written out. */
function starred(node: Bound, outputs: readonly { readonly name: string }[], scope: Scope): readonly Scalar[] {
  const written = argumentsOf(node).length - 1;
  return outputs.slice(written).map((output): Scalar => {
    const column: PlanColumn | undefined = scope.columns.get(output.name);
    return column === undefined
      ? refuse(node.span, 'WK001', `The column \`${output.name}\` is not in reach here.`)
      : reference(column, node.span);
  });
}
