import type { Engine } from '../engine/engine.ts';
import { lends, lent, lentTicks } from './clock.ts';
import { logged } from './flows.ts';
import { agreeing, bothEnds } from './pairs.ts';
import { keySlices } from './slices.ts';
import { day, minute, second } from './ticks.ts';

export const otherClock = 'five-tuple-other-clock';

/** Adds to `fuse_candidate` the pairs of events and flows of one five-tuple that are at the same moment by another clock than that
 *  of the event's day: a clock may be set while a day lasts. Others are the one that was logged, those of the days beside it,
 *  and that of a second group of the day's witnesses (`fuse_offset`). Where nothing is known of the event's own clock, and
 *  that of the flow's sensor is taken to be wrong, both may be right as they were logged. Neither may have another candidate,
 *  nor may several be meant, by all these clocks together. Such an event's time is then the one by that clock. */
export async function matchOtherClocks(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_other_clock AS
     WITH said AS (
       SELECT device, day + unnest([-1, 1]) AS day, ${lentTicks('ticks')} AS ticks FROM fuse_offset WHERE ${lends}
       UNION SELECT device, day, other FROM fuse_offset WHERE other IS NOT NULL
       UNION SELECT device, day, 0 FROM fuse_offset)
     SELECT s.* FROM said s LEFT JOIN fuse_offset o USING (device, day)
     WHERE abs(s.ticks - coalesce(o.ticks, 0)) > ${2 * minute}`,
  );
  const [some] = await engine.rows(
    'SELECT 1 FROM fuse_other_clock UNION ALL SELECT 1 FROM fuse_flow WHERE ahead <> 0 LIMIT 1',
  );
  if (some) await pairByOthers(engine);
  await engine.run('DROP TABLE fuse_other_clock');
}

async function pairByOthers(engine: Engine): Promise<void> {
  await engine.run(
    'CREATE OR REPLACE TABLE fusion.fuse_set (flow INTEGER, event INTEGER, t BIGINT, doubt DOUBLE, distance BIGINT)',
  );
  const key = ['site', 'protocol', ...bothEnds];
  for (const slice of await keySlices(engine, 'fuse_flow', 'fuse_offer'))
    await engine.run(
      `INSERT INTO fuse_set
       WITH offer AS (
         SELECT o.* REPLACE (e.stamped - c.ticks AS t), c.logged
         FROM fuse_offer o JOIN fuse_event e ON e.event = o.event
         JOIN (
           SELECT *, false AS logged FROM fuse_other_clock
           UNION ALL SELECT d.device, d.day, 0, true FROM (SELECT DISTINCT device, stamped // ${day} AS day FROM fuse_event) d
           ANTI JOIN (${ownClocks}) k USING (device, day)) c ON c.device = e.device AND c.day = e.stamped // ${day}
         WHERE o.kind <> 'aggregated' AND o.localPort IS NOT NULL AND NOT o.guess AND ${slice(bothEnds.map((name) => `o.${name}`))}
           AND o.event NOT IN (SELECT event FROM fuse_candidate)),
       flow AS (
         FROM (
           SELECT *, starts AS moment, false AS logged FROM fuse_flow
           UNION ALL SELECT *, ${logged('fuse_flow').starts}, true FROM fuse_flow WHERE ahead <> 0)
         WHERE starts IS NOT NULL AND ${slice(bothEnds)} AND flow NOT IN (SELECT flow FROM fuse_candidate)),
       met AS (
         SELECT f.flow, o.event, min({ distance: abs(o.t - f.moment), t: o.t + f.starts - f.moment, doubt: -o.doubt }) AS best
         FROM offer o JOIN ${agreeing} ON w.told = o.told
         JOIN flow f ON f.logged = o.logged AND f.class = w.class AND ${key.map((name) => `f.${name} = o.${name}`).join(' AND ')}
         WHERE abs(o.t - f.moment) <= ${2 * second} GROUP BY ALL)
       SELECT flow, event, best.t, -best.doubt, best.distance FROM met
       QUALIFY count(*) OVER (PARTITION BY flow) = 1 AND count(*) OVER (PARTITION BY event) = 1`,
    );
  await engine.run(
    `INSERT INTO fuse_candidate SELECT flow, event, ${trust} * doubt, distance, '${otherClock}', false FROM fuse_set`,
  );
  for (const table of ['fuse_event', 'fuse_offer'])
    await engine.run(`UPDATE ${table} AS e SET t = s.t FROM fuse_set s WHERE s.event = e.event`);
  await engine.run('DROP TABLE fuse_set');
}

/** SQL: the days (device, day) of which a device's clock is known by their own connections. */
export const ownClocks = `SELECT device, day FROM fuse_offset WHERE NOT (${lent})`;

/** As much as of what agrees in all but the local port. */
const trust = 0.7 * 0.95;
