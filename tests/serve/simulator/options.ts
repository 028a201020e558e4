import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { destinationsFile } from '../../../packages/weir/src/notify/config.ts';
import type { Destination } from '../../../packages/weir/src/notify/destination.ts';
import { DeliveryFailure } from '../../../packages/weir/src/notify/failure.ts';
import { loadConfig } from '../../../packages/weir/src/operate/config/load.ts';
import { createLog } from '../../../packages/weir/src/operate/log.ts';
import type { ServiceOptions } from '../../../packages/weir/src/serve/options.ts';
import type { Around } from './driver.ts';
import { type FaultKind, faultKinds } from './faults.ts';
import type { Life } from './life.ts';
import { faultyStore } from './store.ts';

export const content = join(import.meta.dirname, 'content');
export const rules = join(content, 'rules');

/** What somebody who is told of alerts was told, by the messages' keys. */
export class Told {
  /** What has been put into the world so far. */
  readonly #faults: ReadonlyMap<FaultKind, number>;
  readonly messages = new Map<string, { readonly alerts: readonly string[]; times: number }>();
  /** Names of rules that it said have failed, until it was looked whether that is a gap. */
  readonly failed: string[] = [];
  /** What the service said that no fault put into it explains. */
  readonly unexpected: string[] = [];

  constructor(faults: ReadonlyMap<FaultKind, number>) {
    this.#faults = faults;
  }

  /** Whether a fault that was put in explains a line. */
  isExpected(line: string): boolean {
    // How much the journal may hold is drawn with the world, and no fault.
    return (
      /senders are held off/.test(line) ||
      explained.some(([said, by]) => said.test(line) && by.some((kind) => this.#faults.has(kind)))
    );
  }
}

const ends = faultKinds.filter((kind) => /^power lost|^killed/.test(kind));

/** What the service says of faults. */
const explained: readonly (readonly [said: RegExp, by: readonly FaultKind[]])[] = [
  [/ENOSPC|are no entry/, ['full disk', ...ends]],
  [/EIO/, ['failed sync']],
  [/database is locked/, ['store busy']],
  [/database or disk is full/, ['store full']],
  [/power was lost|killed|engine was stopped/, [...ends, 'stopped in order']],
  [/Out of Memory|ENGINE_MEMORY/, ['out of memory']],
  [/it ran for more than|engine was stopped/, ['slow statement']],
];

const loaded = loadConfig(join(import.meta.dirname, 'content/weir.yaml'), { destinations: destinationsFile });

/** The service's options in a life: its own, on a clock, a disk, a store and destinations that faults are put into. */
export async function optionsOf(life: Life, { home, told, trace, spool, journalMax }: Around): Promise<ServiceOptions> {
  const { config: written, place } = await loaded;
  const watch = spool === undefined ? [] : [spool.folder];
  const config = { ...written, watch, intake: { ...written.intake, journalMax } };
  const { turns, draws, likely } = life;
  let drawn = 0;
  const seed = draws.next();
  const random = (bytes: number) => {
    drawn += 1;
    return createHash('shake256', { outputLength: bytes }).update(`${seed} ${drawn}`).digest();
  };
  const destination: Destination = {
    ...{ name: 'people', floor: 0, readers: 'people', perMinute: 100, giveUp: 10_000_000n * 86_400n * 30n },
    send: async ({ key, notices }, { signal }) => {
      await turns.step(`send ${key}`);
      if (draws.chance(likely.hangs)) {
        life.tried('destination hangs');
        await new Promise((_, cut) => signal.addEventListener('abort', () => cut(signal.reason)));
      }
      const arrives = draws.chance(0.5);
      const fails = draws.chance(likely.fails);
      if (!fails || arrives) {
        const before = told.messages.get(key);
        const alerts = notices.map((notice) =>
          JSON.stringify(notice, (_, each) => (typeof each === 'bigint' ? `${each}` : each)),
        );
        told.messages.set(key, { alerts, times: (before?.times ?? 0) + 1 });
      }
      if (!fails) return;
      life.tried('destination fails');
      throw new DeliveryFailure('it failed', { again: true });
    },
  };
  return {
    ...{ home, config, place, content, clock: turns, random, environment: {}, console: undefined },
    log: createLog({
      level: 'warn',
      clock: turns,
      write: (line) => {
        trace.add(line.trim());
        const { part, rule } = JSON.parse(line);
        if (!turns.isDead && part === 'rules' && rule !== undefined) told.failed.push(rule);
        if (!turns.isDead && part !== 'watch' && !told.isExpected(line)) told.unexpected.push(line);
      },
    }),
    machine: { disk: life.disk, openStore: (path) => faultyStore(path, life), openDestinations: () => [destination] },
  };
}
