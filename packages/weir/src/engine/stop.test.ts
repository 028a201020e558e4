import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';

test('an engine that is stopped lets go of what runs, and of what was asked for a moment before, and takes nothing more', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-engine-'));
  const engine = await Engine.open({ memoryMb: 100, threads: 1, spillDirectory: join(directory, 'spill') });
  const endless =
    'SELECT count(*) AS n FROM range(100000) a, range(100000) b, range(1000) c WHERE (a.range * b.range + c.range) % 7 = 8';
  const asked = engine.rows(endless);
  engine.stop();
  await expect(asked).rejects.toThrow(/interrupt/i);
  await expect(engine.run('SELECT 1')).rejects.toThrow('the engine was stopped');
  engine.close();
  await rm(directory, { recursive: true, force: true });
});
