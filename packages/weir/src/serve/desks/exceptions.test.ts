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
  const { proposals } = await desk().propose(1);
  const hides = (of: typeof proposals) => of.map(({ preview }) => preview.hides.map(({ id }) => id));
  expect(hides(proposals)).toEqual([[1], [2, 1], [3, 2, 1]]);
  expect(proposals[0]?.why).toMatch(/^this account on this device: rclone\.exe, in C:\\Tools\\, under its own name/);
  expect(hides((await desk().propose(5)).proposals)).toEqual([[5], [5], [5]]);
  expect(await desk().propose(6)).toMatchObject({ none: expect.stringContaining('not known'), proposals: [] });
  await expect(desk().propose(99)).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' });
});

test('where a proposal would not hide the alert that it is made for, none is made', async () => {
  const host = 'files.example';
  const columns = { Process: 'rclone.exe', RemoteHost: host, DeviceName: 'fs-01', AccountName: 'ana' };
  const several = {
    ...on(1, 'fs-01', 'ana', { destination: host }),
    columns,
    facets: [{}, { RemoteHost: 'b.example' }],
  };
  alerts.apply(told(900, [several]));
  expect(await desk().propose(1)).toEqual({
    none: expect.stringMatching(/^Its connections differ in where they go/),
    proposals: [],
  });
});

test('what a person has confirmed is not proposed to be hidden, and stands first where others would hide it', async () => {
  alerts.apply(told(900, [on(1, 'fs-01', 'ana'), on(20, 'fs-01', 'ben')]));
  alerts.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'true-positive' }, { actor: 'ana', at: now });
  expect(await desk().propose(1)).toMatchObject({ none: expect.stringContaining('confirmed'), proposals: [] });
  const [narrow, device] = (await desk().propose(2)).proposals;
  expect(narrow?.preview).toMatchObject({ count: 1, hides: [{ id: 2 }], confirmed: [], refusal: '' });
  expect(device?.preview).toMatchObject({
    ...{ count: 2, hides: [{ id: 1 }, { id: 2 }], confirmed: [1], refusal: expect.stringContaining('confirmed case') },
  });
});

test('a proposal is made into an exception, and stands in the list beside those of the file', async () => {
  alerts.apply(told(900, [on(1, 'fs-01', 'ana')]));
  const [first] = (await desk().propose(1)).proposals;
  if (first === undefined) throw new Error('nothing is proposed');
  const made = await desk().create({ ...first.draft, owner: 'ops', reason: 'nightly' }, { actor: 'ana', at: now });
  expect(await desk().list()).toEqual([
    { ...inFileInfo, override: null, by: null, ended: null, renewed: null, hid: 0, confirmed: [], kept: 'file' },
    made,
  ]);
  expect(made).toMatchObject({ id: 'console-1', kept: 'store', by: 'ana', ended: null, renewed: null, override: null });
  const renewal = { expires: made.expires + 1n, reason: 'goes on' };
  expect(await desk().renew('console-1', renewal, { actor: 'ben', at: now + 1n })).toEqual({
    ...{ ...made, expires: renewal.expires, renewed: { by: 'ben', at: now + 1n, reason: 'goes on' } },
  });
  alerts.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'true-positive' }, { actor: 'ana', at: now });
  expect((await desk().list()).map(({ confirmed }) => confirmed)).toEqual([[], [1]]);
  expect((await desk().end('console-1', 'moved', { actor: 'ana', at: now + 1n })).ended).toEqual({
    ...{ by: 'ana', at: now + 1n, reason: 'moved' },
  });
});

const { names: _, ...inFileInfo } = inFile;
