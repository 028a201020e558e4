import { columnsOf } from '../../plan/columns.ts';
import type { Defined, JoinKind, JoinNode, Relation } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { type Carried, filter, type Interval, passed, project, read } from './carried.ts';
import type { Making } from './making.ts';
import { notSwept } from './notSwept.ts';
import { internal, less, lessOrEqual, long, next } from './scalars.ts';

type Keys = JoinNode['on'];

/** A join over time. Rows meet while both are there, and a row is without a partner while none is. */
export function joined(join: JoinKind, left: Carried, right: Carried, on: Keys, making: Making): Carried {
  const lineage = new Map([...left.lineage, ...(join === 'leftsemi' || join === 'leftanti' ? [] : right.lineage)]);
  // A row without a partner has no now() either.
  const padded = {
    leftouter: [right],
    rightouter: [left],
    fullouter: [left, right],
    inner: [],
    leftsemi: [],
    leftanti: [],
  };
  const lost = padded[join].flatMap(({ moving }) => [...moving.keys()].map((id) => [id, undefined] as const));
  const moving = new Map([...left.moving, ...right.moving, ...lost]);
  const of = (relation: Relation, interval: Interval | undefined, alone: boolean): Carried => {
    return { relation, interval, lineage, moving, alone };
  };
  if (left.interval === undefined || right.interval === undefined) return withStanding(join, left, right, on, of);
  return new Meeting({ ...left, interval: left.interval }, { ...right, interval: right.interval }, on, making).join(
    join,
    of,
  );
}

type Made = (relation: Relation, interval: Interval | undefined, alone: boolean) => Carried;

/** A join with rows that are always there. */
function withStanding(join: JoinKind, left: Carried, right: Carried, on: Keys, of: Made): Carried {
  const relation: Relation = { kind: 'join', join, left: left.relation, right: right.relation, on };
  if (left.interval === undefined && right.interval === undefined) return of(relation, undefined, false);
  if (join === 'inner') return of(relation, left.interval ?? right.interval, false);
  // The side that is always there must not be the one whose rows may stand alone.
  if (right.interval === undefined && (join === 'leftouter' || join === 'leftsemi' || join === 'leftanti')) {
    return of(relation, left.interval, left.alone && join !== 'leftouter');
  }
  if (left.interval === undefined && join === 'rightouter') return of(relation, right.interval, false);
  return notSwept('rows that are always there stand beside others that come and go');
}

type Timed = Carried & { readonly interval: Interval };

class Meeting {
  readonly #making: Making;
  readonly #left: Timed;
  readonly #right: Timed;
  readonly #on: Keys;

  constructor(left: Timed, right: Timed, on: Keys, making: Making) {
    this.#making = making;
    this.#left = { ...left, relation: making.shared(left.relation) };
    this.#right = { ...right, relation: making.shared(right.relation) };
    this.#on = on;
  }

