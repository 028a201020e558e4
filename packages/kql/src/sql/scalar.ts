import { Refusal } from '../diagnostics.ts';
import type { AggregateNode, CallNode, Scalar } from '../plan/scalar.ts';
import { relationsOf, scalarsOf } from '../plan/visitor.ts';
import type { Dialect } from './dialect.ts';
import type { Arg, CallContext, ScalarFunction } from './emit.ts';
import { checkLength } from './length.ts';
import { inQuerySql } from './membership.ts';
import type { Surroundings } from './surroundings.ts';
import { sortKeys, windowSql } from './window.ts';

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
      return inQuerySql(node, scalarSql(node.operand, around), around, false);
    case 'window':
      return windowSql(node, around, (value) => scalarSql(value, around));
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
  if (node.kind === 'inQuery') return inQuerySql(node, scalarSql(node.operand, around), around, true).sql;
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
  const whole = emit(args, context(node, around));
  const sql = takesApart(whole, node, dialect) ? apart(args, (named) => emit(named, context(node, around))) : whole;
  checkLength(sql, dialect, node.span);
  const nullable = found.nullable?.(args) ?? node.type !== 'string';
  return { sql, type: node.type, nullable, span: node.span };
}

/** Would a subquery stand inside a lambda, which the engine refuses? */
function takesApart(sql: string, { args }: CallNode, { lambda }: Dialect): boolean {
  return lambda !== undefined && sql.includes(lambda) && args.some(asksQuery);
}

function asksQuery(node: Scalar): boolean {
  return relationsOf(node).length > 0 || scalarsOf(node).some(asksQuery);
}

/** The call over columns of a table of one row, which holds the arguments. */
function apart(args: readonly Arg[], emit: (args: readonly Arg[]) => string): string {
  const name = (index: number) => `_kql_q${index}`;
  const named = args.map((arg, index) => (arg.constant === undefined ? { ...arg, sql: name(index) } : arg));
  const held = args.flatMap((arg, index) => (arg.constant === undefined ? [`${arg.sql} AS ${name(index)}`] : []));
  return `(SELECT ${emit(named)} FROM (SELECT ${held.join(', ')}))`;
}

/** What to do without a function, by its family. */
function adviceFor(name: string): string {
  if (name.startsWith('series_')) return 'Compare groups: `summarize … by bin(Timestamp, step)`.';
  if (/compress/.test(name)) return 'Unpack the text before it comes to Weir.';
  return 'Leave it out, or bring its value along as a column or in a `datatable`.';
}

function aggregateSql(node: AggregateNode, around: Surroundings): Arg {
  const { aggregates } = around.dialect;
  const found = Object.hasOwn(aggregates, node.name) ? aggregates[node.name] : undefined;
  if (found === undefined) {
    const message = `The aggregate \`${node.name}\` is not supported.`;
    throw new Refusal('WK001', node.span, message, 'Gather the values with `make_list` and look at them.');
  }
  const args = node.args.map((arg) => scalarSql(arg, around));
  const keys = sortKeys(node.order, (value) => scalarSql(value, around));
  const outputs = found.emit(args, {
    ...context(node, around),
    ...(keys.length === 0 ? {} : { order: around.dialect.orderWithin(keys) }),
  });
  const sql = outputs[node.output];
  if (sql === undefined) throw new Error(`${node.name} has no output ${node.output}.`);
  const nullable = found.nullable?.(args, node.output) ?? node.type !== 'string';
  return { sql, type: node.type, nullable, span: node.span };
}
