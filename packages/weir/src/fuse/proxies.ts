import type { Engine } from '../engine/engine.ts';
import { packedEnd } from './keys.ts';

/** Who says where forward proxies listen, each a SELECT of addresses in any spelling and ports. */
const proxiesTold: readonly string[] = [
  // Where somebody's CONNECT was seen.
  `SELECT "ServerIP" AS text, "ServerPort" AS port FROM "ObservedNames"
   WHERE "Kind" = 'proxy' AND "ServerIP" <> '' AND "ServerPort" IS NOT NULL`,
  'SELECT text, port FROM fuse_beyond_proxies',
];

/** `fuse_proxy(address, port)`: where forward proxies listen, as the logs tell or the inventory. */
export async function gatherProxies(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_proxy AS
     SELECT a.address, p.port FROM (${proxiesTold.join(' UNION ALL ')}) p JOIN fuse_address a ON a.text = p.text
     UNION SELECT a.address, p.port FROM fuse_inventory_proxy p JOIN fuse_address a ON a.canonical = p.address`,
  );
}

/** SQL: whether a row's remote side is a proxy. */
export function isProxied(row: string): string {
  return `(${packedEnd(`${row}.remoteAddress`, `${row}.remotePort`)} IN (SELECT ${packedEnd('address', 'port')} FROM fuse_proxy)) IS TRUE`;
}
