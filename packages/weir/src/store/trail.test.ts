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
])('the store refuses %s', (sql) => {
  expect(() => store.statement(sql).run()).toThrow(/the trail is not (changed|cut)/);
  expect(checkTrail(store)).toMatchObject({ entries: 5, faults: [] });
});

test.each([
  ['changes an entry', "UPDATE trail SET actor = 'ben' WHERE id = 3", [3]],
  ['changes a hash', "UPDATE trail SET hash = 'x' WHERE id = 3", [3, 4]],
  ['takes one out', 'DELETE FROM trail WHERE id = 3', [3]],
  ['cuts off the end', 'DELETE FROM trail WHERE id > 3', [4]],
  ['cuts off all', 'DELETE FROM trail', [1]],
  ['swaps two', 'UPDATE trail SET id = -id WHERE id IN (4, 5); UPDATE trail SET id = 9 + id WHERE id < 0', [4, 5]],
])('who opens the file and %s is seen', (_, sql, entries) => {
  store.close();
  const database = new DatabaseSync(path);
  for (const trigger of ['changed', 'cut', 'replaced']) database.exec(`DROP TRIGGER trail_is_not_${trigger}`);
  database.exec(sql);
  database.close();
  store = Store.open(path);
  const { faults } = checkTrail(store);
  expect(faults.map(({ entry }) => entry)).toEqual(entries);
});

test('what was never written has no faults', async () => {
  const empty = Store.open(join(folder, 'empty.db'));
  expect(checkTrail(empty)).toEqual({ entries: 0, head: '', faults: [] });
  empty.close();
});
