import { join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import type { Catalogue } from '../../model/catalogue.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Store } from '../../store/store.ts';
import {
  deviceNetworkEvents,
  deviceProcessEvents,
  intakeTables,
  observedNames,
  type Table,
  toldTables,
} from '../../tables/index.ts';
import type { LiveLake } from '../liveLake.ts';
import type { Snapshot } from '../snapshot.ts';
import { changedSpans, largestShift, tellClocks } from './clocks.ts';
import { answersBefore, asTold, never, type Part } from './gather.ts';
import { Known } from './known.ts';
import { edgePairs, grow, pairSpans, touchPairs } from './pairs.ts';
import { aDay, longestAnswer, passReach, reach } from './reaches.ts';
import { type Again, type Fused, refuse } from './refuse.ts';
import { type ClockOffset, Remembered, type Unsettled } from './remembered.ts';
import { dueSpan, type Patience, plan } from './settling.ts';
import { always, touchedSpans } from './touched.ts';
import { covers, longerBy, placedWithin, united, type Windows, windowsOf, within } from './windows.ts';

export interface LiveFusionOptions {
  readonly lake: LiveLake;
  readonly store: Store;
  /** Of its own: nothing else may run in it meanwhile. */
  readonly engine: Engine;
  /** A folder for scratch on the lake's file system. */
  readonly directory: string;
  readonly catalogue: Catalogue;
  readonly inventory?: Inventory;
}

/** Fusion over a lake that goes on. What batch fusion makes of all rows is the truth; here a part of the lake is fused again
 *  and what is different is committed, in two speeds.
 *
 *  `pass` fuses new rows with those of the same pairs of addresses around their time: seconds after they came a connection
 *  has its row. `settle` fuses whole spans of time again that new rows touched, once these are quiet, with everything that
 *  bears on them: clocks, holders of addresses, proxies. One of them at a time. */
export class LiveFusion {
  readonly #options: LiveFusionOptions;
  readonly #remembered: Remembered;
  readonly #known: Known;
  #runs = 0;
  #notedAt: bigint | undefined;

  constructor(options: LiveFusionOptions) {
    this.#options = options;
    this.#remembered = new Remembered(options.store);
    this.#known = new Known(options.engine);
  }

  /** The spans that are not settled, as far as `settle` has looked. */
  get unsettled(): readonly Unsettled[] {
    return this.#remembered.unsettled;
  }

  /** Fuses what came since the last pass; undefined where nothing did. */
  pass(): Promise<Fused | undefined> {
    return this.#looking(async (snapshot) => {
      const { engine, store } = this.#options;
      const { passed } = this.#remembered.cursor;
      if (passed === snapshot.seq) return undefined;
      const raw = this.#raw(snapshot, passed);
      const added = (table: Table) => (table === deviceNetworkEvents ? raw : `(${snapshot.added(table, passed)})`);
      const around = await windowsOf(
        engine,
        intakeTables.map((table) => [table, added(table)]),
        2n * passReach,
      );
      if (around.length === 0) {
        store.transaction(() => this.#remembered.move('passed', snapshot.seq));
        return undefined;
      }
      await this.#known.learn(snapshot, this.#remembered.cursor.noted);
      await touchPairs(engine, added, (table) => within(snapshot, table, around), passReach);
      const windows = await this.#wholeLives(snapshot, around);
      const rows = (table: Table) => within(snapshot, table, windows);
      const before = (table: Table) => within(snapshot, table, longerBy(windows, aDay, 0n));
      const [finished] = await engine.rows(`SELECT 1 FROM ${raw} LIMIT 1`);
      const part: Part = {
        core: never,
        load: never,
        reach: passReach,
        back: longestAnswer,
        rows,
        answers: answersBefore(snapshot, windows),
        processes: asTold(deviceProcessEvents, before),
        finished: this.#finished(snapshot, rows, finished && raw),
        keep: finished && `FROM ${raw}`,
        added,
      };
      return this.#refuse(snapshot, part, {
        present: (table) => placedWithin(snapshot, table, windows),
        clocks: this.#remembered.offsets,
        stands: () => true,
        // It does not see as far back as settling does.
        keepRicher: true,
        also: (seq) => this.#remembered.move('passed', seq),
      });
    });
  }

  /** Notes what spans new rows touched, and settles one of those that are due; undefined where none is. `now` in ticks. */
  settle(now: bigint, patience: Patience): Promise<Fused | undefined> {
    return this.#looking(async (snapshot) => {
      // Rows are quiet at the earliest when they have been noted for so long.
      if (this.#notedAt === undefined || now - this.#notedAt >= patience.quiet / 4n) await this.#note(snapshot, now);
      const span = dueSpan(this.#remembered.unsettled, now, patience);
      if (span === undefined) return undefined;
      return this.#settleSpan(snapshot, span, now);
    });
  }

  async #settleSpan(snapshot: Snapshot, span: Unsettled, now: bigint): Promise<Fused> {
    const { engine } = this.#options;
    const all = (table: Table) => `(${snapshot.rows(table)})`;
    const before = this.#remembered.offsets;
    for (let shift = largestShift(before, plan(span, 0n).days); ; ) {
      const { core, load, days } = plan(span, shift);
      const inside = ({ day }: ClockOffset) => day >= days.from && day <= days.until;
      const inner = { from: load.from + reach, until: load.until - reach };
      const windows = united([
        load,
        ...(await edgePairs(engine, (table) => within(snapshot, table, [core]), all, inner)),
      ]);
      const rows = (table: Table) => within(snapshot, table, longerBy(windows, reach, reach));
      const { passed } = this.#remembered.cursor;
      const part: Part = {
        core,
        load,
        reach,
        back: longestAnswer + shift,
        rows,
        answers: within(snapshot, observedNames, longerBy(windows, reach + longestAnswer + shift, reach)),
        processes: asTold(deviceProcessEvents, all),
        finished: this.#finished(snapshot, rows, passed < snapshot.seq ? this.#raw(snapshot, passed) : undefined),
        keep: undefined,
        added: undefined,
      };
      let learned: readonly ClockOffset[] = [];
      const fused = await this.#refuse(snapshot, part, {
        present: (table) => placedWithin(snapshot, table, longerBy(windows, reach, reach)),
        keepRicher: false,
        clocks: before.filter((clock) => !inside(clock)),
        stands: (clocks) => {
          learned = clocks.filter(inside);
          return largestShift(learned, days) <= shift;
        },
        also: (seq) => {
          const { noted } = this.#remembered.cursor;
          if (noted === snapshot.seq) this.#remembered.move('noted', seq);
          this.#remembered.clocks(days, learned);
          this.#remembered.settled(span);
          const changed = changedSpans(before.filter(inside), learned, reach);
          this.#remembered.unsettle(
            changed.filter(({ from, until }) => from < core.from || until > core.until),
            now,
          );
        },
      });
      if (fused) return fused;
      shift = largestShift(learned, days);
    }
  }

  /** Windows that have all of what is alive in them, of the pairs that are looked at. */
  async #wholeLives(snapshot: Snapshot, around: Windows): Promise<Windows> {
    const { engine } = this.#options;
    for (let windows = around; ; ) {
      const wider = united([...windows, ...longerBy(await pairSpans(engine), passReach, passReach)]);
      if (covers(windows, wider)) return windows;
      windows = wider;
      await grow(engine, (table) => within(snapshot, table, wider));
    }
  }

  /** `also` is given the commit up to which what the snapshot has is fused. */
  async #refuse(
    snapshot: Snapshot,
    part: Part,
    {
      clocks,
      also,
      ...rest
    }: Pick<Again, 'present' | 'stands' | 'keepRicher'> & {
      readonly clocks: readonly ClockOffset[];
      readonly also: (seq: bigint) => void;
    },
  ): Promise<Fused | undefined> {
    const { lake, engine, directory, catalogue, inventory } = this.#options;
    this.#runs += 1;
    return refuse({
      ...{ lake, engine, part, ...rest },
      directory: join(directory, `fusion-${this.#runs}`),
      options: {
        catalogue,
        ...(inventory && { inventory }),
        beyond: this.#known.beyond(await tellClocks(engine, clocks)),
      },
      also: (seq, changed) => {
        if (changed) this.#remembered.made(seq);
        // What fusion itself has just written need not be looked at again.
        also(changed && seq === snapshot.seq + 1n ? seq : snapshot.seq);
      },
    });
  }

  async #note(snapshot: Snapshot, now: bigint): Promise<void> {
    const { engine, store } = this.#options;
    const { noted } = this.#remembered.cursor;
    this.#notedAt = now;
    if (noted === snapshot.seq) return;
    await this.#known.learn(snapshot, noted);
    const spans = (await this.#known.tellsOfAll(noted))
      ? [always]
      : await touchedSpans(engine, snapshot, { since: noted, finished: this.#raw(snapshot, noted) });
    store.transaction(() => {
      if (spans.length > 0) this.#remembered.unsettle(spans, now);
      this.#remembered.move('noted', snapshot.seq);
    });
  }

  /** SQL of rows that came in finished since a commit. */
  #raw(snapshot: Snapshot, since: bigint): string {
    const own = [0n, ...this.#remembered.own].join(', ');
    const stored = deviceNetworkEvents.stored.map(({ name }) => sqlName(name)).join(', ');
    return `(SELECT ${stored} FROM (${snapshot.added(deviceNetworkEvents, since)}) WHERE "CommitSeq" NOT IN (${own}))`;
  }

  /** SQL of all that came in finished, as it came; undefined where nothing did. */
  #finished(snapshot: Snapshot, rows: (table: Table) => string, raw: string | undefined): string | undefined {
    const told = toldTables.get(deviceNetworkEvents);
    const kept = told && snapshot.count(told) > 0 ? [rows(told)] : [];
    const parts = [...kept, ...(raw === undefined ? [] : [raw])];
    return parts.length === 0 ? undefined : parts.map((part) => `FROM ${part}`).join(' UNION ALL ');
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
