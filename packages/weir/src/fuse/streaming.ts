import type { Engine } from '../engine/engine.ts';

/** Runs `work` with the joins as written: the wide side, written first, streams past hash tables of the narrow ones, never
 *  the other way round. */
export async function streaming<Result>(engine: Engine, work: () => Promise<Result>): Promise<Result> {
  await engine.run(`SET disabled_optimizers = 'join_order,build_side_probe_side'`);
  try {
    return await work();
  } finally {
    await engine.run('RESET disabled_optimizers');
  }
}