  join(join: JoinKind, of: Made): Carried {
    const own = this.#making.interval();
    const columns = [...this.#shown(this.#left), ...this.#shown(this.#right)];
    const flipped = this.#on.map(({ left, right }) => ({ left: right, right: left }));
    const alone = (side: Timed, other: Timed, on: Keys): Relation =>
      project(this.#without(side, other, on, own), [
        ...columns.map((column) =>
          this.#has(side, column) ? passed(column) : { column, value: this.#nothing(column) },
        ),
        passed(own.enter),
        passed(own.exit),
      ]);
    const both = () => this.#both(own, columns);
    const leftAlone = () => alone(this.#left, this.#right, this.#on);
    const rightAlone = () => alone(this.#right, this.#left, flipped);
    const all = (...parts: Relation[]) => of(this.#making.union(parts, [...columns, own.enter, own.exit]), own, false);
    switch (join) {
      case 'inner':
        return of(both(), own, false);
      case 'leftouter':
        return all(both(), leftAlone());
      case 'rightouter':
        return all(both(), rightAlone());
      case 'fullouter':
        return all(both(), leftAlone(), rightAlone());
      case 'leftanti':
        return of(this.#without(this.#left, this.#right, this.#on, own), own, this.#left.alone);
      case 'leftsemi':
        return of(this.#with(own), own, this.#left.alone);
    }
  }

  /** The columns of a side but its interval. */
  #shown({ relation, interval }: Timed): readonly PlanColumn[] {
    return columnsOf(relation).filter(({ id }) => id !== interval.enter.id && id !== interval.exit.id);
  }

  #has(side: Timed, column: PlanColumn): boolean {
    return columnsOf(side.relation).some(({ id }) => id === column.id);
  }

  /** What an outer join gives for a column of a side without a partner. */
  #nothing({ id, type }: PlanColumn): Scalar {
    const lists = [this.#left, this.#right].flatMap(({ lineage }) => [...lineage.values()].flatMap(({ ids }) => ids));
    if (lists.some((list) => list.id === id)) return internal('ids_none', [], 'dynamic');
    return { kind: 'constant', value: type === 'string' ? '' : null, type, span: { start: 0, length: 0 } };
  }

  #both(own: Interval, columns: readonly PlanColumn[]): Relation {
    const making = this.#making;
    const [l, r] = [making.column('$part'), making.column('$part')];
    const left = making.cut(this.#left.relation, this.#left.interval, l);
    const right = making.cut(this.#right.relation, this.#right.interval, r);
    const on = [...this.#on, { left: read(l), right: read(r) }];
    const met: Relation = { kind: 'join', join: 'inner', left, right, on };
    return overlapping(met, this.#left.interval, this.#right.interval, own, columns);
  }

  /** The rows of the left side while they have a partner. */
  #with(own: Interval): Relation {
    const { left, right, columns } = this.#beside(this.#left, this.#right, this.#on);
    const islands = this.#making.islands(right.relation, right.keys, this.#right.interval);
    const met: Relation = { kind: 'join', join: 'inner', left, right: islands.relation, on: right.on };
    return overlapping(met, this.#left.interval, islands.interval, own, columns);
  }

  /** The rows of a side while they have no partner on the other. */
  #without(side: Timed, other: Timed, on: Keys, own: Interval): Relation {
    const making = this.#making;
    const { left, right, columns, part } = this.#beside(side, other, on);
    const never: Relation = { kind: 'join', join: 'leftanti', left, right: right.relation, on: right.on };
    const gaps = this.#gaps(right.relation, right.keys, part, other.interval);
    const met: Relation = { kind: 'join', join: 'inner', left, right: gaps.relation, on: right.on };
    const between = overlapping(met, side.interval, gaps.interval, own, columns);
    const whole = project(never, [
      ...columns.map(passed),
      { column: own.enter, value: read(side.interval.enter) },
      { column: own.exit, value: read(side.interval.exit) },
    ]);
    return making.union([whole, between], [...columns, own.enter, own.exit]);
  }

  /** A side cut into parts of time, and the keys of the other's parts. */
  #beside(side: Timed, other: Timed, on: Keys) {
    const making = this.#making;
    const [l, part] = [making.column('$part'), making.column('$part')];
    const left = making.shared(making.cut(side.relation, side.interval, l));
    const keys: Defined[] = on.map(({ right }) => ({ column: making.column('$key', right.type), value: right }));
    const rows = project(other.relation, [...keys, passed(other.interval.enter), passed(other.interval.exit)]);
    const asking: Defined[] = on.map((pair) => ({ column: making.column('$key', pair.left.type), value: pair.left }));
    const few: Relation = {
      kind: 'join',
      join: 'leftsemi',
      left: rows,
      right: { kind: 'summarize', input: left, groups: asking, aggregates: [] },
      on: keys.map(({ column }, index) => ({ left: read(column), right: read(asking[index]?.column ?? column) })),
    };
    const relation = making.shared(making.cut(few, other.interval, part));
    const meets = keys.map(({ column }, index) => ({ left: on[index]?.left ?? read(column), right: read(column) }));
    return {
      left,
      right: {
        relation,
        keys: [...keys.map(({ column }) => column), part],
        on: [...meets, { left: read(l), right: read(part) }],
      },
      columns: this.#shown(side),
      part,
    };
  }

  /** The times within a part at which a key of the part has no row. */
  #gaps(relation: Relation, keys: readonly PlanColumn[], part: PlanColumn, interval: Interval) {
    const making = this.#making;
    const tick = making.column('$tick');
    const own = making.interval();
    const edge =
      (at: Scalar) =>
      (change: PlanColumn): Relation => {
        const different: Relation = { kind: 'summarize', input: relation, groups: keys.map(passed), aggregates: [] };
        return project(different, [
          ...keys.map(passed),
          { column: tick, value: internal('part_start', [at, long(making.width)]) },
          { column: change, value: long(0n) },
        ]);
      };
    const ends = [edge(read(part)), edge(internal('after', [read(part)]))];
    const { rows, count } = making.counted(relation, keys, interval, tick, ends);
    const followed = project(rows, [
      ...[...keys, count].map(passed),
      { column: own.enter, value: read(tick) },
      { column: own.exit, value: next(tick, keys, tick) },
    ]);
    const empty = filter(followed, lessOrEqual(read(count), long(0n)));
    return { relation: filter(empty, less(read(own.enter), read(own.exit))), interval: own };
  }
}

/** Pairs while both are there. */
function overlapping(
  met: Relation,
  one: Interval,
  other: Interval,
  own: Interval,
  columns: readonly PlanColumn[],
): Relation {
  const times = project(met, [
    ...columns.map(passed),
    { column: own.enter, value: internal('later', [read(one.enter), read(other.enter)]) },
    { column: own.exit, value: internal('earlier', [read(one.exit), read(other.exit)]) },
  ]);
  return filter(times, less(read(own.enter), read(own.exit)));
}
