import type { Engine } from '../engine/engine.ts';
import { agreement } from './clock.ts';
import { endpointTeller } from './keys.ts';
import { day, hour, second } from './ticks.ts';

/** Puts the events of a device on the clock of the teller of rank 1: those of `fuse_told` (`t`), and in
 *  `fuse_event_recorded` (`stamped`).
 *
 *  All tellers of a device read its one clock, but some write local time as UTC. What a teller's clock is ahead by
 *  (`fuse_endpoint_clock(teller, device, day, ticks)`) is what most of a day's connections that both told once say, three at
 *  least that agree within 2 s; up to 2 s are no more than how late each of them writes. */
export async function estimateEndpointClocks(engine: Engine, ends: readonly string[]): Promise<void> {
  const same = ends.map((name) => `o.${name} = r.${name}`).join(' AND ');
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_endpoint_clock AS
     WITH once AS (
       SELECT rank, teller, ${ends.join(', ')}, min(t) AS t FROM fuse_told JOIN fuse_endpoint_teller USING (teller)
       GROUP BY ALL HAVING count(*) = 1),
     witness AS (
       SELECT o.teller, o.device, o.t // ${day} AS day, o.t - r.t AS difference
       FROM (FROM once WHERE rank > 1) o JOIN (FROM once WHERE rank = 1) r ON ${same}
       WHERE abs(o.t - r.t) <= ${26 * hour}),
     agreed AS (WITH ${agreement('teller, device')})
     SELECT teller, device, day, ticks FROM agreed WHERE pairs * 2 > witnesses AND abs(ticks) > ${2 * second}`,
  );
  const [wrong] = await engine.rows('FROM fuse_endpoint_clock LIMIT 1');
  if (!wrong) return;
  const corrected = (time: string): string => `${time} = e.${time} - c.ticks`;
  const at = (time: string): string => `c.device = e.device AND c.day = e.${time} // ${day}`;
  await engine.run(
    `UPDATE fuse_told AS e SET ${corrected('t')} FROM fuse_endpoint_clock c WHERE c.teller = e.teller AND ${at('t')}`,
  );
  await engine.run(
    `UPDATE fuse_event_recorded AS e SET ${corrected('stamped')}
     FROM fuse_event_id i, fuse_endpoint_clock c
     WHERE i.event = e.event AND c.teller = ${endpointTeller('i."EventId"')} AND ${at('stamped')}`,
  );
}
