import type { Engine } from '../engine/engine.ts';
import { second } from './ticks.ts';

/** Who says where forward proxies listen, each a SELECT of addresses as text and ports. */
const proxiesTold: readonly string[] = [
  // Where somebody's CONNECT was seen.
  `SELECT "ServerIP" AS text, "ServerPort" AS port FROM "ObservedNames"
   WHERE "Kind" = 'proxy' AND "ServerIP" <> '' AND "ServerPort" IS NOT NULL`,
];

/** `fuse_proxy(address, port)`: where forward proxies listen. */
export async function gatherProxies(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_proxy AS
     SELECT DISTINCT a.address, p.port
     FROM (${proxiesTold.join(' UNION ALL ')}) p JOIN fuse_address a ON a.text = p.text`,
  );
}

/** SQL: whether a row's remote side is a proxy. */
export function isProxied(row: string): string {
  return `((${row}.remoteAddress, ${row}.remotePort) IN (SELECT (address, port) FROM fuse_proxy)) IS TRUE`;
}

/** `fuse_outer(row)`: flows that a proxy opened on behalf of a client whose own connection to it is a row as well: the
 *  proxy's flow goes to the host that the client named, and begins while the client's lasts (2 s for jitter). What passes
 *  through is on the wire twice; such a row is marked, so that it need not be counted twice. */
export async function findOuterLegs(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_outer AS
     WITH asked AS (
       SELECT f.site, f.remoteAddress AS proxy, n.host, f.starts, max(greatest(f.ends, f.starts)) AS ends
       FROM fuse_flow f JOIN fuse_proxy p ON p.address = f.remoteAddress AND p.port = f.remotePort
       JOIN fuse_name n ON n.row = f.flow
       WHERE n.source IN ('tls', 'http', 'proxy')
       GROUP BY ALL),
     busy AS (
       SELECT site, proxy, host, starts - ${2 * second} AS starts,
         max(ends) OVER (PARTITION BY site, proxy, host ORDER BY starts) + ${2 * second} AS ends
       FROM asked),
     outgoing AS (
       SELECT r.row, f.site, f.localAddress, f.starts, n.host
       FROM (FROM fuse_row WHERE flow IS NOT NULL) r JOIN fuse_flow f ON f.flow = r.flow JOIN fuse_name n ON n.row = r.row
       WHERE f.localAddress IN (SELECT address FROM fuse_proxy) AND NOT f.inbound)
     SELECT o.row
     FROM outgoing o ASOF JOIN busy b
       ON b.site = o.site AND b.proxy = o.localAddress AND b.host = o.host AND o.starts >= b.starts
     WHERE o.starts <= b.ends`,
  );
}
