import { columnsOf } from '../plan/columns.ts';
import { conjuncts } from '../plan/conjuncts.ts';
import type { Defined, ExpandNode, JoinNode, Relation, SharedNode, UnionNode, ValuesNode } from '../plan/relation.ts';
import type { PlanColumn, Scalar } from '../plan/scalar.ts';
import { columnsRead } from '../plan/visitor.ts';
import type { Dialect } from './dialect.ts';
import { identifier } from './quote.ts';
import { filterSql, type Surroundings, scalarSql } from './scalar.ts';
import { aliases, type Item, isOpen, need, type Select, selectSql } from './select.ts';

type Ids = ReadonlySet<number>;

/** Turns relations into SELECTs. `needed` are the output columns that somebody reads: no other is computed. */
export class RelationRenderer {
  readonly #dialect: Dialect;
  readonly #shared = new Map<
    number,
    { readonly name: string; readonly sql: string; readonly items: ReadonlyMap<number, Item> }
  >();
  #tables = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The tables computed once, in the order in which they build on each other. */
  get ctes(): readonly { readonly name: string; readonly sql: string }[] {
    return [...this.#shared.values()];
  }

  render(node: Relation, needed: Ids): Select {
    switch (node.kind) {
      case 'scan': {
        const table = this.#alias();
        const columns = node.columns.filter((column) => needed.has(column.id));
        const items = new Map(columns.map((column) => [column.id, columnItem(table, column.source, column)]));
        return { from: `${identifier(node.table)} AS ${table}`, items, where: [], orderBy: [] };
      }
      case 'values':
        return this.#values(node);
      case 'range': {
        const around = this.#around(new Map());
        const [from, to, step] = [node.from, node.to, node.step].map((value) => scalarSql(value, around).sql);
        const list = this.#dialect.series(from ?? '', to ?? '', step ?? '', node.column.type);
        const value = node.column.type === 'int' ? `CAST(unnest(${list}) AS INTEGER)` : `unnest(${list})`;
        const item: Item = { sql: value, type: node.column.type, nullable: false, plain: false };
        return this.#wrap(
          { from: undefined, items: new Map([[node.column.id, item]]), where: [], orderBy: [], spread: true },
          [node.column],
        );
      }
      case 'filter': {
        const input = this.render(node.input, union(needed, columnsRead(node.predicate)));
        const ready = this.#ready(input, node.input, [node.predicate], true);
        const around = this.#around(ready.items);
        const where = conjuncts(node.predicate).map((part) => filterSql(part, around));
        return { ...ready, where: [...ready.where, ...where] };
      }
      case 'project': {
        const kept = node.columns.filter((defined) => needed.has(defined.column.id));
        return this.#project(node.input, kept);
      }
      case 'summarize':
        return this.#summarize(node.input, node.groups, node.aggregates, needed);
      case 'unique': {
        const input = this.render(node.input, union(needed, reads(node.keys)));
        const ready = this.#ready(input, node.input, node.keys, true);
        const around = this.#around(ready.items);
        return { ...ready, distinctOn: node.keys.map((key) => scalarSql(key, around).sql) };
      }
      case 'join':
        return this.#join(node, needed);
      case 'union':
        return this.#union(node, needed);
      case 'sort': {
        const keys = node.keys.flatMap((key) => (key.by.kind === 'column' ? [{ ...key, id: key.by.id }] : []));
        const input = this.render(node.input, union(needed, new Set(keys.map((key) => key.id))));
        const open = input.limit === undefined && input.distinctOn === undefined && input.orderBy.length === 0;
        const ready = open ? input : this.#wrap(input, columnsOf(node.input));
        return { ...ready, orderBy: keys.map(({ id, ascending, nullsFirst }) => ({ id, ascending, nullsFirst })) };
      }
      case 'take': {
        const input = this.render(node.input, needed);
        const ready = input.limit === undefined ? input : this.#wrap(input, columnsOf(node.input));
        return { ...ready, limit: scalarSql(node.count, this.#around(new Map())).sql };
      }
      case 'expand':
        return this.#expand(node, needed);
      case 'shared':
        return this.#sharedTable(node, needed);
    }
  }

  /** The SELECT's text with these columns; `aliases` makes their names. */
  text(select: Select, columns: readonly PlanColumn[]): string {
    const names = aliases(columns);
    const outputs = [...names].map(([id, alias]) => ({ id, alias }));
    return selectSql(select, outputs, (item, alias, ascending, nullsFirst) => {
      const sql = !item.plain && alias !== undefined && item.type !== 'real' ? identifier(alias) : item.sql;
      return this.#dialect.orderBy(sql, item.type, ascending, nullsFirst);
    });
  }

  #alias(): string {
    return `t${this.#tables++}`;
  }

  #around(items: ReadonlyMap<number, Item>): Surroundings {
    return {
      dialect: this.#dialect,
      items,
      subquery: (query, column, limit) => {
        const select = this.render(query, new Set([column]));
        const ready = limit !== undefined && select.limit !== undefined ? this.#wrap(select, columnsOf(query)) : select;
        const item = need(ready, column);
        const limited = limit === undefined ? ready : { ...ready, limit };
        return { sql: this.text(limited, [{ id: column, name: 'c', type: item.type }]), nullable: item.nullable };
      },
      gather: (query, column) => {
        const inner = this.#wrap(this.render(query, new Set([column])), columnsOf(query));
        return `SELECT ${this.#dialect.listOf(need(inner, column).sql)} FROM ${inner.from}`;
      },
    };
  }

