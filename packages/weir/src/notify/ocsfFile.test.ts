import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NoticeCause } from '../model/notice.ts';
import { messageOf, notice, now } from './message.fixture.ts';
import { ocsfFileSender } from './ocsfFile.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-ocsf-'));
  path = join(folder, 'alerts.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const send = (max: number, id: number, cause: NoticeCause = 'raised') =>
  ocsfFileSender({ path, max, keep: 2 })(messageOf([notice(id, {}, cause)]), {
    now,
    signal: AbortSignal.timeout(5_000),
  });
const events = async (file = path) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('raised, grown and withdrawn are create, update and close of one finding', async () => {
  await send(1e6, 1, 'raised');
  await send(1e6, 1, 'grew');
  await send(1e6, 1, 'withdrawn');
  expect(await events()).toMatchObject([
    { class_uid: 2004, activity_id: 1, type_uid: 200401, status_id: 1, finding_info: { uid: 'alert-1' } },
    { activity_id: 2, type_uid: 200402, status_id: 1, finding_info: { uid: 'alert-1' } },
    { activity_id: 3, type_uid: 200403, status_id: 4, finding_info: { uid: 'alert-1' }, metadata: { uid: 'notice-1' } },
  ]);
  expect(await readFile(path, 'utf8')).not.toContain('hunter2hunter2');
});

test('a file that is full is put aside, and so many are kept', async () => {
  for (let id = 1; id <= 5; id++) await send(6_000, id);
  const names = await readdir(folder);
  expect(names.sort()).toEqual(['alerts.ndjson', 'alerts.ndjson.1', 'alerts.ndjson.2']);
  const kept = await Promise.all([`${path}.2`, `${path}.1`, path].map((file) => events(file)));
  const ids = kept.flat().map(({ finding_info: { uid } }) => uid);
  expect(ids.at(-1)).toBe('alert-5');
  expect(ids).toEqual(ids.toSorted());
});

test('a line that a crash cut off spoils no other', async () => {
  await send(1e6, 1);
  await appendFile(path, '{"class_uid":2004,"activ');
  await send(1e6, 2);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines.length).toBe(3);
  expect(JSON.parse(lines[2] ?? '').finding_info.uid).toBe('alert-2');
});

test('a folder that is not there is told', async () => {
  path = join(folder, 'missing', 'alerts.ndjson');
  await expect(send(1e6, 1)).rejects.toThrow(/ENOENT/);
});
