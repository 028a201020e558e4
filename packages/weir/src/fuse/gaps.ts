import type { Engine } from '../engine/engine.ts';
import type { FusionReport } from '../model/fusionReport.ts';
import type { Counts } from './counts.ts';
import { type NumberSlice, numberSlices } from './slices.ts';
import { hour } from './ticks.ts';

type Gap = FusionReport['gaps'][number];
/** Conditions over a row's skeleton and what to tell a person where one holds; the first that holds is told. */
type Reasons = readonly (readonly [condition: string, why: string])[];

/** SQL: flows of a kind that endpoints leave out of their log: DNS and NTP by their ports. */
export const unlogged = `(f.protocol = 'udp' AND f.remotePort IN (53, 123))`;

const process: Reasons = [
  ['e.event IS NOT NULL', 'the endpoint event names none'],
  ['NOT k.events', 'there is no endpoint log among the inputs'],
  ['c.device IS NULL', 'no endpoint log covers the device'],
  [unlogged, 'it is a name lookup or a time query, which endpoints do not log'],
  [
    `f.starts < c."from" - ${hour} OR f.starts > c.until + ${hour}`,
    'the endpoint log of the device ends before or begins after it',
  ],
  ['x.flow IS NOT NULL', 'several programs of the device used the same address within an hour'],
  ['true', 'the endpoint logged no event for it'],
];

const bytes: Reasons = [
  [`f.class = 'failed'`, 'the connection was refused or not answered'],
  [`f.outcome = 'unknown' OR f.class = 'open'`, 'the sensor did not see the connection answered'],
  ['f.flow IS NOT NULL', 'its log has no count of what was sent'],
  ['NOT k.flows', 'there is no sensor log among the inputs'],
  ['b.event IS NOT NULL', 'it is a second event about a connection whose bytes stand on another row'],
  [
    'e.remoteAddress IS NULL OR e.remotePort IS NULL OR e.t IS NULL',
    'the endpoint event lacks the address, port or time to find its flow by',
  ],
  [`remote.type = 'Loopback'`, 'it never left the device'],
  ['(e.t BETWEEN k."from" AND k.until) IS NOT TRUE', 'no sensor log covers the time'],
  [
    'e.localAddress IS NOT NULL AND seen.address IS NULL',
    'the device was at an address that no sensor saw, for instance at home',
  ],
  [`e.kind = 'aggregated'`, 'it is a report of many connections, not all of whose flows were found'],
  [`e.told = 'failed'`, 'the connection failed and no sensor saw the attempt'],
  ['true', 'no sensor saw the flow'],
];

const name: Reasons = [
  [`f.class = 'failed' OR (f.flow IS NULL AND e.told = 'failed')`, 'the connection failed before a name was told'],
  [`remote.remoteType IN ('Private', 'Loopback')`, 'the remote side is an internal address that nobody named'],
  ['f.flow IS NULL', 'the endpoint told no host name and no sensor saw the flow'],
  ['s.canonical IS NOT NULL', 'only the address is known; a service publishes it as its own'],
  ['true', 'no log tells a server name for it, and no DNS answer to the client has its address'],
];

/** Why connections lack what they lack, most frequent first. For each of process, bytes and name the counts add up to
 *  the connections without it. `finished` counts the rows that came in finished. */
export async function countGaps(engine: Engine, finished: Counts): Promise<Gap[]> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_watch AS
     SELECT min(starts) - ${hour} AS "from", max(greatest(starts, ends)) + ${hour} AS until, count(*) > 0 AS flows,
       (SELECT count(*) > 0 FROM fuse_event) AS events
     FROM fuse_flow`,
  );
  const counts = new Map<string, number>();
  for (const slice of await numberSlices(engine, 'fuse_row', '"row"')) {
    for (const { lacks, reason, count } of await countReasons(engine, slice)) {
      const key = `${lacks} ${reason}`;
      counts.set(key, (counts.get(key) ?? 0) + Number(count));
    }
  }
  const reasons = { process, bytes, name };
  const gaps: Gap[] = [...counts].map(([key, count]) => {
    const [lacks, reason] = key.split(' ') as [Gap['lacks'], string];
    return { lacks, why: reasons[lacks][Number(reason)]?.[1] ?? '', count };
  });
  const without = {
    process: finished.connections - finished.withProcess,
    bytes: finished.connections - finished.withBytes,
    name: finished.connections - finished.withName,
  };
  for (const lacks of ['process', 'bytes', 'name'] as const)
    if (without[lacks] > 0) gaps.push({ lacks, why: 'the row came in finished, without it', count: without[lacks] });
  return gaps.sort((a, b) => b.count - a.count || compare(a.lacks, b.lacks) || compare(a.why, b.why));
}

function countReasons(
  engine: Engine,
  slice: NumberSlice,
): Promise<{ lacks: Gap['lacks']; reason: number; count: bigint }[]> {
  const choose = (reasons: Reasons) =>
    `CASE ${reasons.map(([condition], index) => `WHEN ${condition} THEN ${index}`).join(' ')} END`;
  return engine.rows(
    `WITH why AS (
       SELECT
         CASE WHEN e.process IS NOT TRUE THEN ${choose(process)} END AS process,
         CASE WHEN CASE WHEN g.row IS NOT NULL THEN g.sent WHEN r.swapped THEN f.received ELSE f.sent END IS NOT NULL
           THEN NULL ELSE ${choose(bytes)} END AS bytes,
         CASE WHEN n.row IS NULL THEN ${choose(name)} END AS name
       FROM (SELECT "row", event, flow, swapped FROM fuse_row WHERE ${slice('"row"')}) r CROSS JOIN fuse_watch k
       LEFT JOIN fuse_event e ON e.event = r.event
       LEFT JOIN (FROM fuse_flow WHERE ${slice('flow')}) f ON f.flow = r.flow
       LEFT JOIN (SELECT "row" FROM fuse_name WHERE ${slice('"row"')}) n ON n.row = r.row
       LEFT JOIN (FROM fuse_figure WHERE ${slice('"row"')}) g ON g.row = r.row
       LEFT JOIN (FROM fuse_flow_device WHERE ${slice('flow')}) o ON o.flow = r.flow
       LEFT JOIN fuse_coverage c ON c.device = o.device
       LEFT JOIN (SELECT DISTINCT flow FROM fuse_contested) x ON x.flow = r.flow
       LEFT JOIN fuse_doubled b ON b.event = r.event
       LEFT JOIN (SELECT DISTINCT localAddress AS address FROM fuse_flow UNION SELECT remoteAddress FROM fuse_flow) seen
         ON seen.address = e.localAddress
       LEFT JOIN fuse_place remote ON remote.address = coalesce(e.remoteAddress, f.remoteAddress)
       LEFT JOIN fuse_address_service s ON s.canonical = remote.canonical
       WHERE e.kind IS NULL OR e.kind IN ('connection', 'found', 'aggregated') OR e.event IN (FROM fuse_only_look)),
     -- Few combinations: a row is counted once, not once for each that it lacks.
     together AS (SELECT process, bytes, name, count(*) AS count FROM why GROUP BY ALL)
     SELECT lacks, reason, sum(count)::BIGINT AS count
     FROM (UNPIVOT together ON process, bytes, name INTO NAME lacks VALUE reason) GROUP BY ALL`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
