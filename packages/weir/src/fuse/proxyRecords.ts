import type { Engine } from '../engine/engine.ts';
import { gatherFlowNames } from './flowNames.ts';
import { islands } from './islands.ts';
import { joinMembers } from './members.ts';
import { isProxied } from './proxies.ts';
import { mutual } from './sensors.ts';
import { dropSpent } from './spent.ts';
import { second } from './ticks.ts';

/** `fuse_proxy_record(flow, host, denied)`: the flows that are a proxy's own record of what a client asked of it. It knows the
 *  client and the host, perhaps the address that it reached the host at; seldom its own address, and the client's port
 *  only if told to log it. */
export async function gatherProxyRecords(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_proxy_record AS
     SELECT f.flow, min(n."Host") AS host, any_value(f.class = 'failed') AS denied
     FROM "ObservedNames" n JOIN fuse_flow f ON f.flowId = n."FlowId" AND f.sensor = n."Sensor" AND f.site = n."Site"
     WHERE n."Kind" = 'proxy' AND n."Host" <> '' AND n."FlowId" <> '' AND NOT ${isProxied('f')}
     GROUP BY f.flow`,
  );
}

/** Puts a proxy's records into the flow that a sensor saw between the client and the proxy, so that one row has the
 *  sensor's bytes and the record's host and account. They agree in site, protocol and client address, were alive at the
 *  same time (5 s for the clocks), and
 *
 *  - in the client's port, where the record has it: the flow says nothing of another host, and of several records in one
 *    connection all name one host; or
 *  - in the host, where it has not, and the flow goes to a proxy, or to the very address that the record names.
 *
 *  Several connections of a client to one host at a time cannot be told apart without its port. Then each record goes to
 *  the nearest of them and its bytes to none, if the sensor counted: what passed has been counted. `fuse_denied(flow)`:
 *  flows of which the proxy says that it let nothing pass. */
export async function joinProxyRecords(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_denied AS SELECT flow FROM fuse_proxy_record WHERE denied');
  const [some] = await engine.rows('FROM fuse_proxy_record LIMIT 1');
  if (!some) return;
  const port = `'port ' || f.localPort`;
  const own = (where: string, ...columns: string[]) =>
    `SELECT f.flow, f.site, f.protocol, f.localAddress, f.remoteAddress, f.remotePort, f.starts, greatest(f.ends, f.starts) AS ends,
       f.sent, ${columns.join(', ')} ${where}`;
  const records = `FROM fuse_proxy_record r JOIN fuse_flow f ON f.flow = r.flow WHERE f.starts IS NOT NULL`;
  const wire = `FROM (FROM fuse_flow WHERE localAddress IN (SELECT localAddress FROM fuse_proxy_record JOIN fuse_flow USING (flow))) f
    LEFT JOIN fuse_flow_name n ON n.flow = f.flow
    WHERE NOT f.inbound AND f.starts IS NOT NULL AND f.remoteAddress IS NOT NULL AND f.localPort IS NOT NULL
      AND f.flow NOT IN (SELECT flow FROM fuse_proxy_record)`;
  const proxied = `${isProxied('f')} AS proxied`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_beside AS
     ${islands(
       [
         own(records, 'r.host', `coalesce(${port}, r.host) AS meet`, 'false AS proxied', '2 AS rank'),
         own(wire, 'n.name.host AS host', `${port} AS meet`, proxied, '1 AS rank'),
         own(`${wire} AND n.flow IS NOT NULL`, 'n.name.host AS host', 'n.name.host AS meet', proxied, '1 AS rank'),
       ].join(' UNION ALL '),
       key,
       5 * second,
     )}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_same AS
     WITH pair AS (
       SELECT l.flow, w.flow AS home, w.rank, l.rank AS ownRank, w.sent, l.host, coalesce(w.host, l.host) AS there,
         greatest(l.starts - w.ends, w.starts - l.ends, 0) AS gap, abs(l.starts - w.starts) AS distance
       FROM fuse_beside l JOIN fuse_beside w ON ${[...key, 'island'].map((column) => `l.${column} = w.${column}`).join(' AND ')}
       WHERE l.rank > w.rank AND gap <= ${5 * second}
         AND (w.proxied OR (l.remoteAddress = w.remoteAddress AND coalesce(l.remotePort = w.remotePort, true))
           OR (starts_with(l.meet, 'port ') AND coalesce(w.host = l.host, true)))),
     ${mutual},
     nearest AS (
       FROM kept QUALIFY row_number() OVER (PARTITION BY flow ORDER BY gap, distance, home) = 1),
     single AS (
       SELECT home FROM nearest GROUP BY home
       HAVING min(host) = max(host) AND min(there) = max(there) AND min(host) = min(there))
     SELECT flow, home, false AS turned, whole, false AS twin FROM nearest SEMI JOIN single USING (home)
     WHERE whole OR sent IS NOT NULL`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_denied AS
     SELECT s.home AS flow FROM fuse_same s JOIN fuse_proxy_record r USING (flow) GROUP BY ALL HAVING bool_and(r.denied)
     UNION ALL FROM fuse_denied ANTI JOIN fuse_same USING (flow)`,
  );
  await engine.run(
    'CREATE OR REPLACE TABLE fusion.fuse_proxy_record AS FROM fuse_proxy_record ANTI JOIN fuse_same USING (flow)',
  );
  await joinMembers(engine);
  await gatherFlowNames(engine);
  await dropSpent(engine, 'beside', 'same');
}

const key = ['site', 'protocol', 'localAddress', 'meet'];

/** What a proxy refused left nobody, whatever passed between the client and it. Events speak of that connection alone, so
 *  that they are matched before. */
export async function settleDenied(engine: Engine): Promise<void> {
  await engine.run(
    `UPDATE fuse_flow SET sent = NULL, received = NULL, source = '', outcome = 'failed', class = 'failed'
     WHERE flow IN (SELECT flow FROM fuse_denied)`,
  );
}
