import type { Engine } from '../engine/engine.ts';
import type { FusionReport } from '../model/fusionReport.ts';
import { lent } from './clock.ts';
import { day, second } from './ticks.ts';

type Offset = FusionReport['clockOffsets'][number];

/** The clock offsets that matching assumed, the largest first: of those of other days the ones that events were put right by. */
export async function clockOffsets(engine: Engine): Promise<Offset[]> {
  const offsets = await engine.rows<{ device: string; day: string; ticks: bigint; pairs: bigint }>(
    `SELECT CASE WHEN d."DeviceName" <> '' THEN d."DeviceName" ELSE d."DeviceId" END AS device,
       ${dayText('o.day')} AS day, o.ticks, o.pairs
     FROM (
       FROM fuse_offset WHERE NOT (${lent})
       UNION ALL
       SELECT DISTINCT o.* FROM fuse_event e JOIN (FROM fuse_offset WHERE ${lent}) o
         ON o.device = e.device AND o.day = e.stamped // ${day}) o
     JOIN fuse_device d USING (device)
     ORDER BY abs(o.ticks) DESC, device, day`,
  );
  return offsets.map(({ device, day, ticks, pairs }) => ({
    device,
    day,
    seconds: Number(ticks) / second,
    pairs: Number(pairs),
  }));
}

/** SQL for a day of ticks as text. */
export function dayText(day: string): string {
  return `strftime(DATE '0001-01-01' + ${day}::INTEGER, '%Y-%m-%d')`;
}
