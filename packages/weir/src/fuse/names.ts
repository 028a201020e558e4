import type { Engine } from '../engine/engine.ts';
import { gatherAnswers, nameByAnswer } from './answers.ts';
import { rankedName, saidInside } from './flowNames.ts';
import { resolvedSite } from './holdings.ts';
import { day, second } from './ticks.ts';

/** The best name of each row: `fuse_name(row, host, source)`, in order of trust.
 *
 *  1. endpoint: the host of the endpoint's own RemoteUrl.
 *  2. tls, quic, http, proxy: what was said inside the connection, joined by the sensor's own flow id, or by addresses,
 *     ports and time where an endpoint looked into it (Defender's …Inspected rows). Certain.
 *  3. dns: the answer that this client last got for the address (`answers.ts`). Shared addresses make it less sure.
 *
 *  Two things turn the endpoint's name last among the certain ones. Through a forward proxy its remote side is the proxy,
 *  and its URL may be the proxy's own name, while what is said inside names the real host (`fuse_proxy`). And an event
 *  that only stands for a flow tells of another connection to the same address, which may have gone to another host. */
export async function gatherNames(engine: Engine): Promise<void> {
  await gatherInsideNames(engine);
  await gatherAnswers(engine);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_name AS
     WITH told AS (
       SELECT r.row, nullif(e.host, '') AS endpoint, n.name.host AS inside, n.name.kind AS kind,
         NOT r.own OR p.port IS NOT NULL AS last
       FROM fuse_row r
       LEFT JOIN fuse_event e ON e.event = r.event
       LEFT JOIN fuse_inside_name n ON n.row = r.row
       LEFT JOIN fuse_proxy p ON p.address = e.remoteAddress AND p.port = e.remotePort
       WHERE e.host <> '' OR n.row IS NOT NULL)
     SELECT row, CASE WHEN last THEN coalesce(inside, endpoint) ELSE coalesce(endpoint, inside) END AS host,
       CASE WHEN endpoint IS NULL OR (last AND inside IS NOT NULL) THEN kind ELSE 'endpoint' END AS source
     FROM told`,
  );
  await nameByAnswer(engine);
  for (const spent of ['inside_name', 'lived']) await engine.run(`DROP VIEW fuse_${spent}`);
  for (const spent of ['flow_name', 'looked']) await engine.run(`DROP TABLE fuse_${spent}`);
}

/** `fuse_inside_name(row, name)`: what was said inside a row's connection: the most trusted kind, then the first said. */
async function gatherInsideNames(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_look AS
     SELECT l.address AS clientAddress, n."ClientPort" AS clientPort, r.address AS serverAddress, n."ServerPort" AS serverPort,
       ${resolvedSite('n."Site"')} AS site, n."Timestamp" - coalesce(o.ticks, 0) AS t, n."Host" AS host, n."Kind" AS kind
     FROM (FROM "ObservedNames" WHERE "FlowId" = '' AND ${saidInside}) n
     JOIN fuse_address l ON l.text = n."ClientIP" JOIN fuse_address r ON r.text = n."ServerIP"
     LEFT JOIN fuse_device d ON d.key = lower(n."DeviceName")
     LEFT JOIN fuse_offset o ON o.device = d.device AND o.day = n."Timestamp" // ${day}`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_lived AS
     SELECT r.row, coalesce(f.site, ${resolvedSite('e.site')}) AS site,
       coalesce(f.localAddress, e.localAddress) AS localAddress, coalesce(f.localPort, e.localPort) AS localPort,
       coalesce(f.remoteAddress, e.remoteAddress) AS remoteAddress, coalesce(f.remotePort, e.remotePort) AS remotePort,
       coalesce(f.starts, e.t) AS begins, greatest(f.starts, f.ends, e.t) AS ends
     FROM fuse_row r LEFT JOIN fuse_flow f ON f.flow = r.flow LEFT JOIN fuse_event e ON e.event = r.event
     WHERE e.kind IS NULL OR e.kind <> 'listening'`,
  );
  // Of rows with one key and moment a flow's has the name: ASOF takes any of several equals.
  const looks = ['client', 'server'].map((local) => {
    const remote = local === 'client' ? 'server' : 'client';
    const key = `n.site = r.site AND n.${local}Address = r.localAddress AND n.${local}Port = r.localPort
      AND n.${remote}Address = r.remoteAddress AND n.${remote}Port = r.remotePort`;
    return `SELECT r.row, ${rankedName({ said: 'n.t', host: 'n.host', kind: 'n.kind' })} AS name
      FROM fuse_look n ASOF JOIN (
        SELECT max(row) AS row, max(ends) AS ends, * EXCLUDE (row, ends) FROM fuse_lived r SEMI JOIN fuse_look n ON ${key}
        GROUP BY ALL) r ON ${key} AND n.t >= r.begins - ${5 * second}
      WHERE n.t <= r.ends + ${30 * second}`;
  });
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_looked AS
     SELECT row, min(name) AS name FROM (${looks.join(' UNION ALL ')}) GROUP BY row`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_inside_name AS
     SELECT flow AS row, least(f.name, l.name) AS name FROM fuse_flow_name f LEFT JOIN fuse_looked l ON l.row = f.flow
     UNION ALL FROM fuse_looked l ANTI JOIN fuse_flow_name f ON f.flow = l.row`,
  );
  await engine.run('DROP TABLE fuse_look');
}
