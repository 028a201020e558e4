import { join } from 'node:path';
import { type Engine, isOutOfMemory } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import { ofOneThread } from '../../fuse/fuse.ts';
import type { Catalogue } from '../../model/catalogue.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Store } from '../../store/store.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  intakeTables,
  networkFlows,
  observedNames,
  type Table,
  toldTables,
} from '../../tables/index.ts';
import type { LiveLake } from '../liveLake.ts';
import type { Snapshot, Span } from '../snapshot.ts';
import { severalTellers } from './clockRows.ts';
import {
  type Clocks,
  changedSpans,
  changedTold,
  daysOf,
  saysItself,
  spreadOf,
  tellClocks,
  tellersOf,
} from './clocks.ts';
import { answersBefore, asTold, heldBy, never, type Part } from './gather.ts';
import { translatorsOf } from './known.ts';
import { edgePairs, grow, pairSpans, type Rows, touchPairs } from './pairs.ts';
import { placesOf } from './places.ts';
import { aDay, longestAnswer, passReach, reach } from './reaches.ts';
import { type Again, type Fused, refuse } from './refuse.ts';
import { type ClockOffset, Remembered, type Unsettled } from './remembered.ts';
import { nextStretch, retag, someTold } from './retag.ts';
import { dueSpan, firstDay, type Patience, plan } from './settling.ts';
import { few, narrowerSight, type Sight, sightOf } from './sight.ts';
import { beginTagging, moveTagging, type Tagging } from './tagging.ts';
import { always, touchedSpans } from './touched.ts';
import { covers, firstTime, longerBy, placedWithin, united, type Windows, within } from './windows.ts';
import { askAround } from './witnesses.ts';
import { Workshop } from './workshop.ts';

export interface LiveFusionOptions {
  readonly lake: LiveLake;
  readonly store: Store;
  /** Opens an engine of its own for passes, and one for settling; closed by `close`. */
  readonly engines: { readonly passing: () => Promise<Engine>; readonly settling: () => Promise<Engine> };
  /** A folder for scratch on the lake's file system. */
  readonly directory: string;
  readonly catalogue: Catalogue;
  readonly inventory?: Inventory;
  /** What a pass takes and reads at most; by memory. */
  readonly limits?: Limits;
}

/** Numbers of rows. */
export interface Limits {
  /** That are new in a pass, of whole commits. */
  readonly passed: number;
  /** Of a table, among which a pass looks for the partners of its rows. */
  readonly read: number;
  /** Of a table, that settling reads whole at once, where that is more than a day of them. */
  readonly settled: number;
}

/** For passes and for settling. */
interface Workshops {
  readonly passing: Workshop;
  readonly settling: Workshop;
}

/** A pass is not made smaller than this share of its limits. */
const leastShare = 1 / 256;

const usual: Limits = { passed: 200_000, read: 1_000_000, settled: 5_000_000 };

/** Fusion over a lake that goes on. What batch fusion makes of all rows is the truth; here a part of the lake is fused again
 *  and what is different is committed, in two speeds.
 *
 *  `pass` fuses new rows with those of the same pairs of addresses around their time: seconds after they came a connection
 *  has its row. `settle` fuses whole spans of time again that new rows touched, once these are quiet, with everything that
 *  bears on them: clocks, holders of addresses, proxies. It first asks a few columns of the days around a span what clocks
 *  are there, and then fuses the hours around it alone. Passes go on meanwhile.
 *
 *  Settled, all columns are as batch fusion has them, ArrivedAt and CommitSeq apart. But batch fusion asks three things of
 *  all rows that settling asks of the days around a span: which of two sensors knows more, and so whose row stays; whether
 *  the ends of a connection that witnesses a clock come only once; and what else has the id of a row, which settling looks
 *  for two days around it. */
