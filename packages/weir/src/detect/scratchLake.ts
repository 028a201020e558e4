import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../engine/engine.ts';
import { Lake } from '../lake/lake.ts';

/** An empty lake in a folder that is gone when `use` ends: for rows written by hand. */
export async function withScratchLake<Result>(use: (lake: Lake) => Promise<Result>, memoryMb = 500): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-rows-'));
  const engine = await Engine.open({ memoryMb, threads: 1, spillDirectory: join(directory, 'spill') });
  try {
    return await use(await Lake.create(engine, join(directory, 'lake')));
  } finally {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}
