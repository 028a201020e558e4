import { columnsOf } from '../../plan/columns.ts';
import { conjuncts } from '../../plan/conjuncts.ts';
import { highestId } from '../../plan/highest-id.ts';
import type {
  Defined,
  FilterNode,
  ProjectNode,
  Relation,
  SharedNode,
  SummarizeNode,
  UnionNode,
} from '../../plan/relation.ts';
import type { InQueryNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import { columnsRead, readsNow } from '../../plan/visitor.ts';
import { type Asked, askedLast } from './askedLast.ts';
import { type Bound, boundsOf } from './bounds.ts';
import { type Carried, filter, hiddenOf, type Lineage, noLineage, passed, project, read } from './carried.ts';
import { grouped } from './group.ts';
import { Making, type Step } from './making.ts';
import { joined } from './meet.ts';
import { narrowed } from './narrow.ts';
import { notSwept } from './notSwept.ts';
import type { SweepOptions } from './options.ts';
import { dependsOnTime, ofRow, put } from './rowValues.ts';
import { call, internal, less, long, notNull } from './scalars.ts';
import { isGathering, isOwnId, lineageOf, tracedFrom } from './traced.ts';

/** Carries a plan's intervals from its scans to its result.
 *  @throws NotSwept */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #making: Making;
  readonly #traced: ReadonlySet<number>;
  readonly #tables = new Map<number, Carried>();
  /** Columns that say when a row was complete. */
  readonly #complete = new Set<number>();

  /** `ids`: the column of the result that holds its lineage. */
  constructor(relation: Relation, ids: number | undefined, options: SweepOptions) {
    this.#options = options;
    this.#making = new Making(options, highestId(relation) + 1);
    this.#traced = ids === undefined ? new Set() : tracedFrom(relation, ids);
  }

  get steps(): readonly Step[] {
    return this.#making.steps;
  }

  copyOf({ name, type }: PlanColumn): PlanColumn {
    return this.#making.column(name, type);
  }

  carry(node: Relation): Carried {
    switch (node.kind) {
      case 'scan': {
        const lineage = new Map(
          node.columns
            .filter(({ id }) => this.#traced.has(id))
            .map((column) => [column.id, { ids: [column], groups: [] }]),
        );
        const carried = { lineage, moving: new Map(), alone: true };
        if (this.#options.timeless(node.table)) return { relation: node, interval: undefined, ...carried };
        const interval = this.#making.interval();
        const { enter, exit, complete } = this.#options;
        for (const { id, source } of node.columns) if (source === complete?.(node.table)) this.#complete.add(id);
        const times = [
          { ...interval.enter, source: enter },
          { ...interval.exit, source: exit },
        ];
        return { relation: { ...node, columns: [...node.columns, ...times] }, interval, ...carried };
      }
      case 'values':
      case 'range':
        if (readsNow(node)) return notSwept('it makes rows of now()');
        return { relation: node, interval: undefined, lineage: new Map(), moving: new Map(), alone: true };
      case 'filter': {
        const { conditions, below } = filtersFrom(node);
        const input = below.kind === 'summarize' ? this.#grouped(below, conditions) : this.carry(below);
        return conditions.reduce((before, part) => this.#filtered(before, part), input);
      }
      case 'project':
        return this.#projected(node);
      case 'sort':
        return this.carry(node.input);
      case 'expand': {
        const input = this.carry(node.input);
        const items = node.items.map((item) => ({ ...item, value: ofRow(item.value, input) }));
        return { ...input, relation: { ...node, input: input.relation, items }, alone: false };
      }
      case 'union':
        return this.#united(node);
      case 'shared':
        return this.#sharedTable(node);
      case 'join': {
        const [left, right] = [this.carry(node.left), this.carry(node.right)];
        const on = node.on.map((pair) => ({ left: ofRow(pair.left, left), right: ofRow(pair.right, right) }));
        return joined(node.join, left, right, on, this.#making);
      }
      case 'summarize':
        return this.#grouped(node, []);
      case 'unique':
        return notSwept('it keeps any one row of each key (join kind=innerunique)');
      case 'take':
        return notSwept('it takes a number of rows (top, take)');
      case 'iterate':
        return notSwept('it goes over rows in an order (scan)');
    }
  }

  /** `conditions` are what rows of the result must meet. */
  #grouped(node: SummarizeNode, conditions: readonly Scalar[]): Carried {
    if (node.groups.length === 0) return notSwept('without by, it has a row over nothing too');
    const { rows, asked } = askedLast(node.input, (query) => dependsOnTime(query, this.#options));
    const asking = (carried: Carried) => asked.reduce((before, ask) => this.#asked(before, ask), carried);
    const own = this.carry(rows);
    const input = own.interval === undefined ? asking(own) : own;
    const defined = (value: Scalar) => (isGathering(value) ? value : ofRow(value, input, this.#options));
    const groups = node.groups.map(({ column, value }) => ({ column, value: defined(value) }));
    const aggregates = node.aggregates.map(({ column, value }) => ({ column, value: defined(value) }));
    const over = { ...node, groups, aggregates };
    const { interval } = input;
    if (interval !== undefined) {
      const few = narrowed(over, input, interval, conditions, this.#making);
      const left = own.interval === undefined ? few.input : asking(few.input);
      return grouped(few.node, left, left.interval ?? interval, this.#making);
    }
    const kept = aggregates.filter(({ value }) => !isGathering(value));
    const relation: Relation = { ...over, input: input.relation, aggregates: kept };
    return { relation, interval: undefined, lineage: new Map(), moving: new Map(), alone: true };
  }

  /** The rows while they meet a condition on rows of others. */
  #asked(input: Carried, ask: Asked): Carried {
    if (ask.kind === 'member') return this.#filtered(input, ask.condition);
    const right = this.carry(ask.join.right);
    const on = ask.join.on.map((pair) => ({ left: ofRow(pair.left, input), right: ofRow(pair.right, right) }));
    return joined(ask.join.join, input, right, on, this.#making);
  }

  #filtered(input: Carried, condition: Scalar): Carried {
    const written = put(condition, input);
    const bounds = readsNow(written) ? boundsOf(written) : undefined;
    if (bounds !== undefined) return bounds.reduce((before, bound) => this.#bounded(before, bound), input);
    if (written.kind === 'inQuery' && dependsOnTime(written.query, this.#options)) {
      return this.#member(input, written);
    }
    return { ...input, relation: filter(input.relation, ofRow(written, input, this.#options)) };
  }

  /** The rows while a value of theirs is in bounds. */
  #bounded(input: Carried, { time, is, offset }: Bound): Carried {
    const { interval } = input;
    if (interval === undefined) return notSwept('now() bounds rows that have no time');
    const { period } = this.#options;
    // A row that is there is no older.
    if (is === '>' && offset <= -period && time.kind === 'column' && this.#complete.has(time.id)) return input;
    const value = ofRow(time, input, this.#options);
    const at = (shift: bigint): Scalar =>
      internal('tick_after', [value, long(shift - offset), long(this.#options.frequency)]);
    const from = is === '<' ? at(1n) : is === '<=' || is === '==' ? at(0n) : undefined;
    const until = is === '>' ? at(0n) : is === '>=' || is === '==' ? at(1n) : undefined;
    const own = this.#making.interval();
    const { enter, exit } = interval;
    const kept = columnsOf(input.relation).filter(({ id }) => id !== enter.id && id !== exit.id);
    const relation = project(filter(input.relation, notNull(value)), [
      ...kept.map(passed),
      { column: own.enter, value: from === undefined ? read(enter) : internal('later', [read(enter), from]) },
      { column: own.exit, value: until === undefined ? read(exit) : internal('earlier', [read(exit), until]) },
    ]);
    return { ...input, relation: filter(relation, less(read(own.enter), read(own.exit))), interval: own };
  }

  /** The rows while a value of theirs is, or is not, in a column of a table that changes. */
  #member(input: Carried, { operand, query, column, negated, ignoreCase }: InQueryNode): Carried {
    const asked = this.carry(query);
    const found = columnsOf(asked.relation).find(({ id }) => id === column);
    if (found === undefined) return notSwept('a condition asks for now()');
    const own = ofRow(operand, input, this.#options);
    if (negated && (own.type !== 'string' || found.type !== 'string')) {
      return notSwept('!in of a subquery over values that may be null');
    }
    const key = (value: Scalar) => (ignoreCase ? call('tolower', [value], 'string') : value);
    const on = [{ left: key(own), right: key(read(found)) }];
    const present = { ...input, relation: filter(input.relation, notNull(own)) };
    return joined(negated ? 'leftanti' : 'leftsemi', present, asked, on, this.#making);
  }

  #projected(node: ProjectNode): Carried {
    const input = this.carry(node.input);
    const lineage = new Map<number, Lineage>();
    const moving = new Map<number, Scalar>();
    const columns = node.columns.flatMap(({ column, value }): Defined[] => {
      if (this.#traced.has(column.id) && !isOwnId(value)) {
        lineage.set(column.id, lineageOf(value, input));
        return [];
      }
      const written = put(value, input);
      if (readsNow(written)) {
        moving.set(column.id, written);
        return [];
      }
      if (this.#traced.has(column.id)) lineage.set(column.id, { ids: [column], groups: [] });
      return [{ column, value: ofRow(written, input, this.#options) }];
    });
    const below = new Set([...moving.values()].flatMap((value) => [...columnsRead(value)]));
    const carried: Carried = { ...input, lineage, moving };
    const hidden = [...hiddenOf(carried), ...columnsOf(input.relation).filter(({ id }) => below.has(id))];
    return {
      ...carried,
      relation: project(input.relation, [...columns, ...hidden.filter(isNot(columns)).map(passed)]),
    };
  }

  #united(node: UnionNode): Carried {
    const inputs = node.inputs.map((item) => ({ ...item, carried: this.carry(item.input) }));
    const timed = inputs.filter(({ carried }) => carried.interval !== undefined).length;
    if (timed > 0 && timed < inputs.length)
      return notSwept('a union of rows that have a time with rows that have none');
    const interval = timed === 0 ? undefined : this.#making.interval();
    const behind = (index: number): readonly Lineage[] =>
      inputs.map(({ carried, columns }) => carried.lineage.get(columns[index] ?? -1) ?? noLineage);
    const lineage = new Map<number, Lineage>();
    const moving = new Map<number, undefined>();
    const [columns, picked] = [[] as PlanColumn[], inputs.map(() => [] as (PlanColumn | undefined)[])];
    const add = (column: PlanColumn, of: readonly (PlanColumn | undefined)[]): void => {
      columns.push(column);
      for (const [index, list] of picked.entries()) list.push(of[index]);
    };
    for (const [index, column] of node.columns.entries()) {
      if (inputs.some(({ carried, columns }) => carried.moving.has(columns[index] ?? -1))) {
        moving.set(column.id, undefined);
        continue;
      }
      if (!this.#traced.has(column.id)) {
        add(
          column,
          inputs.map((input) => ({ ...column, id: input.columns[index] ?? -1 })),
        );
        continue;
      }
      const each = behind(index);
      if (each.some(({ groups }) => groups.length > 0)) return notSwept('it unites groups');
      const most = Math.max(...each.map(({ ids }) => ids.length));
      const ids = Array.from({ length: most }, () => this.#making.column('$ids', 'dynamic'));
      for (const [place, list] of ids.entries())
        add(
          list,
          each.map((one) => one.ids[place]),
        );
      lineage.set(column.id, { ids, groups: [] });
    }
    if (interval !== undefined) {
      add(
        interval.enter,
        inputs.map(({ carried }) => carried.interval?.enter),
      );
      add(
        interval.exit,
        inputs.map(({ carried }) => carried.interval?.exit),
      );
    }
    const made = inputs.map(({ carried }, index) => {
      const defined = (picked[index] ?? []).map((source, place) => {
        const name = columns[place]?.name ?? '';
        if (source !== undefined) {
          const column = this.#making.column(name, columns[place]?.type ?? source.type);
          return { column, value: read({ ...source, type: columns[place]?.type ?? source.type }) };
        }
        return { column: this.#making.column(name, 'dynamic'), value: internal('ids_none', [], 'dynamic') };
      });
      return { input: project(carried.relation, defined), columns: defined.map(({ column }) => column.id) };
    });
    const relation: Relation = { ...node, columns, inputs: made };
    return { relation, interval, lineage, moving, alone: false };
  }

  #sharedTable(node: SharedNode): Carried {
    const input = this.#tables.get(node.key) ?? this.carry(node.input);
    this.#tables.set(node.key, input);
    const lineage = new Map<number, Lineage>();
    const fresh = new Map<number, PlanColumn>();
    const again = (column: PlanColumn): PlanColumn => {
      const known = fresh.get(column.id) ?? this.#making.column(column.name, column.type);
      fresh.set(column.id, known);
      return known;
    };
    const moving = new Map<number, undefined>();
    for (const { id, source } of node.columns) {
      if (input.moving.has(source)) moving.set(id, undefined);
      const of = input.lineage.get(source);
      if (of === undefined) continue;
      const groups = of.groups.map((group) => ({ ...group, by: group.by.map(again), mark: again(group.mark) }));
      lineage.set(id, { ids: of.ids.map(again), groups });
    }
    const interval = input.interval && { enter: again(input.interval.enter), exit: again(input.interval.exit) };
    const hidden = hiddenOf(input).filter(({ id }) => fresh.has(id));
    const columns = [
      ...node.columns.filter(({ id }) => !lineage.has(id) && !moving.has(id)),
      ...new Map(hidden.map((column) => [column.id, { ...again(column), source: column.id }])).values(),
    ];
    return { ...input, relation: { ...node, input: input.relation, columns }, interval, lineage, moving };
  }
}

/** The conditions of filters that stand on each other, the lowest first. */
function filtersFrom(node: FilterNode): { readonly conditions: readonly Scalar[]; readonly below: Relation } {
  const own = conjuncts(node.predicate);
  if (node.input.kind !== 'filter') return { conditions: own, below: node.input };
  const { conditions, below } = filtersFrom(node.input);
  return { conditions: [...conditions, ...own], below };
}

function isNot(columns: readonly { readonly column: PlanColumn }[]): (column: PlanColumn) => boolean {
  return ({ id }) => !columns.some(({ column }) => column.id === id);
}
