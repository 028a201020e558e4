import type { Engine } from '../engine/engine.ts';
import type { FusionReport } from '../model/fusionReport.ts';

/** What fusion made of the rows. */
export async function reportFusion(engine: Engine): Promise<FusionReport> {
  const process = `("InitiatingProcessFileName" <> '' OR "InitiatingProcessId" IS NOT NULL)`;
  const bytes = '"BytesSent" IS NOT NULL';
  const name = `"RemoteHost" <> ''`;
  const [counts] = await engine.rows<Record<string, bigint>>(
    `SELECT count(*) AS connections, count(*) FILTER (${process}) AS "withProcess", count(*) FILTER (${bytes}) AS "withBytes",
       count(*) FILTER (${name}) AS "withName", count(*) FILTER (${process} AND ${bytes} AND ${name}) AS complete,
       count(*) FILTER ("Fusion" = 'endpoint') AS "endpointOnly", count(*) FILTER ("Fusion" = 'flow') AS "flowOnly",
       count(*) FILTER ("Fusion" NOT IN ('endpoint', 'flow')) AS fused
     FROM "DeviceNetworkEvents"
     WHERE NOT ("ActionType" ILIKE '%Inspected' OR "ActionType" ILIKE 'Listening%')`,
  );
  const count = (key: string) => Number(counts?.[key] ?? 0n);
  return {
    connections: count('connections'),
    withProcess: count('withProcess'),
    withBytes: count('withBytes'),
    withName: count('withName'),
    complete: count('complete'),
    endpointOnly: count('endpointOnly'),
    flowOnly: count('flowOnly'),
    fused: count('fused'),
    matchableFlows: 0,
    matchedFlows: 0,
    gaps: [],
    clockOffsets: [],
    notes: [],
  };
}
