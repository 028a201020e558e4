import type { Engine } from '../engine/engine.ts';
import type { FusionReport } from '../model/fusionReport.ts';

/** How many rows of DeviceNetworkEvents are connections, and what they know. */
export type Counts = Pick<
  FusionReport,
  'connections' | 'withProcess' | 'withBytes' | 'withName' | 'complete' | 'endpointOnly' | 'flowOnly' | 'fused'
>;

export const noConnections: Counts = {
  connections: 0,
  withProcess: 0,
  withBytes: 0,
  withName: 0,
  complete: 0,
  endpointOnly: 0,
  flowOnly: 0,
  fused: 0,
};

/** Counts the rows of DeviceNetworkEvents that are connections. */
export async function countConnections(engine: Engine): Promise<Counts> {
  const process = `("InitiatingProcessFileName" <> '' OR "InitiatingProcessId" IS NOT NULL)`;
  const bytes = '"BytesSent" IS NOT NULL';
  const name = `"RemoteHost" <> ''`;
  const [counts] = await engine.rows<Record<keyof Counts, bigint>>(
    `SELECT count(*) AS connections, count(*) FILTER (${process}) AS "withProcess", count(*) FILTER (${bytes}) AS "withBytes",
       count(*) FILTER (${name}) AS "withName", count(*) FILTER (${process} AND ${bytes} AND ${name}) AS complete,
       count(*) FILTER ("Fusion" = 'endpoint') AS "endpointOnly", count(*) FILTER ("Fusion" = 'flow') AS "flowOnly",
       count(*) FILTER ("Fusion" NOT IN ('endpoint', 'flow')) AS fused
     FROM "DeviceNetworkEvents"
     WHERE NOT ("ActionType" ILIKE '%Inspected' OR "ActionType" ILIKE 'Listening%')`,
  );
  const count = (key: keyof Counts) => Number(counts?.[key] ?? 0n);
  return {
    connections: count('connections'),
    withProcess: count('withProcess'),
    withBytes: count('withBytes'),
    withName: count('withName'),
    complete: count('complete'),
    endpointOnly: count('endpointOnly'),
    flowOnly: count('flowOnly'),
    fused: count('fused'),
  };
}
