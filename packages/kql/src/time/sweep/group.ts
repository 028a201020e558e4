import { columnsOf } from '../../plan/columns.ts';
import { gatherIds } from '../../plan/internal.ts';
import type { Defined, Relation, SummarizeNode } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { type Way, wayOf } from './aggregates.ts';
import {
  type Carried,
  filter,
  type GroupOf,
  type Interval,
  type Lineage,
  type Members,
  noLineage,
  passed,
  project,
  read,
} from './carried.ts';
import type { Making } from './making.ts';
import { notSwept } from './notSwept.ts';
import { call, internal, less, lessOrEqual, long, next, notNull, runningSum, sumOf } from './scalars.ts';

/** `summarize … by …` over time: one row for each time between two moments at which a row of the group comes or goes,
 *  as long as the group has one. */
export function grouped(node: SummarizeNode, input: Carried, interval: Interval, making: Making): Carried {
  return new Grouping(node, input, interval, making).carried();
}

/** An aggregate with the columns of the running sums that it is had from. */
interface Summed {
  readonly column: PlanColumn;
  readonly way: Exclude<Way, { from: 'set' }>;
  readonly sums: readonly PlanColumn[];
}

class Grouping {
  readonly #making: Making;
  readonly #input: Relation;
  readonly #interval: Interval;
  readonly #by: readonly PlanColumn[];
  readonly #groups: readonly Defined[];
  readonly #summed: Summed[] = [];
  readonly #sets: { readonly column: PlanColumn; readonly way: Extract<Way, { from: 'set' }> }[] = [];
  readonly #lineage: { readonly column: PlanColumn; readonly of: Lineage; readonly mark: PlanColumn } | undefined;
  readonly #alone: boolean;

  constructor({ groups, aggregates }: SummarizeNode, input: Carried, interval: Interval, making: Making) {
    this.#making = making;
    this.#input = making.shared(input.relation);
    this.#interval = interval;
    this.#groups = groups;
    this.#by = groups.map(({ column }) => column);
    this.#alone = input.alone;
    for (const { column, value } of aggregates) {
      if (value.kind === 'aggregate' && value.name === gatherIds) {
        const [list] = value.args;
        const of = (list?.kind === 'column' ? input.lineage.get(list.id) : undefined) ?? noLineage;
        if (of.groups.length > 0) notSwept('it groups groups');
        if (of.ids.length > 0) this.#lineage = { column, of, mark: making.column('$mark') };
        continue;
      }
      const way = wayOf(value);
      if (way.from === 'set') this.#sets.push({ column, way });
      else {
        const count = way.from === 'sums' ? way.of.length : 1;
        this.#summed.push({ column, way, sums: Array.from({ length: count }, () => making.column('$sum')) });
      }
    }
  }

