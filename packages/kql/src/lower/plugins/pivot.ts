import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { Defined, Relation } from '../../plan/relation.ts';
import type { AggregateNode, PlanColumn, Scalar, WindowNode } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { argumentsOf } from '../arguments.ts';
import { type Env, isKqlType, type Lowering, refuse, short } from '../context.ts';
import { summarized } from '../each-part.ts';
import { constantColumn, type DataQuestion, declared, OpenColumns } from '../open-columns.ts';
import { constant, call as function_, operator } from '../scalar-operator.ts';
import { passed, projected, reference, scopeOf, type Table } from '../table.ts';
import { columnOf, outputSchema, type Plugin } from './arguments.ts';

/** `pivot(Column, aggregate, columns…)`: the columns, or all others, are the groups, and each value of the column is
 *  a column with the aggregate over its rows. */
export const pivot: Plugin = (call, node, input, env, context) => {
  const [first, second] = argumentsOf(call);
  const by = columnOf(first, call, input);
  if (!pivotable.has(by.type)) {
    return refuse(call.span, 'WK001', `\`pivot\` of a ${by.type} is not supported.`, 'Convert: `tostring(x)`.');
  }
  const aggregate = second?.kind === 'FunctionCallExpression' ? second : undefined;
  const cell = cellOf(aggregate, call, input, env, context);
  const groups = (call.columns ?? []).map((column) => columnNamed(column.name, call, input));
  const schema = outputSchema(node);
  if (schema === undefined) throw new OpenColumns(call, 'pivot', question(call, by, groups, cell.type, input, context));
  const made = schema.map(({ name, type }): Defined => {
    const group = groups.find((column) => column.name === name);
    if ((group ?? cell).type !== type) {
      return refuse(node.span, 'WK002', `\`${name}\` is of type ${(group ?? cell).type}.`, 'Write this type.');
    }
    return group === undefined
      ? { column: context.column(name, type), value: cell.of(matches(by, name)) }
      : passed(group);
  });
  const aggregates = made.filter(({ value }) => value.kind === 'aggregate');
  const table = summarized(input, groups.map(passed), aggregates, call.span);
  return projected(
    table,
    made.map(({ column }) => passed(column)),
  );
};

const pivotable: ReadonlySet<KqlType> = new Set(['string', 'int', 'long', 'bool']);

interface Cell {
  readonly type: KqlType;
  of(predicate: Scalar): AggregateNode;
}

/** The aggregates that are certain where no row has the value: counts and sums are 0, the others null. */
const conditional: Readonly<Record<string, string>> = {
  count: 'countif',
  sum: 'sumif',
  min: 'minif',
  max: 'maxif',
  dcount: 'dcountif',
  take_any: 'take_anyif',
  any: 'take_anyif',
};

function cellOf(aggregate: Bound | undefined, call: Bound, input: Table, env: Env, context: Lowering): Cell {
  const name = aggregate === undefined ? 'count' : nameOf(need(aggregate, 'Name'));
  const conditionalName = conditional[name];
  const type = aggregate === undefined ? 'long' : aggregate.type;
  if (conditionalName === undefined || !isKqlType(type)) {
    const place = aggregate ?? call;
    const advice = 'Write `summarize` with an aggregate for each column: `avgif(x, Column == "value")`.';
    return refuse(place.span, 'WK001', `\`${short(place.text)}\` is not supported in \`pivot\`.`, advice);
  }
  const scope = scopeOf(input, env);
  const given = aggregate === undefined || name === 'count' ? [] : argumentsOf(aggregate).slice(0, 1);
  const args = given.map((arg) => context.scalar(arg, scope));
  const { span } = aggregate ?? call;
  return {
    type,
    of: (predicate) => ({
      kind: 'aggregate',
      name: conditionalName,
      args: [...args, predicate],
      output: 0,
      order: [],
      type,
      span,
    }),
  };
}

function matches(by: PlanColumn, name: string): Scalar {
  const span = { start: 0, length: 0 };
  return operator('==', [textOf(by), constant(name, 'string', span)], 'bool', span);
}

function textOf(by: PlanColumn): Scalar {
  const value = reference(by);
  return by.type === 'string' ? value : function_('tostring', [value], 'string', value.span);
}

function columnNamed(name: string, call: Bound, input: Table): PlanColumn {
  const found = input.columns.find((column) => column.name === name);
  if (found === undefined) return refuse(call.span, 'WK001', `The column \`${name}\` is not in reach here.`);
  if (found.type !== 'dynamic') return found;
  return refuse(call.span, 'WK002', `\`${name}\` is dynamic and cannot be a group.`, 'Convert: `tostring(x)`.');
}

/** Which values the column has, in the order in which they come first. */
function question(
  call: Bound,
  by: PlanColumn,
  groups: readonly PlanColumn[],
  type: KqlType,
  input: Table,
  context: Lowering,
): DataQuestion {
  const { span } = call;
  const value: Defined = { column: context.column('Value', 'string'), value: textOf(by) };
  const number: WindowNode = {
    kind: 'window',
    name: 'row_number',
    args: [],
    restart: undefined,
    order: input.order,
    type: 'long',
    span,
  };
  const place: Defined = { column: context.column('place', 'long'), value: number };
  const numbered: Relation = { kind: 'project', input: input.relation, columns: [value, place] };
  const firstPlace: Defined = {
    column: context.column('first', 'long'),
    value: {
      kind: 'aggregate',
      name: 'min',
      args: [reference(place.column)],
      output: 0,
      order: [],
      type: 'long',
      span,
    },
  };
  const distinct: Relation = {
    kind: 'summarize',
    input: numbered,
    groups: [passed(value.column)],
    aggregates: [firstPlace],
  };
  const keys = [{ by: reference(firstPlace.column), ascending: true, nullsFirst: true }];
  const constants = by.type === 'string' ? constantColumn(input.relation, by.id) : undefined;
  return {
    plan: { relation: { kind: 'sort', input: distinct, keys }, columns: [value.column] },
    known: constants && [...new Set(constants.map(String))].map((item) => [item]),
    schemaOf: (answer) => {
      const names = answer.map(([name = '']) => name);
      const odd = names.find((name) => !/^[\p{L}\p{N}_ .-]+$/u.test(name) || groups.some((item) => item.name === name));
      if (odd !== undefined) {
        const advice = 'Change such values in front: `extend x = …`.';
        return refuse(span, 'WK002', `The value \`${odd}\` cannot name a column here.`, advice);
      }
      const columns = [
        ...groups.map((item) => declared(item.name, item.type)),
        ...names.map((name) => declared(name, type)),
      ];
      if (columns.length === 0)
        return refuse(span, 'WK002', 'Without rows there is no column.', 'Write the columns out.');
      return ` : (${columns.join(', ')})`;
    },
  };
}
