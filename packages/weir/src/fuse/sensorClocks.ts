import type { Engine } from '../engine/engine.ts';
import { enoughPairs } from '../model/fusionReport.ts';
import { agreement, isWrong, lent, lentClocks, witnessing } from './clock.ts';
import { teller } from './flows.ts';
import { keySlices } from './slices.ts';
import { dropSpent } from './spent.ts';
import { day, hour, second } from './ticks.ts';

/** Adds to `fuse_sensor_clock(teller, day, ticks, pairs)`: how far a sensor's clock is from that of the day's reference
 *  (`fuse_reference`), by the connections of `fuse_retold` that each of the two tells once: where most of them, three at least,
 *  agree within 2 s. A sensor that shares too few with the reference is compared with the one of rank 1, once that has a clock.
 *  Other days that it tells of are taken to be as the days beside them (`lentClocks`). The clocks of two sensors differ by
 *  milliseconds to seconds; local time taken for UTC is off by hours. Clocks that the table has already stand. */
export async function estimateSensorClocks(engine: Engine, key: readonly string[]): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_told_once AS
     SELECT teller, ${key.join(', ')}, min(stamped) AS stamped, min(stamped) // ${day} AS day FROM fuse_retold GROUP BY ALL HAVING count(*) = 1;
     CREATE OR REPLACE TABLE fusion.fuse_clock_told AS FROM fuse_sensor_clock;
     CREATE OR REPLACE TABLE fusion.fuse_sensor_witness (teller VARCHAR, day BIGINT, difference BIGINT);
     INSERT INTO fuse_reference
     SELECT DISTINCT day, t.teller, false FROM fuse_told_once, (FROM fuse_teller WHERE rank = 1) t`,
  );
  await estimate(engine, key);
  const [wrong] = await engine.rows(`FROM fuse_sensor_clock WHERE ${isWrong} LIMIT 1`);
  if (wrong && (await chooseReferences(engine))) {
    await engine.run('CREATE OR REPLACE TABLE fusion.fuse_sensor_clock AS FROM fuse_clock_told');
    await estimate(engine, key);
  }
  await dropSpent(engine, 'told_once', 'clock_told', 'sensor_witness');
}

const known = '(SELECT teller, day FROM fuse_reference UNION ALL SELECT teller, day FROM fuse_sensor_clock)';

async function estimate(engine: Engine, key: readonly string[]): Promise<void> {
  await compare(engine, key, false);
  const [hub] = await engine.rows(
    `FROM fuse_sensor_clock c JOIN fuse_teller t ON t.teller = c.teller WHERE t.rank = 1 LIMIT 1`,
  );
  if (hub) await compare(engine, key, true);
  await engine.run(
    `INSERT INTO fuse_sensor_clock
     FROM (${lentClocks({
       of: 'teller',
       clocks: `(FROM fuse_sensor_clock UNION ALL SELECT teller, day, 0, ${enoughPairs} FROM fuse_reference)`,
       witnesses: 'fuse_sensor_witness',
     })})`,
  );
  const [some] = await engine.rows(`FROM fuse_sensor_clock WHERE ${lent} LIMIT 1`);
  if (some)
    await engine.run(
      `DELETE FROM fuse_sensor_clock WHERE ${lent} AND (teller, day) NOT IN (
         SELECT DISTINCT (${teller('f')}, f.starts // ${day}) FROM fuse_flow f WHERE f.starts IS NOT NULL)`,
    );
}

/** Finds the clocks of those that have none by the days' references, `orFirst` by the sensor of rank 1 as well, where its own
 *  clock is known. Leaves in `fuse_sensor_witness` what it went by. */
async function compare(engine: Engine, key: readonly string[], orFirst: boolean): Promise<void> {
  const same = key.map((column) => `o.${column} = r.${column}`).join(' AND ');
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_sensor_witness AS
     WITH placed AS (
       SELECT o.* REPLACE (o.stamped - coalesce(c.ticks, 0) AS stamped), f.teller IS NULL AS other
       FROM fuse_told_once o LEFT JOIN fuse_sensor_clock c USING (teller, day) LEFT JOIN fuse_reference f USING (teller, day)
       WHERE f.teller IS NOT NULL ${orFirst ? 'OR (c.teller IS NOT NULL AND o.teller = (SELECT teller FROM fuse_teller WHERE rank = 1))' : ''})
     SELECT o.teller, o.day, min({ other: r.other, far: abs(o.stamped - r.stamped), difference: o.stamped - r.stamped }).difference AS difference
     FROM (FROM fuse_told_once ANTI JOIN ${known} k USING (teller, day)) o JOIN placed r ON ${same}
     WHERE abs(o.stamped - r.stamped) <= ${26 * hour}
     GROUP BY o.teller, o.day, ${key.map((column) => `o.${column}`).join(', ')}`,
  );
  await engine.run(
    `INSERT INTO fuse_sensor_clock
     WITH witness AS (FROM fuse_sensor_witness), agreed AS (FROM (WITH ${agreement('teller')}) WHERE pairs * 2 > witnesses)
     SELECT teller, day, ticks, pairs FROM agreed`,
  );
}

/** Fills `fuse_reference(day, teller, heard)` anew: the sensor whose clock is taken for right on a day, and whether endpoints
 *  told so. It is the one at whose times, as logged, most of the day's endpoint events are (2 s) whose connection both tell once;
 *  where none is, most of the days' beside it; else the best counter of those whose clock is not known to be wrong. Whether it
 *  is another than that of rank 1 on any day. */
async function chooseReferences(engine: Engine): Promise<boolean> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_agreeing (teller VARCHAR, day BIGINT)');
  for (const slice of await keySlices(engine, 'fuse_event_recorded', 'fuse_flow'))
    await engine.run(
      `INSERT INTO fuse_agreeing
       SELECT teller, day FROM (${witnessing(slice, teller('fuse_flow'))}) SEMI JOIN fuse_teller USING (teller)
       WHERE abs(difference) <= ${2 * second}`,
    );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_reference AS
     WITH heard AS (
       SELECT r.day, t.teller, t.rank, count(a.day) FILTER (a.day = r.day) AS own, count(a.day) AS beside
       FROM fuse_reference r CROSS JOIN fuse_teller t LEFT JOIN fuse_agreeing a ON a.teller = t.teller AND a.day BETWEEN r.day - 1 AND r.day + 1
       GROUP BY ALL),
     wrong AS (SELECT DISTINCT teller, day + unnest([-1, 0, 1]) AS day FROM fuse_clock_told WHERE ${isWrong})
     SELECT h.day, h.teller, h.beside > 0 AS heard FROM heard h LEFT JOIN wrong w USING (teller, day)
     QUALIFY row_number() OVER (PARTITION BY h.day ORDER BY h.own DESC, h.beside DESC, w.teller IS NOT NULL, h.rank) = 1`,
  );
  await engine.run('DROP TABLE fuse_agreeing');
  const [other] = await engine.rows('FROM fuse_reference JOIN fuse_teller USING (teller) WHERE rank > 1 LIMIT 1');
  return other !== undefined;
}
