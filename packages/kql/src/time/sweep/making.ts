import { columnsOf } from '../../plan/columns.ts';
import type { Defined, Plan, Relation } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { filter, type Interval, passed, project, read } from './carried.ts';
import type { SweepOptions } from './options.ts';
import { internal, less, long, next, notEqual, runningSum, sumOf } from './scalars.ts';

/** A table that must be there before others are asked. */
export interface Step {
  readonly name: string;
  readonly plan: Plan;
}

/** Makes columns and what a sweep is put together from. */
export class Making {
  readonly options: SweepOptions;
  /** Time is cut into parts of this length; no interval reaches over more than two. */
  readonly width: bigint;
  /** Tables made on the way, in the order in which they build on each other. */
  readonly steps: Step[] = [];
  #nextId: number;

  constructor(options: SweepOptions, nextId: number) {
    this.options = options;
    this.width = (options.period / options.frequency + 2n) * options.frequency;
    this.#nextId = nextId;
  }

  column(name: string, type: KqlType = 'long'): PlanColumn {
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, name, type };
  }

  interval(): Interval {
    return { enter: this.column('$enter'), exit: this.column('$exit') };
  }

  /** The relation to be read twice, each time for few columns or few rows: a table of its own where it is more than rows
   *  of a table looked through. */
  readTwice(relation: Relation): Relation {
    return isLookedThrough(relation, () => true) ? relation : this.shared(relation);
  }

  /** The relation to be read more than once: a table of its own, but for such a table looked through again. */
  shared(relation: Relation): Relation {
    const { step, timeless } = this.options;
    if (isLookedThrough(relation, (table) => table.startsWith(step) || timeless(table))) return relation;
    const name = `${this.options.step}${this.steps.length}`;
    const columns = columnsOf(relation).map((column) => ({ ...column, source: `c${column.id}` }));
    const named = columns.map(({ id, source, type }) => ({ id, name: source, type }));
    this.steps.push({ name, plan: { relation, columns: named } });
    return { kind: 'scan', table: name, columns };
  }

  /** Rows of several relations with the columns that `columnsOf` names in each. */
  union(inputs: readonly Relation[], columns: readonly PlanColumn[]): Relation {
    const ids = columns.map(({ id }) => id);
    return { kind: 'union', columns, inputs: inputs.map((input) => ({ input, columns: ids })) };
  }

  /** The rows with their intervals cut where a part of time ends, and the number of the part in `part`. */
  cut(relation: Relation, { enter, exit }: Interval, part: PlanColumn): Relation {
    const width = long(this.width);
    const others = columnsOf(relation).filter(({ id }) => id !== enter.id && id !== exit.id);
    const table = this.shared(relation);
    const first = internal('part_of_time', [read(enter), width]);
    const last = internal('part_of_time', [internal('before', [read(exit)]), width]);
    const columns = [...others, enter, exit, part];
    const start = internal('part_start', [last, width]);
    const head = project(table, [
      ...others.map(passed),
      passed(enter),
      {
        column: exit,
        value: internal('earlier', [read(exit), internal('part_start', [internal('after', [first]), width])]),
      },
      { column: part, value: first },
    ]);
    const tail = project(filter(table, less(first, last)), [
      ...others.map(passed),
      { column: enter, value: start },
      passed(exit),
      { column: part, value: last },
    ]);
    return this.union([head, tail], columns);
  }

  /** How sums over the rows of each key change over time: one row for each moment at which a row of the key comes or
   *  goes. `values` are added where it comes and taken away where it goes. */
  changes(relation: Relation, keys: readonly PlanColumn[], interval: Interval, values: readonly Defined[]) {
    const table = this.shared(relation);
    const at = (moment: PlanColumn, signed: (value: Scalar) => Scalar, tick: PlanColumn): Relation =>
      project(table, [
        ...keys.map(passed),
        { column: tick, value: read(moment) },
        ...values.map(({ column, value }) => ({ column, value: signed(value) })),
      ]);
    return (tick: PlanColumn): Relation[] => [
      at(interval.enter, (value) => value, tick),
      at(interval.exit, (value) => internal('opposite', [value]), tick),
    ];
  }

  /** The moments at which the first row of a key comes (`edge` 1) or the last one goes (-1). */
  edges(relation: Relation, keys: readonly PlanColumn[], interval: Interval) {
    const tick = this.column('$tick');
    const edge = this.column('$edge');
    const { rows, count, change } = this.counted(relation, keys, interval, tick, []);
    const marked = project(rows, [
      ...keys.map(passed),
      passed(tick),
      { column: edge, value: internal('edge', [read(count), read(change)]) },
    ]);
    return { relation: filter(marked, notEqual(read(edge), long(0n))), tick, edge };
  }

  /** How many rows a key has from each of its moments on. `more` are further moments of keys, where nothing changes. */
  counted(
    relation: Relation,
    keys: readonly PlanColumn[],
    interval: Interval,
    tick: PlanColumn,
    more: readonly ((change: PlanColumn) => Relation)[],
  ) {
    const [one, change, count] = [this.column('$one'), this.column('$change'), this.column('$count')];
    const changes = this.changes(relation, keys, interval, [{ column: one, value: long(1n) }])(tick);
    const all = this.union([...changes, ...more.map((make) => make(one))], [...keys, tick, one]);
    const summed: Relation = {
      kind: 'summarize',
      input: all,
      groups: [...keys, tick].map(passed),
      aggregates: [{ column: change, value: sumOf(one) }],
    };
    const rows = project(summed, [
      ...[...keys, tick, change].map(passed),
      { column: count, value: runningSum(change, keys, tick) },
    ]);
    return { rows, count, change };
  }

  /** The moments at which a key has a row, as few intervals as they are. */
  islands(relation: Relation, keys: readonly PlanColumn[], interval: Interval) {
    const { relation: edges, tick, edge } = this.edges(relation, keys, interval);
    const own = this.interval();
    const followed = project(edges, [
      ...[...keys, edge].map(passed),
      { column: own.enter, value: read(tick) },
      { column: own.exit, value: next(tick, keys, tick) },
    ]);
    return { relation: filter(followed, less(long(0n), read(edge))), interval: own };
  }
}

/** Is it rows of such tables, each looked at alone? */
function isLookedThrough(relation: Relation, table: (name: string) => boolean): boolean {
  switch (relation.kind) {
    case 'scan':
      return table(relation.table);
    case 'shared':
      return isLookedThrough(relation.input, table);
    case 'filter':
    case 'project':
      return isLookedThrough(relation.input, table) && !spreads(relation);
    case 'union':
      return relation.inputs.every(({ input }) => isLookedThrough(input, table));
    default:
      return false;
  }
}

function spreads(relation: Relation): boolean {
  return relation.kind === 'project' && relation.columns.some(({ value }) => value.kind === 'window');
}
