import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Disk } from '../disk/disk.ts';
import { Crash, chances, type Faults, FaultyDisk } from '../disk/faulty.fixture.ts';
import { nodeDisk } from '../disk/nodeDisk.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { JournalFull } from '../journal/journal.ts';
import { Store } from '../store/store.ts';
import { networkFlows } from '../tables/index.ts';
import type { BatchReader } from './batch.ts';
import { readInputs } from './inputs.ts';
import { LineReader } from './lineReader.fixture.ts';
import { Home } from './live.fixture.ts';

/** What is simulated: power lost before or in the middle of every step that journal, segments, rejects and bodies kept aside
 *  take on the disk, before and after every commit of the store, with all state of the process thrown away; full disks and
 *  syncs that fail. What is not: power lost inside of SQLite's own writing, which its own tests are about, so that a
 *  transaction is taken to be there from COMMIT's end on, and a disk that says that it synced and did not, which a test below
 *  shows to be found out. */

/** A store at whose commits power may be lost: before, and nothing of the transaction is there; or after. */
function crashing(store: Store, lost: () => boolean): Store {
  return {
    transaction: <Result>(work: () => Result): Result => {
      const result = store.transaction(() => {
        const result = work();
        if (lost()) throw new Crash('power was lost');
        return result;
      });
      if (lost()) throw new Crash('power was lost');
      return result;
    },
    statement: (sql: string) => store.statement(sql),
    close: () => store.close(),
  } as Store;
}

interface Life {
  /** What happens at once: so many deliveries come, and the maker takes a batch or does not. */
  readonly acts: readonly { readonly come: number; readonly make: boolean }[];
}

interface World {
  readonly chances: Iterable<number>;
  readonly faults: Faults;
  readonly lives: readonly Life[];
}

