import { Refusal } from '../diagnostics.ts';
import type { Relation } from '../plan/relation.ts';
import type { AggregateNode, CallNode, InQueryNode, OrderKey, Scalar, WindowNode } from '../plan/scalar.ts';
import type { Dialect } from './dialect.ts';
import type { Arg, CallContext, ScalarFunction } from './emit.ts';
import type { Item } from './select.ts';

/** What a scalar needs from its surroundings to become SQL. */
export interface Surroundings {
  readonly dialect: Dialect;
  readonly items: ReadonlyMap<number, Item>;
  /** A subquery that gives one column. */
  subquery(query: Relation, column: number, limit?: string): { readonly sql: string; readonly nullable: boolean };
  /** A subquery that gathers one column. */
  gather(query: Relation, column: number): string;
}

/** A scalar as SQL. */
export function scalarSql(node: Scalar, around: Surroundings): Arg {
  const { dialect } = around;
  switch (node.kind) {
    case 'column': {
      const item = around.items.get(node.id);
      if (item === undefined) throw new Error(`Column ${node.id} is not in reach.`);
      return { ...item, span: node.span };
    }
    case 'constant': {
      const nullable = node.type !== 'string' && (node.value === null || isNullJson(node.value));
      return {
        sql: dialect.constant(node.value, node.type),
        type: node.type,
        constant: node.value,
        nullable,
        span: node.span,
      };
    }
    case 'now':
      return { sql: dialect.now, type: node.type, nullable: false, span: node.span };
    case 'call':
      return callSql(node, around, false);
    case 'scalarQuery': {
      const { sql } = around.subquery(node.query, node.column, '1');
      const text = node.type === 'string';
      return { sql: text ? `coalesce((${sql}), '')` : `(${sql})`, type: node.type, nullable: !text, span: node.span };
    }
    case 'listQuery':
      return { sql: `(${around.gather(node.query, node.column)})`, type: node.type, nullable: false, span: node.span };
    case 'inQuery':
      return inQuerySql(node, around, false);
    case 'window':
      return windowSql(node, around);
    case 'capture': {
      const operand = scalarSql(node.operand, around);
      const text = operand.type === 'dynamic' ? dialect.textOf(operand.sql) : operand.sql;
      return {
        sql: dialect.capture(text, node.pattern, node.group),
        type: node.type,
        nullable: false,
        span: node.span,
      };
    }
    case 'aggregate':
      return aggregateSql(node, around);
  }
}

/** A predicate of `where`: NULL and false both drop the row, so comparisons stay as plain as an engine can push down
 *  to its files. */
export function filterSql(node: Scalar, around: Surroundings): string {
  if (node.kind === 'inQuery') return inQuerySql(node, around, true).sql;
  if (node.kind !== 'call') return scalarSql(node, around).sql;
  if (node.family === 'operator' && (node.name === 'and' || node.name === 'or')) {
    return `(${node.args.map((arg) => filterSql(arg, around)).join(node.name === 'and' ? ' AND ' : ' OR ')})`;
  }
  return callSql(node, around, true).sql;
}

function isNullJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'json' in value && value.json === null;
}

function context(
  node: { readonly name: string; readonly type: Arg['type']; readonly span: Arg['span'] },
  around: Surroundings,
): CallContext {
  return {
    name: node.name,
    type: node.type,
    span: node.span,
    now: around.dialect.now,
    refuse(message, advice) {
      throw new Refusal('WK002', node.span, message, advice);
    },
  };
}

function callSql(node: CallNode, around: Surroundings, filtering: boolean): Arg {
  const { dialect } = around;
  const table = { function: dialect.functions, operator: dialect.operators, internal: dialect.internal }[node.family];
  const found: ScalarFunction | undefined = Object.hasOwn(table, node.name) ? table[node.name] : undefined;
  if (found === undefined) {
    const what = node.family === 'operator' ? 'operator' : 'function';
    throw new Refusal('WK001', node.span, `The ${what} \`${node.name}\` is not supported.`, adviceFor(node.name));
  }
  const args = node.args.map((arg) => scalarSql(arg, around));
  const emit = filtering ? (found.filter ?? found.emit) : found.emit;
  const sql = emit(args, context(node, around));
  const nullable = found.nullable?.(args) ?? node.type !== 'string';
  return { sql, type: node.type, nullable, span: node.span };
}

