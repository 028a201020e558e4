import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlertBook } from '../../alert/book.ts';
import { ExceptionBook } from '../../alert/exceptionBook.ts';
import { minute, rule, story, told } from '../../alert/told.fixture.ts';
import type { Exception } from '../../model/exception.ts';
import type { Finding } from '../../model/finding.ts';
import { finding } from '../../report/result.fixture.ts';
import { Store } from '../../store/store.ts';
import { exceptionDesk } from './exceptions.ts';

let folder: string;
let store: Store;
let alerts: AlertBook;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-desk-'));
  store = Store.open(join(folder, 'weir.db'));
  alerts = new AlertBook(store, { floor: 'medium' });
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const now = minute(1_000);
const inFile: Exception = {
  ...{ id: 'f1', name: 'f', rules: null, when: 'DeviceName == "x"', names: true, owner: 'o', reason: 'r' },
  ...{ created: 1n, expires: 2n, place: 'exceptions.yaml:2:9' },
};
const desk = () =>
  exceptionDesk({
    book: new ExceptionBook(store, () => ({ rules: [rule], all: true })),
    ...{ alerts, inFile: () => [inFile], clock: { now: () => now, sleep: () => Promise.resolve() } },
  });
const on = (n: number, device: string, account: string, change: Partial<Finding['entities']> = {}) =>
  story([n], { entities: { ...finding().entities, device, account, ...change } });

test('proposals go from narrow to wide, and each hides what it says', async () => {
  const hostile = { process: 'a"); drop.exe', processFolder: 'C:\\"x"\\a"); drop.exe' };
  alerts.apply(
    told(900, [
      on(1, 'fs-01', 'ana'),
      on(20, 'fs-01', 'ben'),
      on(40, 'fs-02', 'ana'),
      on(60, 'fs-03', 'ana', { destination: 'elsewhere.example' }),
      on(80, 'fs-04', 'ana', hostile),
      on(100, 'fs-05', 'ana', { process: '' }),
    ]),
  );
  const proposals = await desk().propose(1);
  expect(proposals.map(({ preview }) => preview.hides)).toEqual([[1], [1, 2], [1, 2, 3]]);
  expect(proposals[0]?.why).toMatch(/^this account on this device: rclone\.exe, in C:\\Tools\\, under its own name/);
  expect((await desk().propose(5)).map(({ preview }) => preview.hides)).toEqual([[5], [5], [5]]);
  expect(await desk().propose(6)).toEqual([]);
  await expect(desk().propose(99)).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' });
});

test('a proposal is made into an exception, and stands in the list beside those of the file', async () => {
  alerts.apply(told(900, [on(1, 'fs-01', 'ana')]));
  const [first] = await desk().propose(1);
  if (first === undefined) throw new Error('nothing is proposed');
  const made = await desk().create({ ...first.draft, owner: 'ops', reason: 'nightly' }, { actor: 'ana', at: now });
  expect(desk().list()).toEqual([{ ...inFileInfo, override: null, ended: null, kept: 'file' }, made]);
  expect(made).toMatchObject({ id: 'console-1', kept: 'store', ended: null, override: null });
  expect(desk().end('console-1', 'moved', { actor: 'ana', at: now + 1n }).ended).toBe(now + 1n);
});

const { names: _, ...inFileInfo } = inFile;
