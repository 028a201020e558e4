import { type Bound, need } from '../../parse/tree.ts';
import type { Defined, Relation } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import type { Span } from '../../types.ts';
import { argumentsOf } from '../arguments.ts';
import { type Env, type Lowering, refuse } from '../context.ts';
import { resultNames } from '../named.ts';
import { constant, call as function_, operator } from '../scalar-operator.ts';
import { numbered, passed, projected, reference, type Table, unordered, withHidden } from '../table.ts';
import { columnOf, constantOf, type Plugin } from './arguments.ts';

/** `ipv4_lookup(LookupTable, Key, LookupKey, return_unmatched)`: every row with every range that its address is in. The
 *  columns are the table's, then the lookup table's. */
export const ipv4Lookup: Plugin = (call, node, input, env, context) => {
  const lookup = lookupOf(call, input, env, context);
  const { span } = call;
  const column = (name: string, value: Scalar): Defined => ({ column: context.column(name, 'long'), value });
  const low = column('low', address(reference(lookup.range), span));
  const high = column('high', lastOf(reference(lookup.range), span));
  const ranges = withHidden(lookup.ranges, [low, high]);
  const joined = lookedUp(lookup, input, call, env, context, (rows, key) => {
    const value = column('address', address(reference(key), span));
    const sides = [
      operator('>=', [reference(value.column), reference(low.column)], 'bool', span),
      operator('<=', [reference(value.column), reference(high.column)], 'bool', span),
    ];
    return pairs(withHidden(rows, [value]), ranges, operator('and', sides, 'bool', span));
  });
  // Taken names of the lookup table's columns carry a number.
  const names = resultNames(node);
  const columns = joined.columns.map((item, index): Defined => {
    const name = index < input.columns.length ? item.name : (names[index] ?? item.name);
    return name === item.name ? passed(item) : { column: context.column(name, item.type), value: reference(item) };
  });
  return projected(joined, columns);
};

/** `ipv6_lookup(…)`: as `ipv4_lookup`, but the lookup table's columns come first. */
export const ipv6Lookup: Plugin = (call, _node, input, env, context) => {
  const lookup = lookupOf(call, input, env, context);
  const own = new Set(input.columns.map(({ name }) => name));
  const twice = lookup.ranges.columns.find(({ name }) => own.has(name));
  if (twice !== undefined) {
    return refuse(
      call.span,
      'WK001',
      `Both tables have a column \`${twice.name}\`.`,
      'Rename one: `project-rename …`.',
    );
  }
  const joined = lookedUp(lookup, input, call, env, context, (rows, key) => {
    const args = [reference(key), reference(lookup.range)];
    return pairs(rows, lookup.ranges, function_('ipv6_is_in_range', args, 'bool', call.span));
  });
  const { length } = input.columns;
  return projected(joined, [...joined.columns.slice(length), ...joined.columns.slice(0, length)].map(passed));
};

interface Lookup {
  readonly ranges: Table;
  readonly key: PlanColumn;
  readonly range: PlanColumn;
  readonly unmatched: boolean;
}

function lookupOf(call: Bound, input: Table, env: Env, context: Lowering): Lookup {
  const [from, key, range, flag, ...more] = argumentsOf(call);
  const option = flag?.kind === 'SimpleNamedExpression' ? need(flag, 'Expression') : flag;
  const extra = more[0] ?? (option?.kind === 'NameReference' && option.symbol?.kind === 'column' ? option : undefined);
  if (from === undefined || extra !== undefined) {
    const advice = 'Compare other columns behind it: `| where a == b`.';
    return refuse((extra ?? call).span, 'WK001', 'Further keys are not supported.', advice);
  }
  const ranges = context.relation(from, env);
  const unmatched = option === undefined ? false : constantOf(option, env, context);
  const keys = { key: columnOf(key, call, input), range: columnOf(range, call, ranges) };
  if (keys.key.type !== 'string' || keys.range.type !== 'string' || typeof unmatched !== 'boolean') {
    return refuse(call.span, 'WK002', 'The keys are texts, and `return_unmatched` is true or false.');
  }
  return { ...keys, ranges, unmatched };
}

/** The pairs that `matched` makes of the rows; with `return_unmatched` rows without a partner too. */
function lookedUp(
  { ranges, key, unmatched }: Lookup,
  input: Table,
  call: Bound,
  env: Env,
  context: Lowering,
  matched: (rows: Table, key: PlanColumn) => Relation,
): Table {
  if (!unmatched) return unordered(matched(input, key), [...input.columns, ...ranges.columns]);
  // Each row beside its partners, by its number.
  const place = input.columns.findIndex(({ id }) => id === key.id);
  const rows = numbered({ ...input, order: [], numbered: false }, context);
  const by = rows.order[0]?.by;
  if (by?.kind !== 'column') throw new Error('Numbered rows have one key.');
  const columns = [...input.columns, { id: by.id, name: 'ordinal', type: by.type }];
  const use = (): Table => context.shared(call, env, () => ({ ...rows, columns }));
  const [left, right] = [use(), use()];
  const [number, copy] = [left, right].map((table) => table.columns.at(-1)) as [PlanColumn, PlanColumn];
  const partners: Relation = {
    kind: 'project',
    input: matched(right, right.columns[place] ?? key),
    columns: [copy, ...ranges.columns].map(passed),
  };
  const on = [{ left: reference(number), right: reference(copy) }];
  const relation: Relation = { kind: 'join', join: 'leftouter', left: left.relation, right: partners, on };
  return unordered(relation, [...left.columns.slice(0, -1), ...ranges.columns]);
}

/** All pairs of rows that meet the condition. */
function pairs(left: Table, right: Table, predicate: Scalar): Relation {
  const one = constant(1n, 'long', predicate.span);
  const on = [{ left: one, right: one }];
  const input: Relation = { kind: 'join', join: 'inner', left: left.relation, right: right.relation, on };
  return { kind: 'filter', input, predicate };
}

function address(text: Scalar, span: Span): Scalar {
  return function_('parse_ipv4', [text], 'long', span);
}

/** The last address of a range. */
function lastOf(range: Scalar, span: Span): Scalar {
  const number = (value: bigint): Scalar => constant(value, 'long', span);
  const suffix = function_('ipv4_netmask_suffix', [range], 'long', span);
  const free = function_('toreal', [operator('-', [number(32n), suffix], 'long', span)], 'real', span);
  const size = function_('tolong', [function_('exp2', [free], 'real', span)], 'long', span);
  const behind = operator('+', [address(range, span), size], 'long', span);
  return operator('-', [behind, number(1n)], 'long', span);
}
