import { mkdir } from 'node:fs/promises';
import { Engine } from '../engine/engine.ts';
import { MemoryLake } from '../lake/memoryLake.ts';

/** A lake for the rows of one test after another, while `use` runs; `directory` is its own. */
export async function withTestLake(directory: string, use: (lake: MemoryLake) => Promise<void>): Promise<void> {
  await mkdir(directory, { recursive: true });
  const engine = await Engine.open({ memoryMb: 500, threads: 1, spillDirectory: directory, fewRows: true });
  try {
    const lake = await MemoryLake.create(engine);
    await engine.confine(directory);
    await use(lake);
  } finally {
    engine.close();
  }
}
