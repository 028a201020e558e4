import type { Engine } from '../engine/engine.ts';
import { isWrong } from './clock.ts';
import { teller } from './flows.ts';
import { islands } from './islands.ts';
import { knowsBothEnds, unorderedEnds } from './keys.ts';
import { joinMembers } from './members.ts';
import { estimateSensorClocks } from './sensorClocks.ts';
import { keySlices } from './slices.ts';
import { dropSpent } from './spent.ts';
import { day, minute, second } from './ticks.ts';

/** Leaves one row of a connection that several sensors saw: flows of different tellers with one site, protocol and both
 *  addresses and ports, in either orientation, that were alive at the same time on one clock (`estimateSensorClocks`), and
 *  puts all flows on that (`correctFlows`).
 *
 *  Two that did not overlap by the clocks are taken for one only within the tellers' tolerance, and only if each is the
 *  other's nearest and nothing nearer exists: 5 s between sensors, a minute where a flow log rounds times to its
 *  intervals. The row that stays is Zeek's, else that of a sensor which writes whole connections, else a sum of parts: it
 *  tells the times best. A flow that overlaps several of one teller goes to the nearest, and its bytes to none. (Community
 *  ids say no more: they are a hash of this very key, without the site.) */
export async function joinSensors(engine: Engine, clocksTold: boolean): Promise<void> {
  const ends = unorderedEnds('f');
  const shape = ['f.site', 'f.protocol', ends.lowAddress, ends.lowPort, ends.highAddress, ends.highPort];
  const usable = `f.starts IS NOT NULL AND f.protocol <> '' AND ${knowsBothEnds('f')}`;
  // Most connections are told once: what is told twice is found by a hash, and everything else costs that alone.
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_repeated (key UBIGINT)');
  for (const slice of await keySlices(engine, 'fuse_flow'))
    await engine.run(
      `INSERT INTO fuse_repeated
       SELECT hash(${shape}) AS key FROM fuse_flow f WHERE ${usable} AND ${slice(shape)} GROUP BY ALL HAVING count(*) > 1`,
    );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_sensor_clock (teller VARCHAR, day BIGINT, ticks BIGINT, pairs BIGINT);
     CREATE OR REPLACE TABLE fusion.fuse_reference (day BIGINT, teller VARCHAR, heard BOOLEAN);
     CREATE OR REPLACE TABLE fusion.fuse_teller (teller VARCHAR, rank BIGINT);
     INSERT INTO fuse_sensor_clock FROM fuse_beyond_sensorClocks`,
  );
  const [some] = await engine.rows('FROM fuse_repeated LIMIT 1');
  if (some) {
    await engine.run(
      `CREATE OR REPLACE TABLE fusion.fuse_retold AS
       SELECT f.flow, f.site, f.protocol, ${ends.lowAddress} AS lowAddress, ${ends.lowPort} AS lowPort,
         ${ends.highAddress} AS highAddress, ${ends.highPort} AS highPort, ${ends.flipped} AS flipped,
         ${teller('f')} AS teller, f.family, f.part, f.starts AS stamped, greatest(f.ends, f.starts) - f.starts AS lasts,
         coalesce(f.sent, -1) AS sent, coalesce(f.received, -1) AS received
       FROM fuse_flow f SEMI JOIN fuse_repeated r ON r.key = hash(${shape}) WHERE ${usable}`,
    );
    await engine.run(
      `CREATE OR REPLACE TABLE fusion.fuse_teller AS
       SELECT teller, row_number() OVER (
         ORDER BY any_value(b.rank) NULLS LAST, any_value(family) <> 'zeek', bool_or(part), count(*) DESC, teller) AS rank
       FROM fuse_retold LEFT JOIN (FROM fuse_beyond_tellers WHERE "of" = 'sensor') b USING (teller) GROUP BY teller`,
    );
    if (!clocksTold) await estimateSensorClocks(engine, key);
  }
  await correctFlows(engine);
  if (!some) return;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_beside AS
     WITH placed AS (
       SELECT t.*, r.rank, t.stamped - coalesce(c.ticks, 0) AS starts, t.stamped + t.lasts - coalesce(c.ticks, 0) AS ends
       FROM fuse_retold t JOIN fuse_teller r USING (teller)
       LEFT JOIN fuse_sensor_clock c ON c.teller = t.teller AND c.day = t.stamped // ${day})
     ${islands('FROM placed', key, minute)}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_crowd AS
     SELECT ${inIsland.join(', ')}, max(${level}) AS top FROM fuse_beside GROUP BY ALL HAVING count(*) > ${crowd}`,
  );
  const [crowded] = await engine.rows('FROM fuse_crowd LIMIT 1');
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_same AS
     WITH ${crowded ? apart : 'single AS (FROM fuse_beside)'},
     pair AS (${met('single l JOIN single w')} ${crowded ? inCrowds : ''}),
     ${mutual}
     SELECT flow, home, turned, whole, rank = ownRank AS twin FROM kept
     QUALIFY row_number() OVER (PARTITION BY flow ORDER BY rank, gap, distance, home) = 1`,
  );
  await joinMembers(engine);
  await dropSpent(engine, 'repeated', 'retold', 'beside', 'crowd', 'same');
}

const key = ['site', 'protocol', 'lowAddress', 'lowPort', 'highAddress', 'highPort'];

/** Two rows of one teller are one connection only where the teller follows connections, which it then never holds twice at
 *  a time, and names no sensor: two sensors' logs that do not say which is whose. The one with the greater counts stays. */
const sameTracker = `l.family IN ('zeek', 'suricata') AND starts_with(l.teller, ' ') AND distance <= ${2 * second}
  AND l.starts < w.ends AND w.starts < l.ends
  AND (w.sent, w.received, -w.flow) > (l.sent, l.received, -l.flow)`;

const inIsland = [...key, 'island'];
const sameIsland = inIsland.map((column) => `l.${column} = w.${column}`).join(' AND ');

/** SQL: the pairs of rows that may be one connection. */
const met = (sides: string, placed = ''): string =>
  `SELECT l.flow, w.flow AS home, w.rank, l.rank AS ownRank, l.flipped <> w.flipped AS turned,
     greatest(l.starts - w.ends, w.starts - l.ends, 0) AS gap, abs(l.starts - w.starts) AS distance
   FROM ${sides} ON ${sameIsland} ${placed}
   WHERE ((w.rank < l.rank AND gap <= CASE WHEN l.part OR w.part THEN ${minute} ELSE ${5 * second} END)
     OR (w.rank = l.rank AND ${sameTracker}))`;

/** Of how many rows in an island not each is compared with each: what says the same every minute goes on for months. */
const crowd = 64;

/** SQL over a row: how long it is, from one that a minute holds, each level 16 times the one before. */
const level = `CASE ${[0, 1, 2, 3, 4].map((n) => `WHEN lasts <= ${minute * 16 ** n} THEN ${n}`).join(' ')} ELSE 5 END`;

/** SQL over a row of a crowd: where in time it is, at a level. Two that are near each other, the longer of them of that level,
 *  are so in one place or in two side by side. */
const about = `CASE WHEN held = 5 THEN 0 ELSE starts // (${2 * minute} * (1::BIGINT << (4 * held))) END`;

