import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { journalFile } from '../journal/place.ts';
import { networkFlows } from '../tables/index.ts';
import { IntakeReader, NoRoom } from './batch.ts';
import { readCursor } from './cursor.ts';
import { readInputs } from './inputs.ts';
import { LineReader } from './lineReader.fixture.ts';
import { Home } from './live.fixture.ts';
import type { LiveLake } from './liveLake.ts';

const zeekHeader = [
  '#separator \\x09',
  '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto',
];

function conn(id: string): string {
  return JSON.stringify({
    ...{ ts: 1764000000, uid: id, 'id.orig_h': '10.0.0.5', 'id.orig_p': 40000, 'id.resp_h': '149.154.167.99' },
    ...{ 'id.resp_p': 443, proto: 'tcp', conn_state: 'SF', orig_bytes: 100, resp_bytes: 5 },
  });
}

function entryOf(body: string, more: Partial<JournalEntry> = {}): JournalEntry {
  const receivedAt = 638_900_000_000_000_000n;
  return { door: 'http', source: 'conn.log', receivedAt, body: Buffer.from(body), ...more };
}

async function ids(home: Home, lake: LiveLake): Promise<string[]> {
  const snapshot = lake.snapshot();
  const sql = `SELECT "FlowId" AS id FROM (${snapshot.rows(networkFlows)}) ORDER BY id`;
  const rows = await home.engine.rows<{ id: string }>(sql);
  snapshot.release();
  return rows.map(({ id }) => id);
}

/** A home into which all of this came, made rows. */
async function made(
  home: Home,
  entries: readonly JournalEntry[],
  reader = home.reader(),
): Promise<{ readonly lake: LiveLake; readonly given: ReturnType<typeof readInputs> }> {
  const [lake, journal] = [await home.lake(), await home.openJournal()];
  const maker = await home.maker(lake, journal, { reader });
  for (const entry of entries) await journal.append(entry);
  while (await maker.step());
  maker.close();
  expect(readCursor(home.store)).toEqual(journal.end);
  await journal.close();
  return { lake, given: readInputs(home.store) };
}

const counts = ({ door, source, format, entries, records, rows, rejects, ignored }: ReturnType<typeof readInputs>[0]) =>
  [door, source, format, entries, records, rows, rejects, ignored].join(' ');

test('bodies of many sources become rows at once, and each source is counted', () =>
  Home.with(async (home) => {
    const tsv = (...uids: string[]) =>
      [...zeekHeader, ...uids.map((uid) => `1764000000.0\t${uid}\t10.0.0.5\t40000\t1.1.1.1\t443\ttcp`), ''].join('\n');
    const { lake, given } = await made(home, [
      entryOf(`${conn('a')}\n\n${conn('b')}`),
      entryOf(`${conn('c')}\n{"ts":"never"}\n${conn('cc')}`, { source: 'site2/conn.log' }),
      entryOf(conn('d')),
      entryOf(tsv('e', 'f'), { door: 'file', source: '/logs/conn.log' }),
      entryOf(tsv('g'), { door: 'file', source: '/logs/conn.log' }),
      entryOf(`[${conn('h')},\n${conn('i')}]`, { source: 'array/conn.log' }),
    ]);
    expect(await ids(home, lake)).toEqual(['a', 'b', 'c', 'cc', 'd', 'e', 'f', 'g', 'h', 'i']);
    expect(given.map(counts)).toEqual([
      'file /logs/conn.log zeek-tsv conn 2 6 3 0 3',
      'http array/conn.log zeek-json conn 1 2 2 0 0',
      'http conn.log zeek-json conn 2 3 3 0 0',
      'http site2/conn.log zeek-json conn 1 3 2 1 0',
    ]);
    const [kept = ''] = await nodeDisk.list(join(home.folder, 'rejects'));
    const rejects = (await readFile(join(home.folder, 'rejects', kept), 'utf8')).trim().split('\n');
    expect(rejects.map((line) => JSON.parse(line))).toMatchObject([
      { door: 'http', source: 'site2/conn.log', line: 2, text: '{"ts":"never"}' },
    ]);
    expect(home.troubles).toEqual([]);
  }));

test('a delivery that is sent again is not read again, in the same batch or a later one', () =>
  Home.with(async (home) => {
    const twice = entryOf(conn('a'), { delivery: 'one' });
    await made(home, [twice, twice]);
    const counted = entryOf('', { repeated: 3 });
    const { lake, given } = await made(home, [twice, entryOf(conn('b'), { delivery: 'two' }), counted]);
    expect(await ids(home, lake)).toEqual(['a', 'b']);
    expect(given.map(({ format, entries, repeated }) => [format, entries, repeated])).toEqual([
      ['zeek-json conn', 5, 5],
    ]);
  }));

test('deliveries are forgotten after days, and not for time in which nothing ran', () =>
  Home.with(async (home) => {
    const day = 864_000_000_000n;
    const [lake, journal] = [await home.lake(), await home.openJournal()];
    const known = () =>
      home.store
        .statement('SELECT delivery FROM received ORDER BY id')
        .all()
        .map((row) => row.delivery);
    const take = async (maker: Awaited<ReturnType<Home['maker']>>, delivery: string) => {
      await journal.append(entryOf(conn(delivery), { delivery, receivedAt: home.clock.now() }));
      while (await maker.step());
    };
    const before = await home.maker(lake, journal);
    await take(before, 'old');
    before.close();
    home.clock.time += 10n * day;
    const maker = await home.maker(lake, journal);
    await take(maker, 'new');
    expect(known()).toEqual(['old', 'new']);
    home.pass(4n * day, day / 24n);
    await take(maker, 'newest');
    expect(known()).toEqual(['newest']);
    maker.close();
    await journal.close();
  }));

