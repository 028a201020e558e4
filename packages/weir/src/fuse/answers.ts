import type { Engine } from '../engine/engine.ts';
import { resolvedSite } from './holdings.ts';
import { isOuterName } from './outerNames.ts';
import { day, minute, second } from './ticks.ts';

/** DNS answers by who got them: `fuse_answer(site, client, device, server, t, told)`, `server` being the address that was
 *  answered, `told.until` when the client should have asked again. The client is known by its address, or, where an
 *  endpoint told which of its processes asked, as a device. Of several answers at one moment the first name by alphabet. */
export async function gatherAnswers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_answer AS
     SELECT site, client, device, server, t, min({ host: host, until: t + ${answerHolds('ttl')} }) AS told
     FROM (
       SELECT ${resolvedSite('n."Site"')} AS site, l.address AS client, CASE WHEN l.address IS NULL THEN d.device END AS device, r.address AS server,
         n."Timestamp" - coalesce(o.ticks, 0) AS t, n."Host" AS host, n."TtlSeconds" AS ttl
       FROM (FROM "ObservedNames" WHERE "Kind" = 'dns' AND "Host" <> '' AND NOT ${isOuterName('"Host"')}) n
       LEFT JOIN fuse_address l ON l.text = n."ClientIP" JOIN fuse_address r ON r.text = n."ServerIP"
       LEFT JOIN fuse_device_key d ON d.key = lower(n."DeviceName")
       LEFT JOIN fuse_offset o ON o.device = d.device AND o.day = n."Timestamp" // ${day})
     WHERE t IS NOT NULL AND (client IS NOT NULL OR device IS NOT NULL)
     GROUP BY ALL`,
  );
}

/** Adds to `fuse_name` the rows that nothing better named, a slice of `rowSlices` at a time: by the answer that the row's
 *  client last got for the remote address before the connection began (2 s for jitter), if it still held or had only just
 *  run out. The client is the device of the row's event, else who held the flow's local address (`fuse_flow_device`). Where the clock of the
 *  flow's sensor is wrong, so are the answers that it told: what the sensors' clock finds nothing for, its own may. */
export async function nameByAnswer(engine: Engine, slices: readonly string[]): Promise<void> {
  const [some] = await engine.rows('FROM fuse_answer LIMIT 1');
  if (!some) return;
  for (const slice of slices) await nameSliceByAnswer(engine, slice);
}

async function nameSliceByAnswer(engine: Engine, slice: string): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_nameless AS
     SELECT r.row, coalesce(f.site, ${resolvedSite('e.site')}) AS site, coalesce(e.device, d.device) AS device,
       CASE WHEN r.swapped THEN f.remoteAddress ELSE coalesce(f.localAddress, e.localAddress) END AS client,
       CASE WHEN r.swapped THEN f.localAddress ELSE coalesce(f.remoteAddress, e.remoteAddress) END AS server,
       coalesce(f.starts, e.t) AS begins, coalesce(f.ahead, 0) AS ahead, true AS corrected
     FROM (FROM (FROM fuse_row WHERE ${slice}) ANTI JOIN (FROM fuse_name WHERE ${slice}) USING (row)) r
     LEFT JOIN fuse_flow f ON f.flow = r.flow LEFT JOIN fuse_event e ON e.event = r.event
     LEFT JOIN fuse_flow_device d ON d.flow = r.flow
     WHERE server IN (SELECT server FROM fuse_answer)`,
  );
  await engine.run(
    `INSERT INTO fuse_nameless
     SELECT * REPLACE (begins + ahead AS begins, false AS corrected) FROM fuse_nameless WHERE ahead <> 0`,
  );
  const last = (answers: string, key: string) =>
    `SELECT n.row, n.corrected, a.t, a.told, n.begins
     FROM fuse_nameless n ASOF JOIN (FROM fuse_answer WHERE ${answers}) a ON ${key} AND a.server = n.server AND n.begins + ${2 * second} >= a.t`;
  await engine.run(
    `INSERT INTO fuse_name
     WITH answered AS (
       ${last('client IS NOT NULL', 'a.site = n.site AND a.client = n.client')}
       UNION ALL
       ${last('device IS NOT NULL', 'a.device = n.device')})
     SELECT row, max({ corrected: corrected, t: t, host: told.host }).host, 'dns' FROM answered WHERE begins <= told.until GROUP BY row`,
  );
  await engine.run('DROP TABLE fuse_nameless');
}

/** SQL: for how many ticks an answer names connections, by its time to live in seconds. One that is not known is taken for
 *  none: a wrong name is worse than an unknown one. Sysmon, which tells none, tells of every question that a process asks, of
 *  those too that the cache of Windows answers, so that a program which asked again has told again. */
export function answerHolds(ttl: string): string {
  return `(least(greatest(coalesce(${ttl}, 0), 0), ${longest}) * ${second} + ${grace})`;
}

/** How long after its time to live an answer still names a connection. Resolvers and browsers raise times below a minute
 *  to a minute and more, runtimes keep their own copy, and a retry comes later still; much longer would give the names
 *  of one tenant of a shared address to another. */
const grace = 5 * minute;

/** No answer is believed for longer than a day, whatever it says. */
const longest = 86_400;