const apart = `single AS (FROM fuse_beside ANTI JOIN fuse_crowd USING (${inIsland.join(', ')})),
     placed AS (
       SELECT *, unnest(range(level, top + 1))::INTEGER AS held
       FROM (SELECT *, ${level} AS level FROM fuse_beside) JOIN fuse_crowd USING (${inIsland.join(', ')}))`;

/** Of two rows that meet at a level one is of it: where a long one stands among many short ones, these are not compared with each
 *  other there. */
const inCrowds = [
  ['level = held', 'true'],
  ['level < held', 'level = held'],
]
  .map(([l, w]) => {
    const sides = `(SELECT *, ${about} AS about FROM placed WHERE ${l}) l
      JOIN (SELECT *, ${about} + unnest([-1, 0, 1]) AS about FROM placed WHERE ${w}) w`;
    return `UNION ALL ${met(sides, 'AND l.held = w.held AND l.about = w.about')}`;
  })
  .join(' ');

/** The end of a WITH over `pair(flow, home, rank, ownRank, gap, distance, …)`: `kept` are the pairs that were alive
 *  together, and of the others those of which each is the other's nearest. */
export const mutual = `kept AS (
  SELECT *, count(*) FILTER (gap = 0) OVER theirs <= 1 AS whole FROM pair
  WINDOW theirs AS (PARTITION BY flow, rank), mine AS (PARTITION BY home, ownRank)
  QUALIFY gap = 0 OR (min(gap) OVER theirs > 0 AND min(gap) OVER mine > 0
    AND distance = min(distance) OVER theirs AND distance = min(distance) OVER mine
    AND count(*) OVER (PARTITION BY flow, rank, distance) = 1 AND count(*) OVER (PARTITION BY home, ownRank, distance) = 1))`;

/** Puts flows on the clock that the sensors are compared with: an endpoint's events may meet one that another sensor did not
 *  see. */
async function correctFlows(engine: Engine): Promise<void> {
  const wrong = `FROM fuse_sensor_clock WHERE ${isWrong}`;
  const [some] = await engine.rows(`${wrong} LIMIT 1`);
  if (some)
    await engine.run(
      `UPDATE fuse_flow AS f SET starts = f.starts - c.ticks, ends = f.ends - c.ticks, ahead = c.ticks
       FROM (${wrong}) c WHERE c.teller = ${teller('f')} AND c.day = f.starts // ${day}`,
    );
}
