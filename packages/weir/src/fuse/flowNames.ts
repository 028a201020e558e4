import type { Engine } from '../engine/engine.ts';

/** Names that were said inside a connection; the others are what DNS answered. */
export const saidInside = `"Kind" IN ('tls', 'quic', 'http', 'proxy') AND "Host" <> ''`;

/** SQL: a name with its rank, so that the least is the most trusted, then the first said. */
export function rankedName({ said, host, kind }: Record<'said' | 'host' | 'kind', string>): string {
  const trust = `CASE ${kind} WHEN 'tls' THEN 1 WHEN 'quic' THEN 2 WHEN 'http' THEN 3 ELSE 4 END`;
  return `{ trust: ${trust}, said: ${said}, host: ${host}, kind: ${kind} }`;
}

/** `fuse_flow_name(flow, name)`: what the sensor heard inside a flow, joined by its own flow id. */
export async function gatherFlowNames(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_flow_name AS
     SELECT f.flow, min(${rankedName({ said: 'n."Timestamp"', host: 'n."Host"', kind: 'n."Kind"' })}) AS name
     FROM "ObservedNames" n JOIN fuse_flow f ON f.flowId = n."FlowId" AND f.sensor = n."Sensor" AND f.site = n."Site"
     WHERE n."FlowId" <> '' AND ${saidInside}
     GROUP BY ALL`,
  );
}
