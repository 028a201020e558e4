import type { Engine } from '../engine/engine.ts';
import { enoughPairs } from '../model/fusionReport.ts';
import { packedEnd } from './keys.ts';
import { type KeySlice, keySlices } from './slices.ts';
import { day, hour, minute, second } from './ticks.ts';

/** How far an endpoint's clock is from the sensors', a function of one device and one day of its own clock:
 *  `fuse_offset(device, day, ticks, pairs, other)`, endpoint minus sensor, and `fuse_event` = the events with `t`, their time
 *  on the sensors' clock (a view where all clocks are right).
 *
 *  Witnesses are connections whose whole key (site, protocol, both addresses and ports) occurs once among the device's
 *  events of the day and once among the flows around it, in either orientation; of UDP only where no other of the day's has its
 *  local port. A socket that is kept for all peers (NTP, IKE, SIP, peer to peer) is told by an endpoint when it will, and all
 *  of its peers are polled at one moment: three of them would agree on any hour. The offset is the median of the
 *  largest group of witnesses that agree within 2 s (the smallest offset of equally large groups); fewer than three
 *  agreeing witnesses say nothing: such a day is taken to be as the days beside it (`lentClocks`), and where these say
 *  nothing either, as right. Local time marked as UTC comes out as whole hours; nothing beyond 26 h, the span of the world's
 *  time zones, is believed.
 *
 *  `other` is what a second group agrees on (`agreeOnOthers`), null where there is none: the clock may have been set during the
 *  day (`otherClocks.ts`).
 *
 *  Where all clocks are `told` (`Beyond`), none is estimated. */
export async function estimateClocks(engine: Engine, told: boolean): Promise<void> {
  await engine.run(
    'CREATE OR REPLACE TABLE fusion.fuse_offset (device INTEGER, day BIGINT, ticks BIGINT, pairs BIGINT, witnesses BIGINT, other BIGINT)',
  );
  if (!told) await agreeOnClocks(engine);
  const known = `SELECT k.device, b.day, b.ticks, b.pairs, b.pairs AS witnesses, b.other FROM fuse_beyond_offsets b JOIN fuse_device_key k ON k.key = b.device`;
  await engine.run(`DELETE FROM fuse_offset o USING (${known}) k WHERE k.device = o.device AND k.day = o.day`);
  await engine.run(`INSERT INTO fuse_offset ${known}`);
  if (!told) await lendClocks(engine);
  const [wrong] = await engine.rows(
    `SELECT 1 FROM fuse_offset WHERE ticks <> 0 OR other IS NOT NULL UNION ALL SELECT 1 FROM fuse_sensor_clock WHERE ${isWrong} LIMIT 1`,
  );
  if (!wrong) {
    await engine.run('CREATE OR REPLACE TEMP VIEW fuse_event AS SELECT *, stamped AS t FROM fuse_event_recorded');
    return;
  }
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_event AS
     SELECT e.*, e.stamped - coalesce(o.ticks, 0) AS t
     FROM fuse_event_recorded e LEFT JOIN fuse_offset o ON o.device = e.device AND o.day = e.stamped // ${day}`,
  );
  await engine.run('DROP TABLE fuse_event_recorded');
}

async function agreeOnClocks(engine: Engine): Promise<void> {
  await gatherWitnesses(engine);
  await leaveKeptSockets(engine);
  for (const slice of await keySlices(engine, 'fuse_witness'))
    await engine.run(
      `INSERT INTO fuse_offset BY NAME
       WITH witness AS (FROM fuse_witness WHERE ${slice(['device'])}),
       ${agreement('device')}`,
    );
  await agreeOnOthers(engine);
}

/** What most of the witnesses agree on that are farther from the rest than matching allows: three at least, and a tenth of the
 *  day's, for among thousands of connections some three are as far apart by accident. In whole seconds, as what is lent. */
