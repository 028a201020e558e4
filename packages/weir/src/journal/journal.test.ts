import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disk } from '../disk/disk.ts';
import { Crash, chances, FaultyDisk } from '../disk/faulty.fixture.ts';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { Journal, JournalFull } from './journal.ts';
import { type JournalPlace, journalStart } from './place.ts';
import { type JournalRead, readJournal } from './read.ts';

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-journal-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const limits = { fileBytes: 400, heldBytes: 1_000_000 };
const entry = (text: string) => ({
  door: 'http',
  source: 'sensor',
  receivedAt: 638_000_000_000_000_000n,
  body: Buffer.from(text),
});

async function bodies(disk: Disk, folder: string, from: JournalPlace = journalStart): Promise<string[]> {
  const found: string[] = [];
  for await (const read of readJournal(disk, folder, from)) if ('entry' in read) found.push(read.entry.body.toString());
  return found;
}

describe('a journal', () => {
  it('gives back what it was given, in order, with where it came from and when', () =>
    inFolder(async (folder) => {
      const journal = await Journal.open(nodeDisk, folder, limits);
      await Promise.all(['a', 'bb', '', 'x'.repeat(5000)].map((text) => journal.append(entry(text))));
      await journal.close();
      const reads = await Array.fromAsync(readJournal(nodeDisk, folder, journalStart));
      expect(reads.map((read) => 'entry' in read && read.entry)).toEqual(['a', 'bb', '', 'x'.repeat(5000)].map(entry));
    }));

  it('has room again once what it held is taken, also where that stands in the file that it writes to, and at the next start', () =>
    inFolder(async (folder) => {
      const small = { fileBytes: 100, heldBytes: 1_000 };
      const open = (taken?: JournalPlace) => Journal.open(nodeDisk, folder, small, taken);
      const long = entry('x'.repeat(700));
      let journal = await open();
      const first = await journal.append(long);
      await expect(journal.append(long)).rejects.toThrow(JournalFull);
      await journal.forget(first);
      expect(journal.held).toBe(0);
      const second = await journal.append(long);
      await journal.close();
      journal = await open(second);
      expect(journal.held).toBe(0);
      await journal.append(long);
      await expect(journal.append(long)).rejects.toThrow(JournalFull);
      await journal.close();
    }));

  it('is read on from any entry’s end, and forgets files that lie wholly before', () =>
    inFolder(async (folder) => {
      const journal = await Journal.open(nodeDisk, folder, limits);
      const places: JournalPlace[] = [];
      for (let at = 0; at < 20; at += 1) places.push(await journal.append(entry(`body ${at}`)));
      for (const [at, place] of places.entries())
        expect(await bodies(nodeDisk, folder, place)).toEqual(
          Array.from({ length: 19 - at }, (_, n) => `body ${at + 1 + n}`),
        );
      const before = journal.held;
      await journal.forget(places[12] ?? journalStart);
      expect(journal.held).toBeLessThan(before);
      expect(await bodies(nodeDisk, folder, places[12])).toEqual(Array.from({ length: 7 }, (_, n) => `body ${13 + n}`));
      await journal.close();
    }));

  it('takes no more than it may hold, and takes again once files are forgotten', () =>
    inFolder(async (folder) => {
      const journal = await Journal.open(nodeDisk, folder, { fileBytes: 100, heldBytes: 1000 });
      let last = journalStart;
      const fill = async () => {
        for (;;) last = await journal.append(entry('x'.repeat(50)));
      };
      await expect(fill()).rejects.toThrow(JournalFull);
      await journal.forget(last);
      await expect(journal.append(entry('again'))).resolves.toBeDefined();
      await journal.close();
    }));

  it('tells bytes that are no entry, and reads the files behind them', () =>
    inFolder(async (folder) => {
      const first = await Journal.open(nodeDisk, folder, limits);
      await first.append(entry('kept'));
      await first.close();
      const torn = await nodeDisk.openAppend(join(folder, '000000000000.journal'));
      await torn.append([Buffer.from('WJ1\nhalf')]);
      await torn.close();
      const second = await Journal.open(nodeDisk, folder, limits);
      await second.append(entry('later'));
      await second.close();
      const reads = await Array.fromAsync(readJournal(nodeDisk, folder, journalStart));
      expect(reads.map((read) => ('entry' in read ? read.entry.body.toString() : read.bytes))).toEqual([
        'kept',
        8,
        'later',
      ]);
    }));

  it('reads on behind damage, and tells it apart from an end that is torn off', () =>
    inFolder(async (folder) => {
      const journal = await Journal.open(nodeDisk, folder, limits);
      for (const body of ['first', 'second', 'third']) await journal.append(entry(body));
      await journal.close();
      const path = join(folder, '000000000000.journal');
      const bytes = await readFile(path);
      bytes.write('SECOND', bytes.indexOf('second'));
      await writeFile(path, Buffer.concat([bytes, Buffer.from('WJ1\nhalf')]));
      const reads = await Array.fromAsync(readJournal(nodeDisk, folder, journalStart));
      expect(reads.map((read) => ('entry' in read ? read.entry.body.toString() : read.inside))).toEqual([
        'first',
        true,
        'third',
        false,
      ]);
    }));
});

