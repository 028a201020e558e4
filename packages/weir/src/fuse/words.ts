import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import type { Inventory } from '../model/inventory.ts';
import { protocolFamily } from './keys.ts';

/** Makes the type `fuse_word`: the sites, protocols and outcomes of the rows to fuse, which are few. Carried as
 *  numbers they take a byte or two a row and are compared as such, in whichever table. In the order of the words, so that
 *  the least of several is the least text. */
export async function gatherWords(
  engine: Engine,
  endpointRows: string,
  flowRows: string,
  inventory: Inventory | undefined,
): Promise<void> {
  const columns = [
    ...[endpointRows, flowRows].flatMap((rows) => [
      `SELECT DISTINCT "Site" AS word FROM ${rows}`,
      `SELECT ${protocolFamily('"Protocol"')} FROM (SELECT DISTINCT "Protocol" FROM ${rows})`,
    ]),
    `SELECT DISTINCT "Outcome" FROM ${flowRows}`,
    'SELECT "Site" FROM fuse_beyond_meetings',
    'SELECT "Site" FROM fuse_beyond_holders',
    `SELECT ${protocolFamily('"Protocol"')} FROM fuse_beyond_meetings`,
  ];
  // What fusion itself gives a flow later.
  const own = ['', 'established', 'failed', 'unknown', ...(inventory?.sites ?? []).map(({ name }) => name)];
  await engine.run(
    `CREATE OR REPLACE TYPE fusion.fuse_word AS ENUM (
       SELECT DISTINCT word FROM (${columns.join(' UNION ALL ')} UNION ALL VALUES ${own.map((word) => `(${sqlText(word)})`).join(', ')})
       ORDER BY word)`,
  );
}
