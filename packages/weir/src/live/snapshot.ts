import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { tableRows } from '../lake/segments.ts';
import { intakeTables, rollups, type Table, timelessTables } from '../tables/index.ts';
import { rollupRows } from './days.ts';
import type { Standing } from './manifest.ts';
import { commitOf, position, replacedSince, standingRows } from './relations.ts';
import { type LiveSegment, replacedRows } from './segment.ts';

/** Ticks, both ends included. */
export interface Span {
  readonly from: bigint;
  readonly until: bigint;
}

/** What came to some tables. Times are ticks. */
export interface Came {
  readonly rows: number;
  /** When. */
  readonly first: bigint | undefined;
  /** The first time that it tells; undefined where it tells none. */
  readonly from: bigint | undefined;
}

export interface Stretch {
  readonly since: bigint;
  /** Rows. */
  readonly most: number;
  readonly but: ReadonlySet<bigint>;
}

/** The lake as it was at one commit, whatever is committed, compacted or removed since. Its SQL reads files: any engine
 *  that may read the folder can run it, until `release`. */
export class Snapshot {
  readonly #standing: Standing;
  readonly #release: () => void;

  constructor(standing: Standing, release: () => void) {
    this.#standing = standing;
    this.#release = release;
  }

  /** The last commit that it sees. */
  get seq(): bigint {
    return this.#standing.seq;
  }

  /** The files of all its tables' segments, and of the days that are kept. */
  get files(): readonly string[] {
    const { segments, days } = this.#standing;
    return [...[...segments.values()].flat(), ...days].map(({ file }) => file);
  }

  /** The columns that some row of a table may know; the others are null (strings: empty) in all. */
  holds(table: Table): ReadonlySet<string> {
    return new Set(this.#segments(table).flatMap(({ holds }) => [...holds]));
  }

  /** How many rows a table has. */
  count(table: Table): number {
    return this.#segments(table).reduce(
      (all, segment) => all + (segment.kind === 'past' ? 0 : segment.rows - replacedRows(segment)),
      0,
    );
  }

  /** From when on retention counts for rows of some segments of a table (numbers as `placed` gives them), ticks. */
  keptAt(table: Table, segments: ReadonlySet<number>): bigint {
    const times = this.#segments(table).flatMap(({ id, keptAt }) => (segments.has(id) ? [keptAt] : []));
    return times.reduce((last, at) => (at > last ? at : last), 0n);
  }

  /** From when on retention counts for what is told by the rows of some tables in some spans, ticks; undefined where there are
   *  none. */
  keptAtIn(tables: readonly Table[], spans: readonly Span[]): bigint | undefined {
    const times = tables
      .flatMap((table) => this.#segments(table))
      .flatMap((one) =>
        one.kind !== 'past' && spans.some((span) => inSpan([one], span).length > 0) ? [one.keptAt] : [],
      );
    return times.reduce<bigint | undefined>((last, at) => (last === undefined || at > last ? at : last), undefined);
  }

  /** The first time from one on that a row of a table may have, as far as its files say; rows without a time count as of 0.
   *  Undefined where none can have any. Ticks. */
  firstTime(table: Table, from: bigint): bigint | undefined {
    const times = this.#segments(table).flatMap(({ kind, span = { from: 0n, until: 0n } }) =>
      kind === 'past' || span.until < from ? [] : [span.from < from ? from : span.from],
    );
    return earliest(times);
  }

