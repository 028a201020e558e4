import type { Engine } from '../engine/engine.ts';
import { correctEndpointClocks } from './endpointClocks.ts';
import {
  ends,
  gatherFacing,
  gatherTold,
  place,
  placeRecorded,
  rankTellers,
  recorded,
  sides,
  single,
} from './endpointTold.ts';
import { islands } from './islands.ts';
import { type KeySlice, keySlices } from './slices.ts';
import { dropSpent } from './spent.ts';
import { minute, second } from './ticks.ts';

/** Finds the events of different tellers (`endpointTeller`) that tell of one connection: `fuse_twin` (`endpoints.ts`).
 *
 *  They have one device, site, protocol and both addresses and ports, began within 5 s of each other by one clock
 *  (`correctEndpointClocks`), and contradict each other neither in the process (its number, else its name) nor in the
 *  outcome. Always one to one: of a process's connections with equal ends those are paired in their order of which both
 *  tellers have equally many; of others two that are each other's nearest, and what is equally near to two stays apart.
 *  An event without a local port is paired where nothing else can be meant: it and the other are their tellers' only
 *  ones of the place within two minutes. Reports of many connections are no connection's event.
 *
 *  The event that stays is that of the teller that knows more of its processes. With `clocksTold` the events are on one
 *  clock already. */
export async function pairEndpoints(engine: Engine, rows: string, clocksTold: boolean): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_pair (event INTEGER, home INTEGER, nth INTEGER)');
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_repeated (key UBIGINT)');
  for (const slice of await keySlices(engine, 'fuse_event_recorded'))
    await engine.run(
      `INSERT INTO fuse_repeated
       SELECT hash(${recorded}) AS key FROM fuse_event_recorded WHERE ${single} AND localPort IS NOT NULL AND ${slice(recorded)}
       GROUP BY ALL HAVING count(*) > 1`,
    );
  await gatherTold(
    engine,
    rows,
    `SEMI JOIN fuse_repeated r ON r.key = hash(${recorded}) WHERE localPort IS NOT NULL AND ${single}`,
  );
  await rankTellers(engine);
  const [{ tellers } = { tellers: 0 }] = await engine.rows<{ tellers: number }>(
    'SELECT count(*)::INTEGER AS tellers FROM fuse_endpoint_teller',
  );
  for (let rank = 2; rank <= tellers; rank++) {
    await gatherFacing(engine, rank);
    if (!clocksTold && (await correctEndpointClocks(engine, rank))) await gatherFacing(engine, rank);
    await pairTeller(engine, rank);
    if (rank < tellers) await learn(engine, rank);
  }
  const [portless] = await engine.rows(`FROM fuse_event_recorded WHERE localPort IS NULL AND ${single} LIMIT 1`);
  if (portless) await pairPortless(engine, rows);
  await engine.run(
    `INSERT INTO fuse_twin
     SELECT p.event, e.place, p.home, h.place, p.nth
     FROM fuse_pair p JOIN fuse_event_recorded e ON e.event = p.event JOIN fuse_event_recorded h ON h.event = p.home`,
  );
  await engine.run('DROP TABLE IF EXISTS fuse_facing');
  await dropSpent(engine, 'pair', 'repeated', 'told');
}

const tolerance = 5 * second;

/** SQL: whether two events contradict each other in nothing. */
function agree(l: (name: string) => string, w: (name: string) => string): string {
  const same = (name: string): string => `${l(name)} = ${w(name)}`;
  return `coalesce(${same('pid')}, ${same('file')}, true) AND (${same('told')} OR '' IN (${l('told')}, ${w('told')}))`;
}
const agreeing = agree(
  (name) => `l.${name}`,
  (name) => `w.${name}`,
);
const same = (columns: readonly string[]): string => columns.map((name) => `l.${name} = w.${name}`).join(' AND ');

