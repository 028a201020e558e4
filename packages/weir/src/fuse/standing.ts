import type { Engine } from '../engine/engine.ts';
import { agreeing } from './candidates.ts';
import { hour, second } from './ticks.ts';

/** Finds, for flows that no event is about, an event that stands for them, and adds the pairs to `fuse_match`.
 *
 *  | rule | what stands for the flow | confidence |
 *  |---|---|---|
 *  | aggregated | a report of many connections, within an hour of the flow | 0.6 |
 *  | repeated | a connection of the hour before: endpoints drop what they have just reported | 0.5 |
 *
 *  times the offer's doubt. Site, protocol, local address, remote address and port agree, and the outcome does not
 *  contradict. Within reach there must be one program of one account: where there are several, nobody can say which of
 *  them opened the flow, and it stays without (`fuse_contested`). A report stands for as many flows as it says and no
 *  more, those nearest in time; whether it is stamped at the end or at the start of its hour is not documented, so that
 *  the flows before it are tried first and then those after. */
export async function matchStanding(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_left AS
     SELECT flow, starts, ${key} FROM fuse_flow ANTI JOIN fuse_match USING (flow)
     WHERE starts IS NOT NULL AND NOT inbound`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_pool AS
     WITH offer AS (
       SELECT o.*, w.class FROM fuse_offer o JOIN ${agreeing} ON w.told = o.told
       WHERE o.kind IN ('connection', 'aggregated') AND NOT o.guess AND o.program IS NOT NULL)
     SELECT event, t, kind = 'aggregated' AS report, budget, doubt, ${key},
       CASE WHEN report THEN min(program) OVER around = max(program) OVER around
         ELSE min(program) OVER before = max(program) OVER before
           AND coalesce(min(program) FILTER (kind = 'aggregated') OVER wide = program, true)
           AND coalesce(max(program) FILTER (kind = 'aggregated') OVER wide = program, true) END AS sole
     FROM offer e SEMI JOIN fuse_left f ON ${agree}
     WINDOW before AS (PARTITION BY ${key} ORDER BY t RANGE BETWEEN ${reach} PRECEDING AND CURRENT ROW),
       around AS (PARTITION BY ${key} ORDER BY t RANGE BETWEEN ${reach} PRECEDING AND ${reach} FOLLOWING),
       wide AS (PARTITION BY ${key} ORDER BY t RANGE BETWEEN ${reach} PRECEDING AND ${2 * reach} FOLLOWING)`,
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE fuse_left AS FROM fuse_left f SEMI JOIN fuse_pool e ON ${agree}`);
  await engine.run('CREATE OR REPLACE TEMP TABLE fuse_contested (flow INTEGER)');
  for (const stamped of ['after', 'before'] as const) {
    await stand(engine, { report: true, name: 'aggregated', trust: 0.6, stamped });
  }
  await stand(engine, { report: false, name: 'repeated', trust: 0.5, stamped: 'before' });
  for (const spent of ['left', 'pool', 'nearest']) await engine.run(`DROP TABLE fuse_${spent}`);
}

const columns = ['site', 'protocol', 'class', 'localAddress', 'remoteAddress', 'remotePort'];
const key = columns.join(', ');
const agree = columns.map((column) => `f.${column} = e.${column}`).join(' AND ');

/** How far from a flow an event may stand for it. Aggregated reports cover an hour; that repeats are dropped for as long
 *  is the least that is known of endpoints. */
const reach = hour;

interface Standing {
  readonly report: boolean;
  readonly name: string;
  readonly trust: number;
  /** On which side of the flow's start the event is. */
  readonly stamped: 'before' | 'after';
}

async function stand(engine: Engine, { report, name, trust, stamped }: Standing): Promise<void> {
  // Events are stamped up to 2 s late.
  const inequality = stamped === 'after' ? 'e.t >= f.starts' : `e.t <= f.starts + ${2 * second}`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_nearest AS
     SELECT f.flow, e.event, e.sole, e.doubt, e.budget, abs(f.starts - e.t) AS distance
     FROM (FROM fuse_left ANTI JOIN fuse_contested USING (flow)) f
     ASOF JOIN (FROM fuse_pool WHERE report = ${report}
       QUALIFY row_number() OVER (PARTITION BY ${key}, t ORDER BY event) = 1) e
       ON ${agree} AND ${inequality}
     WHERE abs(f.starts - e.t) <= ${reach}`,
  );
  await engine.run('INSERT INTO fuse_contested SELECT flow FROM fuse_nearest WHERE NOT sole');
  await engine.run(
    `INSERT INTO fuse_match
     SELECT flow, n.event, ${trust} * doubt, '${name}', false, distance
     FROM fuse_nearest n
     LEFT JOIN (SELECT event, count(*) AS flows FROM fuse_match WHERE rule = '${name}' GROUP BY ALL) taken ON taken.event = n.event
     WHERE sole
     QUALIFY budget IS NULL
       OR row_number() OVER (PARTITION BY n.event ORDER BY distance, flow) + coalesce(taken.flows, 0) <= budget`,
  );
  await engine.run('CREATE OR REPLACE TEMP TABLE fuse_left AS FROM fuse_left ANTI JOIN fuse_match USING (flow)');
}
