import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdHome } from './lock.ts';

const inUse = expect.objectContaining({ code: 'HOME_IN_USE' });

test('a home is one process’s, until it lets go or is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-lock-'));
  const file = join(folder, 'lock.db');
  try {
    const held = holdHome(folder, file);
    expect(() => holdHome(folder, file)).toThrow(inUse);
    held.release();
    const script = `const { holdHome } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
      // What nobody holds on to is closed when it is collected.
      globalThis.held = holdHome(${JSON.stringify(folder)}, ${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(other.stdout, 'data');
      expect(() => holdHome(folder, file)).toThrow(inUse);
      expect(() => holdHome(folder, file)).toThrow(`(process ${other.pid})`);
    } finally {
      other.kill('SIGKILL');
    }
    await once(other, 'exit');
    holdHome(folder, file).release();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
