import type { Engine } from '../engine/engine.ts';
import { resolvedSite } from './holdings.ts';
import { day, minute, second } from './ticks.ts';

/** DNS answers by who got them: `fuse_answer(site, client, server, t, until, host)`, `server` being the address that was
 *  answered, `until` when the client should have asked again. Of several answers at one moment the first name by
 *  alphabet. */
export async function gatherAnswers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_answer AS
     SELECT site, client, server, t, min({ host: host, until: t + coalesce(ttl, 0) * ${second} + ${grace} }) AS told
     FROM (
       SELECT ${resolvedSite('n."Site"')} AS site, l.address AS client, r.address AS server,
         n."Timestamp" - coalesce(o.ticks, 0) AS t, n."Host" AS host, least(n."TtlSeconds", ${longest}) AS ttl
       FROM (FROM "ObservedNames" WHERE "Kind" = 'dns' AND "Host" <> '') n
       JOIN fuse_address l ON l.text = n."ClientIP" JOIN fuse_address r ON r.text = n."ServerIP"
       LEFT JOIN fuse_device d ON d.key = lower(n."DeviceName")
       LEFT JOIN fuse_offset o ON o.device = d.device AND o.day = n."Timestamp" // ${day})
     WHERE t IS NOT NULL
     GROUP BY ALL`,
  );
}

/** Adds to `fuse_name` the rows that nothing better named: by the answer that the row's client last got for the remote
 *  address before the connection began (2 s for jitter), if it still held or had only just run out. */
export async function nameByAnswer(engine: Engine): Promise<void> {
  await engine.run(
    `INSERT INTO fuse_name
     WITH nameless AS (
       SELECT r.row, coalesce(f.site, ${resolvedSite('e.site')}) AS site,
         CASE WHEN r.swapped THEN f.remoteAddress ELSE coalesce(f.localAddress, e.localAddress) END AS client,
         CASE WHEN r.swapped THEN f.localAddress ELSE coalesce(f.remoteAddress, e.remoteAddress) END AS server,
         coalesce(f.starts, e.t) AS begins, begins + ${2 * second} AS asked
       FROM (FROM fuse_row ANTI JOIN fuse_name USING (row)) r
       LEFT JOIN fuse_flow f ON f.flow = r.flow LEFT JOIN fuse_event e ON e.event = r.event)
     SELECT n.row, a.told.host, 'dns'
     FROM nameless n ASOF JOIN fuse_answer a
       ON a.site = n.site AND a.client = n.client AND a.server = n.server AND n.asked >= a.t
     WHERE n.begins <= a.told.until`,
  );
  await engine.run('DROP TABLE fuse_answer');
}

/** How long after its time to live an answer still names a connection. Resolvers and browsers raise times below a minute
 *  to a minute and more, runtimes keep their own copy, and a retry comes later still; much longer would give the names
 *  of one tenant of a shared address to another. */
const grace = 5 * minute;

/** No answer is believed for longer than a day, whatever it says. */
const longest = 86_400;
