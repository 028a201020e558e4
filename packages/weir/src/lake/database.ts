import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterwards } from '../engine/afterwards.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { endpointConnections, networkFlows, observedNames } from '../tables/index.ts';
import type { Lake } from './lake.ts';

/** 100,000 events and as many flows take 40 MB more in memory than in a file. */
const inMemory = 300_000;

/** Runs `work` while the database `fusion` is there for the tables that fusion makes, gone afterwards. Of few rows it is
 *  in memory, which takes a sixth less processor time; else a file in the lake's folder, where tables are compressed, to a
 *  quarter of what temporary ones take of the engine's memory, and what does not fit there need not be written again. Only
 *  what a slice needs is a temporary table. */
export async function withFusionDatabase<Result>(lake: Lake, work: () => Promise<Result>): Promise<Result> {
  const { engine } = lake;
  const file = join(lake.directory, 'fusion.duckdb');
  const rows = [endpointConnections, networkFlows, observedNames].reduce((sum, table) => sum + lake.count(table), 0);
  // An engine out of memory may not have let it go.
  await leave(engine);
  await rm(file, { force: true });
  await engine.run(
    rows <= inMemory
      ? `ATTACH ':memory:' AS fusion`
      : `ATTACH ${sqlText(file)} AS fusion (RECOVERY_MODE no_wal_writes)`,
  );
  await engine.run(`SET search_path = 'memory.main,fusion.main'`);
  return afterwards(
    () => afterwards(work, () => leave(engine)),
    () => rm(file, { force: true }),
  );
}

async function leave(engine: Engine): Promise<void> {
  await engine.run('RESET search_path');
  await engine.run('DETACH DATABASE IF EXISTS fusion').catch(async (error: unknown) => {
    // Where the disk is full its last checkpoint fails, which nobody reads; it is let go all the same.
    const [there] = await engine.rows("SELECT 1 FROM duckdb_databases() WHERE database_name = 'fusion'");
    if (there) throw error;
  });
}
