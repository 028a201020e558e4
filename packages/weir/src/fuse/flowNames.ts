import type { Engine } from '../engine/engine.ts';

/** Names that were said inside a connection; the others are what DNS answered. */
export const saidInside = `"Kind" IN ('tls', 'quic', 'http', 'proxy') AND "Host" <> ''`;

/** SQL: a name with its rank, so that the least is the most trusted, then the first said. */
export function rankedName({ said, host, kind }: Record<'said' | 'host' | 'kind', string>): string {
  const trust = `CASE ${kind} WHEN 'tls' THEN 1 WHEN 'quic' THEN 2 WHEN 'http' THEN 3 ELSE 4 END`;
  return `{ trust: ${trust}, said: ${said}, host: ${host}, kind: ${kind} }`;
}

/** `fuse_flow_name(flow, name)`: what the sensors heard inside a flow, joined by their own flow ids. */
export async function gatherFlowNames(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_flow_name AS
     SELECT f.flow, min(${rankedName({ said: 'n."Timestamp"', host: 'n."Host"', kind: 'n."Kind"' })}) AS name
     FROM "ObservedNames" n JOIN ${knownFlows} f ON f.flowId = n."FlowId" AND f.sensor = n."Sensor" AND f.site = n."Site"
     WHERE n."FlowId" <> '' AND ${saidInside}
     GROUP BY ALL`,
  );
}

/** SQL: the ids by which a flow is known to its sensors: (flow, flowId, sensor, site). */
export const knownFlows = `(
  SELECT flow, flowId, sensor, site FROM fuse_flow UNION ALL SELECT flow, flowId, sensor, site FROM fuse_member)`;