  /** The last time that a row of a table may have, as far as its files say, 0 where none has any. Ticks. */
  lastTime(table: Table): bigint {
    return this.#segments(table).reduce(
      (last, { kind, span }) => (kind !== 'past' && span !== undefined && span.until > last ? span.until : last),
      0n,
    );
  }

  /** How many rows came to some tables (by their names) with a later commit than another, at most, when the first did
   *  (ticks; undefined where none did), and from what time of theirs on: such as compaction has put together with older ones are
   *  not told apart. */
  cameAfter(tables: readonly string[], seq: bigint): Came {
    const later = tables
      .flatMap((name) => this.#standing.segments.get(name) ?? [])
      .filter(({ kind, lastCommit }) => kind !== 'past' && lastCommit > seq);
    return {
      rows: later.reduce((all, { rows }) => all + rows, 0),
      first: earliest(later.flatMap(({ firstCommit, arrivedAt }) => (firstCommit > seq ? [arrivedAt] : []))),
      from: earliest(later.flatMap(({ span }) => (span === undefined ? [] : [span.from]))),
    };
  }

  /** SQL of a table's rows as queries see them. Given a span, of no more files than may hold rows with a time in it. */
  rows(table: Table, within?: Span): string {
    return tableRows(
      table,
      standingRows(table, within ? inSpan(this.#segments(table), within) : this.#segments(table)),
    );
  }

  /** Makes every table and rollup a view in an engine. */
  async show(engine: Pick<Engine, 'run'>): Promise<void> {
    for (const table of [...intakeTables, ...timelessTables])
      await engine.run(`CREATE OR REPLACE VIEW memory.${sqlName(table.name)} AS ${this.rows(table)}`);
    for (const each of rollups)
      await engine.run(`CREATE OR REPLACE VIEW memory.${sqlName(each.name)} AS ${rollupRows(each, this.#standing)}`);
  }

  /** SQL of a table's stored columns, and of each row's position: `segment` and `row`, BIGINT, which `commit` is given for
   *  rows that others replace. */
  placed(table: Table, within?: Span): string {
    return placedRows(table, within ? inSpan(this.#segments(table), within) : this.#segments(table));
  }

  /** The same of the rows of some segments alone, by their numbers. */
  placedIn(table: Table, segments: ReadonlySet<number>): string {
    return placedRows(
      table,
      this.#segments(table).filter(({ id }) => segments.has(id)),
    );
  }

  /** Whether `added` and `replaced` know all that has happened since a commit; else a run has to begin anew. */
  remembers(since: bigint): boolean {
    return since >= this.#standing.forgotten;
  }

  /** How many rows a table has in the files that may hold one with a time in some spans: what reading these costs. */
  near(table: Table, spans: readonly Span[]): number {
    return this.#segments(table)
      .filter((segment) => segment.kind !== 'past' && spans.some((span) => inSpan([segment], span).length > 0))
      .reduce((all, { rows }) => all + rows, 0);
  }

  /** The commit up to which no more than `most` rows came to tables since another, one commit at least, and how many that are.
   *  Of commits in `but` none counts. */
  within(tables: readonly Table[], { since, most, but }: Stretch): { readonly until: bigint; readonly rows: number } {
    const came = new Map<bigint, number>();
    for (const table of tables)
      for (const { kind, lastCommit, rows } of this.#segments(table))
        if (kind !== 'past' && lastCommit > since && !but.has(lastCommit))
          came.set(lastCommit, (came.get(lastCommit) ?? 0) + rows);
    let all = 0;
    let until: bigint | undefined;
    for (const [seq, rows] of [...came].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (until !== undefined && all + rows > most) return { until, rows: all };
      all += rows;
      until = seq;
    }
    return { until: this.seq, rows: all };
  }

  /** SQL of a table's rows, as `rows` gives them, that came with a later commit than `since`, and none later than `until`. */
  added(table: Table, since: bigint, until = this.seq): string {
    const later = this.#segments(table).filter(
      ({ firstCommit, lastCommit }) => lastCommit > since && firstCommit <= until,
    );
    const isWhole = ({ firstCommit, lastCommit }: LiveSegment) => firstCommit > since && lastCommit <= until;
    const whole = later.filter(isWhole);
    const part = later.filter((segment) => !isWhole(segment));
    const where = (group: readonly LiveSegment[]) => `${commitOf(group)} > ${since} AND ${commitOf(group)} <= ${until}`;
    return tableRows(table, [...standingRows(table, whole), ...standingRows(table, part, { where })]);
  }

  /** SQL of a table's rows, likewise, that `since` saw and this snapshot does not, as they were: others replaced them. What
   *  retention removed is not among them. */
  replaced(table: Table, since: bigint): string {
    return tableRows(table, replacedSince(table, this.#segments(table), since));
  }

  /** Ends it: its files may go. */
  release(): void {
    this.#release();
  }

  #segments({ name }: Table): readonly LiveSegment[] {
    return this.#standing.segments.get(name) ?? [];
  }
}

function earliest(times: readonly bigint[]): bigint | undefined {
  return times.reduce<bigint | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined);
}

function inSpan(segments: readonly LiveSegment[], { from, until }: Span): LiveSegment[] {
  return segments.filter(({ span }) => span === undefined || (span.from <= until && span.until >= from));
}

function placedRows(table: Table, segments: readonly LiveSegment[]): string {
  const selects = standingRows(table, segments, {
    also: (group) => {
      const [segment, row] = position(group);
      return [`${segment} AS segment`, `${row} AS "row"`];
    },
  });
  const none = `SELECT *, 0::BIGINT AS segment, 0::BIGINT AS "row" FROM (${tableRows({ ...table, derived: [] }, [])})`;
  return selects.length === 0 ? none : selects.join(' UNION ALL ');
}