test('what is no log is kept aside and told, and the rest goes on', () =>
  Home.with(async (home) => {
    const { lake } = await made(home, [entryOf(conn('a')), entryOf('what is this', { source: 'x' }), entryOf(' \n')]);
    expect(await ids(home, lake)).toEqual(['a']);
    const [name = ''] = await nodeDisk.list(join(home.folder, 'aside'));
    expect(await readFile(join(home.folder, 'aside', name), 'utf8')).toBe('what is this');
    expect(home.troubles).toEqual([expect.stringMatching(/^http x: kept aside: .*no format/)]);
  }));

test('positions of watched files move with their rows', () =>
  Home.with(async (home) => {
    const position = { path: '/logs/conn.log', identity: '7:x', offset: 900, mark: 'm' };
    await made(home, [
      entryOf(conn('a'), { position: { ...position, offset: 500 } }),
      entryOf(conn('b'), { position }),
    ]);
    expect(home.store.statement('SELECT path, identity, offset, mark FROM position').all()).toEqual([
      { ...position, offset: 900n },
    ]);
  }));

test('what a failed write left in the journal is not read a second time', () =>
  Home.with(async (home) => {
    const position = { path: '/logs/conn.log', identity: '7:x', offset: 500, mark: 'm' };
    const left = entryOf(conn('a'), { position });
    const next = entryOf(conn('b'), { position: { ...position, offset: 900 } });
    const other = entryOf(conn('c'), { position: { ...position, identity: '8:y' } });
    await made(home, [left, left, other]);
    const { lake, given } = await made(home, [left, next, other]);
    expect(await ids(home, lake)).toEqual(['a', 'b', 'c']);
    expect(given.map(({ format, repeated }) => [format, repeated])).toEqual([['zeek-json conn', 3]]);
  }));

test('an entry that makes reading throw is found, kept aside and told, and all others are rows', () =>
  Home.with(async (home) => {
    const bodies = Array.from({ length: 40 }, (_, at) => (at % 17 === 9 ? `poison ${at}\n` : `row ${at}\n`));
    const { lake } = await made(
      home,
      bodies.map((body) => entryOf(body)),
      new LineReader(home.engine),
    );
    expect((await ids(home, lake)).sort()).toEqual(
      bodies
        .filter((body) => body.startsWith('row'))
        .map((body) => body.trim())
        .sort(),
    );
    expect(home.store.statement('SELECT reason FROM aside ORDER BY id').all()).toEqual([
      { reason: 'a defect' },
      { reason: 'a defect' },
    ]);
    expect(home.troubles).toHaveLength(2);
  }));

test('bodies for which memory does not suffice cost no other, and are tried again before one is kept aside', () =>
  Home.with(async (home) => {
    const tsv = [...zeekHeader, '1764000000.0\te\t10.0.0.5\t40000\t1.1.1.1\t443\ttcp', ''].join('\n');
    const [lake, journal] = [await home.lake(), await home.openJournal()];
    // The engine's buffers for JSON alone are larger than this.
    const reader = new IntakeReader({ memoryMb: 60, threads: 2, spillDirectory: join(home.folder, 'spill') });
    const maker = await home.maker(lake, journal, { reader });
    await journal.append(entryOf(tsv, { source: 'tsv.log' }));
    await journal.append(entryOf(conn('a')));
    let failures = 0;
    for (let more = true; more; )
      more = await maker.step().catch((error) => {
        expect(error).toBeInstanceOf(NoRoom);
        expect(home.troubles).toEqual([]);
        failures += 1;
        return true;
      });
    expect(failures).toBe(9);
    expect(await ids(home, lake)).toEqual(['e']);
    expect(home.store.statement('SELECT door, reason FROM aside').all()).toMatchObject([
      { door: 'http', reason: expect.stringContaining('for want of memory') },
    ]);
    maker.close();
    await journal.close();
  }));

test('an end that a crash tore off is told and is no failure; what was damaged since it was written is', () =>
  Home.with(async (home) => {
    const before = await home.openJournal();
    await before.append(entryOf(conn('a')));
    await before.close();
    await appendFile(journalFile(home.journal, 0), Buffer.alloc(100, 7));
    const { lake } = await made(home, [entryOf(conn('b'))]);
    expect(await ids(home, lake)).toEqual(['a', 'b']);
    expect(home.troubles).toEqual([expect.stringMatching(/^the journal's file 0 holds 100 bytes .* no entry/)]);

    const journal = await home.openJournal();
    await journal.append(entryOf(conn('c')));
    const path = journalFile(home.journal, journal.end.file);
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0, bytes.length - 5));
    const maker = await home.maker(await home.lake(), journal);
    while (await maker.step());
    maker.close();
    await journal.close();
    expect(home.troubles.slice(1)).toEqual([expect.stringMatching(/^grave: the journal's file 2 /)]);

    const later = await home.openJournal();
    for (const id of ['d', 'e']) await later.append(entryOf(conn(id)));
    const damaged = journalFile(home.journal, later.end.file);
    await later.close();
    await writeFile(damaged, (await readFile(damaged)).fill(7, 20, 25));
    const again = await made(home, [entryOf(conn('f'))]);
    expect(await ids(home, again.lake)).toEqual(['a', 'b', 'e', 'f']);
    expect(home.troubles.slice(2)).toEqual([expect.stringMatching(/^grave: the journal's file 3 /)]);
  }));
