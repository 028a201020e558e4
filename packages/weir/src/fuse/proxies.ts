import type { Engine } from '../engine/engine.ts';
import { islands } from './islands.ts';
import { packedEnd } from './keys.ts';
import { dropSpent } from './spent.ts';
import { second } from './ticks.ts';

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

/** `fuse_outer(row)`: flows that a proxy opened on behalf of a client whose own connection to it, or whose record in the
 *  proxy's log, is a row as well: the proxy's flow goes to the host that the client named, and begins while the client's
 *  lasts (2 s for jitter). What passes through is on the wire twice; such a row is marked, so that it need not be counted
 *  twice. It is marked only where the client's row knows what was sent. Where that does not (most proxies log no size of
 *  uploads), and one flow of the proxy and one of a client went to the host at the time, the client's row takes the bytes
 *  of the proxy's. */
export async function findOuterLegs(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_outer ("row" INTEGER)');
  const [some] = await engine.rows('FROM fuse_proxy LIMIT 1');
  if (!some) return;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_asked AS
     SELECT f.flow, f.site, f.remoteAddress AS proxy, n.host, f.starts, greatest(f.ends, f.starts) AS ends, coalesce(f.sent, b.sent) AS sent
     FROM fuse_flow f JOIN fuse_name n ON n.row = f.flow LEFT JOIN fuse_body b ON b.row = f.flow
     WHERE n.source IN ('tls', 'http', 'proxy') AND ${isProxied('f')}
     UNION ALL
     SELECT f.flow, f.site, p.address, r.host, f.starts, greatest(f.ends, f.starts), f.sent
     FROM (FROM fuse_record WHERE NOT denied) r JOIN fuse_flow f ON f.flow = r.flow CROSS JOIN (SELECT DISTINCT address FROM fuse_proxy) p`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_leg AS
     SELECT f.flow, f.site, f.localAddress AS proxy, n.host, f.starts, greatest(f.ends, f.starts) AS ends
     FROM (FROM fuse_row WHERE flow IS NOT NULL) r JOIN fuse_flow f ON f.flow = r.flow JOIN fuse_name n ON n.row = r.row
     WHERE f.localAddress IN (SELECT address FROM fuse_proxy) AND NOT f.inbound`,
  );
  await engine.run(
    `INSERT INTO fuse_outer
     WITH busy AS (
       SELECT site, proxy, host, starts - ${2 * second} AS starts,
         max(ends) OVER (PARTITION BY site, proxy, host ORDER BY starts) + ${2 * second} AS ends
       FROM (SELECT site, proxy, host, starts, max(ends) AS ends FROM fuse_asked WHERE sent IS NOT NULL GROUP BY ALL))
     SELECT o.flow
     FROM fuse_leg o ASOF JOIN busy b ON b.site = o.site AND b.proxy = o.proxy AND b.host = o.host AND o.starts >= b.starts
     WHERE o.starts <= b.ends`,
  );
  await lendBytes(engine);
  await dropSpent(engine, 'asked', 'leg');
}

/** Gives rows of clients that do not know what was sent the bytes of the one proxy's flow that there is at the time. */
async function lendBytes(engine: Engine): Promise<void> {
  const both = `SELECT flow, site, proxy, host, starts, ends, true AS asked FROM fuse_asked
    UNION ALL SELECT flow, site, proxy, host, starts, ends, false FROM fuse_leg`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_lent AS
     WITH pair AS (
       SELECT max(flow) FILTER (asked) AS flow, max(flow) FILTER (NOT asked) AS leg
       FROM (${islands(both, ['site', 'proxy', 'host'], 2 * second)})
       GROUP BY site, proxy, host, island HAVING count(*) = 2 AND count(*) FILTER (asked) = 1)
     SELECT p.flow, l.flow AS leg, i."EventId", l.flowId, l.sensor, l.site, l.source, l.sent, l.received
     FROM pair p JOIN fuse_flow f ON f.flow = p.flow JOIN fuse_flow l ON l.flow = p.leg JOIN fuse_flow_id i ON i.flow = l.flow
     WHERE f.sent IS NULL AND l.sent IS NOT NULL
     QUALIFY count(*) OVER (PARTITION BY p.flow) = 1`,
  );
  await engine.run('INSERT INTO fuse_outer SELECT leg FROM fuse_lent');
  await engine.run(
    `INSERT INTO fuse_member
     SELECT flow, leg, true, "EventId", flowId, sensor, site, source, sent, received FROM fuse_lent
     UNION ALL
     SELECT flow, flow, true, i."EventId", f.flowId, f.sensor, f.site, f.source, f.sent, f.received
     FROM fuse_lent JOIN fuse_flow f USING (flow) JOIN fuse_flow_id i USING (flow) WHERE f.received IS NOT NULL`,
  );
  await engine.run(
    `UPDATE fuse_flow SET sent = l.sent, received = coalesce(l.received, fuse_flow.received), source = l.source
     FROM fuse_lent l WHERE l.flow = fuse_flow.flow`,
  );
  await engine.run('DROP TABLE fuse_lent');
}
