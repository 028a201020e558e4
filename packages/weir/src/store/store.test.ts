import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../model/userError.ts';
import { migrations } from './migrations.ts';
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

test('who only reads a store that an older Weir made is refused, and leaves it as it is', () => {
  const path = join(folder, 'weir.db');
  const database = new DatabaseSync(path);
  database.exec(migrations[0] ?? '');
  database.exec('PRAGMA user_version = 1');
  expect(() => Store.openAsIs(path)).toThrow(
    expect.objectContaining({ code: 'HOME_OLDER', advice: expect.stringContaining('Start weir serve') }),
  );
  expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(1);
  Store.open(path).close();
  expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(migrations.length);
  database.close();
  Store.openAsIs(path).close();
});

test('where another process brings it up to date at the same time, this one goes on with what that made', async () => {
  const path = join(folder, 'weir.db');
  const first = new DatabaseSync(path);
  first.exec('PRAGMA journal_mode = WAL');
  first.exec('BEGIN IMMEDIATE');
  const module = new URL('./store.ts', import.meta.url).href;
  const program = `const { Store } = await import(${JSON.stringify(module)});
    process.stdout.write('opens');
    Store.open(${JSON.stringify(path)}).close();`;
  const second = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = text(second.stderr);
  const ended = new Promise((resolve) => second.once('close', resolve));
  await new Promise((resolve) => second.stdout.once('data', resolve));
  // It has looked by now, and waits.
  await pause(500);
  for (const sql of migrations) first.exec(sql);
  first.exec(`PRAGMA user_version = ${migrations.length}`);
  first.exec('COMMIT');
  expect([await ended, await said]).toEqual([0, '']);
  first.close();
});

test('its files are for the user alone', async () => {
  const store = Store.open(join(folder, 'weir.db'));
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toContain('weir.db-wal');
  store.close();
});
