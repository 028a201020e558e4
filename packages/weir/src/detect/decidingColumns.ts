import { columnsRead, type Plan, type Relation, type Scalar, walk } from '@weir/kql';

/** The columns of a table by which a query decides whether there is a result: what its conditions, join keys and limits
 *  read, through whatever was computed and counted in between. A column that it only shows is none. */
export function decidingColumns(plan: Plan, table: string): ReadonlySet<string> {
  return columnsBehind(plan, table, decidersOf);
}

/** The columns of a table by which a query groups its rows. */
export function groupingColumns(plan: Plan, table: string): ReadonlySet<string> {
  return columnsBehind(plan, table, (node) => (node.kind === 'summarize' ? node.groups.map(({ value }) => value) : []));
}

/** The columns of a table that choose of which rows a result tells: what `arg_max` is largest of, the condition of `maxif`. */
export function choosingColumns(plan: Plan, table: string): ReadonlySet<string> {
  return columnsBehind(plan, table, (node) => {
    if (node.kind !== 'aggregate') return [];
    if (/^arg_?(?:min|max)$/.test(node.name)) return node.args.length > 1 ? node.args.slice(0, 1) : [];
    if (!node.name.endsWith('if')) return [];
    return node.name === 'countif' ? node.args.slice(0, 1) : node.args.slice(1, 2);
  });
}

function columnsBehind(
  { relation }: Plan,
  table: string,
  scalarsOf: (node: Relation | Scalar) => readonly Scalar[],
): ReadonlySet<string> {
  const sources = new Map<number, string>();
  const madeOf = new Map<number, readonly number[]>();
  const deciding: number[] = [];
  walk(relation, (node) => {
    for (const [id, ids] of definitionsOf(node)) madeOf.set(id, [...(madeOf.get(id) ?? []), ...ids]);
    deciding.push(...scalarsOf(node).flatMap((scalar) => [...columnsRead(scalar)]));
    // What a subquery gives to its condition.
    if (node.kind === 'inQuery' || node.kind === 'scalarQuery' || node.kind === 'listQuery') deciding.push(node.column);
    if (node.kind === 'scan' && node.table === table)
      for (const { id, source } of node.columns) sources.set(id, source);
  });
  const seen = new Set<number>();
  for (let id = deciding.pop(); id !== undefined; id = deciding.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    deciding.push(...(madeOf.get(id) ?? []));
  }
  return new Set([...seen].flatMap((id) => sources.get(id) ?? []));
}

function decidersOf(node: Relation | Scalar): readonly Scalar[] {
  switch (node.kind) {
    case 'filter':
      return [node.predicate];
    case 'join':
      return node.on.flatMap(({ left, right }) => [left, right]);
    case 'take':
      return node.input.kind === 'sort' ? node.input.keys.map(({ by }) => by) : [];
    default:
      return [];
  }
}

/** Columns that a node makes, and of which others. */
function definitionsOf(node: Relation | Scalar): readonly (readonly [id: number, of: readonly number[]])[] {
  switch (node.kind) {
    case 'project':
      return node.columns.map(({ column, value }) => [column.id, [...columnsRead(value)]]);
    case 'summarize':
      return [...node.groups, ...node.aggregates].map(({ column, value }) => [column.id, [...columnsRead(value)]]);
    case 'expand':
      return node.items.map(({ column, value }) => [column.id, [...columnsRead(value)]]);
    case 'union':
      return node.columns.map(({ id }, index) => [id, node.inputs.flatMap(({ columns }) => columns[index] ?? [])]);
    case 'shared':
      return node.columns.map(({ id, source }) => [id, [source]]);
    default:
      return [];
  }
}
