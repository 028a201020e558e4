import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { Journal } from '../journal/journal.ts';
import type { JournalPlace } from '../journal/place.ts';
import { Store } from '../store/store.ts';
import { readTrail } from '../store/trail.ts';
import { networkFlows } from '../tables/index.ts';
import { acceptLoss } from './acceptLoss.ts';
import { backUp, restore } from './backup.ts';
import { type CheckReport, checkLake } from './check.ts';
import { readCursor } from './cursor.ts';
import { homePaths, withSnapshot } from './home.ts';
import { LineReader } from './lineReader.fixture.ts';
import { Home } from './live.fixture.ts';
import { LiveLake } from './liveLake.ts';

async function checked(home: Home, folder = home.folder, store = home.store): Promise<CheckReport> {
  return checkLake({ paths: homePaths(folder), store, disk: nodeDisk, engine: home.engine });
}

/** Some commits with rejects, one that replaced a row, and entries that are not rows yet. */
async function fill(home: Home): Promise<void> {
  const [lake, journal] = [await home.lake(), await home.openJournal()];
  const maker = await home.maker(lake, journal, { reader: new LineReader(home.engine) });
  const receivedAt = home.clock.now();
  const send = (text: string): Promise<JournalPlace> =>
    journal.append({ door: 'http', source: 's', receivedAt, body: Buffer.from(text) });
  for (const text of ['row 1\nrow 2\nbad', 'row 3']) {
    await send(text);
    while (await maker.step());
  }
  const snapshot = lake.snapshot();
  const positions = `SELECT segment, "row" FROM (${snapshot.placed(networkFlows)}) WHERE "FlowId" = 'row 2'`;
  await lake.commit({ from: await home.scratch(), replaced: new Map([[networkFlows, positions]]) });
  snapshot.release();
  await send('row 4');
  maker.close();
  await journal.close();
}

