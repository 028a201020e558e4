import type { Engine } from '../engine/engine.ts';
import { packedEnd } from './keys.ts';

/** SQL over a name: whether it tells where a forward proxy listens: a proxy's own record does, and what saw somebody's CONNECT.
 *  Lakes of before hold rows of firewalls' and normal forms' sessions that have the destination in the place of a proxy. These
 *  are known by their FlowId, a number with the client's end (`7@10.0.0.5:50000`) or a bare hash (`session/mapping.ts`):
 *  a proxy's record has its format in front of one, and what sensors see has their own ids. */
export const tellsProxy = `"Kind" = 'proxy' AND "ServerIP" <> '' AND "ServerPort" IS NOT NULL
  AND NOT contains("FlowId", '@') AND NOT regexp_full_match("FlowId", '[0-9a-f]{32}')`;

/** Who says where forward proxies listen, each a SELECT of addresses in any spelling and ports. */
const proxiesTold: readonly string[] = [
  `SELECT "ServerIP" AS text, "ServerPort" AS port FROM "ObservedNames" WHERE ${tellsProxy}`,
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
