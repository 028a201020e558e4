import type { Engine } from '../engine/engine.ts';
import { deviceKey } from './devices.ts';
import { day, hour } from './ticks.ts';

/** Who held an address: `fuse_holding(site, address, from, until, device)`, disjoint spans on the sensors' clock.
 *
 *  A device holds the local address of each of its connections and listening sockets, from that event until another
 *  device shows the same address in the same site, or until it has not shown it itself for a day (`silence`). Where
 *  nobody held it before, the holder is believed for an hour before its event. Loopback, unspecified and group addresses are nobody's. …Inspected rows say nothing, because their sides may
 *  be swapped. Endpoints that name no site are taken to be in the sensors' only one (`fuse_only_site`, null where
 *  sensors saw several): there such an endpoint's address is not resolved, since the same address may be two machines. */
export async function traceAddresses(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_only_site AS
     SELECT CASE WHEN count(DISTINCT site) = 1 THEN min(site) END AS site, count(DISTINCT site) AS sites
     FROM (SELECT site FROM fuse_flow UNION ALL SELECT "Site"::fuse_word FROM fuse_beyond_meetings WHERE NOT event)`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_holding AS
     WITH seen AS (
       SELECT ${resolvedSite('e.site')} AS site, e.localAddress AS address, e.t, e.device
       FROM fuse_event e
       WHERE e.kind <> 'inspected' AND e.device IS NOT NULL AND e.t IS NOT NULL
         AND e.localAddress IN (SELECT address FROM fuse_address WHERE type IN ('Public', 'Private'))
       UNION ALL
       SELECT ${resolvedSite('h."Site"::fuse_word')}, a.address, h.t - coalesce(o.ticks, 0), d.device
       FROM fuse_beyond_holders h JOIN fuse_address a ON a.text = h."LocalIP" AND a.type IN ('Public', 'Private')
       JOIN fuse_device_key d ON d.key = ${deviceKey('h.')}
       LEFT JOIN fuse_offset o ON o.device = d.device AND o.day = h.t // ${day}),
     holder AS (SELECT site, address, min(device) AS device, max(device) AS other FROM seen GROUP BY site, address),
     shown AS (
       -- Of an address that one device has only its silences count, and none lies between two times of one such span.
       SELECT site, address, device, unnest([min(t), max(t)]) AS t
       FROM seen SEMI JOIN (FROM holder WHERE device = other) USING (site, address)
       GROUP BY site, address, device, t // ${silence}
       UNION ALL
       SELECT site, address, min(device), t FROM seen SEMI JOIN (FROM holder WHERE device <> other) USING (site, address)
       GROUP BY site, address, t),
     told AS (
       SELECT *, lag(device) OVER story AS before, lag(t) OVER story AS last, max(t) OVER (PARTITION BY site, address) AS latest
       FROM shown WINDOW story AS (PARTITION BY site, address ORDER BY t)),
     begun AS (FROM told WHERE before IS DISTINCT FROM device OR t - last > ${silence})
     SELECT site, address, device,
       CASE WHEN before IS NULL THEN t - ${hour} WHEN t - last > ${silence} THEN greatest(t - ${hour}, last + ${silence}) ELSE t END AS "from",
       least(lead(t) OVER story, coalesce(lead(last) OVER story, latest) + ${silence}) AS until
     FROM begun WINDOW story AS (PARTITION BY site, address ORDER BY t)`,
  );
}

/** How long a device that does not show an address still holds it: a machine is off overnight, or its sensor tells less than
 *  all. One that is gone for longer, home with its address, say, has left it to another, of which no endpoint may tell. */
export const silence = day;

/** SQL over an endpoint row: whether it shows that its device has its local address. */
export const shows = `"LocalIP" <> '' AND "Timestamp" IS NOT NULL AND ${deviceKey('')} <> '' AND "ActionType" NOT ILIKE '%Inspected'`;

/** SQL for the site of a row that may name none: then the sensors' only one, if there is one. */
export function resolvedSite(site: string): string {
  return `CASE WHEN ${site} = '' THEN coalesce((SELECT site FROM fuse_only_site), '') ELSE ${site} END`;
}

/** `fuse_flow_device(flow, device)`: whose local address a flow has, where it is known. */
export async function findFlowDevices(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_flow_device AS
     WITH passed AS (SELECT site, address FROM fuse_holding GROUP BY ALL HAVING count(*) > 1)
     SELECT f.flow, h.device
     FROM fuse_flow f JOIN (FROM fuse_holding ANTI JOIN passed USING (site, address)) h
       ON h.site = f.site AND h.address = f.localAddress AND f.starts >= h."from" AND f.starts < h.until
     UNION ALL
     SELECT f.flow, h.device
     FROM (FROM fuse_flow f SEMI JOIN passed p ON p.site = f.site AND p.address = f.localAddress) f ASOF JOIN fuse_holding h
       ON h.site = f.site AND h.address = f.localAddress AND f.starts >= h."from"
     WHERE f.starts < h.until`,
  );
  await engine.run('DROP TABLE fuse_holding');
}