async function ids(home: Home, store: Store, folder: string): Promise<string[]> {
  const lake = await LiveLake.open({ store, disk: nodeDisk, directory: homePaths(folder).segments, clock: home.clock });
  const rows = await home.engine.rows<{ id: string }>(
    `SELECT "FlowId" AS id FROM (${lake.snapshot().rows(networkFlows)}) ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

test('a sound lake is in order', () =>
  Home.with(async (home) => {
    await fill(home);
    const { bytes, ...counts } = await checked(home);
    expect(counts).toEqual({ segments: 2, rows: 3, replaced: 1, waiting: 1, problems: [], notes: [] });
    expect(bytes).toBeGreaterThan(0);
  }));

const damages: Readonly<Record<string, readonly [damage: (home: Home) => Promise<void>, said: RegExp]>> = {
  'a segment is gone': [async (home) => rm(await fileOf(home, 'NetworkFlows')), /NetworkFlows-.*is gone/],
  'a byte of a segment is another': [
    async (home) => flip(await fileOf(home, 'NetworkFlows'), 20),
    /NetworkFlows-.*not what was committed/,
  ],
  'a segment is cut off': [
    async (home) => nodeDisk.truncate(await fileOf(home, 'NetworkFlows'), 50),
    /NetworkFlows-.*has 50 bytes in place of/,
  ],
  'positions are gone': [async (home) => rm(await fileOf(home, 'tombstones')), /tombstones-.*is gone/],
  'the manifest counts other rows': [
    async ({ store }) => void store.statement('UPDATE segment SET rows = rows + 5 WHERE id = 1').run(),
    /has 2 rows in place of 7/,
  ],
  'a row is replaced that is not there': [
    async ({ store }) => {
      store.statement('UPDATE segment SET rows = 1 WHERE id = 1').run();
    },
    /row 1 was replaced, and it has 1/,
  ],
  'the manifest says that more was replaced': [
    async ({ store }) => void store.statement('UPDATE superseded SET rows = 2').run(),
    /1 of its rows are named as replaced, and 2 should be/,
  ],
  'commits are not in order': [
    async ({ store }) => void store.statement('UPDATE segment SET last_commit = 99 WHERE id = 1').run(),
    /are not in order/,
  ],
  'the journal ends too early': [
    async (home) => nodeDisk.truncate(join(home.journal, '000000000000.journal'), 1),
    /ends before the place/,
  ],
  'rejects are cut off': [
    async (home) => nodeDisk.truncate(join(home.folder, 'rejects', '000000001.ndjson'), 1),
    /ndjson: is cut off or gone/,
  ],
};

async function fileOf(home: Home, name: string): Promise<string> {
  const found = (await nodeDisk.list(home.segments)).find((file) => file.startsWith(name));
  return join(home.segments, found ?? '');
}

async function flip(file: string, at: number): Promise<void> {
  const content = await readFile(file);
  content[at] = (content[at] ?? 0) ^ 0xff;
  await writeFile(file, content);
}

test.each(Object.entries(damages))('finds that %s', (_, [damage, said]) =>
  Home.with(async (home) => {
    await fill(home);
    await damage(home);
    const { problems } = await checked(home);
    expect(problems.filter((problem) => said.test(problem))).toHaveLength(1);
  }),
);

test('tells what is no loss: a file that is none of the lake, bytes behind the last entry', () =>
  Home.with(async (home) => {
    await fill(home);
    await copyFile(await fileOf(home, 'NetworkFlows'), join(home.segments, 'another.parquet'));
    const file = await nodeDisk.openAppend(join(home.journal, '000000000000.journal'));
    await file.append([Buffer.from('WJ1\nhalf')]);
    await file.close();
    const { problems, notes } = await checked(home);
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^another.parquet: no file/), expect.stringMatching(/8 bytes from/)]);
  }));

test('a backup that was made while the lake went on is a home that goes on with all that was acknowledged', () =>
  Home.with(async (home) => {
    await fill(home);
    // What a person keeps there, with a link that leads back, and a backup of before.
    for (const folder of ['rules/own', 'backups/old']) await mkdir(join(home.folder, folder), { recursive: true });
    const texts = { 'weir.yaml': 'rules: [rules]\n', 'rules/own/rule.yaml': 'id: 1\n', 'backups/old/weir.db': '' };
    for (const [name, text] of Object.entries(texts)) await writeFile(join(home.folder, name), text);
    await symlink('..', join(home.folder, 'rules', 'own', 'up'));
    const backup = join(home.folder, 'backups', 'new');
    const sleep = (_: bigint, signal?: AbortSignal) =>
      new Promise<void>((_, ended) => signal?.addEventListener('abort', () => ended(signal.reason)));
    const reading = { clock: { now: () => home.clock.now(), sleep }, holder: 'a backup' };
    await withSnapshot(home.folder, reading, async ({ store, paths }) => {
      // What comes after it began does no harm, also where files go that it needs.
      const lake = await home.lake();
      await lake.drop((lake.standing().segments.get(networkFlows.name) ?? []).slice(0, 1));
      await lake.sweep();
      await backUp({ store, paths, disk: nodeDisk }, backup);
    });
    expect((await checked(home)).problems).toEqual([]);
    const again = join(home.folder, 'backups', 'again');
    await restore(nodeDisk, backup, again);
    const store = Store.open(homePaths(again).store);
    const report = await checked(home, again, store);
    expect(report).toMatchObject({ segments: 1, rows: 1, waiting: 1, problems: [], notes: [] });
    expect(await ids(home, store, again)).toEqual(['row 3']);
    expect(readCursor(store)).toEqual(readCursor(home.store));
    expect(store.statement('SELECT * FROM lease').all()).toEqual([]);
    for (const folder of [backup, again])
      expect((await readdir(folder)).filter((name) => !name.startsWith('weir.db'))).toEqual([
        'aside',
        'journal',
        'rejects',
        'rules',
        'segments',
        'weir.yaml',
      ]);
    expect(await readFile(join(again, 'rules', 'own', 'rule.yaml'), 'utf8')).toBe(texts['rules/own/rule.yaml']);
    store.close();
    await expect(restore(nodeDisk, backup, again)).rejects.toThrow('not empty');
    await expect(restore(nodeDisk, join(home.folder, 'nothing'), join(home.folder, 'x'))).rejects.toThrow('no backup');
  }));

test.each([
  ['in the same file of the journal', 20_000],
  ['in another file of it', 10],
])('a backup in the middle of commits is whole: what came while the journal was copied is %s', (_, fileBytes) =>
  Home.with(async (home) => {
    const [lake, journal] = [await home.lake(), await home.openJournal(nodeDisk, { fileBytes, heldBytes: 1e9 })];
    const maker = await home.maker(lake, journal, { reader: new LineReader(home.engine) });
    const take = async (text: string) => {
      await journal.append({ door: 'http', source: 's', receivedAt: home.clock.now(), body: Buffer.from(text) });
      while (await maker.step());
    };
    await take('row 1');
    let came = 0;
    const syncFile = async (path: string) => {
      await nodeDisk.syncFile(path);
      if (path.endsWith('.journal') && came++ === 0) for (const text of ['row 2', 'row 3']) await take(text);
    };
    const [backup, again] = [join(home.folder, 'backup'), join(home.folder, 'again')];
    await backUp({ store: home.store, paths: homePaths(home.folder), disk: { ...nodeDisk, syncFile } }, backup);
    await restore(nodeDisk, backup, again);
    const store = Store.open(homePaths(again).store);
    expect(await checked(home, again, store)).toMatchObject({ rows: 3, waiting: 0, problems: [], notes: [] });
    // It goes on behind what it was made of.
    const next = await Journal.open(
      nodeDisk,
      homePaths(again).journal,
      { fileBytes, heldBytes: 1e9 },
      readCursor(store),
    );
    expect(next.held).toBe(0);
    await next.append({ door: 'http', source: 's', receivedAt: home.clock.now(), body: Buffer.from('row 4') });
    await next.close();
    expect(await checked(home, again, store)).toMatchObject({ rows: 3, waiting: 1, problems: [], notes: [] });
    store.close();
    maker.close();
    await journal.close();
  }),
);

test('a check of a home whose service goes on takes no file of the journal for cut off that was taken meanwhile', () =>
  Home.with(async (home) => {
    const [lake, journal] = [await home.lake(), await home.openJournal(nodeDisk, { fileBytes: 10, heldBytes: 1e9 })];
    const maker = await home.maker(lake, journal, { reader: new LineReader(home.engine) });
    const take = async (text: string) => {
      await journal.append({ door: 'http', source: 's', receivedAt: home.clock.now(), body: Buffer.from(text) });
      while (await maker.step());
    };
    await take('row 1');
    let looked = 0;
    const list = async (folder: string) => {
      if (folder === home.journal && looked++ === 0) await take('row 2');
      return nodeDisk.list(folder);
    };
    const parts = { paths: homePaths(home.folder), store: home.store, engine: home.engine };
    const { problems } = await checkLake({ ...parts, disk: { ...nodeDisk, list } });
    expect(problems).toEqual([]);
    maker.close();
    await journal.close();
  }));

test('a backup knows nothing of records that made room for newer ones while it was made', () =>
  Home.with(async (home) => {
    await fill(home);
    await rm(join(home.folder, 'rejects', '000000001.ndjson'));
    const backup = join(home.folder, 'backup');
    await backUp({ store: home.store, paths: homePaths(home.folder), disk: nodeDisk }, backup);
    const store = Store.open(homePaths(backup).store);
    expect((await checked(home, backup, store)).problems).toEqual([]);
    store.close();
  }));

test.each(['NetworkFlows', 'tombstones'])(
  'a loss of %s that a person accepts is told no more, and the trail keeps it',
  (what) =>
    Home.with(async (home) => {
      await fill(home);
      await rm(await fileOf(home, what));
      const lake = await home.lake();
      const [lost, ...others] = lake.lost;
      expect(others).toEqual([]);
      if (lost === undefined) throw new Error('nothing is lost');
      const by = { actor: 'local:jane', at: home.clock.now(), reason: 'no backup' };
      const accept = (file: string) =>
        acceptLoss(home.store, { files: [file], directory: homePaths(home.folder).segments }, by);
      expect(() => accept('NetworkFlows-000000099.parquet')).toThrow(/did not find this segment lost.*NetworkFlows-/);
      expect(accept(lost.name)).toEqual({ rows: lost.rows, bytes: 0 });
      expect(lake.lost).toEqual([]);
      expect((await checked(home)).problems).toEqual([]);
      expect(readTrail(home.store, { subject: `segment:${lost.name}`, limit: 9 })).toMatchObject([
        { actor: 'local:jane', action: 'lake.loss-accepted', details: { reason: 'no backup', rows: lost.rows } },
      ]);
      expect(() => accept(lost.name)).toThrow('none is');
      // Not at the next start either, nor once what nobody sees is removed.
      const again = await home.lake();
      expect(again.lost).toEqual([]);
      await again.sweep();
      expect((await home.lake()).lost).toEqual([]);
      expect((await checked(home)).problems).toEqual([]);
    }),
);