  carried(): Carried {
    const own = this.#making.interval();
    const segments = this.#withSets(this.#segments(own), own);
    const behind = this.#lineage;
    const group: GroupOf[] =
      behind === undefined ? [] : [{ members: this.#members(behind.of), by: this.#by, mark: behind.mark }];
    return {
      relation: segments,
      interval: own,
      lineage: new Map(behind === undefined ? [] : [[behind.column.id, { ids: [], groups: group }]]),
      moving: new Map(),
      alone: false,
    };
  }

  /** The times between changes, with what running sums give. */
  #segments(own: Interval): Relation {
    const making = this.#making;
    const [here, tick] = [making.column('$here'), making.column('$tick')];
    const mark = this.#lineage?.mark;
    const marks = mark !== undefined && this.#alone ? this.#lineage?.of.ids[0] : undefined;
    const direct: Defined[] = [
      { column: here, value: long(1n) },
      ...this.#summed.flatMap(({ way, sums }) =>
        way.from !== 'sums' ? [] : sums.map((column, index): Defined => ({ column, value: way.of[index] ?? long(0n) })),
      ),
      ...(mark === undefined || marks === undefined
        ? []
        : [{ column: mark, value: internal('ids_hash', [read(marks)]) }]),
    ];
    const fromValues: ((tick: PlanColumn) => { relation: Relation; column: PlanColumn })[] = [
      ...this.#summed.flatMap(({ way, sums: [column] }) =>
        way.from !== 'values' || column === undefined ? [] : [(at: PlanColumn) => this.#valueChanges(way, column, at)],
      ),
      ...(mark === undefined || marks !== undefined ? [] : [(at: PlanColumn) => this.#idChanges(mark, at)]),
    ];
    const others = fromValues.map((make) => make(tick));
    const sums = [...direct.map(({ column }) => column), ...others.map(({ column }) => column)];
    const changes = making.changes(
      this.#based(direct),
      this.#by,
      this.#interval,
      direct.map(({ column }) => passed(column)),
    )(tick);
    const filled = [...changes, ...others.map(({ relation }) => relation)].map((relation, index) => {
      const given = index < 2 ? direct.map(({ column }) => column.id) : [others[index - 2]?.column.id];
      return project(relation, [
        ...[...this.#by, tick].map(passed),
        ...sums.map((column) => (given.includes(column.id) ? passed(column) : { column, value: long(0n) })),
      ]);
    });
    const summed: Relation = {
      kind: 'summarize',
      input: making.union(filled, [...this.#by, tick, ...sums]),
      groups: [...this.#by, tick].map(passed),
      aggregates: sums.map((column) => ({ column, value: sumOf(column) })),
    };
    const totals = new Map(sums.map((column) => [column.id, making.column(column.name)]));
    const total = (column: PlanColumn): PlanColumn => totals.get(column.id) ?? column;
    const running = project(summed, [
      ...this.#by.map(passed),
      { column: own.enter, value: read(tick) },
      { column: own.exit, value: next(tick, this.#by, tick) },
      ...sums.map((column) => ({ column: total(column), value: runningSum(column, this.#by, tick) })),
    ]);
    return project(filter(running, less(long(0n), read(total(here)))), [
      ...this.#by.map(passed),
      passed(own.enter),
      passed(own.exit),
      ...(mark === undefined ? [] : [{ column: mark, value: read(total(mark)) }]),
      ...this.#summed.map(({ column, way, sums: parts }) => {
        const from = parts.map(total);
        const value = way.from === 'sums' ? way.value(from) : from[0] && read(from[0]);
        return { column, value: value ?? long(0n) };
      }),
    ]);
  }

  /** The rows with their groups' values and these columns. */
  #based(columns: readonly Defined[]): Relation {
    return project(this.#input, [
      ...this.#groups,
      passed(this.#interval.enter),
      passed(this.#interval.exit),
      ...columns,
    ]);
  }

  /** The changes of the number of a group's values. */
  #valueChanges({ of, where }: { of: Scalar; where: Scalar | undefined }, column: PlanColumn, tick: PlanColumn) {
    const value = this.#making.column('$value', of.type);
    const rows = this.#valuesOf(of, where, value);
    const edges = this.#making.edges(rows, [...this.#by, value], this.#interval);
    const relation = project(edges.relation, [
      ...this.#by.map(passed),
      { column: tick, value: read(edges.tick) },
      { column, value: read(edges.edge) },
    ]);
    return { relation, column };
  }

  /** The changes of a sum over the different ids of a group. */
  #idChanges(mark: PlanColumn, tick: PlanColumn) {
    const id = this.#making.column('$id', 'string');
    const edges = this.#making.edges(
      this.#idsOf(this.#lineage?.of ?? noLineage, id),
      [...this.#by, id],
      this.#interval,
    );
    const relation = project(edges.relation, [
      ...this.#by.map(passed),
      { column: tick, value: read(edges.tick) },
      { column: mark, value: internal('weighted', [read(edges.edge), internal('ids_hash', [read(id)])]) },
    ]);
    return { relation, column: mark };
  }

  #valuesOf(of: Scalar, where: Scalar | undefined, value: PlanColumn): Relation {
    if (where === undefined) return filter(this.#based([{ column: value, value: of }]), notNull(read(value)));
    const holds = this.#making.column('$holds', 'bool');
    const rows = this.#based([
      { column: value, value: of },
      { column: holds, value: where },
    ]);
    return filter(filter(rows, read(holds)), notNull(read(value)));
  }

  #idsOf({ ids }: Lineage, id: PlanColumn): Relation {
    const each = ids.map((list) => {
      const rows = filter(this.#based([passed(list)]), internal('ids_any', [read(list)], 'bool'));
      return project(rows, [
        ...this.#by.map(passed),
        passed(this.#interval.enter),
        passed(this.#interval.exit),
        { column: id, value: internal('ids_one', [read(list)], 'string') },
      ]);
    });
    const columns = [...this.#by, this.#interval.enter, this.#interval.exit, id];
    return each.length === 1 && each[0] !== undefined ? each[0] : this.#making.union(each, columns);
  }

  #members(of: Lineage): Members {
    const id = this.#making.column('$id', 'string');
    return { relation: this.#idsOf(of, id), by: this.#by, id, interval: this.#interval };
  }

  /** The segments with the aggregates that are had from which values there are. */
  #withSets(segments: Relation, own: Interval): Relation {
    return this.#sets.reduce((before, { column, way }) => this.#withSet(before, own, column, way), segments);
  }

  #withSet(before: Relation, own: Interval, column: PlanColumn, way: Extract<Way, { from: 'set' }>): Relation {
    const making = this.#making;
    const segments = making.shared(before);
    const value = making.column('$value', way.of.type);
    const part = making.column('$part');
    const pieces = making.cut(this.#valuesOf(way.of, way.where, value), this.#interval, part);
    const islands = making.islands(pieces, [...this.#by, part, value], this.#interval);
    // Each segment at its first moment, beside the values that are there.
    const apart = this.#by.map((each) => making.column(each.name, each.type));
    const [at, in_] = [making.column('$at'), making.column('$in')];
    const moments = project(segments, [
      ...this.#by.map((each, index) => ({ column: apart[index] ?? each, value: read(each) })),
      { column: at, value: read(own.enter) },
      { column: in_, value: internal('part_of_time', [read(own.enter), long(making.width)]) },
    ]);
    const met: Relation = {
      kind: 'join',
      join: 'inner',
      left: moments,
      right: islands.relation,
      on: [
        ...this.#by.map((each, index) => ({ left: read(apart[index] ?? each), right: read(each) })),
        { left: read(in_), right: read(part) },
      ],
    };
    const there = filter(
      filter(met, lessOrEqual(read(islands.interval.enter), read(at))),
      less(read(at), read(islands.interval.exit)),
    );
    const found = making.column(column.name, column.type);
    const summed: Relation = {
      kind: 'summarize',
      input: there,
      groups: [...apart, at].map(passed),
      aggregates: [{ column: found, value: way.again(read(value)) }],
    };
    const joined: Relation = {
      kind: 'join',
      join: 'leftouter',
      left: segments,
      right: summed,
      on: [
        ...this.#by.map((each, index) => ({ left: read(each), right: read(apart[index] ?? each) })),
        { left: read(own.enter), right: read(at) },
      ],
    };
    const kept = columnsOf(segments).map(passed);
    const result = way.none === undefined ? read(found) : call('coalesce', [read(found), way.none], column.type);
    return project(joined, [...kept, { column, value: result }]);
  }
}
