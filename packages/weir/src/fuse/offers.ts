import type { Engine } from '../engine/engine.ts';
import { protocolFamily } from './keys.ts';

/** What the connection events can be matched by, on the flows' terms:
 *  `fuse_offer(event, t, kind, told, program, budget, site, protocol, localAddress, localPort, remoteAddress, remotePort,
 *  doubt, guess)`.
 *
 *  An event of which everything is known makes one offer. One that names no protocol offers itself under each that it
 *  may have had, at 0.9; one that names no site, or meets a sensor that names none, under each site, at 0.95 (`guess`
 *  where there are several, so that the same address may be two machines); one without a local address under each that
 *  its device held at the time, at 0.85. */
export async function gatherOffers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_meeting AS
     WITH mine AS (SELECT site, protocol FROM fuse_event UNION ${beyond('event')}),
     theirs AS (SELECT site, protocol FROM fuse_flow UNION ${beyond('NOT event')}),
     met AS (
       SELECT m.site, m.protocol, t.site AS flowSite, t.protocol AS flowProtocol
       FROM mine m JOIN theirs t
         ON (m.site = t.site OR m.site = '' OR t.site = '')
         AND (m.protocol = t.protocol OR (m.protocol = '' AND t.protocol IN ('tcp', 'udp'))
           OR (t.protocol = '' AND m.protocol IN ('tcp', 'udp'))))
     SELECT *,
       CASE WHEN site = flowSite THEN 1 ELSE 0.95 END::DOUBLE
         * CASE WHEN protocol = flowProtocol THEN 1 ELSE 0.9 END AS doubt,
       site <> flowSite AND (
         (SELECT count(DISTINCT o.flowSite) FROM met o WHERE o.site = met.site) > 1
         OR (SELECT count(DISTINCT o.site) FROM met o WHERE o.flowSite = met.flowSite) > 1) AS guess
     FROM met`,
  );
  const offer = (event: string, address: string, doubt: string) =>
    `SELECT e.event, e.t, e.kind, e.told, e.program, e.budget, m.flowSite AS site, m.flowProtocol AS protocol,
       ${address} AS localAddress, e.localPort, e.remoteAddress, e.remotePort, m.doubt * ${doubt} AS doubt, m.guess
     FROM ${event} e JOIN fuse_meeting m ON m.site = e.site AND m.protocol = e.protocol`;
  const connections = `FROM fuse_event WHERE kind IN ('connection', 'found', 'aggregated')
    AND t IS NOT NULL AND remoteAddress IS NOT NULL AND remotePort IS NOT NULL`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_offer AS
     WITH homeless AS (
       SELECT e.*, a.site AS heldSite, a.address
       FROM (${connections} AND localAddress IS NULL) e
       JOIN (SELECT DISTINCT device, site, address FROM fuse_holding) a ON a.device = e.device),
     housed AS (
       SELECT e.* FROM homeless e ASOF JOIN fuse_holding h
         ON h.site = e.heldSite AND h.address = e.address AND e.t >= h."from"
       WHERE h.device = e.device AND e.t < h.until)
     ${offer(`(${connections} AND localAddress IS NOT NULL)`, 'e.localAddress', '1.0')}
     UNION ALL
     ${offer('housed', 'e.address', '0.85')} WHERE m.flowSite = e.heldSite`,
  );
}

/** SQL: the sites and protocols that rows beyond those to fuse name. */
const beyond = (which: string): string =>
  `SELECT "Site"::fuse_word, (${protocolFamily('"Protocol"')})::fuse_word FROM fuse_beyond_meetings WHERE ${which}`;