/** Pairs what the teller of a rank tells with what is left of those before it. */
async function pairTeller(engine: Engine, rank: number): Promise<void> {
  await engine.run(
    `INSERT INTO fuse_pair
     SELECT event, homeevent, ${rank} FROM fuse_facing
     WHERE sole AND abs(t - homet) <= ${tolerance} AND ${agree(
       (name) => name,
       (name) => `home${name}`,
     )}`,
  );
  const [crowded] = await engine.rows('FROM fuse_facing WHERE NOT sole LIMIT 1');
  if (!crowded) return;
  const alike = [...ends, 'island', 'mine', 'found', 'who'].join(', ');
  // Of one teller's equal events the first.
  const crowd = (
    slice: KeySlice,
  ): string => `SELECT min(event) AS flow, t AS starts, t AS ends, mine, ${ends.join(', ')}, found, told, pid, file, coalesce(pid, file) AS who
    FROM ${sides(rank, slice)} SEMI JOIN (FROM fuse_facing WHERE NOT sole) USING (${ends.join(', ')})
    GROUP BY ${ends.join(', ')}, mine, teller, found, told, pid, file, t`;
  for (const slice of await keySlices(engine, 'fuse_told'))
    await engine.run(
      `INSERT INTO fuse_pair
     WITH lined AS (
       SELECT *, row_number() OVER (PARTITION BY ${alike} ORDER BY starts, flow) AS nth, count(*) OVER (PARTITION BY ${alike}) AS several
       FROM (${islands(crowd(slice), ends, tolerance)})),
     pair AS (
       SELECT l.flow AS event, w.flow AS home,
         abs(l.starts - w.starts) + CASE WHEN l.found = w.found THEN 0 ELSE ${tolerance} END AS distance,
         l.found = w.found AND l.who IS NOT DISTINCT FROM w.who AND l.several = w.several AND l.island = w.island AS even,
         l.nth = w.nth AS level
       FROM (FROM lined WHERE mine) l
       JOIN (SELECT *, unnest([-1, 0, 1]) + starts // ${tolerance} AS about FROM lined WHERE NOT mine) w
         ON ${same(ends)} AND w.about = l.starts // ${tolerance}
       WHERE abs(l.starts - w.starts) <= ${tolerance} AND ${agreeing}),
     sure AS (SELECT event, home FROM pair WHERE even AND level)
     SELECT event, home, ${rank} FROM sure
     UNION ALL
     SELECT event, home, ${rank} FROM pair
     WHERE NOT even AND event NOT IN (SELECT event FROM sure) AND home NOT IN (SELECT home FROM sure)
     QUALIFY ${mutually('event', 'home', 'distance')}`,
    );
}

/** SQL over pairs: whether each of the two is the other's nearest, and nothing else is as near to either. */
function mutually(one: string, other: string, distance: string): string {
  const nearest = (side: string): string =>
    `${distance} = min(${distance}) OVER (PARTITION BY ${side}) AND count(*) OVER (PARTITION BY ${side}, ${distance}) = 1`;
  return `${nearest(one)} AND ${nearest(other)}`;
}

/** Has what is left know what the teller of a rank told of it: what the next one tells must not contradict that either. */
async function learn(engine: Engine, rank: number): Promise<void> {
  await engine.run(
    `UPDATE fuse_told AS h SET pid = coalesce(h.pid, e.pid), file = coalesce(h.file, e.file),
       told = CASE WHEN h.told = '' THEN e.told ELSE h.told END
     FROM fuse_pair p, fuse_told e WHERE p.nth = ${rank} AND p.home = h.event AND e.event = p.event`,
  );
}

/** Pairs events without a local port with those that have one. */
async function pairPortless(engine: Engine, rows: string): Promise<void> {
  const portless = `SELECT DISTINCT hash(${placeRecorded}) AS key FROM fuse_event_recorded WHERE localPort IS NULL AND ${single}`;
  await gatherTold(engine, rows, `SEMI JOIN (${portless}) r ON r.key = hash(${placeRecorded}) WHERE ${single}`);
  await engine.run(
    `INSERT INTO fuse_pair
     WITH lined AS (
       SELECT *, count(*) OVER (PARTITION BY ${place.join(', ')}, teller ORDER BY t
         RANGE BETWEEN ${2 * minute} PRECEDING AND ${2 * minute} FOLLOWING) AS about
       FROM fuse_told),
     told AS (SELECT p.home, t.teller FROM fuse_pair p JOIN fuse_told t ON t.event = p.event)
     SELECT l.event, w.event, 1
     FROM lined l JOIN lined w ON ${same(place)}
     WHERE l.ports IS NULL AND w.ports IS NOT NULL AND l.teller <> w.teller AND l.about = 1 AND w.about = 1
       AND abs(l.t - w.t) <= ${tolerance} AND ${agreeing} AND w.event NOT IN (SELECT event FROM fuse_pair)
       AND NOT EXISTS (FROM told WHERE told.home = w.event AND told.teller = l.teller)
     QUALIFY count(*) OVER (PARTITION BY l.event) = 1 AND count(*) OVER (PARTITION BY w.event) = 1`,
  );
}
