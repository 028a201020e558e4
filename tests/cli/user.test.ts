import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Store } from '../../packages/weir/src/store/store.ts';
import { checkTrail, readTrail } from '../../packages/weir/src/store/trail.ts';
import { ended, start, weir } from './weir.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-cli-user-'));
const home = join(folder, 'home');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function typed(password: string, ...args: string[]) {
  const child = start(['user', ...args, '--home', home]);
  child.stdin?.end(`${password}\n`);
  return ended(child);
}

test('accounts are made, listed and given new passwords on the machine itself', async () => {
  expect(await weir(['user', 'list', '--home', home])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('HOME_MISSING'),
  });
  expect(await typed('correct horse battery', 'add', 'Ada', '--role', 'admin')).toMatchObject({ code: 0, stdout: '' });
  expect(await typed('short', 'add', 'bob', '--role', 'viewer')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('PASSWORD_WEAK'),
  });
  expect(await typed('correct horse battery', 'add', 'ada', '--role', 'viewer')).toMatchObject({ code: 2 });
  expect(await typed('other horse battery', 'password', 'ADA')).toMatchObject({ code: 0 });
  expect((await weir(['user', 'list', '--home', home])).stdout).toMatch(/^ada\tadmin\tactive\tsince 20\S+ \S+\n$/);
  const store = Store.open(join(home, 'weir.db'));
  const told = readTrail(store, { limit: 10 });
  expect(told.map(({ action }) => action)).toEqual(['user.create', 'user.password', 'user.password']);
  expect(told[0]?.actor).toMatch(/^local:/);
  expect((await checkTrail(store)).faults).toEqual([]);
  store.close();
});
