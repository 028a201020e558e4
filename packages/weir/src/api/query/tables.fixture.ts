import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../engine/engine.ts';
import { sqlText } from '../../engine/sql.ts';
import { Lake } from '../../lake/lake.ts';
import { deviceNetworkEvents, rollups } from '../../tables/index.ts';
import type { Tables } from './queries.ts';

/** Columns of connections and a SELECT that gives them. */
export interface SomeRows {
  readonly columns: readonly string[];
  readonly select: string;
}

const uploads: SomeRows = {
  columns: ['Timestamp', 'DeviceName', 'BytesSent', 'RemoteUrl'],
  select: `SELECT 638000000000000000 + range * 10000000 AS "Timestamp", 'host-' || (range % 3) AS "DeviceName",
       (range * 1000)::BIGINT AS "BytesSent", 'https://example.org/<script>' AS "RemoteUrl" FROM range(100)`,
};

/** A lake of a few connections on disk, shown as queries see it, and how many snapshots of it are held. */
export async function someTables({ columns, select } = uploads) {
  const folder = await mkdtemp(join(tmpdir(), 'weir-queries-'));
  const engine = await Engine.open({ memoryMb: 200, threads: 1, spillDirectory: join(folder, 'spill') });
  const directory = join(folder, 'segments');
  const lake = await Lake.create(engine, directory);
  await lake.append(deviceNetworkEvents, select, columns);
  // Rollups are reckoned from the tables, which must be there first.
  const views = await engine.rows<{ sql: string }>(
    `SELECT sql FROM duckdb_views() WHERE NOT internal ORDER BY view_name IN (${rollups.map(({ name }) => sqlText(name)).join(', ')}), view_name`,
  );
  engine.close();
  let held = 0;
  const snapshot = (): Tables => {
    held += 1;
    return {
      seq: 7n,
      show: async (to) => {
        for (const { sql } of views) await to.run(sql.replace('CREATE VIEW', 'CREATE OR REPLACE VIEW'));
      },
      release: () => {
        held -= 1;
      },
    };
  };
  const spillDirectory = join(folder, 'work');
  await mkdir(spillDirectory);
  return {
    folder,
    directory,
    spillDirectory,
    snapshot,
    held: () => held,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