/** A frame as it was written before bodies were stuffed. */
function frameOfBefore(head: string, body: Buffer): Buffer {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  const rest = Buffer.concat([Buffer.from(head), body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(rest, crc32(lengths)));
  return Buffer.concat([Buffer.from('WJ1\n'), lengths, checksum, rest]);
}

const headOfBefore = '{"door":"http","source":"sensor","receivedAt":"638000000000000000"}';

describe('what a sender puts into a body', () => {
  const inside = (read: JournalRead) => ('entry' in read ? read.entry.body : read.inside);

  it('is never an entry, wherever a crash cut its file or a disk garbled it', () =>
    inFolder(async (folder) => {
      const path = join(folder, '000000000000.journal');
      const write = async (bodies: readonly Buffer[]) => {
        rmSync(path, { force: true });
        const journal = await Journal.open(nodeDisk, folder, { ...limits, fileBytes: 1e6 });
        for (const body of bodies) await journal.append({ ...entry(''), body });
        await journal.close();
        return readFile(path);
      };
      const forged = Buffer.concat([
        await write([Buffer.from('forged')]),
        frameOfBefore(headOfBefore, Buffer.from('forged')),
      ]);
      const body = Buffer.concat([Buffer.from('x'), forged, forged]);
      const whole = await write([body, body]);
      expect(await bodies(nodeDisk, folder)).toEqual([body.toString(), body.toString()]);
      for (let cut = 1; cut < whole.length; cut += 5) {
        await writeFile(path, whole.subarray(0, cut));
        expect(new Set(await bodies(nodeDisk, folder)).difference(new Set([body.toString()]))).toEqual(new Set());
        await writeFile(path, Buffer.concat([Buffer.alloc(cut), whole.subarray(cut)]));
        expect(new Set(await bodies(nodeDisk, folder)).difference(new Set([body.toString()]))).toEqual(new Set());
      }
    }));

  it('comes back as it was, whatever of a frame it holds', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(0xff, 0x57, 0x4a, 0x32, 0), { maxLength: 40 }), {
          minLength: 1,
          maxLength: 8,
        }),
        (drawn) =>
          inFolder(async (folder) => {
            const sent = drawn.map((bytes) => Buffer.from(bytes));
            const journal = await Journal.open(nodeDisk, folder, limits);
            await Promise.all(sent.map((body) => journal.append({ ...entry(''), body })));
            const reads = await Array.fromAsync(readJournal(nodeDisk, folder, journalStart));
            expect(reads.map(inside)).toEqual(sent);
            expect(journal.held).toBeGreaterThan(0);
            await journal.forget(journal.end);
            expect(journal.held).toBe(0);
            await journal.close();
          }),
      ),
      { numRuns: 100 },
    ));

  it('has as much room as any other body of its length', () =>
    inFolder(async (folder) => {
      const body = Buffer.from('ff574a'.repeat(300), 'hex');
      const journal = await Journal.open(nodeDisk, folder, { fileBytes: 1e6, heldBytes: 1_000 });
      await journal.append({ ...entry(''), body });
      await journal.close();
      expect((await Array.fromAsync(readJournal(nodeDisk, folder, journalStart))).map(inside)).toEqual([body]);
    }));
});

