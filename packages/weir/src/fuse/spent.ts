import type { Engine } from '../engine/engine.ts';

/** Drops tables `fuse_…` that are spent, all in one statement's time: what follows needs their memory. */
export async function dropSpent(engine: Engine, ...names: readonly string[]): Promise<void> {
  await engine.run(names.map((name) => `DROP TABLE fuse_${name}`).join('; '));
}