export class LiveFusion {
  readonly #options: LiveFusionOptions;
  readonly #limits: Limits;
  readonly #remembered: Remembered;
  readonly #workshops: Workshops;
  #runs = 0;
  /** What changes the lake follows each other. */
  #last: Promise<unknown> = Promise.resolve();
  #notedAt: bigint | undefined;
  /** Whether all rows are known to be told by the present catalogue. */
  #isTagged = false;
  /** Of its limits, by what memory has allowed so far. */
  #share = 1;
  /** Of the clocks around the span that was settled last. */
  #spread = 0n;

  constructor(options: LiveFusionOptions) {
    this.#options = options;
    this.#limits = options.limits ?? usual;
    this.#remembered = new Remembered(options.store);
    const { passing, settling } = options.engines;
    this.#workshops = { passing: new Workshop(passing), settling: new Workshop(settling) };
  }

  /** What runs ends soon, and nothing runs from then on. */
  stop(): void {
    for (const workshop of Object.values(this.#workshops)) workshop.stop();
  }

  /** Lets go of its engines, when nothing runs. */
  close(): void {
    for (const workshop of Object.values(this.#workshops)) workshop.close();
  }

  /** The spans that are not settled, as far as `settle` has looked. */
  get unsettled(): readonly Unsettled[] {
    return this.#remembered.unsettled;
  }

  /** Fuses what came since the last pass; undefined where nothing did. */
  pass(): Promise<Fused | undefined> {
    return this.#alone(() => this.#working('passing', (snapshot) => this.#passInMemory(snapshot)));
  }

  /** One that wants more memory than there is takes and reads less; a while later as much as before.
   *  @throws DuckDB's error where the least is too much */
  async #passInMemory(snapshot: Snapshot): Promise<Fused | undefined> {
    for (;;)
      try {
        const fused = await this.#passSnapshot(snapshot);
        this.#share = Math.min(1, this.#share * 1.1);
        return fused;
      } catch (error) {
        if (!isOutOfMemory(error) || this.#share <= leastShare) throw error;
        this.#share = Math.max(leastShare, this.#share / 4);
      }
  }

  /** Notes what spans new rows touched, and settles one of those that are due; undefined where none is. `now` in ticks. */
  settle(now: bigint, patience: Patience): Promise<Fused | undefined> {
    return this.#working('settling', async (snapshot) => {
      const { passed } = this.#remembered.cursor;
      // Rows are quiet at the earliest when they have been noted for so long.
      if (this.#notedAt === undefined || now - this.#notedAt >= patience.quiet / 4n) await this.#note(snapshot, now);
      const span = dueSpan(this.#remembered.unsettled, now, patience, (span) => this.#fits(snapshot, span));
      if (span === undefined) return undefined;
      // After a restart there may be nothing to note, and so nothing known yet.
      await this.#settling.known.learn(snapshot, this.#remembered.cursor.noted, this.#options.lake.retainedFrom);
      return onFewThreads(
        this.#settling.engine,
        few(snapshot, [plan(span, this.#spread).witnesses], ofOneThread) &&
          snapshot.count(deviceProcessEvents) <= ofOneThread,
        () => this.#settleSpan(snapshot, passed, span, now),
      );
    });
  }

  /** Tells a part of history by the catalogue and inventory of now, where it was told by others. Gives from what evidence time
   *  on it is still to be done (ticks); undefined: all is. Rows that came in finished, and all where the inventory names other
   *  networks, are left to `settle`, which is waited for. */
  async retag(): Promise<bigint | undefined> {
    const { store, catalogue, inventory } = this.#options;
    if (this.#isTagged) return undefined;
    return this.#alone(() =>
      this.#working('passing', async (snapshot) => {
        const tagging = beginTagging(store, catalogue, inventory, snapshot.count(deviceNetworkEvents));
        const next = tagging.next === undefined ? undefined : await this.#retagFrom(snapshot, tagging.next, tagging);
        this.#isTagged = next === undefined;
        return next;
      }),
    );
  }

  async #retagFrom(snapshot: Snapshot, from: bigint, { whole, last }: Tagging): Promise<bigint | undefined> {
    const { store, lake, catalogue, directory } = this.#options;
    const { engine } = this.#passing;
    // Spans that were noted for this are due since the beginning of time.
    if (this.#remembered.unsettled.some(({ first }) => first === 0n)) return from;
    const stretch = await nextStretch(engine, snapshot, from);
    if (stretch === undefined) {
      moveTagging(store, undefined, whole ? snapshot.seq : last);
      return undefined;
    }
    const { until } = stretch;
    if (whole || (await someTold(engine, snapshot, stretch))) {
      store.transaction(() => {
        this.#remembered.unsettle([stretch], 0n);
        moveTagging(store, until, snapshot.seq);
      });
      return until;
    }
    this.#runs += 1;
    await retag({
      ...{ lake, engine, catalogue, snapshot, stretch, unpassed: this.#unpassed(this.#remembered.cursor.passed) },
      directory: join(directory, `fusion-${this.#runs}`),
      also: (seq, changed) => {
        if (changed) this.#remembered.made(seq);
        moveTagging(store, until, changed ? seq : last);
      },
    });
    return until;
  }

  /** SQL over a connection: whether it came in finished and no pass has kept it as it came. */
  #unpassed(passed: bigint): string {
    return `("CommitSeq" > ${passed} AND "CommitSeq" NOT IN (${[0n, ...this.#remembered.own].join(', ')}))`;
  }

  async #passSnapshot(snapshot: Snapshot): Promise<Fused | undefined> {
    const { store } = this.#options;
    const { engine, known } = this.#passing;
    const { passed } = this.#remembered.cursor;
    if (passed === snapshot.seq) return undefined;
    const { until, rows: came } = snapshot.within(intakeTables, {
      since: passed,
      most: this.#limits.passed * this.#share,
      but: new Set(this.#remembered.own),
    });
    const raw = this.#raw(snapshot, passed, until);
    const added = (table: Table) => (table === deviceNetworkEvents ? raw : `(${snapshot.added(table, passed, until)})`);
    const [finished] = await engine.rows(`SELECT 1 FROM ${raw} LIMIT 1`);
    const sight = await this.#sight(snapshot, added, { came, finished: finished !== undefined });
    if (sight === undefined) {
      store.transaction(() => this.#remembered.move('passed', until));
      return undefined;
    }
    await known.learn(snapshot, this.#remembered.cursor.noted, this.#options.lake.retainedFrom);
    return onFewThreads(
      engine,
      few(snapshot, sight.windows, ofOneThread) &&
        snapshot.near(deviceProcessEvents, startsBefore(sight.windows)) <= ofOneThread,
      () => this.#passSeen(snapshot, sight, { added, until, raw: finished && raw }),
    );
  }

  /** Fuses the new rows, up to a commit, with what is in sight of them. `raw`: those that came in finished. */
  async #passSeen(
    snapshot: Snapshot,
    { windows, reach, by }: Sight,
    { added, until, raw }: { readonly added: Rows; readonly until: bigint; readonly raw: string | undefined },
  ): Promise<Fused> {
    const rows = (table: Table) => within(snapshot, table, windows);
    const before = (table: Table) => within(snapshot, table, startsBefore(windows));
    const days = daysAround(startsBefore(windows));
    const places = placesOf(snapshot, (table) => placedWithin(snapshot, table, windows));
    const part: Part = {
      ...{ core: never, load: never, finishedOf: never, recordsOf: never, reach, by, rows, holds: heldBy(snapshot) },
      places,
      back: longestAnswer,
      answers: by === 'pair' ? answersBefore(snapshot, windows) : rows(observedNames),
      processes: asTold(deviceProcessEvents, before),
      finished: this.#finished(snapshot, rows, raw),
      keep: raw && `FROM ${raw}`,
      added,
    };
    return this.#refuse(snapshot, part, 'passing', {
      present: places,
      keptAt: snapshot.keptAtIn(intakeTables, windows),
      alone: (work) => work(undefined),
      clocks: {
        offsets: this.#remembered.offsetsOn(days),
        // By which devices' were found.
        sensors: this.#remembered.tellersOn(days).filter(({ device }) => device === ''),
      },
      // It does not see as far back as settling does.
      keepRicher: true,
      also: (seq) => this.#remembered.move('passed', until === snapshot.seq ? seq : until),
    });
  }

  /** Makes `fusion_pair` for new rows, and says what is to be read for it. */
  async #sight(
    snapshot: Snapshot,
    added: Rows,
    { came, finished }: { readonly came: number; readonly finished: boolean },
  ): Promise<Sight | undefined> {
    const { engine } = this.#passing;
    const [parts] = await engine.rows(`SELECT 1 FROM ${added(networkFlows)} WHERE "IsPart" IS TRUE LIMIT 1`);
    // The parts of a connection are only right together, however many hours they take.
    const most = parts ? Number.POSITIVE_INFINITY : this.#limits.read * this.#share;
    const sight = await sightOf(engine, snapshot, added, most);
    if (sight === undefined) return undefined;
    const touch = ({ windows, reach, by }: Sight) => {
      const rows = (table: Table) => within(snapshot, table, windows);
      return touchPairs(engine, { added, rows, reach, by, finished, most: most / 50 + came });
    };
    const isFew = await touch(sight);
    if (sight.by === 'connection') return sight;
    const windows = isFew ? await this.#wholeLives(snapshot, sight.windows, most) : undefined;
    if (windows) return { ...sight, windows };
    const narrower = await narrowerSight(engine, snapshot, added, most);
    await touch(narrower);
    return narrower;
  }

  async #settleSpan(snapshot: Snapshot, passed: bigint, due: Unsettled, now: bigint): Promise<Fused> {
    const { catalogue, inventory, directory, lake } = this.#options;
    const { engine, known } = this.#settling;
    const span = this.#fits(snapshot, due) ? due : firstDay(due, await firstTime(engine, snapshot, due));
    const before = this.#remembered.offsets;
    this.#runs += 1;
    const around = await askAround(span, {
      ...{ engine, known, options: { catalogue, ...(inventory && { inventory }) } },
      directory: join(directory, `fusion-${this.#runs}`),
      rows: (table, span) => within(snapshot, table, [span]),
      finished: (span) => this.#finished(snapshot, (table) => within(snapshot, table, [span]), undefined),
      said: before.filter(saysItself),
      spread: greatest(this.#spread, spreadOf({ offsets: before }, plan(span, 0n).days)),
    });
    const { core, load, days, witnesses, clocks, spread } = around;
    this.#spread = spread;
    const edges = await edgePairs(engine, {
      rows: (table) => within(snapshot, table, [core]),
      near: (windows) => (table) => within(snapshot, table, windows),
      inner: { from: load.from + reach, until: load.until - reach },
      witnesses,
      proxies: known.proxies(inventory),
      translators: (rows) => translatorsOf(inventory, rows),
    });
    const wide = await this.#toldFarther(engine, snapshot, witnesses);
    const windows = united([load, ...edges]);
    const windowsOf = (table: Table) =>
      longerBy(wide.has(table) ? united([witnesses, ...windows]) : windows, reach, reach);
    const rows = (table: Table) => within(snapshot, table, windowsOf(table));
    const placed = (table: Table) => placedWithin(snapshot, table, windowsOf(table));
    const part: Part = {
      ...{ core, load, reach, by: 'pair', rows, places: placesOf(snapshot, placed), holds: heldBy(snapshot) },
      finishedOf: witnesses,
      recordsOf: wide.has(deviceProcessEvents) ? witnesses : load,
      back: longestAnswer + spread,
      answers: within(snapshot, observedNames, longerBy(windows, reach + longestAnswer + spread, reach)),
      processes: asTold(deviceProcessEvents, (table) => `(${snapshot.rows(table)})`),
      finished: this.#finished(snapshot, rows, undefined),
      keep: undefined,
      added: undefined,
    };
    const inside = ({ day }: Pick<ClockOffset, 'day'>) => day >= days.from && day <= days.until;
    const learned = clocks.offsets.filter(inside);
    const [toldBefore, told] = [this.#remembered.tellersOn(days), tellersOf(clocks).filter(inside)];
    // It is left to that pass.
    const unpassed = this.#unpassed(passed);
    return this.#refuse(snapshot, part, 'settling', {
      present: placesOf(snapshot, (table) =>
        table === deviceNetworkEvents ? `FROM ${placed(table)} WHERE NOT ${unpassed}` : placed(table),
      ),
      keptAt: snapshot.keptAtIn(intakeTables, windows),
      alone: (work) => this.#alone(() => this.#looking((present) => work(changedSince(snapshot, present)))),
      keepRicher: false,
      clocks: { ...clocks, offsets: [...before.filter((clock) => !inside(clock)), ...learned] },
      also: (seq, held) => {
        const { noted } = this.#remembered.cursor;
        if (noted === snapshot.seq) this.#remembered.move('noted', seq);
        this.#remembered.clocks(days, learned, told);
        this.#remembered.forgetClocks((lake.retainedFrom ?? 0n) / aDay - 2n);
        this.#remembered.settled(span);
        const changed = [
          ...changedSpans(before.filter(inside), learned, reach),
          ...changedTold(toldBefore, told, reach),
        ];
        const beyond = changed.filter(({ from, until }) => from < core.from || until > core.until);
        this.#remembered.unsettle([...beyond, ...held], now);
      },
    });
  }

  /** Whether settling all of a span at once reads no more rows whole than it may. */
  #fits(snapshot: Snapshot, span: Span): boolean {
    return few(snapshot, [plan(span, 0n).load], this.#limits.settled);
  }

  /** The tables of which rows farther away decide: rows that came in finished are made of others, and where several sensors
   *  tell starts and files, all of some days tell their clocks. */
  async #toldFarther(engine: Engine, snapshot: Snapshot, witnesses: Span): Promise<ReadonlySet<Table>> {
    const tables = new Set<Table>();
    const add = (table: Table) => {
      tables.add(table);
      const told = toldTables.get(table);
      if (told) tables.add(told);
    };
    const told = toldTables.get(deviceNetworkEvents);
    if (told && snapshot.count(told) > 0) add(deviceNetworkEvents);
    const records = [deviceProcessEvents, deviceFileEvents];
    for (const table of records) {
      const rows = asTold(table, (table) => within(snapshot, table, [witnesses]));
      if (await severalTellers(engine, rows)) for (const each of records) add(each);
    }
    return tables;
  }

  /** Windows that have all of what is alive in them, of the pairs that are looked at; undefined where these have more than
   *  `most` rows. */
  async #wholeLives(snapshot: Snapshot, around: Windows, most: number): Promise<Windows | undefined> {
    const { engine } = this.#passing;
    for (let windows = around; ; ) {
      const wider = united([...windows, ...longerBy(await pairSpans(engine), passReach, passReach)]);
      if (covers(windows, wider)) return windows;
      if (!few(snapshot, wider, most)) return undefined;
      windows = wider;
      await grow(engine, (table) => within(snapshot, table, wider));
    }
  }