describe('a file of before bodies were stuffed', () => {
  const read = (folder: string, ...frames: readonly Buffer[]) => {
    writeFileSync(join(folder, '000000000000.journal'), Buffer.concat(frames));
    return Array.fromAsync(readJournal(nodeDisk, folder, journalStart));
  };

  it('is read as it was written, from its start and from a place in it, behind damage too', () =>
    inFolder(async (folder) => {
      const bodies = ['one', 'two', 'three'].map((text) => Buffer.from(text));
      const frames = bodies.map((body) => frameOfBefore(headOfBefore, body));
      const body = Buffer.from([0xff, 0x57, 0x4a, 0, 1]);
      const reads = await read(folder, ...frames, frameOfBefore(headOfBefore, body));
      expect(reads.map((each) => 'entry' in each && each.entry)).toEqual(
        [...bodies, body].map((body) => ({ ...entry(''), body })),
      );
      const [first] = reads;
      expect(await bodiesFrom(folder, first?.next)).toEqual(['two', 'three', body.toString()]);
      const damaged = Buffer.from(frames[1] ?? []).fill(7, 20, 25);
      expect(
        (await read(folder, frames[0] ?? damaged, damaged, frames[2] ?? damaged)).map((each) => 'entry' in each),
      ).toEqual([true, false, true]);
    }));

  const bodiesFrom = (folder: string, from: JournalPlace | undefined) => bodies(nodeDisk, folder, from);

  it.each([
    '{}',
    'no JSON',
    'null',
    '[]',
    '{"door":"http","source":"s","receivedAt":"soon"}',
    '{"door":1,"source":"s","receivedAt":"1"}',
  ])('with the head %s is told as damaged, and what follows is read', (head) =>
    inFolder(async (folder) => {
      const good = frameOfBefore(headOfBefore, Buffer.from('good'));
      const reads = await read(folder, good, frameOfBefore(head, Buffer.from('bad')), good);
      expect(reads.map((each) => 'entry' in each)).toEqual([true, false, true]);
    }),
  );
});

describe('the law of a journal: what it acknowledged is there, once and in order, whatever the disk does', () => {
  const run = fc.record({
    chances: chances(),
    faults: fc.record({
      crash: fc.constantFrom(0, 0.02, 0.1),
      full: fc.constantFrom(0, 0.1),
      sync: fc.constantFrom(0, 0.1),
    }),
    lives: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
  });

  it('over lives that end in crashes', () =>
    fc.assert(
      fc.asyncProperty(run, ({ chances, faults, lives }) =>
        inFolder(async (folder) => {
          const draws = chances[Symbol.iterator]();
          const next = () => draws.next().value as number;
          const acknowledged: string[] = [];
          const offered = new Set<string>();
          for (const [life, bursts] of lives.entries()) {
            const disk = new FaultyDisk({ next }, faults);
            try {
              const journal = await Journal.open(disk, folder, limits);
              for (const [burst, size] of bursts.entries()) {
                const texts = Array.from({ length: size }, (_, n) => `${life}.${burst}.${n} ${'x'.repeat(n * 40)}`);
                const results = await Promise.allSettled(
                  texts.map((text) => {
                    offered.add(text);
                    return journal.append(entry(text)).then(() => acknowledged.push(text));
                  }),
                );
                const crash = results.find((result) => result.status === 'rejected' && result.reason instanceof Crash);
                if (crash) throw new Crash();
              }
            } catch (error) {
              // A disk that fails where the journal is opened ends a life too: the service does not start.
              if (!(error instanceof Crash) && !(error instanceof Error && error.message.startsWith('EIO')))
                throw error;
            }
            await disk.crash(folder);
            const found = await bodies(nodeDisk, folder);
            expect(found.filter((text) => acknowledged.includes(text))).toEqual(acknowledged);
            expect(new Set(found).size).toBe(found.length);
            expect(found.filter((text) => !offered.has(text))).toEqual([]);
          }
        }),
      ),
      { numRuns: 200 },
    ));
});
