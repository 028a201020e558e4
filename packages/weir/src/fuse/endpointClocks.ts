import type { Engine } from '../engine/engine.ts';
import { agreement, lentClocks } from './clock.ts';
import { endpointTeller } from './keys.ts';
import { day, hour, second } from './ticks.ts';

/** Puts what the teller of a rank tells on the clock of those before it, device by device and day by day: its events of
 *  `fuse_told` (`t`), and in `fuse_event_recorded` (`stamped`). Whether any were wrong.
 *
 *  All tellers of a device read its one clock, but some write local time as UTC. What a teller's clock is ahead by
 *  (`fuse_endpoint_clock(teller, device, day, ticks, pairs)`) is what most of a day's connections that both sides told once
 *  (`fuse_facing`) say, three at least that agree within 2 s; up to 2 s are no more than how late each of them writes. */
export async function correctEndpointClocks(engine: Engine, rank: number): Promise<boolean> {
  const teller = `(SELECT teller FROM fuse_endpoint_teller WHERE rank = ${rank})`;
  const wrong = await engine.run(
    `INSERT INTO fuse_endpoint_clock
     ${wrongClocks(`SELECT ${teller} AS teller, device, t // ${day} AS day, t - homet AS difference
       FROM fuse_facing WHERE sole AND abs(t - homet) <= ${26 * hour}`)}`,
  );
  if (wrong === 0) return false;
  await engine.run(
    `UPDATE fuse_told AS e SET t = e.t - c.ticks FROM fuse_endpoint_clock c
     WHERE c.teller = e.teller AND c.teller = ${teller} AND c.device = e.device AND c.day = e.t // ${day}`,
  );
  await correctRecorded(engine, `c.teller = ${teller}`);
  return true;
}

/** The same where all such clocks are told (`Beyond`): for all tellers, before they are paired. */
export async function tellEndpointClocks(engine: Engine): Promise<void> {
  const wrong = await engine.run(
    `INSERT INTO fuse_endpoint_clock
     SELECT b.teller, k.device, b.day, b.ticks, b.pairs FROM fuse_beyond_endpointClocks b JOIN fuse_device_key k ON k.key = b.device`,
  );
  if (wrong > 0) await correctRecorded(engine, 'true');
}

async function correctRecorded(engine: Engine, where: string): Promise<void> {
  await engine.run(
    `UPDATE fuse_event_recorded AS e SET stamped = e.stamped - c.ticks
     FROM fuse_event_id i, fuse_endpoint_clock c
     WHERE i.event = e.event AND c.teller = ${endpointTeller('i."EventId"')} AND c.device = e.device
       AND c.day = e.stamped // ${day} AND ${where}`,
  );
}

/** SQL: the clocks (teller, device, day, ticks, pairs) that are wrong by what most of the differences of a SELECT (teller, device,
 *  day, difference) say, three at least, or by what those of a day beside theirs do (`lentClocks`). */
export function wrongClocks(differences: string): string {
  return `WITH told AS (${differences}),
     -- Where fewer than a quarter say so, no greatest group of most of them does.
     suspect AS (
       SELECT teller, device, day FROM told GROUP BY ALL
       HAVING count(*) FILTER (abs(difference) > ${2 * second}) * 4 >= count(*)),
     -- What such a day lends the one beside it hangs on the one behind that.
     near AS (SELECT DISTINCT teller, device, day + unnest([-2, -1, 0, 1, 2]) AS day FROM suspect),
     witness AS (FROM told SEMI JOIN near USING (teller, device, day)),
     agreed AS (FROM (WITH ${agreement('teller, device')}) WHERE pairs * 2 > witnesses)
     SELECT teller, device, day, ticks, pairs FROM agreed WHERE abs(ticks) > ${2 * second}
     UNION ALL FROM (${lentClocks({ of: 'teller, device', clocks: 'agreed', witnesses: 'witness' })})`;
}
