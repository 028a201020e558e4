import type { Engine } from '../engine/engine.ts';
import type { FusionReport } from '../model/fusionReport.ts';
import { type Counts, countConnections } from './counts.ts';
import { countGaps, unlogged } from './gaps.ts';
import { gatherNotes } from './notes.ts';
import { clockOffsets } from './offsets.ts';

/** What fusion made of the rows; `finished` counts those that came in finished. */
export async function reportFusion(engine: Engine, finished: Counts): Promise<FusionReport> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_coverage AS
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
