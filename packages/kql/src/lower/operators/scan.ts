import { type Bound, nameOf, parameter } from '../../parse/tree.ts';
import { columnsOf } from '../../plan/columns.ts';
import type { Defined, Relation } from '../../plan/relation.ts';
import type { OrderKey, PlanColumn, Scalar } from '../../plan/scalar.ts';
import { type Lowering, refuse } from '../context.ts';
import type { Operator } from '../operator.ts';
import { call, constant, operator } from '../scalar-operator.ts';
import { iterated, passed, reference, type Table } from '../table.ts';
import { type Machine, type Match, machineOf } from './scan-machine.ts';
import { type Steps, stepsOf } from './scan-steps.ts';

/** `scan` (scan-operator.md): goes over the serialized rows with a state for each step, and puts out a row for each
 *  match of a row with a step. */
export const scan: Operator = (node, input, env, context) => {
  if (!input.serialized) {
    const advice = 'Put `| sort by …` or `| serialize` in front.';
    return refuse(node.span, 'WK003', '`scan` needs rows in a defined order.', advice);
  }
  const clause = node.child('OrderByClause') ?? node.child('PartitionByClause');
  if (clause !== undefined) {
    return refuse(clause.span, 'WK001', 'This clause of `scan` is not supported.', 'Write `sort`, or `partition`.');
  }
  const matchId = parameter(node, 'with_match_id');
  if (matchId === undefined) context.unmade.add('match_id');
  const steps = stepsOf(node, input, env, context);
  const machine = machineOf(steps, input, context);
  const table = iterated(input, machine, context);
  const by = table.order[0]?.by;
  if (by?.kind !== 'column') throw new Error('Rows without a number.');
  const order = { id: by.id, name: 'order', type: by.type };
  return putOut(table, order, steps, machine, matchId && nameOf(matchId), node, context);
};

/** A row for each match that is put out: in the order of the rows, the last step first. */
function putOut(
  table: Table,
  order: PlanColumn,
  { steps, declared }: Steps,
  { matches }: Machine,
  matchId: string | undefined,
  node: Bound,
  context: Lowering,
): Table {
  const hidden = table.parts === undefined ? [order] : [order, table.parts.key, ...table.parts.carried];
  const kept = [...new Map([...table.columns, ...hidden].map((column) => [column.id, column])).values()];
  const inputs = steps.flatMap(({ output, node: { span } }, index) => {
    const match = matches[index];
    if (output === 'none' || match === undefined) return [];
    const values = declared.map(({ name }) => match.value(name));
    if (matchId !== undefined) values.push(reference(match.id));
    values.push(constant(BigInt(steps.length - index), 'long', span));
    const made = values.map((value): Defined => ({ column: context.column('made', value.type), value }));
    const rows = output === 'all' ? matching(table, match) : lastOfEach(table, order, match, context);
    const columns = [...kept.map(passed), ...made];
    return [
      { input: { kind: 'project', input: rows, columns } as const, columns: columns.map((item) => item.column.id) },
    ];
  });
  if (inputs.length === 0) {
    return refuse(node.span, 'WK001', 'No step of this `scan` puts anything out.', 'Leave `output=none` out.');
  }
  const renewed = new Map(kept.map((column) => [column.id, context.column(column.name, column.type)]));
  const renew = (column: PlanColumn): PlanColumn => renewed.get(column.id) ?? column;
  const own = declared.map(({ name, type }) => context.column(name, type));
  if (matchId !== undefined) own.push(context.column(matchId, 'long'));
  const turn = context.column('turn', 'long');
  const key = (by: PlanColumn): OrderKey => ({ by: reference(by), ascending: true, nullsFirst: true });
  const { parts } = table;
  return {
    relation: { kind: 'union', columns: [...renewed.values(), ...own, turn], inputs },
    columns: [...table.columns.map(renew), ...own],
    order: [key(renew(order)), key(turn)],
    serialized: true,
    numbered: false,
    name: undefined,
    parts: parts && { key: renew(parts.key), carried: parts.carried.map(renew), emptied: true },
  };
}

function matching(table: Table, match: Match): Relation {
  return { kind: 'filter', input: table.relation, predicate: reference(match.matches) };
}

/** Of a series of repeated matches the last: the step's next match, if there is one, begins another sequence. */
function lastOfEach(table: Table, order: PlanColumn, match: Match, context: Lowering): Relation {
  const rows = matching(table, match);
  const column = context.column('repeated', 'bool');
  const { span } = reference(order);
  const value: Scalar = {
    kind: 'window',
    name: 'next',
    args: [reference(match.repeats)],
    restart: table.parts && reference(table.parts.key),
    order: [{ by: reference(order), ascending: true, nullsFirst: true }],
    counts: true,
    type: 'bool',
    span,
  };
  const marked: Relation = {
    kind: 'project',
    input: rows,
    columns: [...columnsOf(rows).map(passed), { column, value }],
  };
  const repeated = call(
    'iff',
    [reference(column), constant(true, 'bool', span), constant(false, 'bool', span)],
    'bool',
    span,
  );
  return {
    kind: 'filter',
    input: marked,
    predicate: operator('==', [repeated, constant(false, 'bool', span)], 'bool', span),
  };
}
