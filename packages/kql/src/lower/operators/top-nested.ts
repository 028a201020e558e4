import { type Bound, bare, need } from '../../parse/tree.ts';
import type { Defined, JoinKind, Relation } from '../../plan/relation.ts';
import type { OrderKey, PlanColumn, Scalar, WindowNode } from '../../plan/scalar.ts';
import { type Env, type Lowering, refuse, type Scope, short } from '../context.ts';
import { any } from '../each-part.ts';
import { resultNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { constant, operator } from '../scalar-operator.ts';
import { passed, projected, reference, scopeOf, type Table, unordered, withHidden } from '../table.ts';

/** `top-nested`: level by level the top values within each value of the level above. Where a level has `with others`,
 *  the rows that did not make it there, or at a level above, are one more row; levels without it are null in such a row. */
export const topNested: Operator = (node, input, env, context) => {
  const names = resultNames(node);
  const levels = node.list('Clauses').map((clause, index) => levelOf(clause, index, names));
  const base: Defined = { column: context.column('part', 'long'), value: constant(1n, 'long', node.span) };
  let rows: Rows = { width: input.columns.length, table: withColumns(input, [...input.columns.map(passed), base]) };
  const results: Table[] = [];
  for (const [index, level] of levels.entries()) {
    const use = (): Rows => ({ ...rows, table: context.shared(level.clause, env, () => rows.table) });
    const winners = (): Table => context.shared(level.of, env, () => chosen(level, use(), env, context));
    if (levels.slice(index).some(({ others }) => others !== undefined) && level.count !== undefined) {
      results.push(remaining(levels, index, matched(level, use(), winners(), 'leftanti', env, context), env, context));
    }
    if (index === levels.length - 1) results.push(winners());
    else rows = matched(level, use(), winners(), 'inner', env, context);
  }
  return united(results, names, context);
};

interface Level {
  readonly clause: Bound;
  readonly count: Bound | undefined;
  readonly of: Bound;
  readonly by: Bound;
  readonly ascending: boolean;
  readonly others: Bound | undefined;
  readonly name: string;
  readonly aggregateName: string;
}

/** Rows on their way down: the input's columns (`width` of them), then the values and aggregates of the levels above, then
 *  the number of the value they belong to. */
interface Rows {
  readonly table: Table;
  readonly width: number;
}

function levelOf(clause: Bound, index: number, names: readonly string[]): Level {
  const ordered = need(clause, 'ByExpression');
  const plain = ordered.kind === 'OrderedExpression' ? need(ordered, 'Expression') : ordered;
  const [name = '', aggregateName = ''] = names.slice(2 * index);
  const of = need(clause, 'OfExpression');
  if (name === '') return refuse(of.span, 'WK001', 'The name of this level is not clear.', 'Give it one: `x = …`.');
  return {
    clause,
    count: clause.child('Expression'),
    of,
    by: split(plain).value,
    ascending: ordered.child('Ordering')?.child('AscOrDescKeyword')?.text.toLowerCase() === 'asc',
    others: clause.child('WithOthersClause')?.child('Expression'),
    name,
    aggregateName,
  };
}

function partOf({ table }: Rows): PlanColumn {
  return table.columns.at(-1) as PlanColumn;
}

function pathOf({ table, width }: Rows): readonly PlanColumn[] {
  return table.columns.slice(width, -1);
}

function scopeOver({ table, width }: Rows, env: Env): Scope {
  return scopeOf({ ...table, columns: table.columns.slice(0, width) }, env);
}

function valueAt(level: Level, rows: Rows, env: Env, context: Lowering): Scalar {
  const value = context.scalar(split(level.of).value, scopeOver(rows, env));
  return value.type === 'dynamic'
    ? refuse(level.of.span, 'WK002', 'Dynamic values have no top.', 'Convert: `tostring(x)`.')
    : value;
}

function aggregateOf(level: Level, rows: Rows, env: Env, context: Lowering): Scalar {
  return context.scalar(level.by, { ...scopeOver(rows, env), aggregates: { order: [] } });
}

/** The top values of a level: the path, the value, its aggregate and a new number. */
function chosen(level: Level, rows: Rows, env: Env, context: Lowering): Table {
  const part = partOf(rows);
  const value: Defined = { column: context.column(level.name, 'string'), value: valueAt(level, rows, env, context) };
  const typed = { ...value, column: { ...value.column, type: value.value.type } };
  const by = aggregateOf(level, rows, env, context);
  const aggregate: Defined = { column: context.column(level.aggregateName, by.type), value: by };
  const path = pathOf(rows).map((column): Defined => ({ column, value: any(column) }));
  const relation: Relation = {
    kind: 'summarize',
    input: rows.table.relation,
    groups: [passed(part), typed],
    aggregates: [aggregate, ...path],
  };
  const columns = [...pathOf(rows), typed.column, aggregate.column];
  let table = unordered(relation, columns);
  if (level.count !== undefined) {
    const order: readonly OrderKey[] = [
      { by: reference(aggregate.column), ascending: level.ascending, nullsFirst: level.ascending },
      { by: reference(typed.column), ascending: true, nullsFirst: true },
    ];
    const count = context.scalar(level.count, { env, columns: new Map() });
    const place: Defined = { column: context.column('place', 'long'), value: rowNumber(reference(part), order, level) };
    table = withHidden(table, [place]);
    const predicate = operator('<=', [reference(place.column), count], 'bool', level.clause.span);
    table = { ...table, relation: { kind: 'filter', input: table.relation, predicate } };
  }
  const number: Defined = { column: context.column('part', 'long'), value: rowNumber(undefined, [], level) };
  return withColumns(table, [...columns.map(passed), passed(part), number]);
}

function rowNumber(restart: Scalar | undefined, order: readonly OrderKey[], { clause }: Level): WindowNode {
  return { kind: 'window', name: 'row_number', args: [], restart, order, type: 'long', span: clause.span };
}

/** The rows that belong to one of the winners, now under its number; or, as an anti join, the others as they were. */
function matched(level: Level, rows: Rows, winners: Table, join: JoinKind, env: Env, context: Lowering): Rows {
  const value = valueAt(level, rows, env, context);
  const own = winners.columns.slice(0, -2);
  const [part, number] = winners.columns.slice(-2) as [PlanColumn, PlanColumn];
  const key: Defined = { column: context.column(level.name, value.type), value };
  const keyed = withHidden(rows.table, [key]);
  const relation: Relation = {
    kind: 'join',
    join,
    left: keyed.relation,
    right: winners.relation,
    on: [
      { left: reference(partOf(rows)), right: reference(part) },
      { left: reference(key.column), right: reference(own.at(-2) as PlanColumn) },
    ],
  };
  const columns = join === 'inner' ? [...rows.table.columns.slice(0, rows.width), ...own, number] : rows.table.columns;
  return { width: rows.width, table: unordered(relation, columns) };
}

/** One row for each value above that has rows left over. */
function remaining(levels: readonly Level[], from: number, rows: Rows, env: Env, context: Lowering): Table {
  const path = pathOf(rows).map((column): Defined => ({ column, value: any(column) }));
  const tail = levels.slice(from).map((level): { readonly made?: Defined; readonly all: readonly Defined[] } => {
    const { span } = level.clause;
    const { type } = valueAt(level, rows, env, context);
    const by = aggregateOf(level, rows, env, context);
    const none = (name: string, of: Scalar['type']): Defined => ({
      column: context.column(name, of),
      value: constant(of === 'string' ? '' : null, of, span),
    });
    if (level.others === undefined) return { all: [none(level.name, type), none(level.aggregateName, by.type)] };
    const others = context.scalar(bare(level.others), { env, columns: new Map() });
    if (others.type !== type) {
      const message = `\`${short(level.others.text)}\` is a ${others.type} and the values are of type ${type}.`;
      return refuse(level.others.span, 'WK002', message, `Write a ${type}.`);
    }
    const made: Defined = { column: context.column(level.aggregateName, by.type), value: by };
    return { made, all: [{ column: context.column(level.name, type), value: others }, passed(made.column)] };
  });
  const relation: Relation = {
    kind: 'summarize',
    input: rows.table.relation,
    groups: [passed(partOf(rows))],
    aggregates: [...path, ...tail.flatMap(({ made }) => made ?? [])],
  };
  const columns = [...path.map((item) => passed(item.column)), ...tail.flatMap(({ all }) => all)];
  return withColumns(unordered(relation, []), columns);
}

function withColumns(table: Table, columns: readonly Defined[]): Table {
  return projected({ ...table, order: [], serialized: false, numbered: false }, columns);
}

/** All results under the binder's names. */
function united(results: readonly Table[], names: readonly string[], context: Lowering): Table {
  const [first] = results;
  if (first === undefined) throw new Error('top-nested has a level.');
  const columns = names.map((name, index) => context.column(name, first.columns[index]?.type ?? 'string'));
  const inputs = results.map((table) => ({
    input: table.relation,
    columns: table.columns.slice(0, names.length).map(({ id }) => id),
  }));
  return unordered({ kind: 'union', columns, inputs }, columns);
}