async function agreeOnOthers(engine: Engine): Promise<void> {
  const enough = `greatest(${enoughPairs}, witnesses / 10)`;
  const apart = `witnesses - pairs >= ${enough}`;
  const [some] = await engine.rows(`FROM fuse_offset WHERE ${apart} LIMIT 1`);
  if (some)
    await engine.run(
      `UPDATE fuse_offset AS o SET other = ${lentTicks('a.ticks')} FROM (
         WITH witness AS (
           SELECT w.* FROM fuse_witness w JOIN (FROM fuse_offset WHERE ${apart}) o USING (device, day)
           WHERE abs(w.difference - o.ticks) > ${2 * minute}),
         ${agreement('device')}) a
       WHERE a.device = o.device AND a.day = o.day AND a.pairs >= greatest(${enoughPairs}, o.witnesses / 10)`,
    );
}

async function lendClocks(engine: Engine): Promise<void> {
  const [wrong] = await engine.rows(`FROM fuse_offset WHERE ${lends} LIMIT 1`);
  if (wrong)
    await engine.run(
      `INSERT INTO fuse_offset BY NAME
       SELECT *, pairs AS witnesses FROM (${lentClocks({ of: 'device', clocks: 'fuse_offset', witnesses: 'fuse_witness' })})`,
    );
  await engine.run('DROP TABLE fuse_witness');
}

async function leaveKeptSockets(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_witness WHERE socket IS NOT NULL LIMIT 1');
  if (some)
    await engine.run(
      `DELETE FROM fuse_witness WHERE (device, day, socket) IN (
         SELECT (device, day, socket) FROM fuse_witness WHERE socket IS NOT NULL GROUP BY device, day, socket HAVING count(*) > 1)`,
    );
}

/** `fuse_witness(device, day, difference, socket)`. */
async function gatherWitnesses(engine: Engine): Promise<void> {
  await engine.run(
    'CREATE OR REPLACE TABLE fusion.fuse_witness (device INTEGER, day BIGINT, difference BIGINT, socket BIGINT)',
  );
  const [flow] = await engine.rows('FROM fuse_flow LIMIT 1');
  if (!flow) return;
  for (const slice of await keySlices(engine, 'fuse_event_recorded', 'fuse_flow'))
    await engine.run(`INSERT INTO fuse_witness SELECT device, day, difference, socket FROM (${witnessing(slice)})`);
}

/** SQL: of a slice of events and flows the connections that witness how far an endpoint's clock is from flows': (device, day,
 *  difference, socket): `socket` is the local end of a UDP connection. `teller`, SQL over `fuse_flow`: flows of each are looked at alone, and it is a column too. */
export function witnessing(slice: KeySlice, teller = "''"): string {
  const local = packedEnd('localAddress', 'localPort');
  const remote = packedEnd('remoteAddress', 'remotePort');
  const ends = [`least(${local}, ${remote})`, `greatest(${local}, ${remote})`];
  return `WITH key AS (
      SELECT device, stamped // ${day} AS day, site, protocol, ${local} AS mine, ${remote} AS theirs,
        min(event) AS event, min(stamped) AS stamped
      FROM fuse_event_recorded
      WHERE kind = 'connection' AND device IS NOT NULL AND protocol NOT IN ('', 'icmp')
        AND localAddress IS NOT NULL AND localPort IS NOT NULL AND remoteAddress IS NOT NULL AND remotePort IS NOT NULL
        AND ${slice(ends)}
      GROUP BY ALL HAVING count(*) = 1)
    SELECT any_value(e.device) AS device, any_value(e.day) AS day, any_value(e.stamped - f.starts) AS difference,
      any_value(CASE WHEN e.protocol = 'udp' THEN e.mine END) AS socket, f.teller
    FROM (FROM key WHERE mine <> theirs) e
    JOIN (SELECT site, protocol, starts, ${ends[0]} AS low, ${ends[1]} AS high, ${teller} AS teller FROM fuse_flow WHERE ${slice(ends)}) f
      ON f.site = e.site AND f.protocol = e.protocol AND f.low = least(e.mine, e.theirs) AND f.high = greatest(e.mine, e.theirs)
    WHERE f.starts BETWEEN e.stamped - ${26 * hour} AND e.stamped + ${26 * hour}
    GROUP BY e.event, f.teller HAVING count(*) = 1`;
}

/** The end of a WITH over `witness(of, day, difference)`: what the largest group of witnesses that agree within 2 s says of
 *  each `of` and day: (of, day, ticks, pairs, witnesses). */
