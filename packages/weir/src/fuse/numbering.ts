import type { Engine } from '../engine/engine.ts';

/** Makes the temporary table `target` of the rows of `raw`, which it drops, with a number `id` in front: dense, in the
 *  order of EventId, and so a function of the set of rows. Only the ids are sorted, never the rows. */
export async function numberRows(engine: Engine, raw: string, target: string, id: string): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_place_in_order AS
     SELECT rowid AS place, row_number() OVER (ORDER BY "EventId")::INTEGER AS ${id} FROM ${raw}`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${target} AS
     SELECT o.${id}, r.* FROM ${raw} r JOIN fuse_place_in_order o ON o.place = r.rowid`,
  );
  for (const spent of [raw, 'fuse_place_in_order']) await engine.run(`DROP TABLE ${spent}`);
}
