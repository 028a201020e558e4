import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../engine/engine.ts';
import { writeInventory } from '../inventory/table.ts';
import { Lake } from '../lake/lake.ts';
import type { homePaths } from '../live/home.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Inventory } from '../model/inventory.ts';
import { inventoryTable } from '../tables/index.ts';
import type { ServiceOptions } from './options.ts';
import { memoryOf } from './shares.ts';

/** Keeps the table `Inventory` what the inventory says of the devices and hosts that the lake has by now: its rows are written
 *  anew where they differ. */
export function inventoryKeeper(
  options: ServiceOptions,
  parts: {
    readonly paths: ReturnType<typeof homePaths>;
    readonly lake: LiveLake;
    readonly inventory: Inventory;
    /** Ends a round under way. */
    readonly signal: AbortSignal;
  },
): () => Promise<boolean> {
  const { paths, lake, inventory, signal } = parts;
  let seen: bigint | undefined;
  let round = 0;
  return async () => {
    if (seen === lake.seq) return false;
    round += 1;
    const engine = await Engine.open(memoryOf(options, 'inventory', join(paths.work, 'inventory-spill')));
    const stop = () => engine.stop();
    signal.addEventListener('abort', stop);
    const folder = join(paths.work, `inventory-${round}`);
    const snapshot = lake.snapshot();
    try {
      const scratch = await Lake.create(engine, folder);
      await snapshot.show(engine);
      await writeInventory(scratch, inventory);
      const columns = inventoryTable.stored.map(({ name }) => `"${name}"`).join(', ');
      const was = `SELECT ${columns} FROM (${snapshot.rows(inventoryTable)})`;
      // Where nothing was written, the view still shows what was.
      const is = scratch.count(inventoryTable) > 0 ? `SELECT ${columns} FROM "Inventory"` : `${was} LIMIT 0`;
      const [difference] = await engine.rows(
        `((${was}) EXCEPT ALL (${is})) UNION ALL ((${is}) EXCEPT ALL (${was})) LIMIT 1`,
      );
      if (difference !== undefined)
        await lake.commit({
          from: scratch,
          replaced: new Map([[inventoryTable, `SELECT segment, "row" FROM (${snapshot.placed(inventoryTable)})`]]),
        });
      seen = lake.seq;
    } finally {
      snapshot.release();
      signal.removeEventListener('abort', stop);
      engine.close();
      await rm(folder, { recursive: true, force: true });
    }
    return false;
  };
}
