import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { Store } from '../store/store.ts';
import { Aside } from './aside.ts';
import { type Kept, Rejects } from './rejects.ts';

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-aside-'));
  store = Store.open(':memory:');
});
afterEach(async () => {
  store.close();
  await rm(directory, { recursive: true });
});

const body = (text: string) => ({
  entry: { door: 'http', source: 's', receivedAt: 1n, body: Buffer.from(text) },
  reason: 'no format',
});

/** Bodies that are there already, each of so many bytes as the store knows. */
async function fill(count: number, bytes: number): Promise<void> {
  const enter = store.statement("INSERT INTO aside VALUES (?, ?, 'http', 's', 1, ?, 'no format', 1)");
  for (let id = 1; id <= count; id += 1) {
    const name = `${String(id).padStart(9, '0')}.body`;
    await writeFile(join(directory, name), 'before');
    enter.run(id, name, bytes);
  }
}

async function enter(kept: Kept): Promise<void> {
  store.transaction(() => kept.enter());
  await kept.makeRoom();
}

const known = (table = 'aside') =>
  store
    .statement(`SELECT file FROM ${table} ORDER BY id`)
    .all()
    .map(({ file }) => String(file));

test('the newest bodies are kept, and the files of others go with their rows', async () => {
  await fill(999, 6);
  const aside = await Aside.open({ store, disk: nodeDisk, directory });
  await enter(await aside.keep([body('a'), body('b'), body('c')], 1n));
  expect(known()).toHaveLength(1_000);
  expect(known().at(0)).toBe('000000003.body');
  expect(await nodeDisk.list(directory)).toEqual(known());
});

test('so are as many bytes as one disk can spare', async () => {
  await fill(5, 300 * 1024 * 1024);
  const aside = await Aside.open({ store, disk: nodeDisk, directory });
  await enter(await aside.keep([body('a')], 1n));
  expect(known()).toEqual(['000000003.body', '000000004.body', '000000005.body', '000000006.body']);
  expect(await nodeDisk.list(directory)).toEqual(known());
});

test('of a batch of more bodies than are kept only those are written, and nothing is listed', async () => {
  const opened: string[] = [];
  const disk: Disk = {
    ...nodeDisk,
    openAppend: async (path) => {
      opened.push(path);
      return { append: async () => undefined, close: async () => undefined };
    },
  };
  const aside = await Aside.open({ store, disk, directory });
  disk.list = () => Promise.reject(new Error('listed'));
  await enter(
    await aside.keep(
      Array.from({ length: 1_200 }, (_, at) => body(`${at}`)),
      1n,
    ),
  );
  expect(opened).toHaveLength(1_000);
  expect(store.statement('SELECT sum(bytes) AS bytes FROM aside').get()).toEqual({ bytes: 800n * 3n + 200n * 4n });
});

test('what a batch that was not committed left is written anew, and files whose rows are gone go at the next start', async () => {
  await fill(1_000, 6);
  const aside = await Aside.open({ store, disk: nodeDisk, directory });
  await aside.keep([body('a longer one'), body('another')], 1n);
  const kept = await aside.keep([body('a')], 1n);
  expect(await nodeDisk.size(join(directory, '000001001.body'))).toBe(1);
  // Power is lost between the commit and what follows.
  store.transaction(() => kept.enter());
  expect(await nodeDisk.list(directory)).toHaveLength(1_002);
  await Aside.open({ store, disk: nodeDisk, directory });
  expect(known()).toHaveLength(1_000);
  expect(await nodeDisk.list(directory)).toEqual(known());
});

test('files of rejected records go with their rows', async () => {
  const enterFile = store.statement('INSERT INTO reject_file VALUES (?, ?, ?, 1)');
  for (let id = 1; id <= 32; id += 1) {
    const name = `${String(id).padStart(9, '0')}.ndjson`;
    await writeFile(join(directory, name), 'before\n');
    enterFile.run(id, name, id === 32 ? 16 * 1024 * 1024 : 7);
  }
  const rejects = await Rejects.open({ store, disk: nodeDisk, directory });
  await enter(await rejects.keep(['{}']));
  expect(known('reject_file').at(0)).toBe('000000002.ndjson');
  expect(known('reject_file').at(-1)).toBe('000000033.ndjson');
  expect(await nodeDisk.list(directory)).toEqual(known('reject_file'));
});