/** What to do without a function, by its family. */
function adviceFor(name: string): string {
  if (name.startsWith('series_')) return 'Compare groups: `summarize … by bin(Timestamp, step)`.';
  if (/compress/.test(name)) return 'Unpack the text before it comes to Weir.';
  return 'Leave it out, or bring its value along as a column or in a `datatable`.';
}

function inQuerySql(node: InQueryNode, around: Surroundings, filtering: boolean): Arg {
  const { dialect } = around;
  const operand = scalarSql(node.operand, around);
  const query = around.subquery(node.query, node.column);
  if (operand.nullable && query.nullable && (node.negated || !filtering)) {
    throw new Refusal(
      'WK001',
      node.span,
      'Membership is not supported where both the value and the table may hold null.',
      'Filter first: `where isnotnull(x)`.',
    );
  }
  const fold = node.ignoreCase ? dialect.fold : (sql: string) => sql;
  const rows = `SELECT ${fold('c')} FROM (${query.sql}) AS q(c)${query.nullable ? ' WHERE c IS NOT NULL' : ''}`;
  const member = `${fold(operand.sql)} IN (${rows})`;
  const plain = !operand.nullable || (filtering && !node.negated);
  const total = plain ? `(${member})` : `coalesce(${member}, false)`;
  return { sql: node.negated ? `(NOT ${total})` : total, type: 'bool', nullable: false, span: node.span };
}

function orderSql(keys: readonly OrderKey[], around: Surroundings): string {
  return keys
    .flatMap((key) => {
      const { sql, constant } = scalarSql(key.by, around);
      return constant === undefined ? [around.dialect.orderBy(sql, key.by.type, key.ascending, key.nullsFirst)] : [];
    })
    .join(', ');
}

function windowSql(node: WindowNode, around: Surroundings): Arg {
  const args = node.args.map((arg) => scalarSql(arg, around));
  const order = orderSql(node.order, around);
  const parts = [
    ...(node.restart === undefined ? [] : [`PARTITION BY ${scalarSql(node.restart, around).sql}`]),
    ...(order === '' ? [] : [`ORDER BY ${order}`]),
  ];
  const over = `OVER (${parts.join(' ')})`;
  const [value, offset, otherwise] = args;
  const text = node.type === 'string';
  switch (node.name) {
    case 'row_number':
      return { sql: `row_number() ${over}`, type: 'long', nullable: false, span: node.span };
    case 'row_cumsum': {
      const frame = `OVER (${[...parts, 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'].join(' ')})`;
      return {
        sql: around.dialect.sumAs(`coalesce(sum(${value?.sql}) ${frame}, 0)`, node.type),
        type: node.type,
        nullable: false,
        span: node.span,
      };
    }
    case 'prev':
    case 'next': {
      const shift = `${node.name === 'prev' ? 'lag' : 'lead'}(${[value, offset ?? { sql: '1' }, otherwise]
        .flatMap((arg) => (arg === undefined ? [] : [arg.sql]))
        .join(', ')}) ${over}`;
      return { sql: text ? `coalesce(${shift}, '')` : shift, type: node.type, nullable: !text, span: node.span };
    }
  }
}

function aggregateSql(node: AggregateNode, around: Surroundings): Arg {
  const { aggregates } = around.dialect;
  const found = Object.hasOwn(aggregates, node.name) ? aggregates[node.name] : undefined;
  if (found === undefined) {
    const message = `The aggregate \`${node.name}\` is not supported.`;
    throw new Refusal('WK001', node.span, message, 'Gather the values with `make_list` and look at them.');
  }
  const args = node.args.map((arg) => scalarSql(arg, around));
  const order = orderSql(node.order, around);
  const outputs = found.emit(args, { ...context(node, around), ...(order === '' ? {} : { order }) });
  const sql = outputs[node.output];
  if (sql === undefined) throw new Error(`${node.name} has no output ${node.output}.`);
  const nullable = found.nullable?.(args, node.output) ?? node.type !== 'string';
  return { sql, type: node.type, nullable, span: node.span };
}
