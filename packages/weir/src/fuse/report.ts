import type { Engine } from '../engine/engine.ts';
import type { FusionReport } from '../model/fusionReport.ts';
import { countGaps, unlogged } from './gaps.ts';
import { gatherNotes } from './notes.ts';
import { clockOffsets } from './offsets.ts';

export interface Counts {
  readonly connections: number;
  readonly withProcess: number;
  readonly withBytes: number;
  readonly withName: number;
  readonly complete: number;
  readonly endpointOnly: number;
  readonly flowOnly: number;
  readonly fused: number;
}

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

/** What fusion made of the rows; `finished` counts those that came in finished. */
export async function reportFusion(engine: Engine, finished: Counts): Promise<FusionReport> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_coverage AS
     SELECT device, min(t) AS "from", max(t) AS until FROM fuse_event WHERE device IS NOT NULL GROUP BY ALL`,
  );
  const [flows] = await engine.rows<{ matchable: bigint; matched: bigint }>(
    `SELECT count(*) FILTER ((f.starts BETWEEN c."from" AND c.until AND NOT ${unlogged}) OR r.event IS NOT NULL) AS matchable,
       count(r.event) AS matched
     FROM (FROM fuse_row WHERE flow IS NOT NULL) r JOIN fuse_flow f ON f.flow = r.flow
     LEFT JOIN fuse_flow_device d ON d.flow = r.flow LEFT JOIN fuse_coverage c ON c.device = d.device`,
  );
  const offsets = await clockOffsets(engine);
  return {
    ...(await countConnections(engine)),
    matchableFlows: Number(flows?.matchable ?? 0n),
    matchedFlows: Number(flows?.matched ?? 0n),
    gaps: await countGaps(engine, finished),
    clockOffsets: offsets,
    notes: await gatherNotes(engine, offsets),
  };
}
