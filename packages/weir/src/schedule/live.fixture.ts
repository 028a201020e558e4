import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { appendRows, type InlineRow } from '../detect/inlineRows.ts';
import { Engine } from '../engine/engine.ts';
import type { Home } from '../live/live.fixture.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import type { Store } from '../store/store.ts';
import { publicTables, type Table, weirSchema } from '../tables/index.ts';
import type { Surroundings } from './bringUp.ts';
import type { Told } from './told.ts';

/** Rows of tables, by their names. */
export type Rows = Readonly<Record<string, readonly InlineRow[]>>;

/** Commits rows, in place of those that have these ids. */
export async function put(home: Home, lake: LiveLake, add: Rows, instead: readonly string[] = []): Promise<void> {
  const from = await home.scratch();
  for (const table of publicTables) await appendRows(from, table, add[table.name] ?? []);
  const snapshot = lake.snapshot();
  const ids = instead.map((id) => `'${id}'`).join(', ');
  const positions = (table: Table) =>
    `SELECT segment, "row" FROM (${snapshot.placed(table)}) WHERE "EventId" IN (${ids})`;
  const replaced = new Map(instead.length === 0 ? [] : publicTables.map((table) => [table, positions(table)] as const));
  try {
    await lake.commit({ from, replaced });
  } finally {
    snapshot.release();
  }
}

/** Keeps what it is told, as an alert book would. */
export class Book {
  readonly findings = new Map<string, Finding>();
  readonly told: Told[] = [];

  readonly apply = (told: Told): void => {
    this.told.push(told);
    for (const id of told.judged) this.findings.delete(id);
    for (const { finding, aliases } of told.findings) {
      for (const id of aliases) this.findings.delete(id);
      this.findings.set(finding.id, finding);
    }
  };
}

export async function around(
  home: Home,
  lake: LiveLake,
  store: Store,
  more: Partial<Surroundings> & Pick<Surroundings, 'apply'>,
): Promise<Surroundings> {
  const folder = join(home.folder, 'evidence');
  await mkdir(folder, { recursive: true });
  return {
    ...{ store, lake, folder, schema: weirSchema },
    exceptions: () => [],
    confirmed: () => [],
    retained: () => null,
    isCanary: () => false,
    ...more,
  };
}

export function engineOf(home: Home): Promise<Engine> {
  return Engine.open({ memoryMb: 300, threads: 1, spillDirectory: join(home.folder, 'spill-rules') });
}

/** A clock that stands until it is set. Waiting never ends in it, but for that of at least so many ticks (`hasty`). */
export class SetClock implements Clock {
  time: bigint;
  hasty: bigint | undefined;

  constructor(time: bigint) {
    this.time = time;
  }

  now(): bigint {
    return this.time;
  }

  sleep(ticks: bigint, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      if (this.hasty !== undefined && ticks >= this.hasty) setTimeout(resolve, 300);
    });
  }
}
