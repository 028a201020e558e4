import { columnsOf } from '../plan/columns.ts';
import { conjuncts } from '../plan/conjuncts.ts';
import type { ProjectNode, Relation, ScanNode, SharedNode } from '../plan/relation.ts';
import type { PlanColumn, Scalar } from '../plan/scalar.ts';
import { columnsRead } from '../plan/visitor.ts';
import type { Dialect } from './dialect.ts';
import { iterateSelect } from './relations/iterate.ts';
import { joinSelect } from './relations/join.ts';
import { expandSelect, rangeSelect } from './relations/lists.ts';
import { summarizeSelect } from './relations/summarize.ts';
import { unionSelect } from './relations/union.ts';
import { valuesSelect } from './relations/values.ts';
import { type Ids, type Rendering, reads, union } from './rendering.ts';
import { filterSql, scalarSql } from './scalar.ts';
import { aliases, type Item, isOpen, need, type Select, selectSql } from './select.ts';
import type { Surroundings } from './surroundings.ts';

/** Turns relations into SELECTs. `needed` are the output columns that somebody reads: no other is computed. */
export class RelationRenderer implements Rendering {
  readonly dialect: Dialect;
  readonly #shared = new Map<
    number,
    { readonly name: string; readonly sql: string; readonly items: ReadonlyMap<number, Item> }
  >();
  #tables = 0;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** The tables computed once, in the order in which they build on each other. */
  get ctes(): readonly { readonly name: string; readonly sql: string }[] {
    return [...this.#shared.values()];
  }

  readonly render = (node: Relation, needed: Ids): Select => {
    switch (node.kind) {
      case 'scan':
        return this.#scan(node, needed);
      case 'values':
        return valuesSelect(node, this);
      case 'range':
        return rangeSelect(node, this);
      case 'filter': {
        const input = this.render(node.input, union(needed, columnsRead(node.predicate)));
        const ready = this.ready(input, node.input, [node.predicate], true);
        const around = this.around(ready.items);
        const where = conjuncts(node.predicate).map((part) => filterSql(part, around));
        return { ...ready, where: [...ready.where, ...where] };
      }
      case 'project':
        return this.#project(node, needed);
      case 'summarize':
        return summarizeSelect(node, needed, this);
      case 'unique': {
        const input = this.render(node.input, union(needed, reads(node.keys)));
        const ready = this.ready(input, node.input, node.keys, true);
        const around = this.around(ready.items);
        return { ...ready, distinctOn: node.keys.map((key) => scalarSql(key, around).sql) };
      }
      case 'join':
        return joinSelect(node, needed, this);
      case 'union':
        return unionSelect(node, needed, this);
      case 'sort': {
        const keys = node.keys.flatMap((key) => (key.by.kind === 'column' ? [{ ...key, id: key.by.id }] : []));
        const input = this.render(node.input, union(needed, new Set(keys.map((key) => key.id))));
        const open = input.limit === undefined && input.distinctOn === undefined && input.orderBy.length === 0;
        const ready = open ? input : this.wrap(input, columnsOf(node.input));
        return { ...ready, orderBy: keys.map(({ id, ascending, nullsFirst }) => ({ id, ascending, nullsFirst })) };
      }
      case 'take': {
        const input = this.render(node.input, needed);
        const ready = input.limit === undefined ? input : this.wrap(input, columnsOf(node.input));
        return { ...ready, limit: scalarSql(node.count, this.around(new Map())).sql };
      }
      case 'expand':
        return expandSelect(node, needed, this);
      case 'iterate':
        return iterateSelect(node, needed, this);
      case 'shared':
        return this.#sharedTable(node, needed);
    }
  };

  readonly text = (select: Select, columns: readonly PlanColumn[]): string => {
    const outputs = [...aliases(columns)].map(([id, alias]) => ({ id, alias }));
    return selectSql(select, outputs, this.dialect);
  };

  readonly alias = (): string => `t${this.#tables++}`;

  readonly around = (items: ReadonlyMap<number, Item>): Surroundings => ({
    dialect: this.dialect,
    items,
    subquery: (query, column, limit) => {
      const select = this.render(query, new Set([column]));
      const ready = limit !== undefined && select.limit !== undefined ? this.wrap(select, columnsOf(query)) : select;
      const item = need(ready, column);
      const limited = limit === undefined ? ready : { ...ready, limit };
      return { sql: this.text(limited, [{ id: column, name: 'c', type: item.type }]), nullable: item.nullable };
    },
    gather: (query, column) => {
      const inner = this.wrap(this.render(query, new Set([column])), columnsOf(query));
      return `SELECT ${this.dialect.lists.gather(need(inner, column).sql)} FROM ${inner.from}`;
    },
  });

  readonly wrap = (select: Select, columns: readonly PlanColumn[]): Select => {
    const kept = columns.filter((column) => select.items.has(column.id));
    const names = aliases(kept);
    const table = this.alias();
    const items = new Map<number, Item>();
    for (const [id, alias] of names) {
      const { type, nullable, constant } = need(select, id);
      const sql = `${table}.${this.dialect.identifier(alias)}`;
      items.set(id, { sql, type, nullable, plain: true, ...(constant === undefined ? {} : { constant }) });
    }
    return { from: `(${this.text(select, kept)}) AS ${table}`, items, where: [], orderBy: [] };
  };

  /** As it is where the values read plain columns, as a subquery otherwise, so that nothing is computed twice. */
  readonly ready = (input: Select, node: Relation, values: readonly Scalar[], closing: boolean): Select => {
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
    return repeated || (closed && computes) ? this.wrap(input, columnsOf(node)) : input;
  };

  #scan(node: ScanNode, needed: Ids): Select {
    const table = this.alias();
    const columns = node.columns.filter((column) => needed.has(column.id));
    const items = new Map(
      columns.map(({ id, source, type }): [number, Item] => {
        const sql = `${table}.${this.dialect.identifier(source)}`;
        return [id, { sql, type, nullable: type !== 'string', plain: true }];
      }),
    );
    return { from: `${this.dialect.identifier(node.table)} AS ${table}`, items, where: [], orderBy: [] };
  }

  #project(node: ProjectNode, needed: Ids): Select {
    const columns = node.columns.filter((defined) => needed.has(defined.column.id));
    const values = columns.map((defined) => defined.value);
    const input = this.render(node.input, reads(values));
    // The order may need columns that the projection drops.
    const windowed = values.some((value) => value.kind === 'window');
    const ready = this.ready(input, node.input, values, windowed);
    const around = this.around(ready.items);
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

  #sharedTable(node: SharedNode, needed: Ids): Select {
    const sources = node.columns.map((column) => ({ id: column.source, name: column.name, type: column.type }));
    let cte = this.#shared.get(node.key);
    if (cte === undefined) {
      const select = this.render(node.input, new Set(sources.map((column) => column.id)));
      cte = { name: `shared_${node.key}`, sql: this.text(select, sources), items: select.items };
      this.#shared.set(node.key, cte);
    }
    const names = aliases(sources);
    const table = this.alias();
    const items = new Map<number, Item>();
    for (const column of node.columns) {
      if (!needed.has(column.id)) continue;
      const nullable = cte.items.get(column.source)?.nullable ?? true;
      const sql = `${table}.${this.dialect.identifier(names.get(column.source) ?? column.name)}`;
      items.set(column.id, { sql, type: column.type, nullable, plain: true });
    }
    return { from: `${this.dialect.identifier(cte.name)} AS ${table}`, items, where: [], orderBy: [] };
  }
}
