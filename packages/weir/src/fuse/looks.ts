import type { Engine } from '../engine/engine.ts';
import { resolvedSite } from './holdings.ts';
import { dropSpent } from './spent.ts';
import { hour } from './ticks.ts';

/** `fuse_only_look(event)`: looks into a connection that this side opened (Defender's Ssl- and HttpConnectionInspected with
 *  a name), which nothing else tells: they stand for it. An endpoint tells no connection that is like one it has told, but
 *  looks into it all the same; who reads the connections alone would see none there.
 *
 *  A connection that another row tells, of an event or a flow, is that row's: one from the device or its address to the same
 *  remote address and port, within an hour, which is as long as an event stands for repeats (`standing.ts`); what failed
 *  tells nothing of one that did not. Of several looks with equal ends within an hour the first stands, by id where they are of
 *  one moment. */
export async function findOnlyLooks(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_only_look (event INTEGER)');
  const [some] = await engine.rows(`FROM fuse_event WHERE kind = 'inspected' LIMIT 1`);
  if (!some) return;
  const told = (name: string) => `json_extract_string("AdditionalFields", '$.${name}')`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_look_out AS
     SELECT e.event, e.device, ${resolvedSite('e.site')} AS site, e.localAddress, e.localPort, e.remoteAddress, e.remotePort, e.t
     FROM fuse_event e
     JOIN (SELECT place FROM fuse_endpoint_rows
           WHERE "ActionType" IN ('SslConnectionInspected', 'HttpConnectionInspected') AND lower(${told('direction')}) = 'out'
             AND coalesce(nullif(${told('server_name')}, ''), ${told('host')}, '') NOT IN ('', '-')) l ON l.place = e.place
     WHERE e.localAddress IS NOT NULL AND e.localPort IS NOT NULL AND e.remoteAddress IS NOT NULL AND e.remotePort IS NOT NULL
       AND e.t IS NOT NULL`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_told_there AS
     SELECT coalesce(f.site, ${resolvedSite('e.site')}) AS site, coalesce(f.localAddress, e.localAddress) AS localAddress, e.device,
       coalesce(f.remoteAddress, e.remoteAddress) AS remoteAddress, coalesce(f.remotePort, e.remotePort) AS remotePort,
       coalesce(f.starts, e.t) AS begins, greatest(f.starts, f.ends, e.t) AS ends
     FROM fuse_row r LEFT JOIN fuse_flow f ON f.flow = r.flow LEFT JOIN fuse_event e ON e.event = r.event
     SEMI JOIN (SELECT DISTINCT remoteAddress, remotePort FROM fuse_look_out) l
       ON l.remoteAddress = coalesce(f.remoteAddress, e.remoteAddress) AND l.remotePort = coalesce(f.remotePort, e.remotePort)
     WHERE (e.kind IS NULL OR e.kind NOT IN ('inspected', 'listening'))
       AND coalesce(f.class <> 'failed', e.told <> 'failed') AND coalesce(f.starts, e.t) IS NOT NULL`,
  );
  const there = (who: readonly string[]) => {
    const key = [...who, 'remoteAddress', 'remotePort'];
    return `SELECT l.event FROM fuse_look_out l ASOF JOIN (
        SELECT ${key.join(', ')}, begins, max(ends) OVER (PARTITION BY ${key.join(', ')} ORDER BY begins) AS ends
        FROM (SELECT ${key.join(', ')}, begins, max(ends) AS ends FROM fuse_told_there GROUP BY ALL)) o
      ON ${key.map((column) => `o.${column} = l.${column}`).join(' AND ')} AND l.t >= o.begins - ${hour}
      WHERE l.t <= o.ends + ${hour}`;
  };
  await engine.run(
    `INSERT INTO fuse_only_look
     WITH first AS (
       SELECT event FROM fuse_look_out
       QUALIFY coalesce(t - lag(t) OVER (
         PARTITION BY site, localAddress, localPort, remoteAddress, remotePort ORDER BY t, event) > ${hour}, true))
     FROM first WHERE event NOT IN (${there(['site', 'localAddress'])} UNION ALL ${there(['device'])})`,
  );
  await dropSpent(engine, 'look_out', 'told_there');
}
