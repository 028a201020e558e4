import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeDisk } from '../packages/weir/src/disk/nodeDisk.ts';
import { Engine } from '../packages/weir/src/engine/engine.ts';
import { Lake } from '../packages/weir/src/lake/lake.ts';
import { dayToKeep } from '../packages/weir/src/live/days.ts';
import { LiveLake } from '../packages/weir/src/live/liveLake.ts';
import { readRule } from '../packages/weir/src/rules/readRule.ts';
import { bringUp, type LiveRule, type Surroundings } from '../packages/weir/src/schedule/bringUp.ts';
import { Store } from '../packages/weir/src/store/store.ts';
import { deviceNetworkEvents, weirSchema } from '../packages/weir/src/tables/index.ts';
import { median, processorMs, timed } from './measure.ts';
import { dataStart } from './rows.ts';
import { names, rules, stretch } from './update.ts';

const minute = 600_000_000n;
const hour = 60n * minute;

/** The service's runs of rules: five minutes of new rows, a tenth of them late or in place of others, over a lake of an hour
 *  and over one of `most` hours of the same density, with stories, ids and the store's transaction. By processor time. */
export async function liveRuns(
  engine: Engine,
  directory: string,
  rowsAnHour: number,
  most: number,
  runs: number,
): Promise<string[]> {
  const first = new Map<string, number>();
  const lines: string[] = [];
  for (const hours of [1, most]) {
    const home = join(directory, `live-${hours}`);
    const live = await LiveHome.open(engine, home);
    const until = dataStart + BigInt(hours) * hour;
    // A segment an hour, none of them merged.
    for (let each = 0; each < hours; each++)
      await live.commit([stretch(`e${each}-`, rowsAnHour, dataStart + BigInt(each) * hour, hour)]);
    await live.keepDays(until);
    const costs = new Map<string, number[]>();
    for (let run = 0; run <= runs; run++) {
      const now = until + BigInt(run) * 5n * minute;
      if (run > 0) await live.commit(cameUntil(now, run), run);
      for (const [index, { what, period, kql }] of rules.entries()) {
        const rule = { ...readRule(`bench-${index}.kql`, kql), schedule: { frequency: 5n * minute, period } };
        const cost = await timed(() => live.run({ rule, revision: '1', since: 0n }, now), processorMs);
        if (run > 0) costs.set(what, [...(costs.get(what) ?? []), cost]);
      }
    }
    for (const [what, each] of costs) {
      const cost = median(each);
      const ratio = first.has(what) ? `${(cost / (first.get(what) ?? 1)).toFixed(2)} x one hour  ` : '';
      if (!first.has(what)) first.set(what, cost);
      lines.push(
        `${ratio}${cost.toFixed(0)} ms  ${what}, a live run after 10,000 rows at ${hours} h of data in as many segments`,
      );
    }
    live.close();
  }
  return lines;
}

function cameUntil(now: bigint, run: number): string[] {
  return [
    stretch(`n${run}-`, 9_000, now - 5n * minute, 4n * minute),
    stretch(`l${run}-`, 500, now - hour, 55n * minute),
  ];
}

class LiveHome {
  readonly #engine: Engine;
  readonly #rules: Engine;
  readonly #home: string;
  readonly #lake: LiveLake;
  readonly #store: Store;
  #commits = 0;

  private constructor(engine: Engine, rules: Engine, home: string, lake: LiveLake, store: Store) {
    this.#engine = engine;
    this.#rules = rules;
    this.#home = home;
    this.#lake = lake;
    this.#store = store;
  }

  static async open(engine: Engine, home: string): Promise<LiveHome> {
    await mkdir(join(home, 'evidence'), { recursive: true });
    const store = Store.open(join(home, 'weir.db'));
    const clock = { now: () => dataStart, sleep: async () => undefined };
    const lake = await LiveLake.open({ store, disk: nodeDisk, directory: join(home, 'segments'), clock });
    const rules = await Engine.open({ memoryMb: 1_000, threads: 2, spillDirectory: join(home, 'spill') });
    return new LiveHome(engine, rules, home, lake, store);
  }

  /** Commits rows, from the second time on with 500 of the last hour anew. */
  async commit(parts: readonly string[], run = 0): Promise<void> {
    const from = await Lake.create(this.#engine, join(this.#home, `scratch-${this.#commits}`));
    this.#commits += 1;
    const snapshot = this.#lake.snapshot();
    try {
      const anew = `FROM (${snapshot.placed(deviceNetworkEvents)}) WHERE "EventId" LIKE 'e%' AND "EvidenceTime" > (SELECT max("EvidenceTime") - ${hour} FROM (${snapshot.rows(deviceNetworkEvents)}) WHERE "EventId" LIKE 'e%') ORDER BY hash("EventId", ${run}) LIMIT 500`;
      if (run > 0) await this.#engine.run(`CREATE OR REPLACE TEMP TABLE live_anew AS ${anew}`);
      const versions = run > 0 ? [`SELECT ${names.map((name) => `"${name}"`).join(', ')} FROM temp.live_anew`] : [];
      const rows = [...parts, ...versions].join(' UNION ALL ');
      await from.append(deviceNetworkEvents, `FROM (${rows}) ORDER BY "EvidenceTime"`, names);
      const replaced = new Map(run > 0 ? [[deviceNetworkEvents, 'SELECT segment, "row" FROM temp.live_anew']] : []);
      await this.#lake.commit({ from, replaced });
    } finally {
      snapshot.release();
    }
  }

  /** Keeps the days that are over, as a service does beside its runs. */
  async keepDays(now: bigint): Promise<void> {
    for (;;) {
      const day = dayToKeep(this.#lake.standing(), now, 0n);
      if (day === undefined) return;
      await this.#lake.keepDay(this.#engine, day, join(this.#home, 'day'));
    }
  }

  async run(rule: LiveRule, until: bigint): Promise<string> {
    const around: Surroundings = {
      ...{ store: this.#store, lake: this.#lake, folder: join(this.#home, 'evidence'), schema: weirSchema },
      exceptions: () => [],
      confirmed: () => [],
      retained: () => null,
      isCanary: () => false,
      apply: () => undefined,
    };
    return bringUp(this.#rules, around, rule, { until, due: until, anew: false, now: () => until });
  }

  close(): void {
    this.#rules.close();
    this.#store.close();
  }
}
