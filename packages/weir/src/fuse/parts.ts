import type { Engine } from '../engine/engine.ts';
import { longSum } from '../tables/index.ts';
import { jointOutcome, outcomeClass } from './flows.ts';
import { islands } from './islands.ts';
import { knowsBothEnds, unorderedEnds } from './keys.ts';
import { dropSpent } from './spent.ts';
import { minute, second } from './ticks.ts';

/** Adds up the parts of a connection: one flow in `fuse_flow` of the rows that flow logs write one a direction or one an
 *  interval (`NetworkFlows.IsPart`), told by one sensor, with equal ends, each near the one before it, and of which no
 *  endpoint says that another connection began with it (`begun`).
 *
 *  Each side's bytes are the sum of what the parts know of it, null where none does; a part told twice, by two exports of
 *  one collector, counts once. It began with the first part and ended with the last; it failed only if all parts did. Its
 *  number is the least of theirs, and so its id. Parts of which one belongs to a row that came in finished are that
 *  row's. */
export async function addParts(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_flow WHERE part LIMIT 1');
  if (!some) return;
  const ends = unorderedEnds('f');
  const begins = unorderedEnds('e');
  const same = [...shape, 'site', 'protocol'].map((name) => `b.${name} = p.${name}`).join(' AND ');
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_part AS
     WITH part AS (
       SELECT f.flow, f.starts, greatest(f.ends, f.starts) AS ends, f.site, f.protocol, f.sensor, f.family,
         ${ends.lowAddress} AS lowAddress, ${ends.lowPort} AS lowPort, ${ends.highAddress} AS highAddress,
         ${ends.highPort} AS highPort, ${ends.flipped} AS flipped
       FROM fuse_flow f WHERE f.part AND f.starts IS NOT NULL AND ${knowsBothEnds('f')}),
     place AS (SELECT DISTINCT site, protocol, ${shape.join(', ')} FROM part),
     began AS (
       SELECT e.stamped AS t, p.*
       FROM (SELECT site, protocol, stamped, ${shape.map((name) => `${begins[name]} AS ${name}`).join(', ')}
         FROM fuse_event_recorded e WHERE kind = 'connection' AND told <> 'failed' AND stamped IS NOT NULL) e
       JOIN place p ON ${shape.map((name) => `p.${name} = e.${name}`).join(' AND ')}
         AND (p.site = e.site OR p.site = '' OR e.site = '')
         AND (p.protocol = e.protocol OR (e.protocol = '' AND p.protocol IN ('tcp', 'udp')))),
     placed AS (
       SELECT p.*, CASE WHEN b.t >= p.starts - ${minute} THEN b.t END AS begun
       FROM part p ASOF LEFT JOIN began b ON ${same} AND b.t <= p.starts + ${jitter})
     SELECT flow AS member, min(flow) OVER (PARTITION BY ${[...key, 'island'].join(', ')}) AS flow, flipped
     FROM (${islands('FROM placed', key, pause, begun)})`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_side AS
     WITH side AS (
       SELECT p.flow, p.member, p.flipped = o.flipped AS along, f.starts // ${second} AS starts,
         greatest(f.ends, f.starts) // ${second} AS ends, unnest([{ sends: true, bytes: f.sent }, { sends: false, bytes: f.received }], recursive := true)
       FROM fuse_part p JOIN fuse_flow f ON f.flow = p.member JOIN fuse_part o ON o.member = p.flow),
     told AS (SELECT flow, sends = along AS sent, bytes, ${again} AS again FROM side WHERE bytes IS NOT NULL)
     SELECT flow, ${longSum('sum(bytes) FILTER (sent)')} AS sent, ${longSum('sum(bytes) FILTER (NOT sent)')} AS received
     FROM told WHERE NOT again GROUP BY flow`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_sum AS
     SELECT p.flow, any_value(b.sent) AS sent, any_value(b.received) AS received,
       min(f.starts) AS starts, max(f.ends) AS ends, ${jointOutcome('f.outcome')} AS outcome,
       min({ starts: f.starts, flow: f.flow, inbound: f.inbound <> (p.flipped <> o.flipped) }).inbound AS inbound,
       coalesce(min(nullif(f.source, '')), '') AS source, coalesce(min(nullif(f.account, '')), '') AS account,
       coalesce(min(nullif(f.app, '')), '') AS app,
       bool_or(f.finished) AS finished
     FROM fuse_part p JOIN fuse_flow f ON f.flow = p.member JOIN fuse_part o ON o.member = p.flow
     LEFT JOIN fuse_side b ON b.flow = p.flow
     GROUP BY p.flow`,
  );
  await engine.run(
    `INSERT INTO fuse_member
     SELECT p.flow, f.flow, false, i."EventId", f.flowId, f.sensor, f.site, f.source, NULL, NULL
     FROM fuse_part p JOIN fuse_flow f ON f.flow = p.member JOIN fuse_flow_id i ON i.flow = f.flow WHERE p.member <> p.flow`,
  );
  const summed = ['starts', 'ends', 'sent', 'received', 'outcome', 'inbound', 'source', 'account', 'app'];
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_flow AS
     FROM fuse_flow ANTI JOIN fuse_part p ON p.member = fuse_flow.flow
     WHERE NOT finished
     UNION ALL BY NAME
     SELECT f.* REPLACE (${summed.map((name) => `s.${name} AS ${name}`).join(', ')},
       ${outcomeClass({ outcome: 's.outcome', sent: 's.sent', received: 's.received' })} AS class)
     FROM fuse_sum s JOIN fuse_flow f ON f.flow = s.flow WHERE NOT s.finished`,
  );
  await dropSpent(engine, 'part', 'side', 'sum');
}

const shape = ['lowAddress', 'lowPort', 'highAddress', 'highPort'] as const;
const key = ['site', 'protocol', 'sensor', 'family', ...shape];

/** The longest silence between two parts of one connection. Flow logs write at least every 10 minutes while anything
 *  passes (AWS; Azure and NetFlow exporters every 1 to 5), and what was silent for longer was closed by most firewalls
 *  and translators; with the same ports an hour later it is another connection. */
const pause = 10 * minute;

/** SQL: whether an endpoint says that a connection with the same ends began with a part, so that its ports were used again:
 *  all parts before had ended half a minute earlier, and the part begins at most half a minute before the event and a minute
 *  after it. Clocks are not corrected yet, since whole connections tell them; AWS has records begin up to a minute late. */
const begun = (before: string): string => `(begun IS NOT NULL AND least(begun, starts) - ${jitter} > ${before})`;

const jitter = 30 * second;

/** SQL: whether a row tells of a part that another tells of: as many bytes the same way, within the other's time by the
 *  second. An exporter's own records of one direction follow each other; exports of one collector round, and pair, them
 *  differently. */
const again = `coalesce(ends <= max(ends) OVER (
  PARTITION BY flow, sends = along, bytes ORDER BY starts, ends DESC, member ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false)`;