export function agreement(of: string): string {
  // Most clocks' witnesses all agree: only the others are sorted.
  return `near AS (
       SELECT ${of}, day, quantile_disc(difference, 0.5) AS ticks, count(*) AS pairs, count(*) AS witnesses FROM witness
       GROUP BY ALL HAVING max(difference) - min(difference) <= ${2 * second} AND count(*) >= ${enoughPairs}),
     grouped AS (
       SELECT ${of}, day, difference, count(*) OVER agreeing AS pairs, count(*) OVER (PARTITION BY ${of}, day) AS witnesses
       FROM witness ANTI JOIN near USING (${of}, day)
       WINDOW agreeing AS (PARTITION BY ${of}, day ORDER BY difference
         RANGE BETWEEN CURRENT ROW AND ${2 * second} FOLLOWING)),
     best AS (
       SELECT ${of}, day, difference AS least, pairs, witnesses FROM grouped WHERE pairs >= ${enoughPairs}
       QUALIFY row_number() OVER (PARTITION BY ${of}, day ORDER BY pairs DESC, abs(difference), difference) = 1)
     FROM near
     UNION ALL
     SELECT ${of}, day, quantile_disc(w.difference, 0.5) AS ticks, any_value(pairs) AS pairs, any_value(witnesses) AS witnesses
     FROM best b JOIN witness w USING (${of}, day)
     WHERE w.difference BETWEEN b.least AND b.least + ${2 * second}
     GROUP BY ALL`;
}

/** SQL: a clock's ticks as it lends them to the days beside its own, in whole seconds: with every connection that comes they are
 *  others by milliseconds, and a lake that goes on would fuse those days again each time. */
export function lentTicks(ticks: string): string {
  return `(sign(${ticks}) * ((abs(${ticks}) + ${second / 2}) // ${second}) * ${second})::BIGINT`;
}

/** SQL over clocks (…, ticks, pairs): whether one is wrong by what its own day says, and so perhaps on the days beside it. What
 *  events are late by is no more than 2 s. */
export const lends = `pairs >= ${enoughPairs} AND abs(${lentTicks('ticks')}) > ${2 * second}`;

/** SQL over clocks: whether one is wrong; up to 2 s matter to nothing. */
export const isWrong = `abs(ticks) > ${2 * second}`;

/** SQL over clocks: whether one was taken from the days beside its own. */
export const lent = `pairs < ${enoughPairs}`;

/** SQL: the clocks (`of`, day, ticks, pairs) of days that have none among `clocks` (`of`, day, ticks, pairs), where a day beside
 *  them is wrong: of a clock that is five hours ahead the last hours of a day lie in the next one of its own, with few
 *  witnesses. Of the day's own `witnesses` (`of`, day, difference) most must say the same to 2 s; where it has none, the days
 *  on either side must, if both are known. */
export function lentClocks({ of, clocks, witnesses }: Record<'of' | 'clocks' | 'witnesses', string>): string {
  return `WITH own AS (
       SELECT ${of}, ${lentTicks('ticks')} AS ticks, day + unnest([-1, 1]) AS day FROM ${clocks} WHERE pairs >= ${enoughPairs}),
     beside AS (
       SELECT *, max(ticks) OVER one - min(ticks) OVER one <= ${2 * second} AS agree FROM own
       WINDOW one AS (PARTITION BY ${of}, day)),
     heard AS (
       SELECT ${of}, day, b.ticks, any_value(b.agree) AS agree, count(w.difference) AS witnesses,
         count(*) FILTER (abs(w.difference - b.ticks) <= ${2 * second}) AS pairs
       FROM (FROM beside ANTI JOIN ${clocks} AS c USING (${of}, day) WHERE abs(ticks) > ${2 * second}) b
       LEFT JOIN ${witnesses} w USING (${of}, day) GROUP BY ALL)
     SELECT ${of}, day, ticks, pairs FROM heard
     WHERE CASE WHEN witnesses = 0 THEN agree ELSE pairs * 2 > witnesses END
     QUALIFY row_number() OVER (PARTITION BY ${of}, day ORDER BY pairs DESC, abs(ticks), ticks) = 1`;
}
