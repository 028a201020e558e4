/** When a rule runs. All times are ticks of 100 ns since 0001-01-01. */
export interface Schedule {
  /** Ticks are its multiples. */
  readonly frequency: bigint;
  /** How far a run looks back: it sees the rows whose evidence time lies in (t - period, t]. Null: everything up to t. */
  readonly period: bigint | null;
  /** When a row of a table was there to be seen, as SQL over the table's columns; absent: from its evidence time on. A
   *  run sees what was there at its tick. */
  readonly arrived?: (table: string) => string;
}

/** The moments of a replay: `first`, `first + frequency`… up to and with `last`. */
export interface Moments {
  readonly first: bigint;
  readonly last: bigint;
  readonly frequency: bigint;
}

export interface TimeSpan {
  readonly from: bigint;
  readonly until: bigint;
}

/** The first multiple of `frequency` at or after `time` (`time` not negative). */
export function tickAtOrAfter(time: bigint, frequency: bigint): bigint {
  return ((time + frequency - 1n) / frequency) * frequency;
}

/** The ticks of a rule over the data's own span: from the first that sees the first evidence to the first that sees
 *  all of it. */
export function replayMoments(span: TimeSpan, frequency: bigint): Moments {
  return { first: tickAtOrAfter(span.from, frequency), last: tickAtOrAfter(span.until, frequency), frequency };
}

/** The moments that lie within a span, both ends included; undefined where none does. */
export function clipped({ first, last, frequency }: Moments, { from, until }: TimeSpan): Moments | undefined {
  const start = from > first ? tickAtOrAfter(from, frequency) : first;
  const end = until < last ? (until / frequency) * frequency : last;
  return start <= end ? { first: start, last: end, frequency } : undefined;
}

export function oneMoment(moment: bigint): Moments {
  return { first: moment, last: moment, frequency: 1n };
}

export function countOf(moments: Moments): number {
  return Number((moments.last - moments.first) / moments.frequency) + 1;
}

/** The moments that have something in their window. `arrivals` are evidence times, grouped by the first tick at
 *  which they can be seen: ascending by `tick`, each with the latest evidence time of its group. */
export function* occupiedMoments(
  moments: Moments,
  period: bigint | null,
  arrivals: Iterable<{ readonly tick: bigint; readonly latest: bigint }>,
): Generator<bigint> {
  let next = moments.first;
  for (const { tick, latest } of arrivals) {
    if (tick > next) next = tick;
    // A row is out of the window from latest + period on.
    const end = period === null ? moments.last : min(moments.last, latest + period - 1n);
    for (; next <= end; next += moments.frequency) yield next;
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
