import type { Engine } from '../engine/engine.ts';

/** The best name of each row: `fuse_name(row, host, source)`, in order of trust.
 *
 *  1. endpoint: the host of the endpoint's own RemoteUrl.
 *  2. tls, quic, http, proxy: what was said inside the connection, joined by the sensor's own flow id. Certain. */
export async function gatherNames(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_flow_name AS
     SELECT f.flow, min({ trust: ${trust}, "at": n."Timestamp", host: n."Host", kind: n."Kind" }) AS name
     FROM "ObservedNames" n JOIN fuse_flow f ON f.flowId = n."FlowId" AND f.sensor = n."Sensor" AND f.site = n."Site"
     WHERE n."FlowId" <> '' AND n."Host" <> '' AND n."Kind" IN ('tls', 'quic', 'http', 'proxy')
     GROUP BY ALL`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_name AS
     SELECT r.row, CASE WHEN e.host <> '' THEN e.host ELSE n.name.host END AS host,
       CASE WHEN e.host <> '' THEN 'endpoint' ELSE n.name.kind END AS source
     FROM fuse_row r
     LEFT JOIN fuse_event e ON e.event = r.event
     LEFT JOIN fuse_flow_name n ON n.flow = r.flow
     WHERE e.host <> '' OR n.flow IS NOT NULL`,
  );
}

const trust = `CASE n."Kind" WHEN 'tls' THEN 1 WHEN 'quic' THEN 2 WHEN 'http' THEN 3 ELSE 4 END`;
