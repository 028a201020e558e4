import type { Engine } from '../engine/engine.ts';
import { someFinished } from './finished.ts';
import { keyPort, protocolFamily } from './keys.ts';
import { streaming } from './streaming.ts';

/** Flows as matching sees them: `fuse_flow(flow, site, protocol, localAddress, localPort, remoteAddress,
 *  remotePort, starts, ends, ahead, sent, received, source, family, outcome, class, inbound, sensor, flowId, account, app, part, joined, closed, finished)`. `flow` is
 *  in the order of EventId. Payload bytes only: IP-level counters are lower bounds and never stand in for them. A flow
 *  that was refused or not answered carried nothing, whatever its counters say, so that they count only where they are 0.
 *  `source` says who counted (`givenBy`). `class` is what an event about it may say: failed, carried (answered, or
 *  payload went both ways), open where the sensor saw too little to tell. `family` is the format of the log that told it:
 *  what ids of Weir's making begin with, else the first word of what was counted. `part`: a flow log of parts told it;
 *  `finished`: and a row that came in finished is made of it. `joined`: Zeek did not see the connection begin (OTH; `openers.ts`), `closed`: a sensor saw it end. `app` is
 *  what the sensor calls the application, where the catalogue knows that (`fuse_app_service`) and it was met outside: the
 *  organisation may have a server of the same product.
 *
 *  `starts` and `ends` are on the sensors' clock: `ahead` is how far that of the one who told it was found to be (`sensors.ts`).
 *
 *  As gathered there is a row for each record. `parts.ts` adds up the parts of a connection, `sensors.ts` and
 *  `proxyRecords.ts` leave one row of what several tell of it; what went into another flow is in `fuse_member`. */
export async function gatherFlows(engine: Engine, rows: string): Promise<void> {
  const finished = (await someFinished(engine))
    ? 'part AND f."EventId" IN (SELECT "EventId" FROM fuse_finished)'
    : 'false';
  const gather = `CREATE OR REPLACE TABLE fusion.fuse_flow AS
     WITH flow AS (SELECT *, ${protocolFamily('"Protocol"')} AS family FROM ${rows})
     SELECT i.flow, f."Site"::fuse_word AS site, f.family::fuse_word AS protocol,
       l.address AS localAddress, ${keyPort('f."LocalPort"', 'f.family')} AS localPort,
       r.address AS remoteAddress, ${keyPort('f."RemotePort"', 'f.family')} AS remotePort,
       coalesce(f."FlowStart", f."Timestamp") AS starts, f."FlowEnd" AS ends, 0::BIGINT AS ahead,
       f."LocalPort" AS shownLocalPort, f."RemotePort" AS shownRemotePort,
       CASE WHEN f."Outcome" = 'failed' THEN nullif(f."BytesSent" <> 0, true)::BIGINT ELSE f."BytesSent" END AS sent,
       CASE WHEN f."Outcome" = 'failed' THEN nullif(f."BytesReceived" <> 0, true)::BIGINT ELSE f."BytesReceived" END AS received,
       f."BytesSource" AS source,
       CASE WHEN contains(f."EventId", ':') AND NOT starts_with(f."EventId", 'row:') THEN split_part(f."EventId", ':', 1)
         ELSE split_part(f."BytesSource", '-', 1) END AS family, f."Outcome"::fuse_word AS outcome,
       ${outcomeClass({ outcome: 'f."Outcome"', sent: 'f."BytesSent"', received: 'f."BytesReceived"' })} AS class,
       f."Direction" = 'inbound' AS inbound, f."Sensor" AS sensor, f."FlowId" AS flowId, f."AccountName" AS account,
       coalesce(s.app, '') AS app,
       f."IsPart" IS TRUE AS part, f."State" = 'OTH' AS joined, f."State" IN (${closed}) AS closed, ${finished} AS finished
     FROM flow f JOIN fuse_flow_id i ON i.place = f.place
     LEFT JOIN fuse_address l ON l.text = f."LocalIP"
     LEFT JOIN fuse_address r ON r.text = f."RemoteIP"
     LEFT JOIN fuse_app_service s ON s.app = CASE WHEN f."Direction" = 'outbound' THEN f."AppProtocol" END`;
  await streaming(engine, () => engine.run(gather));
}

/** States of Zeek's and Suricata's in which a connection of TCP was ended by one of its ends. */
const closed = `'SF', 'RSTO', 'RSTR', 'closed'`;

/** SQL: what an event about a flow may say of it. */
export function outcomeClass({ outcome, sent, received }: Record<'outcome' | 'sent' | 'received', string>): string {
  return `CASE WHEN ${outcome} = 'failed' THEN 'failed'
    WHEN ${outcome} = 'established' OR (${sent} > 0 AND ${received} > 0) THEN 'carried' ELSE 'open' END::ENUM ('carried', 'failed', 'open')`;
}

/** SQL, an aggregate: the outcome of a connection of which several rows tell. It failed only if all of them say so. */
export function jointOutcome(outcome: string): string {
  return `CASE WHEN bool_or(${outcome} = 'established') THEN 'established' WHEN bool_and(${outcome} = 'failed') THEN 'failed'
    ELSE 'unknown' END::fuse_word`;
}

/** SQL over a flow: when it began and ended as its sensor wrote it. */
export function logged(f: string): { readonly starts: string; readonly ends: string } {
  return { starts: `(${f}.starts + ${f}.ahead)`, ends: `(${f}.ends + ${f}.ahead)` };
}

/** SQL over a flow: who tells of it, by what the sensor calls itself and the format of its log. */
export function teller(f: string): string {
  return `(${f}.sensor || ' ' || ${f}.family)`;
}
