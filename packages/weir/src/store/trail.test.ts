import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from './store.ts';
import { auditInto, checkTrail, readTrail } from './trail.ts';

let folder: string;
let path: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-trail-'));
  path = join(folder, 'weir.db');
  store = Store.open(path);
  const audit = auditInto(store);
  for (let n = 1; n <= 5; n++)
    audit({ at: BigInt(n), actor: 'ana', action: 'user.create', subject: `user:${n % 2}`, details: { n } });
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

test('entries are read in order, of all or of one subject', () => {
  expect(readTrail(store, { limit: 3 }).map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(readTrail(store, { subject: 'user:1', after: 1, limit: 10 })).toEqual([
    { id: 3, at: 3n, actor: 'ana', action: 'user.create', subject: 'user:1', details: { n: 3 } },
    { id: 5, at: 5n, actor: 'ana', action: 'user.create', subject: 'user:1', details: { n: 5 } },
  ]);
});

test.each([
  "UPDATE trail SET actor = 'ben' WHERE id = 2",
  'DELETE FROM trail WHERE id = 2',
  'DELETE FROM trail',
  "INSERT OR REPLACE INTO trail SELECT 2, at, 'ben', action, subject, details_json, hash FROM trail WHERE id = 2",
  "INSERT INTO trail SELECT * FROM trail WHERE id = 2 ON CONFLICT DO UPDATE SET actor = 'ben'",
])('the store refuses %s', async (sql) => {
  expect(() => store.statement(sql).run()).toThrow(/the trail is not (changed|cut)/);
  expect(await checkTrail(store)).toMatchObject({ entries: 5, faults: [] });
});

test.each([
  ['changes an entry', "UPDATE trail SET actor = 'ben' WHERE id = 3", [3]],
  ['changes a hash', "UPDATE trail SET hash = 'x' WHERE id = 3", [3, 4]],
  ['takes one out', 'DELETE FROM trail WHERE id = 3', [3]],
  ['cuts off the end', 'DELETE FROM trail WHERE id > 3', [4]],
  ['cuts off all', 'DELETE FROM trail', [1]],
  ['swaps two', 'UPDATE trail SET id = -id WHERE id IN (4, 5); UPDATE trail SET id = 9 + id WHERE id < 0', [4, 5]],
])('who opens the file and %s is seen', async (_, sql, entries) => {
  store.close();
  const database = new DatabaseSync(path);
  for (const trigger of ['changed', 'cut', 'replaced']) database.exec(`DROP TRIGGER trail_is_not_${trigger}`);
  database.exec(sql);
  database.close();
  store = Store.open(path);
  const { faults } = await checkTrail(store);
  expect(faults.map(({ entry }) => entry)).toEqual(entries);
});

test('what was never written has no faults', async () => {
  const empty = Store.open(join(folder, 'empty.db'));
  expect(await checkTrail(empty)).toEqual({ entries: 0, head: '', faults: [] });
  empty.close();
});

test('a long trail is checked a part at a time, with what is written meanwhile', async () => {
  const audit = auditInto(store);
  const entry = { at: 6n, actor: 'ana', action: 'user.create', subject: 'user:2' };
  store.transaction(() => {
    for (let n = 6; n <= 2_400; n += 1) audit(entry);
  });
  let turns = 0;
  const checking = checkTrail(store);
  const turn = () => {
    turns += 1;
    if (turns === 1) audit(entry);
    if (turns < 3) setImmediate(turn);
  };
  setImmediate(turn);
  expect(await checking).toMatchObject({ entries: 2_401, faults: [] });
  expect(turns).toBeGreaterThan(1);
});
