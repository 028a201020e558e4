import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import { networkFlows } from '../tables/index.ts';
import { withFusionDatabase } from './database.ts';

test('of an engine that failed for good no file stays, and what failed first is told', () =>
  withScratchLake(async (lake) => {
    await lake.append(networkFlows, 'SELECT range AS "BytesSent" FROM range(300001)', ['BytesSent']);
    const there = async () => (await readdir(lake.directory)).filter((name) => name.startsWith('fusion'));
    const fusing = withFusionDatabase(lake, async () => {
      await lake.engine.run('CREATE TABLE fusion.some AS FROM range(100000); CHECKPOINT fusion');
      expect(await there()).toEqual(['fusion.duckdb']);
      lake.engine.close();
      throw new Error('the disk is full');
    });
    await expect(fusing).rejects.toThrow('the disk is full');
    expect(await there()).toEqual([]);
  }));

test('where only its last checkpoint fails, as on a disk that is full, what was made counts', () =>
  withScratchLake(async (lake) => {
    const told = "IO Error: Detached database 'fusion', but CHECKPOINT during DETACH failed.";
    const { engine } = lake;
    const full = Object.create(engine, {
      run: {
        value: async (sql: string) => {
          const changed = await engine.run(sql);
          if (sql.startsWith('DETACH')) throw new Error(told);
          return changed;
        },
      },
      rows: { value: (sql: string) => engine.rows(sql) },
    });
    const seen = Object.create(lake, { engine: { value: full }, count: { value: () => 300_001 } });
    expect(await withFusionDatabase(seen, async () => 'made')).toBe('made');
    expect(await readdir(lake.directory)).not.toContain('fusion.duckdb');
  }));