const world: fc.Arbitrary<World> = fc.record({
  chances: chances(),
  faults: fc.record({
    crash: fc.constantFrom(0.01, 0.03, 0.06, 0.12),
    full: fc.constantFrom(0, 0.05),
    sync: fc.constantFrom(0, 0.05),
  }),
  lives: fc.array(
    fc.record({
      acts: fc.array(fc.record({ come: fc.nat(4), make: fc.boolean() }), { minLength: 1, maxLength: 10 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

interface Kind {
  readonly reader: (home: Home) => BatchReader;
  /** A delivery's body, by its number. */
  readonly body: (number: number) => string;
  readonly disk?: (disk: FaultyDisk) => Disk;
}

const lines: Kind = {
  reader: (home) => new LineReader(home.engine),
  body: (number) => `row ${number}${number % 5 < 2 ? `\nbad ${number}` : ''}\n`,
};

/** Lives that end in crashes, and a last one without faults that takes all that is left. Then every delivery
 *  that was acknowledged is in the lake once, and none twice. */
async function checked(home: Home, { chances, faults, lives }: World, kind: Kind): Promise<void> {
  const folder = home.folder;
  for (const part of ['segments', 'journal', 'rejects', 'aside', 'work'])
    await rm(join(folder, part), { recursive: true, force: true });
  await home.forgetStore();
  const draws = chances[Symbol.iterator]();
  const next = () => draws.next().value as number;
  const acknowledged = new Set<number>();
  const offered: number[] = [];
  const deliver = (number: number): JournalEntry => ({
    ...{ door: 'http', source: 'conn.log', receivedAt: home.clock.now() },
    ...(isResent(number) && { delivery: `${number}` }),
    body: Buffer.from(kind.body(number)),
  });
  let sent = 0;
  for (const { acts } of [...lives, { acts: [] }]) {
    const last = acts.length === 0;
    const faulty = new FaultyDisk({ next }, last ? { crash: 0, full: 0, sync: 0 } : faults);
    const disk = kind.disk?.(faulty) ?? faulty;
    const store = Store.open(join(folder, 'weir.db'));
    const lost = () => !last && next() < faults.crash / 2;
    try {
      const at = crashing(store, lost);
      const lake = await home.lake(disk, at);
      const journal = await home.openJournal(disk, { fileBytes: 400, heldBytes: 20_000 }, at);
      const maker = await home.maker(lake, journal, { disk, reader: kind.reader(home), store: at });
      const send = async (numbers: readonly number[]): Promise<void> => {
        const answers = await Promise.allSettled(numbers.map((number) => journal.append(deliver(number))));
        for (const [index, answer] of answers.entries()) {
          const number = numbers[index] ?? 0;
          if (answer.status === 'fulfilled') acknowledged.add(number);
          else if (answer.reason instanceof Crash) throw answer.reason;
          else if (!(answer.reason instanceof JournalFull) && !isOfDisk(answer.reason)) throw answer.reason;
        }
      };
      const open = () => offered.filter((number) => isResent(number) && !acknowledged.has(number));
      if (last) await send(open());
      for (const { come, make } of acts) {
        const again = open().slice(0, 2);
        const fresh = Array.from({ length: come }, () => sent++);
        offered.push(...fresh);
        const both = [send([...fresh, ...again]), make ? maker.step().catch(unlessOfDisk) : undefined];
        for (const done of await Promise.allSettled(both)) if (done.status === 'rejected') throw done.reason;
      }
      if (last) while (await maker.step());
      maker.close();
      await journal.close();
    } catch (error) {
      // A disk that fails where the service opens what it has ends a life too.
      if (!(error instanceof Crash) && !isOfDisk(error)) throw error;
    }
    store.close();
    await faulty.crash(folder);
  }
  await check(home, { offered, acknowledged }, kind);
}

/** Whether a client sends it until it is acknowledged: every other one. The others are sent once. */
function isResent(number: number): boolean {
  return number % 2 === 0;
}

async function check(
  home: Home,
  { offered, acknowledged }: { readonly offered: readonly number[]; readonly acknowledged: ReadonlySet<number> },
  kind: Kind,
): Promise<void> {
  const lake = await home.lake();
  expect(lake.lost).toEqual([]);
  const snapshot = lake.snapshot();
  const rows = await home.engine.rows<{ id: string }>(
    `SELECT "FlowId" AS id FROM (${snapshot.rows(networkFlows)}) ORDER BY length(id), id`,
  );
  // What was sent once and not acknowledged may be there or not.
  const there = new Set(rows.map(({ id }) => id));
  const wanted = offered.filter((number) => acknowledged.has(number) || there.has(`row ${number}`));
  expect(rows.map(({ id }) => id)).toEqual(wanted.map((number) => `row ${number}`));
  const records = wanted.flatMap((number) => kind.body(number).trim().split('\n'));
  const [given] = readInputs(home.store).filter(({ format }) => format !== '');
  expect(given?.records ?? 0).toBe(records.length);
  const bad = records.filter((line) => line.startsWith('bad'));
  const kept = home.store.statement('SELECT file, bytes, rejects FROM reject_file ORDER BY id').all();
  const texts: string[] = [];
  for (const { file, bytes } of kept)
    texts.push((await nodeDisk.read(join(home.folder, 'rejects', String(file)), 0, Number(bytes))).toString());
  expect(
    texts
      .join('')
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
  ).toEqual([...bad].sort());
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EIO'].includes(String(error.code));
}

function unlessOfDisk(error: unknown): void {
  if (!isOfDisk(error)) throw error;
}

describe('the law of the intake: every acknowledged record is in the lake once, none twice, wherever power is lost', () => {
  let done: () => void;
  let home: Home;
  beforeAll(async () => {
    home = await new Promise<Home>((opened) => {
      void Home.with((home) => {
        opened(home);
        return new Promise<void>((end) => {
          done = end;
        });
      });
    });
    await mkdir(join(home.folder, 'work'), { recursive: true });
  });
  afterAll(() => done());

  test('over lives that end in crashes', async () => {
    await fc.assert(
      fc.asyncProperty(world, (drawn) => checked(home, drawn, lines)),
      { numRuns: 150 },
    );
  }, 600_000);

  const lies: Readonly<Record<string, (disk: FaultyDisk) => Disk>> = {
    'a file': (disk) => withFace(disk, { syncFile: async () => undefined }),
    'a folder': (disk) => withFace(disk, { syncFolder: async () => undefined }),
  };

  test.each(Object.entries(lies))(
    'is broken where %s is not synced, which this finds',
    async (_, disk) => {
      const result = await fc.check(
        fc.asyncProperty(world, (drawn) => checked(home, drawn, { ...lines, disk })),
        { numRuns: 200, endOnFailure: true },
      );
      expect(result.failed).toBe(true);
    },
    600_000,
  );
});

function withFace(disk: FaultyDisk, face: Partial<Disk>): Disk {
  return {
    makeFolder: (path) => disk.makeFolder(path),
    list: (folder) => disk.list(folder),
    openAppend: (path) => disk.openAppend(path),
    read: (path, offset, length) => disk.read(path, offset, length),
    size: (path) => disk.size(path),
    truncate: (path, length) => disk.truncate(path, length),
    remove: (path) => disk.remove(path),
    rename: (path, to) => disk.rename(path, to),
    syncFile: (path) => disk.syncFile(path),
    syncFolder: (path) => disk.syncFolder(path),
    ...face,
  };
}
