import type { Defined, Relation } from './relation.ts';
import type { OrderKey, Scalar } from './scalar.ts';

type RelationMethods = { readonly [K in Relation['kind']]: (node: Extract<Relation, { kind: K }>) => Relation };
type ScalarMethods = { readonly [K in Scalar['kind']]: (node: Extract<Scalar, { kind: K }>) => Scalar };

/** Rebuilds a plan node by node; as it stands, into an equal plan. A subclass overrides what it changes.
 *
 *  Every method returns a complete literal of its node's type and the tables hold every kind, so a forgotten property
 *  or a forgotten node does not compile. Shared tables are rebuilt once for each key. */
export class Transformer {
  readonly #shared = new Map<number, Relation>();

  relation(node: Relation): Relation {
    return (this.relations[node.kind] as (node: Relation) => Relation)(node);
  }

  scalar(node: Scalar): Scalar {
    return (this.scalars[node.kind] as (node: Scalar) => Scalar)(node);
  }

  protected defined(item: Defined): Defined {
    return { column: item.column, value: this.scalar(item.value) };
  }

  protected key(key: OrderKey): OrderKey {
    return { by: this.scalar(key.by), ascending: key.ascending, nullsFirst: key.nullsFirst };
  }

  protected readonly relations: RelationMethods = {
    scan: (node) => ({ kind: node.kind, table: node.table, columns: node.columns }),
    values: (node) => ({ kind: node.kind, columns: node.columns, rows: node.rows }),
    range: (node) => ({
      kind: node.kind,
      column: node.column,
      from: this.scalar(node.from),
      to: this.scalar(node.to),
      step: this.scalar(node.step),
    }),
    filter: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      predicate: this.scalar(node.predicate),
    }),
    project: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      columns: node.columns.map((item) => this.defined(item)),
    }),
    summarize: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      groups: node.groups.map((item) => this.defined(item)),
      aggregates: node.aggregates.map((item) => this.defined(item)),
    }),
    unique: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      keys: node.keys.map((key) => this.scalar(key)),
    }),
    join: (node) => ({
      kind: node.kind,
      join: node.join,
      left: this.relation(node.left),
      right: this.relation(node.right),
      on: node.on.map((pair) => ({ left: this.scalar(pair.left), right: this.scalar(pair.right) })),
    }),
    union: (node) => ({
      kind: node.kind,
      columns: node.columns,
      inputs: node.inputs.map((item) => ({ input: this.relation(item.input), columns: item.columns })),
    }),
    sort: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      keys: node.keys.map((key) => this.key(key)),
    }),
    take: (node) => ({ kind: node.kind, input: this.relation(node.input), count: this.scalar(node.count) }),
    expand: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      items: node.items.map((item) => ({ column: item.column, value: this.scalar(item.value), pairs: item.pairs })),
      index: node.index,
      limit: node.limit,
    }),
    iterate: (node) => ({
      kind: node.kind,
      input: this.relation(node.input),
      place: node.place,
      part: node.part,
      state: node.state.map((item) => ({ column: item.column, first: item.first, next: item.next })),
      stages: node.stages.map((stage) => stage.map((item) => this.defined(item))),
    }),
    shared: (node) => {
      const known = this.#shared.get(node.key);
      const input = known ?? this.relation(node.input);
      if (known === undefined) this.#shared.set(node.key, input);
      return { kind: node.kind, key: node.key, input, columns: node.columns };
    },
  };

  protected readonly scalars: ScalarMethods = {
    column: (node) => ({ kind: node.kind, id: node.id, type: node.type, span: node.span }),
    constant: (node) => ({ kind: node.kind, value: node.value, type: node.type, span: node.span }),
    now: (node) => ({ kind: node.kind, type: node.type, span: node.span }),
    call: (node) => ({
      kind: node.kind,
      family: node.family,
      name: node.name,
      args: node.args.map((arg) => this.scalar(arg)),
      type: node.type,
      span: node.span,
    }),
    scalarQuery: (node) => ({
      kind: node.kind,
      query: this.relation(node.query),
      column: node.column,
      type: node.type,
      span: node.span,
    }),
    listQuery: (node) => ({
      kind: node.kind,
      query: this.relation(node.query),
      column: node.column,
      type: node.type,
      span: node.span,
    }),
    inQuery: (node) => ({
      kind: node.kind,
      operand: this.scalar(node.operand),
      query: this.relation(node.query),
      column: node.column,
      negated: node.negated,
      ignoreCase: node.ignoreCase,
      type: node.type,
      span: node.span,
    }),
    window: (node) => ({
      kind: node.kind,
      name: node.name,
      args: node.args.map((arg) => this.scalar(arg)),
      restart: node.restart === undefined ? undefined : this.scalar(node.restart),
      order: node.order.map((key) => this.key(key)),
      ...(node.counts === undefined ? {} : { counts: node.counts }),
      type: node.type,
      span: node.span,
    }),
    capture: (node) => ({
      kind: node.kind,
      operand: this.scalar(node.operand),
      pattern: node.pattern,
      group: node.group,
      type: node.type,
      span: node.span,
    }),
    aggregate: (node) => ({
      kind: node.kind,
      name: node.name,
      args: node.args.map((arg) => this.scalar(arg)),
      output: node.output,
      order: node.order.map((key) => this.key(key)),
      type: node.type,
      span: node.span,
    }),
  };
}