  /** `also` is given the commit up to which what the snapshot has is fused. */
  async #refuse(
    snapshot: Snapshot,
    part: Part,
    by: keyof Workshops,
    {
      clocks,
      also,
      ...rest
    }: Pick<Again, 'present' | 'keptAt' | 'keepRicher' | 'alone'> & {
      /** All there is to know of them, or how some devices' and sensors' are. */
      readonly clocks: Clocks | Pick<Clocks, 'offsets' | 'sensors'>;
      readonly also: (seq: bigint, held: readonly Span[]) => void;
    },
  ): Promise<Fused> {
    const { lake, directory, catalogue, inventory } = this.#options;
    const { engine, known } = this.#workshops[by].inside;
    this.#runs += 1;
    return refuse({
      ...{ lake, engine, part, ...rest },
      directory: join(directory, `fusion-${this.#runs}`),
      options: {
        catalogue,
        ...(inventory && { inventory }),
        beyond: known.beyond(await tellClocks(engine, clocks)),
        ...('tellers' in clocks ? { clocks: 'told' } : {}),
      },
      also: (seq, changed, held) => {
        if (changed) this.#remembered.made(seq);
        // What fusion itself has just written need not be looked at again.
        also(changed && seq === snapshot.seq + 1n ? seq : snapshot.seq, held);
      },
    });
  }

  async #note(snapshot: Snapshot, now: bigint): Promise<void> {
    const { store } = this.#options;
    const { engine, known } = this.#settling;
    const { noted } = this.#remembered.cursor;
    this.#notedAt = now;
    if (noted === snapshot.seq) return;
    await known.learn(snapshot, noted, this.#options.lake.retainedFrom);
    const spans = (await known.tellsOfAll(noted))
      ? [always]
      : await touchedSpans(engine, snapshot, { since: noted, finished: this.#raw(snapshot, noted) });
    store.transaction(() => {
      if (spans.length > 0) this.#remembered.unsettle(spans, now);
      this.#remembered.move('noted', snapshot.seq);
    });
  }

  /** SQL of rows that came in finished since a commit. */
  #raw(snapshot: Snapshot, since: bigint, until = snapshot.seq): string {
    const own = [0n, ...this.#remembered.own].join(', ');
    const stored = deviceNetworkEvents.stored.map(({ name }) => sqlName(name)).join(', ');
    return `(SELECT ${stored} FROM (${snapshot.added(deviceNetworkEvents, since, until)}) WHERE "CommitSeq" NOT IN (${own}))`;
  }

  /** SQL of all that came in finished, as it came; undefined where nothing did. */
  #finished(snapshot: Snapshot, rows: (table: Table) => string, raw: string | undefined): string | undefined {
    const told = toldTables.get(deviceNetworkEvents);
    const kept = told && snapshot.count(told) > 0 ? [rows(told)] : [];
    const parts = [...kept, ...(raw === undefined ? [] : [raw])];
    return parts.length === 0 ? undefined : parts.map((part) => `FROM ${part}`).join(' UNION ALL ');
  }

  /** Runs `work` when what else changes the lake here has ended. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #working<Result>(by: keyof Workshops, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    return this.#workshops[by].work(() => this.#looking(work));
  }

  get #passing(): Workshop['inside'] {
    return this.#workshops.passing.inside;
  }

  get #settling(): Workshop['inside'] {
    return this.#workshops.settling.inside;
  }

  async #looking<Result>(look: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    const snapshot = this.#options.lake.snapshot();
    try {
      return await look(snapshot);
    } finally {
      snapshot.release();
    }
  }
}

/** Runs `work` on one thread where what it reads of the lake is little (`fuse.ts`). */
function onFewThreads<Result>(engine: Engine, isLittle: boolean, work: () => Promise<Result>): Promise<Result> {
  return isLittle ? engine.onOneThread(work) : work();
}

/** Where a pass looks for the starts of the processes of some windows. */
function startsBefore(windows: Windows): Windows {
  return longerBy(windows, aDay, 0n);
}

/** The days of some windows, and one more on either side. */
function daysAround(windows: Windows): Span {
  const all = { from: windows[0]?.from ?? 0n, until: windows.at(-1)?.until ?? 0n };
  const { from, until } = daysOf(all);
  return { from: from - 1n, until: until + 1n };
}

function greatest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** SQL of the rows that are others in a later snapshot than in one; undefined where nothing is. Of connections those that
 *  came as well: only fusion adds them. */
function changedSince(before: Snapshot, after: Snapshot): Rows | undefined {
  if (before.seq === after.seq) return undefined;
  return (table) => {
    const replaced = `SELECT * FROM (${after.replaced(table, before.seq)})`;
    return table === deviceNetworkEvents
      ? `${replaced} UNION ALL SELECT * FROM (${after.added(table, before.seq)})`
      : replaced;
  };
}
