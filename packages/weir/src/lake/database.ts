import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '../engine/sql.ts';
import type { Lake } from './lake.ts';

/** Runs `work` while the database `fusion` is there for the tables that fusion makes: a file in the lake's folder, gone
 *  afterwards. In a file tables are compressed, to a quarter of what temporary ones take of the engine's memory, and what
 *  does not fit there need not be written again. Only what a slice needs is a temporary table. */
export async function withFusionDatabase<Result>(lake: Lake, work: () => Promise<Result>): Promise<Result> {
  const { engine } = lake;
  const file = join(lake.directory, 'fusion.duckdb');
  await engine.run(`ATTACH ${sqlText(file)} AS fusion (RECOVERY_MODE no_wal_writes)`);
  await engine.run(`SET search_path = 'memory.main,fusion.main'`);
  const end = async (): Promise<void> => {
    await engine.run('RESET search_path');
    await engine.run('DETACH fusion');
    await rm(file, { force: true });
  };
  const result = await work().catch(async (error: unknown) => {
    // What went wrong first is told, as that the disk is full, not what then cannot be tidied up.
    await end().catch(() => undefined);
    throw error;
  });
  await end();
  return result;
}
