import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/nodeDisk.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { Journal } from '../journal/journal.ts';
import { journalStart } from '../journal/place.ts';
import { readJournal } from '../journal/read.ts';
import type { Clock } from '../model/clock.ts';
import { Store } from '../store/store.ts';
import { httpDoors } from './http.ts';
import { doorLimits } from './limits.ts';
import { Received } from './received.ts';
import { Reception } from './reception.ts';

/** The machine's clock, so many times as fast. */
export function clockTimes(times: number): Clock {
  return {
    now: () => 638_000_000_000_000_000n + BigInt(Math.round(performance.now() * 10_000 * times)),
    sleep: (ticks, signal) => pause(Number(ticks) / (10_000 * times), undefined, signal && { signal }),
  };
}

/** Who is held five seconds waits half of one. */
export const fastClock = clockTimes(10);

export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-doors-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface House {
  readonly reception: Reception;
  readonly journal: Journal;
  readonly store: Store;
  /** Defects that the doors told of. */
  readonly bugs: unknown[];
  /** What lies in the journal, in its order. */
  entries(): Promise<JournalEntry[]>;
  close(): Promise<void>;
}

/** A journal and a store in a folder, with the reception before them, as a start of the service opens them. */
export async function openHouse(
  folder: string,
  { heldBytes = 1e9, openBytes = doorLimits.openBytes, disk = nodeDisk as Disk, clock = fastClock } = {},
): Promise<House> {
  const store = Store.open(join(folder, 'weir.db'));
  const held = join(folder, 'journal');
  const journal = await Journal.open(disk, held, { fileBytes: 1e5, heldBytes });
  const entries = async () =>
    (await Array.fromAsync(readJournal(disk, held, journalStart))).flatMap((read) =>
      'entry' in read ? read.entry : [],
    );
  const received = await Received.recall(store, await entries(), clock);
  return {
    reception: new Reception({ journal, clock, received, limits: { ...doorLimits, openBytes, bodyBytes: 1e6 } }),
    journal,
    store,
    bugs: [],
    entries,
    close: async () => {
      await journal.close();
      store.close();
    },
  };
}

/** The HTTP doors of a house on the loopback. The token `good` may ingest. */
export async function withDoors<Result>(
  house: House,
  use: (url: string) => Promise<Result>,
  port = 0,
): Promise<Result> {
  const doors = httpDoors({
    reception: house.reception,
    authorize: (token) => (token === 'good' ? 'tester' : token === 'reader' ? reader : stranger),
    onBug: (error) => house.bugs.push(error),
  });
  const server = createAdaptorServer({ fetch: (request, env) => doors.fetch(request, env) });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const reader = { status: 403, reason: 'reader may read and not ingest' } as const;
const stranger = { status: 401, reason: 'no token that is known' } as const;

export const good = { authorization: 'Bearer good' };

export async function bodiesOf(house: House): Promise<{ door: string; source: string; body: string }[]> {
  const taken = (await house.entries()).filter(({ repeated }) => repeated === undefined);
  return taken.map(({ door, source, body }) => ({ door, source, body: body.toString() }));
}

/** How often something of a source came again. */
export async function repeatsOf(house: House): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { source, repeated = 0 } of await house.entries())
    if (repeated > 0) sums[source] = (sums[source] ?? 0) + repeated;
  return sums;
}
