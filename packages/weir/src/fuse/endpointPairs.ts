import type { Engine } from '../engine/engine.ts';
import { estimateEndpointClocks } from './endpointClocks.ts';
import { islands } from './islands.ts';
import { endpointTeller } from './keys.ts';
import { keySlices } from './slices.ts';
import { streaming } from './streaming.ts';
import { minute, second } from './ticks.ts';

/** Finds the events of different tellers (`endpointTeller`) that tell of one connection, and puts them into `fuse_twin`.
 *
 *  They have one device, site, protocol and both addresses and ports, began within 5 s of each other by one clock
 *  (`estimateEndpointClocks`), and contradict each other neither in the process (its number, else its name) nor in the
 *  outcome. Always one to one: of a process's connections with equal ends those are paired in their order of which both
 *  tellers have equally many; of others two that are each other's nearest, and what is equally near to two stays apart.
 *  An event without a local port is paired where nothing else can be meant: it and the other are their tellers' only
 *  ones of the place within two minutes. Reports of many connections are no connection's event.
 *
 *  The event that stays is that of the teller that knows more of its processes. */
export async function pairEndpoints(engine: Engine, rows: string): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_pair (event INTEGER, home INTEGER)');
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_repeated (key UBIGINT)');
  for (const slice of await keySlices(engine, 'fuse_event_recorded'))
    await engine.run(
      `INSERT INTO fuse_repeated
       SELECT hash(${ends}) AS key FROM fuse_event_recorded WHERE ${single} AND localPort IS NOT NULL AND ${slice(ends)}
       GROUP BY ALL HAVING count(*) > 1`,
    );
  await gatherTold(
    engine,
    rows,
    `SEMI JOIN fuse_repeated r ON r.key = hash(${ends}) WHERE localPort IS NOT NULL AND ${single}`,
  );
  await rankTellers(engine);
  await estimateEndpointClocks(engine, ends);
  const [{ tellers } = { tellers: 0 }] = await engine.rows<{ tellers: number }>(
    'SELECT count(*)::INTEGER AS tellers FROM fuse_endpoint_teller',
  );
  for (let rank = 2; rank <= tellers; rank++) await pairTeller(engine, rank);
  const [portless] = await engine.rows(`FROM fuse_event_recorded WHERE localPort IS NULL AND ${single} LIMIT 1`);
  if (portless) await pairPortless(engine, rows);
  await engine.run(
    `INSERT INTO fuse_twin
     SELECT p.event, e.place, p.home, h.place, row_number() OVER (PARTITION BY p.home ORDER BY p.event)
     FROM fuse_pair p JOIN fuse_event_recorded e ON e.event = p.event JOIN fuse_event_recorded h ON h.event = p.home`,
  );
  for (const spent of ['pair', 'repeated', 'told', 'endpoint_teller']) await engine.run(`DROP TABLE fuse_${spent}`);
}

const place = ['device', 'site', 'protocol', 'localAddress', 'remoteAddress', 'remotePort'];
const ends = [...place, 'localPort'];
const single = `kind IN ('connection', 'found') AND device IS NOT NULL AND protocol <> '' AND stamped IS NOT NULL
  AND localAddress IS NOT NULL AND remoteAddress IS NOT NULL AND remotePort IS NOT NULL`;
const tolerance = 5 * second;

/** `fuse_told(event, device, …, found, told, t, teller, pid, file, who, facts)`: the events of `which`, with what their
 *  rows say of the process. Of one teller's equal events the first. */
async function gatherTold(engine: Engine, rows: string, which: string): Promise<void> {
  const facts = known.map((name) => `(coalesce(r."${name}"::VARCHAR, '') <> '')::INTEGER`).join(' + ');
  const gather = `CREATE OR REPLACE TABLE fusion.fuse_told AS
    SELECT e.event, ${ends.map((name) => `e.${name}`).join(', ')}, e.kind = 'found' AS found, e.told, e.stamped AS t,
      ${endpointTeller('r."EventId"')} AS teller, r."InitiatingProcessId" AS pid,
      lower(r."InitiatingProcessFileName") AS file, coalesce(pid::VARCHAR, file) AS who, ${facts} AS facts
    FROM ${rows} r JOIN (FROM fuse_event_recorded ${which}) e ON e.place = r.place
    QUALIFY row_number() OVER (PARTITION BY ${ends.map((name) => `e.${name}`).join(', ')}, teller, found, e.told, who, t ORDER BY e.event) = 1`;
  await streaming(engine, () => engine.run(gather));
}

/** What a teller may know of a process. */
const known = [
  ...['FileName', 'Id', 'CommandLine', 'FolderPath', 'CreationTime', 'SHA1', 'SHA256', 'AccountName', 'ParentFileName'],
  ...['ParentId', 'VersionInfoOriginalFileName', 'VersionInfoCompanyName'],
].map((name) => `InitiatingProcess${name}`);

