import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../model/userError.ts';
import { Store } from './store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a transaction that throws leaves nothing, and the next one works', () => {
  const store = Store.open(join(folder, 'weir.db'));
  store.statement('CREATE TABLE thing (n INTEGER NOT NULL) STRICT').run();
  const add = (n: number) => store.statement('INSERT INTO thing VALUES (?)').run(n);
  const count = () => store.statement('SELECT count(*) AS n FROM thing').get()?.n;
  expect(() =>
    store.transaction(() => {
      add(1);
      store.transaction(() => add(2));
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(count()).toBe(0n);
  store.transaction(() => store.transaction(() => add(3)));
  expect(count()).toBe(1n);
  store.close();
});

test('it syncs every commit, and is opened again with what it had', () => {
  const path = join(folder, 'weir.db');
  const first = Store.open(path);
  expect(first.statement('PRAGMA synchronous').get()?.synchronous).toBe(2n);
  first.statement('CREATE TABLE thing (n INTEGER NOT NULL) STRICT').run();
  first.close();
  const second = Store.open(path);
  expect(second.statement('SELECT count(*) AS n FROM thing').get()?.n).toBe(0n);
  second.close();
});

test('a store of a newer Weir is refused with the way out', () => {
  const path = join(folder, 'weir.db');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(() => Store.open(path)).toThrow(UserError);
});

test('its files are for the user alone', async () => {
  const store = Store.open(join(folder, 'weir.db'));
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toContain('weir.db-wal');
  store.close();
});
