import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { homePaths } from '../../packages/weir/src/live/home.ts';
import { holdHome } from '../../packages/weir/src/serve/lock.ts';

const bin = join(import.meta.dirname, '../../packages/weir/bin/weir.mjs');
/** Has the launcher take its Node for one that is too old. */
const old =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})';

test('a service that is asked to end while it starts does so once it has, in order', async () => {
  const home = mkdtempSync(join(tmpdir(), 'weir-launcher-'));
  try {
    const service = spawn(process.execPath, [bin, 'serve', '--home', home, '--listen', '127.0.0.1:0'], {
      stdio: 'ignore',
    });
    const ended = once(service, 'exit');
    while (!existsSync(homePaths(home).lock)) await setTimeout(5);
    service.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    holdHome(home, homePaths(home).lock).release();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 240_000);

test('who ends the launcher ends the service that it started, in order', async () => {
  const home = mkdtempSync(join(tmpdir(), 'weir-launcher-'));
  try {
    const launcher = spawn(
      process.execPath,
      ['--import', old, bin, 'serve', '--home', home, '--listen', '127.0.0.1:0'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    for await (const piece of launcher.stderr) {
      said += piece;
      if (said.includes('listening')) break;
    }
    expect(() => holdHome(home, homePaths(home).lock)).toThrow(expect.objectContaining({ code: 'HOME_IN_USE' }));
    const ended = once(launcher, 'exit');
    launcher.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    holdHome(home, homePaths(home).lock).release();
    expect(existsSync(homePaths(home).store)).toBe(true);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 240_000);
