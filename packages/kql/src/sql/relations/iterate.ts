import { columnsOf } from '../../plan/columns.ts';
import type { IterateNode } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { type Ids, pick, type Rendering, reads, union } from '../rendering.ts';
import { scalarSql } from '../scalar.ts';
import { aliases, type Item, need, type Select } from '../select.ts';

/** `scan`: a recursion that takes one row of every part at a time. Its cost is a step of the engine for each row of the
 *  longest part (about half a millisecond in DuckDB), however many parts there are. */
export function iterateSelect(node: IterateNode, needed: Ids, rendering: Rendering): Select {
  const { dialect } = rendering;
  const made = node.stages.flat();
  const keys = [node.place, ...(node.part === undefined ? [] : [node.part])];
  const wanted = union(union(needed, reads(made.map(({ value }) => value))), new Set(keys.map(({ id }) => id)));
  const input = rendering.render(node.input, pick(node.input, wanted));
  const inputColumns = columnsOf(node.input).filter((column) => input.items.has(column.id));
  const given = named(inputColumns, rendering);
  const out = made.map(({ column }) => column).filter(({ id }) => needed.has(id));
  const states = node.state.map(({ column }) => column);
  const carried = named([...keys, ...states, ...out], rendering);

  const [rows, run] = [rendering.alias(), rendering.alias()];
  const started = node.state.map(({ first }) => scalarSql(first, rendering.around(new Map())).sql);
  const nothing = out.map(({ type }) => dialect.constant(type === 'string' ? '' : null, type));
  const part = node.part === undefined ? [] : [`${rows}.${given(node.part.id)}`];
  const anchor = [dialect.constant(0n, 'long'), ...part, ...started, ...nothing];
  const anchorText =
    `SELECT ${part.length === 0 ? '' : 'DISTINCT '}${anchor.map((sql, index) => `${sql} AS ${carried([...keys, ...states, ...out][index]?.id ?? -1)}`).join(', ')}` +
    (part.length === 0 ? '' : ` FROM ${rows}`);

  const nextOf = new Map(node.state.map(({ column, next }) => [column.id, next]));
  const step = staged(node, inputColumns, rendering, (ids) => {
    const items = new Map<number, Item>();
    for (const column of inputColumns) items.set(column.id, itemOf(`${rows}.${given(column.id)}`, column, input));
    for (const column of states) items.set(column.id, itemOf(`${run}.${carried(column.id)}`, column));
    return { from: joined(node, rows, run, given, carried, true), items, where: ids, orderBy: [] };
  });
  const stepItems = new Map<number, Item>();
  for (const column of [...keys, ...states, ...out])
    stepItems.set(column.id, need(step, nextOf.get(column.id) ?? column.id));
  const stepText = rendering.text({ ...step, items: stepItems }, [...keys, ...states, ...out]);

  const items = new Map<number, Item>();
  for (const column of inputColumns) items.set(column.id, itemOf(`${rows}.${given(column.id)}`, column, input));
  for (const column of out) items.set(column.id, itemOf(`${run}.${carried(column.id)}`, column));
  const all: Select = { from: joined(node, rows, run, given, carried, false), items, where: [], orderBy: [] };
  const columns = [...inputColumns, ...out];
  const names = named(columns, rendering);
  const table = rendering.alias();
  // ClickHouse materializes no table of a recursive WITH, so the rows stand in one around it.
  const inner = `WITH RECURSIVE ${run} AS (${anchorText}\nUNION ALL\n${stepText})\n${rendering.text(all, columns)}`;
  const text = `WITH ${rows} AS MATERIALIZED (${rendering.text(input, inputColumns)})\nSELECT * FROM (${inner}) AS ${rendering.alias()}`;
  const result = columns.map((column): [number, Item] => {
    return [column.id, { ...need(all, column.id), sql: `${table}.${names(column.id)}` }];
  });
  return { from: `(${text}) AS ${table}`, items: new Map(result), where: [], orderBy: [] };
}

/** Each stage on top of the one before. */
function staged(
  node: IterateNode,
  inputColumns: readonly PlanColumn[],
  rendering: Rendering,
  start: (where: readonly string[]) => Select,
): Select {
  let columns: readonly PlanColumn[] = [...inputColumns, ...node.state.map(({ column }) => column)];
  let select = start([]);
  for (const stage of node.stages) {
    const inner = rendering.wrap(select, columns);
    const around = rendering.around(inner.items);
    const items = new Map(inner.items);
    for (const { column, value } of stage) {
      const { sql, nullable } = scalarSql(value, around);
      items.set(column.id, { sql, type: column.type, nullable, plain: false });
    }
    select = { ...inner, items };
    columns = [...columns, ...stage.map(({ column }) => column)];
  }
  return rendering.wrap(select, columns);
}

/** The rows beside the run that stands in front of them, or at them. */
function joined(
  node: IterateNode,
  rows: string,
  run: string,
  given: (id: number) => string,
  carried: (id: number) => string,
  inFront: boolean,
): string {
  const place = `${rows}.${given(node.place.id)} = ${run}.${carried(node.place.id)}${inFront ? ' + 1' : ''}`;
  const same =
    node.part === undefined
      ? ''
      : ` AND ${rows}.${given(node.part.id)} IS NOT DISTINCT FROM ${run}.${carried(node.part.id)}`;
  return `${run} JOIN ${rows} ON ${place}${same}`;
}

function named(columns: readonly PlanColumn[], rendering: Rendering): (id: number) => string {
  const names = aliases(columns);
  return (id) => rendering.dialect.identifier(names.get(id) ?? '');
}

function itemOf(sql: string, { id, type }: PlanColumn, source?: Select): Item {
  const nullable = source === undefined ? type !== 'string' : need(source, id).nullable;
  return { sql, type, nullable, plain: true };
}
