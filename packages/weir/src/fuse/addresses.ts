import type { Engine } from '../engine/engine.ts';
import { type AddressFacts, addressFacts } from './addressType.ts';
import { mapDistinct } from './distinct.ts';

/** `fuse_address(text, canonical, type, address)`: every spelling of an address in the intake, with a small number for
 *  the address itself, so that matching compares numbers and `::ffff:1.2.3.4` meets `1.2.3.4`. */
export async function gatherAddresses(engine: Engine, endpointRows: string, flowRows: string): Promise<void> {
  const distinct = `
    SELECT DISTINCT value FROM (
      SELECT "LocalIP" AS value FROM ${endpointRows} UNION ALL SELECT "RemoteIP" FROM ${endpointRows}
      UNION ALL SELECT "LocalIP" FROM ${flowRows} UNION ALL SELECT "RemoteIP" FROM ${flowRows}
      UNION ALL SELECT "RemoteIP" FROM fuse_came_finished
      UNION ALL SELECT "ClientIP" FROM "ObservedNames" UNION ALL SELECT "ServerIP" FROM "ObservedNames"
      UNION ALL SELECT "ClientIP" FROM "ObservedBodies" UNION ALL SELECT "ServerIP" FROM "ObservedBodies")
    WHERE value NOT IN ('', '-')`;
  await mapDistinct<AddressFacts & { text: string }>(
    engine,
    'fuse_address_spelling',
    { text: 'VARCHAR', canonical: 'VARCHAR', type: 'VARCHAR' },
    distinct,
    (text) => ({ text, ...addressFacts(text) }),
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_address AS
     SELECT *, dense_rank() OVER (ORDER BY canonical)::INTEGER AS address FROM fuse_address_spelling`,
  );
  await engine.run('DROP TABLE fuse_address_spelling');
}