/** `fuse_endpoint_teller(teller, rank)`. */
async function rankTellers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_endpoint_teller AS
     SELECT teller, row_number() OVER (ORDER BY avg(facts) DESC, count(*) DESC, teller) AS rank FROM fuse_told GROUP BY teller`,
  );
}

/** SQL over the two sides of a pair. */
const agree = `coalesce(l.pid = w.pid, l.file = w.file OR '' IN (l.file, w.file)) AND (l.told = w.told OR '' IN (l.told, w.told))`;
const same = (columns: readonly string[]): string => columns.map((name) => `l.${name} = w.${name}`).join(' AND ');

/** Pairs what the teller of a rank tells with what is left of those before it. */
async function pairTeller(engine: Engine, rank: number): Promise<void> {
  const side = `SELECT event AS flow, t AS starts, t AS ends, rank = ${rank} AS mine, ${ends.join(', ')}, found, told, pid, file, who
    FROM fuse_told JOIN fuse_endpoint_teller USING (teller)
    WHERE rank <= ${rank} AND event NOT IN (SELECT event FROM fuse_pair)`;
  const alike = [...ends, 'island', 'mine', 'found', 'who'].join(', ');
  await engine.run(
    `INSERT INTO fuse_pair
     WITH lined AS (
       SELECT *, row_number() OVER (PARTITION BY ${alike} ORDER BY starts, flow) AS nth, count(*) OVER (PARTITION BY ${alike}) AS several
       FROM (${islands(side, ends, tolerance)})),
     pair AS (
       SELECT l.flow AS event, w.flow AS home,
         abs(l.starts - w.starts) + CASE WHEN l.found = w.found THEN 0 ELSE ${tolerance} END AS distance,
         l.found = w.found AND l.who = w.who AND l.several = w.several AND l.island = w.island AS even, l.nth = w.nth AS level
       FROM (FROM lined WHERE mine) l
       JOIN (SELECT *, unnest([-1, 0, 1]) + starts // ${tolerance} AS about FROM lined WHERE NOT mine) w
         ON ${same(ends)} AND w.about = l.starts // ${tolerance}
       WHERE abs(l.starts - w.starts) <= ${tolerance} AND ${agree}),
     sure AS (SELECT event, home FROM pair WHERE even AND level)
     FROM sure
     UNION ALL
     SELECT event, home FROM pair
     WHERE NOT even AND event NOT IN (SELECT event FROM sure) AND home NOT IN (SELECT home FROM sure)
     QUALIFY distance = min(distance) OVER (PARTITION BY event) AND distance = min(distance) OVER (PARTITION BY home)
       AND count(*) OVER (PARTITION BY event, distance) = 1 AND count(*) OVER (PARTITION BY home, distance) = 1`,
  );
  // What the next teller tells must not contradict any of them.
  await engine.run(
    `UPDATE fuse_told AS h SET pid = coalesce(h.pid, e.pid), file = CASE WHEN h.file = '' THEN e.file ELSE h.file END,
       told = CASE WHEN h.told = '' THEN e.told ELSE h.told END
     FROM fuse_pair p, fuse_told e WHERE p.home = h.event AND e.event = p.event AND e.teller IN (
       SELECT teller FROM fuse_endpoint_teller WHERE rank = ${rank})`,
  );
}

/** Pairs events without a local port with those that have one. */
async function pairPortless(engine: Engine, rows: string): Promise<void> {
  await gatherTold(
    engine,
    rows,
    `SEMI JOIN (SELECT DISTINCT hash(${place.join(', ')}) AS key FROM fuse_event_recorded WHERE localPort IS NULL AND ${single}) r
       ON r.key = hash(${place.join(', ')}) WHERE ${single}`,
  );
  await engine.run(
    `INSERT INTO fuse_pair
     WITH lined AS (
       SELECT *, count(*) OVER (PARTITION BY ${place.join(', ')}, teller ORDER BY t
         RANGE BETWEEN ${2 * minute} PRECEDING AND ${2 * minute} FOLLOWING) AS about
       FROM fuse_told),
     told AS (
       SELECT p.home, t.teller FROM fuse_pair p JOIN fuse_told t ON t.event = p.event)
     SELECT l.event, w.event
     FROM lined l JOIN lined w ON ${same(place)}
     WHERE l.localPort IS NULL AND w.localPort IS NOT NULL AND l.teller <> w.teller AND l.about = 1 AND w.about = 1
       AND abs(l.t - w.t) <= ${tolerance} AND ${agree}
       AND w.event NOT IN (SELECT event FROM fuse_pair)
       AND NOT EXISTS (FROM told WHERE told.home = w.event AND told.teller = l.teller)
     QUALIFY count(*) OVER (PARTITION BY l.event) = 1 AND count(*) OVER (PARTITION BY w.event) = 1`,
  );
}