  /** The SELECT as a subquery that the next one reads from. */
  #wrap(select: Select, columns: readonly PlanColumn[]): Select {
    const kept = columns.filter((column) => select.items.has(column.id));
    const names = aliases(kept);
    const table = this.#alias();
    const items = new Map<number, Item>();
    for (const [id, alias] of names) {
      const { type, nullable, constant } = need(select, id);
      const sql = `${table}.${identifier(alias)}`;
      items.set(id, { sql, type, nullable, plain: true, ...(constant === undefined ? {} : { constant }) });
    }
    return { from: `(${this.text(select, kept)}) AS ${table}`, items, where: [], orderBy: [] };
  }

  /** The input in a state in which `values` can be computed beside (or, with `closing`, filter or group) its rows:
   *  as it is where they read plain columns, as a subquery otherwise, so that nothing is computed twice. */
  #ready(input: Select, node: Relation, values: readonly Scalar[], closing: boolean): Select {
    const closed = closing
      ? !isOpen(input)
      : input.group !== undefined || input.spread === true || input.distinctOn !== undefined;
    const uses = new Map<number, number>();
    for (const value of values) {
      const weight = value.kind === 'column' && !closing ? 1 : 2;
      for (const id of columnsRead(value)) uses.set(id, (uses.get(id) ?? 0) + weight);
    }
    const repeated = [...uses].some(([id, count]) => count > 1 && !need(input, id).plain);
    const computes = closing || values.some((value) => value.kind !== 'column');
    return repeated || (closed && computes) ? this.#wrap(input, columnsOf(node)) : input;
  }

  #project(node: Relation, columns: readonly Defined[]): Select {
    const values = columns.map((defined) => defined.value);
    const input = this.render(node, reads(values));
    // The order may need columns that the projection drops.
    const windowed = values.some((value) => value.kind === 'window');
    const ready = this.#ready(input, node, values, windowed);
    const around = this.#around(ready.items);
    const items = new Map<number, Item>();
    for (const { column, value } of columns) {
      if (value.kind === 'column') {
        items.set(column.id, need(ready, value.id));
        continue;
      }
      const { sql, nullable, constant } = scalarSql(value, around);
      const plain = value.kind === 'constant';
      items.set(column.id, {
        sql,
        type: column.type,
        nullable,
        plain,
        ...(constant === undefined ? {} : { constant }),
      });
    }
    for (const key of ready.orderBy) items.set(key.id, need(ready, key.id));
    return windowed ? { ...ready, items, spread: true } : { ...ready, items };
  }

  #summarize(node: Relation, groups: readonly Defined[], aggregates: readonly Defined[], needed: Ids): Select {
    const kept = aggregates.filter((defined) => needed.has(defined.column.id));
    const values = [...groups, ...kept].map((defined) => defined.value);
    const input = this.render(node, reads(values));
    let ready = this.#ready(input, node, values, true);
    if (groups.some((defined) => isConstant(defined.value, ready.items))) {
      // A constant in GROUP BY would be taken for a position.
      ready = this.#wrap(ready, columnsOf(node));
    }
    const around = this.#around(ready.items);
    const items = new Map<number, Item>();
    const group: string[] = [];
    for (const { column, value } of groups) {
      const { sql, nullable } = scalarSql(value, around);
      group.push(value.kind === 'constant' ? `(SELECT ${sql})` : sql);
      items.set(column.id, { sql, type: column.type, nullable, plain: false });
    }
    for (const { column, value } of kept) {
      const { sql, nullable } = scalarSql(value, around);
      items.set(column.id, { sql, type: column.type, nullable, plain: false });
    }
    if (kept.length === 0 && groups.length === 0) {
      // One row with no column that anybody reads; still one row.
      const any = aggregates[0]?.column;
      if (any !== undefined) items.set(any.id, { sql: 'count(*)', type: 'long', nullable: false, plain: false });
    }
    return { from: ready.from, where: ready.where, items, group, orderBy: [] };
  }

  #join(node: JoinNode, needed: Ids): Select {
    const around = (side: 'left' | 'right') => reads(node.on.map((pair) => pair[side]));
    const left = this.#wrap(
      this.render(node.left, pick(node.left, union(needed, around('left')))),
      columnsOf(node.left),
    );
    const right = this.#wrap(
      this.render(node.right, pick(node.right, union(needed, around('right')))),
      columnsOf(node.right),
    );
    const [l, r] = [this.#around(left.items), this.#around(right.items)];
    const on = node.on.map((pair) => {
      const [a, b] = [scalarSql(pair.left, l), scalarSql(pair.right, r)];
      return `${a.sql} ${a.nullable && b.nullable ? 'IS NOT DISTINCT FROM' : '='} ${b.sql}`;
    });
    const words = {
      inner: 'JOIN',
      leftouter: 'LEFT JOIN',
      rightouter: 'RIGHT JOIN',
      fullouter: 'FULL JOIN',
      leftsemi: 'SEMI JOIN',
      leftanti: 'ANTI JOIN',
    };
    const items = new Map<number, Item>();
    const padded = (item: Item): Item =>
      item.type === 'string'
        ? { sql: `coalesce(${item.sql}, '')`, type: item.type, nullable: false, plain: false }
        : { sql: item.sql, type: item.type, nullable: true, plain: true };
    const leftPadded = node.join === 'rightouter' || node.join === 'fullouter';
    const rightPadded = node.join === 'leftouter' || node.join === 'fullouter';
    for (const [id, item] of left.items) items.set(id, leftPadded ? padded(item) : item);
    if (node.join !== 'leftsemi' && node.join !== 'leftanti') {
      for (const [id, item] of right.items) items.set(id, rightPadded ? padded(item) : item);
    }
    return {
      from: `${left.from}\n${words[node.join]} ${right.from} ON ${on.join(' AND ')}`,
      items,
      where: [],
      orderBy: [],
    };
  }

  #union(node: UnionNode, needed: Ids): Select {
    const positions = node.columns.flatMap((column, index) => (needed.has(column.id) ? [index] : []));
    const columns = positions.flatMap((index) => node.columns[index] ?? []);
    const names = aliases(columns);
    const nullable = new Set<number>();
    const branches = node.inputs.map((item) => {
      const ids = positions.map((index) => item.columns[index] ?? -1);
      const rendered = this.render(item.input, new Set(ids));
      const select =
        rendered.limit === undefined && rendered.orderBy.length === 0
          ? rendered
          : this.#wrap(rendered, columnsOf(item.input));
      const outputs = columns.map((column, index) => {
        const id = ids[index] ?? -1;
        if (need(select, id).nullable) nullable.add(column.id);
        return { id, alias: names.get(column.id) ?? column.name };
      });
      return selectSql(select, outputs, () => '');
    });
    const table = this.#alias();
    const items = new Map<number, Item>();
    for (const [id, alias] of names) {
      const type = columns.find((column) => column.id === id)?.type ?? 'string';
      items.set(id, { sql: `${table}.${identifier(alias)}`, type, nullable: nullable.has(id), plain: true });
    }
    return { from: `(${branches.join('\nUNION ALL\n')}) AS ${table}`, items, where: [], orderBy: [] };
  }

  #values(node: ValuesNode): Select {
    if (node.columns.length === 0 && node.rows.length === 1)
      return { from: undefined, items: new Map(), where: [], orderBy: [] };
    const names = [...aliases(node.columns).values()];
    const table = this.#alias();
    const rows = node.rows.map(
      (row) =>
        `(${node.columns.map((column, index) => this.#dialect.constant(row[index] ?? null, column.type)).join(', ')})`,
    );
    const empty = `SELECT ${node.columns.map((column) => this.#dialect.constant(null, column.type)).join(', ')} WHERE false`;
    const source = rows.length === 0 ? empty : `VALUES ${rows.join(', ')}`;
    const items = new Map<number, Item>();
    for (const [index, column] of node.columns.entries()) {
      const nullable = column.type !== 'string' && node.rows.some((row) => isNull(row[index]));
      items.set(column.id, {
        sql: `${table}.${identifier(names[index] ?? '')}`,
        type: column.type,
        nullable,
        plain: true,
      });
    }
    return { from: `(${source}) AS ${table}(${names.map(identifier).join(', ')})`, items, where: [], orderBy: [] };
  }

  /** Lists first, as columns; then each row once for each place of its longest list. */
  #expand(node: ExpandNode, needed: Ids): Select {
    const values = node.items.map((item) => item.value);
    const input = this.render(node.input, pick(node.input, union(needed, reads(values))));
    const ready = this.#ready(input, node.input, values, false);
    const around = this.#around(ready.items);
    const lists = new Map(ready.items);
    for (const { column, value, pairs } of node.items) {
      const list = this.#dialect.expansion(scalarSql(value, around).sql, pairs);
      const sql = node.limit === undefined ? list : `list_slice(${list}, 1, ${node.limit})`;
      lists.set(column.id, { sql, type: 'dynamic', nullable: true, plain: false });
    }
    const all = [...columnsOf(node.input), ...node.items.map((item) => item.column)];
    const inner = this.#wrap({ ...ready, items: lists }, all);
    const items = new Map<number, Item>();
    const own = new Set(node.items.map((item) => item.column.id));
    for (const [id, item] of inner.items) {
      items.set(id, own.has(id) ? { ...item, sql: `unnest(${item.sql})`, plain: false } : item);
    }
    if (node.index !== undefined) {
      const lengths = node.items.map((item) => `len(${need(inner, item.column.id).sql})`);
      const sql = `unnest(range(greatest(${lengths.join(', ')})))`;
      items.set(node.index.id, { sql, type: 'long', nullable: false, plain: false });
    }
    return this.#wrap({ ...inner, items, spread: true }, columnsOf(node));
  }

  #sharedTable(node: SharedNode, needed: Ids): Select {
    const sources = node.columns.map((column) => ({ id: column.source, name: column.name, type: column.type }));
    let cte = this.#shared.get(node.key);
    if (cte === undefined) {
      const select = this.render(node.input, new Set(sources.map((column) => column.id)));
      cte = { name: `shared_${node.key}`, sql: this.text(select, sources), items: select.items };
      this.#shared.set(node.key, cte);
    }
    const names = aliases(sources);
    const table = this.#alias();
    const items = new Map<number, Item>();
    for (const column of node.columns) {
      if (!needed.has(column.id)) continue;
      const nullable = cte.items.get(column.source)?.nullable ?? true;
      const sql = `${table}.${identifier(names.get(column.source) ?? column.name)}`;
      items.set(column.id, { sql, type: column.type, nullable, plain: true });
    }
    return { from: `${identifier(cte.name)} AS ${table}`, items, where: [], orderBy: [] };
  }
}

function columnItem(table: string, name: string, column: PlanColumn): Item {
  return { sql: `${table}.${identifier(name)}`, type: column.type, nullable: column.type !== 'string', plain: true };
}

function union(a: Ids, b: Ids): Ids {
  return new Set([...a, ...b]);
}

function reads(values: readonly Scalar[]): Ids {
  return new Set(values.flatMap((value) => [...columnsRead(value)]));
}

function pick(node: Relation, needed: Ids): Ids {
  return new Set(columnsOf(node).flatMap((column) => (needed.has(column.id) ? [column.id] : [])));
}

function isConstant(value: Scalar, items: ReadonlyMap<number, Item>): boolean {
  return value.kind === 'column' && items.get(value.id)?.constant !== undefined;
}

function isNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && value !== null && 'json' in value && value.json === null);
}
