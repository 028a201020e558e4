import { type Bound, bare, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Defined, JoinKind, JoinNode } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { madeNames } from '../named.ts';
import type { Operator } from '../operator.ts';
import { passed, reference, type Table, unordered } from '../table.ts';

interface Pair {
  readonly left: Scalar;
  readonly right: Scalar;
}

interface Flavour {
  readonly join: JoinKind;
  /** The result is the right side's: sides change places. */
  readonly swap?: true;
  /** The left side is first reduced to one row for each key. */
  readonly unique?: true;
}

const flavours: Readonly<Record<string, Flavour>> = {
  innerunique: { join: 'inner', unique: true },
  inner: { join: 'inner' },
  leftouter: { join: 'leftouter' },
  rightouter: { join: 'rightouter' },
  fullouter: { join: 'fullouter' },
  leftsemi: { join: 'leftsemi' },
  leftanti: { join: 'leftanti' },
  anti: { join: 'leftanti' },
  leftantisemi: { join: 'leftanti' },
  rightsemi: { join: 'leftsemi', swap: true },
  rightanti: { join: 'leftanti', swap: true },
  rightantisemi: { join: 'leftanti', swap: true },
};

/** `join`: `innerunique` unless said otherwise. */
export const join: Operator = (node, input, env, context) => {
  const kind = parameter(node, 'kind');
  const flavour = flavours[kind?.text.toLowerCase() ?? 'innerunique'];
  if (flavour === undefined)
    return refuse(kind?.span ?? node.span, 'WK001', `Join kind \`${kind?.text}\` is not supported.`);
  const right = context.relation(need(node, 'Expression'), env);
  const on = conditions(node, input, right, env, context);
  if (flavour.join === 'leftsemi' || flavour.join === 'leftanti') return semi(flavour, input, right, on);
  const left: Table =
    flavour.unique === true
      ? { ...input, relation: { kind: 'unique', input: input.relation, keys: on.map((pair) => pair.left) } }
      : input;
  const relation: JoinNode = { kind: 'join', join: flavour.join, left: left.relation, right: right.relation, on };
  return renamed(node, relation, left.columns, right.columns, context);
};

/** `lookup`: an outer or inner join that drops the right side's keys. */
export const lookup: Operator = (node, input, env, context) => {
  const kind = parameter(node, 'kind')?.text.toLowerCase() ?? 'leftouter';
  if (kind !== 'leftouter' && kind !== 'inner')
    return refuse(node.span, 'WK001', `Lookup kind \`${kind}\` is not supported.`);
  const right = context.relation(need(node, 'Expression'), env);
  const on = conditions(node, input, right, env, context, 'LookupClause');
  const keys = new Set(on.map((pair) => (pair.right.kind === 'column' ? pair.right.id : -1)));
  const relation: JoinNode = { kind: 'join', join: kind, left: input.relation, right: right.relation, on };
  const added = right.columns.filter((column) => !keys.has(column.id));
  return renamed(node, relation, input.columns, added, context);
};

function semi(flavour: Flavour, left: Table, right: Table, on: readonly Pair[]): Table {
  const swapped = flavour.swap === true;
  const [keep, other] = swapped ? [right, left] : [left, right];
  const pairs = swapped ? on.map((pair) => ({ left: pair.right, right: pair.left })) : on;
  const relation: JoinNode = {
    kind: 'join',
    join: flavour.join,
    left: keep.relation,
    right: other.relation,
    on: pairs,
  };
  return unordered(relation, keep.columns);
}

/** The joined columns: right ones whose name is taken carry a number. The names are the binder's, or, where a tabular
 *  parameter hands on more columns than the binder sees, by its rule. */
function renamed(
  node: Bound,
  relation: JoinNode,
  left: readonly PlanColumn[],
  right: readonly PlanColumn[],
  context: Lowering,
): Table {
  const columns = [...left, ...right];
  const seen = madeNames(node, columns, context);
  const names = seen.length === columns.length ? seen : numberedNames(left, right);
  const defined = columns.map((column, index): Defined => {
    const name = names[index] ?? column.name;
    if (!name.startsWith(column.name)) return refuse(node.span, 'WK001', 'The columns of this join are not clear.');
    return name === column.name
      ? passed(column)
      : { column: context.column(name, column.type), value: reference(column) };
  });
  return unordered(
    { kind: 'project', input: relation, columns: defined },
    defined.map((item) => item.column),
  );
}

function numberedNames(left: readonly PlanColumn[], right: readonly PlanColumn[]): readonly string[] {
  const taken = new Set([...left, ...right].map(({ name }) => name));
  const ofLeft = new Set(left.map(({ name }) => name));
  const ofRight = right.map(({ name }) => {
    if (!ofLeft.has(name)) return name;
    let number = 1;
    while (taken.has(`${name}${number}`)) number += 1;
    taken.add(`${name}${number}`);
    return `${name}${number}`;
  });
  return [...left.map(({ name }) => name), ...ofRight];
}

function conditions(
  node: Bound,
  left: Table,
  right: Table,
  env: Env,
  context: Lowering,
  clauseName = 'ConditionClause',
): readonly Pair[] {
  const clause = node.child(clauseName) ?? node.child('ConditionClause');
  if (clause === undefined || clause.kind !== 'JoinOnClause') {
    return refuse(
      node.span,
      'WK001',
      'A join without `on` is not supported.',
      'Write `on Column` or `on $left.A == $right.B`.',
    );
  }
  const pairs = clause
    .list('Expressions')
    .flatMap(conjuncts)
    .map((item) => pairOf(item, left, right, env, context));
  for (const [index, pair] of pairs.entries()) {
    if (pair.left.type === 'dynamic' || pair.right.type === 'dynamic') {
      const item = clause.list('Expressions')[index] ?? clause;
      return refuse(
        item.span,
        'WK002',
        'Dynamic values cannot be join keys.',
        'Convert them before: `extend k = tostring(x)`.',
      );
    }
  }
  return pairs;
}

function conjuncts(node: Bound): readonly Bound[] {
  const plain = bare(node);
  return plain.kind === 'AndExpression'
    ? [...conjuncts(need(plain, 'Left')), ...conjuncts(need(plain, 'Right'))]
    : [plain];
}

function pairOf(node: Bound, left: Table, right: Table, env: Env, context: Lowering): Pair {
  if (node.kind === 'NameReference') {
    const name = nameOf(node);
    const [l, r] = [left, right].map((table) => table.columns.find((column) => column.name === name));
    if (l !== undefined && r !== undefined) return { left: reference(l, node.span), right: reference(r, node.span) };
  }
  if (node.kind === 'EqualExpression') {
    const scope = { env, columns: new Map(), sides: { left, right } };
    const sides = ['Left', 'Right'].map((name) => {
      const path = bare(need(node, name));
      const side = path.kind === 'PathExpression' ? need(path, 'Expression').text : undefined;
      return { side, value: side === '$left' || side === '$right' ? context.scalar(path, scope) : undefined };
    });
    const l = sides.find((item) => item.side === '$left')?.value;
    const r = sides.find((item) => item.side === '$right')?.value;
    if (l !== undefined && r !== undefined) return { left: l, right: r };
  }
  return refuse(
    node.span,
    'WK001',
    `\`${short(node.text)}\` is not supported as a join condition.`,
    'Join on equal columns and put the rest into `| where`.',
  );
}
