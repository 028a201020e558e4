import type { Engine } from '../engine/engine.ts';
import { keyPort, protocolFamily } from './keys.ts';
import { numberRows } from './numbering.ts';

/** Flows as matching sees them: `fuse_flow(flow, EventId, site, protocol, localAddress, localPort, remoteAddress,
 *  remotePort, starts, ends, sent, received, outcome, class, inbound, sensor, flowId)`. `flow` is dense in the order of
 *  EventId. Payload bytes only: IP-level counters are lower bounds and never stand in for them. A flow that was refused
 *  or not answered carried nothing, whatever its counters say, so that they count only where they are 0. `class` is what
 *  an event about it may say: failed, carried (answered, or payload went both ways), open where the sensor saw too
 *  little to tell. */
export async function gatherFlows(engine: Engine, rows: string): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_flow_raw AS
     WITH flow AS (SELECT *, ${protocolFamily('"Protocol"')} AS family FROM ${rows})
     SELECT f."EventId", f."Site" AS site, f.family AS protocol,
       l.address AS localAddress, ${keyPort('f."LocalPort"', 'f.family')} AS localPort,
       r.address AS remoteAddress, ${keyPort('f."RemotePort"', 'f.family')} AS remotePort,
       coalesce(f."FlowStart", f."Timestamp") AS starts, f."FlowEnd" AS ends,
       f."LocalPort" AS shownLocalPort, f."RemotePort" AS shownRemotePort,
       CASE WHEN f."Outcome" = 'failed' THEN nullif(f."BytesSent" <> 0, true)::BIGINT ELSE f."BytesSent" END AS sent,
       CASE WHEN f."Outcome" = 'failed' THEN nullif(f."BytesReceived" <> 0, true)::BIGINT ELSE f."BytesReceived" END AS received,
       f."Outcome" AS outcome,
       CASE WHEN f."Outcome" = 'failed' THEN 'failed'
         WHEN f."Outcome" = 'established' OR (f."BytesSent" > 0 AND f."BytesReceived" > 0) THEN 'carried'
         ELSE 'open' END AS class, f."Direction" = 'inbound' AS inbound, f."Sensor" AS sensor, f."FlowId" AS flowId
     FROM flow f
     LEFT JOIN fuse_address l ON l.text = f."LocalIP"
     LEFT JOIN fuse_address r ON r.text = f."RemoteIP"`,
  );
  await numberRows(engine, 'fuse_flow_raw', 'fuse_flow', 'flow');
}
