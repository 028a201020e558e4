import type { Engine } from '../engine/engine.ts';
import { agreeing } from './pairs.ts';
import { createSliced, type KeySlice, keySlices, type NumberSlice, numberSlices } from './slices.ts';
import { dropSpent } from './spent.ts';
import { hour, second } from './ticks.ts';

/** Finds, for flows that no event is about, an event that stands for them, and adds the pairs to `fuse_match`.
 *
 *  | rule | what stands for the flow | confidence |
 *  |---|---|---|
 *  | aggregated | a report of many connections, within an hour of the flow | 0.6 |
 *  | repeated-host | a connection of the hour before to the same host: endpoints drop what they have just reported | 0.6 |
 *  | repeated | the same, where the host of either is not known | 0.5 |
 *
 *  times the offer's doubt. Site, protocol, local address, remote address and port agree, the outcome does not
 *  contradict, neither do the hosts, and nor does who held the local address when the flow began (`fuse_flow_device`). Within reach there must be one program of one account: where there are several,
 *  nobody can say which of them opened the flow, and it stays without (`fuse_contested`). A report stands for as many
 *  flows as it says and no more, those nearest in time; whether it is stamped at the end or at the start of its hour is
 *  not documented, so that the flows before it are tried first and then those after. */
export async function matchStanding(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_contested (flow INTEGER)');
  const [offered] = await engine.rows('FROM fuse_offer LIMIT 1');
  if (offered) await gatherLeft(engine);
  const [left] = offered ? await engine.rows('FROM fuse_left LIMIT 1') : [];
  if (left) await standForLeft(engine);
  await engine.run('DROP TABLE IF EXISTS fuse_left; DROP TABLE fuse_offer');
}

async function standForLeft(engine: Engine): Promise<void> {
  await gatherPool(engine);
  await engine.run(`CREATE OR REPLACE TABLE fusion.fuse_left AS FROM fuse_left f SEMI JOIN fuse_pool e ON ${agree}`);
  const [report] = await engine.rows('FROM fuse_pool WHERE report LIMIT 1');
  if (report)
    for (const stamped of ['after', 'before'] as const)
      await stand(engine, { name: 'aggregated', trust: 0.6, stamped });
  await stand(engine, { name: 'repeated-host', trust: 0.6, stamped: 'before' });
  await stand(engine, { name: 'repeated', trust: 0.5, stamped: 'before' });
  await dropSpent(engine, 'pool', 'nearest');
}

/** `fuse_left(flow, starts, site, …, host, device)`: the flows that no event is about, and whose local address they have. */
async function gatherLeft(engine: Engine): Promise<void> {
  const left = (flows: string, matched: string, held: string) =>
    `SELECT f.flow, starts, ${key}, CASE WHEN n.flow IS NOT NULL THEN hash(n.name.host) END AS host, d.device
     FROM (FROM ${flows} ANTI JOIN ${matched} USING (flow)) f LEFT JOIN fuse_flow_name n ON n.flow = f.flow
     LEFT JOIN ${held} d ON d.flow = f.flow
     WHERE starts IS NOT NULL AND NOT inbound`;
  const slices = await numberSlices(engine, 'fuse_flow', 'flow');
  await createSliced<NumberSlice>(engine, 'fuse_left', slices, (slice) => {
    const of = (table: string) => `(FROM ${table} WHERE ${slice('flow')})`;
    return left(of('fuse_flow'), of('fuse_match'), of('fuse_flow_device'));
  });
}

const columns = ['site', 'protocol', 'class', 'localAddress', 'remoteAddress', 'remotePort'];
const key = columns.join(', ');
/** What slices are by: of the columns those that have many values. */
const place = ['localAddress', 'remoteAddress', 'remotePort'];
const agree = columns.map((column) => `f.${column} = e.${column}`).join(' AND ');

/** How far from a flow an event may stand for it. Aggregated reports cover an hour; that repeats are dropped for as long
 *  is the least that is known of endpoints. */
const reach = hour;

/** `fuse_pool`: the events that may stand for flows, with the host that their own flow or their URL named, and whether
 *  one program only is within reach: at all (`sole`), and of those that went to the same host (`soleThere`). */
async function gatherPool(engine: Engine): Promise<void> {
  const one = (program: string, window: string) => `min(${program}) OVER ${window} = max(${program}) OVER ${window}`;
  const window = (partition: string, after: string) =>
    `(PARTITION BY ${partition} ORDER BY t RANGE BETWEEN ${reach} PRECEDING AND ${after})`;
  const pool = (slice: KeySlice) =>
    `WITH went AS (
       SELECT event, min(n.name.host) AS host FROM fuse_match JOIN fuse_flow_name n USING (flow)
       GROUP BY event HAVING min(n.name.host) = max(n.name.host)),
     near AS (
       FROM (
         SELECT o.*, w.class FROM fuse_offer o JOIN ${agreeing} ON w.told = o.told
         WHERE o.kind IN ('connection', 'aggregated') AND NOT o.guess AND o.program IS NOT NULL) e
       SEMI JOIN fuse_left f ON ${agree} WHERE ${slice(place.map((column) => `e.${column}`))}),
     offer AS (
       SELECT o.*, e.device, o.kind = 'aggregated' AS report,
         CASE WHEN went.host IS NOT NULL THEN hash(went.host) WHEN e.host <> '' THEN hash(e.host) END AS host,
         CASE WHEN o.kind = 'aggregated' THEN o.program END AS reporting
       FROM near o JOIN fuse_event e ON e.event = o.event LEFT JOIN went ON went.event = o.event)
     SELECT event, t, device, report, budget, doubt, ${key}, host,
       CASE WHEN report THEN ${one('program', 'around')}
         ELSE ${one('program', 'before')} AND coalesce(${one('reporting', 'wide')} AND min(reporting) OVER wide = program, true) END AS sole,
       ${one('program', 'there')} AS soleThere
     FROM offer
     WINDOW before AS ${window(key, 'CURRENT ROW')}, around AS ${window(key, `${reach} FOLLOWING`)},
       wide AS ${window(key, `${2 * reach} FOLLOWING`)}, there AS ${window(`${key}, host`, 'CURRENT ROW')}`;
  await createSliced(engine, 'fuse_pool', await keySlices(engine, 'fuse_left', 'fuse_offer'), pool);
}

interface Standing {
  readonly name: 'aggregated' | 'repeated-host' | 'repeated';
  readonly trust: number;
  /** On which side of the flow's start the event is. */
  readonly stamped: 'before' | 'after';
}

async function stand(engine: Engine, { name, trust, stamped }: Standing): Promise<void> {
  const there = name === 'repeated-host';
  // Events are stamped up to 2 s late.
  const inequality = stamped === 'after' ? 'e.t >= f.starts' : `e.t <= f.starts + ${2 * second}`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_nearest (
       flow INTEGER, event INTEGER, sole BOOLEAN, doubt DOUBLE, budget BIGINT, distance BIGINT)`,
  );
  for (const slice of await keySlices(engine, 'fuse_left', 'fuse_pool'))
    await engine.run(
      `INSERT INTO fuse_nearest
       SELECT f.flow, e.event, ${there ? 'e.soleThere' : 'e.sole'} AS sole, e.doubt, e.budget, abs(f.starts - e.t) AS distance
       FROM (FROM fuse_left ANTI JOIN fuse_contested USING (flow) WHERE ${slice(place)}) f
       ASOF JOIN (
         FROM fuse_pool WHERE report = ${name === 'aggregated'} AND ${slice(place)}
         QUALIFY row_number() OVER (PARTITION BY ${key}, t${there ? ', host' : ''} ORDER BY event) = 1) e
         ON ${agree} AND ${inequality} ${there ? 'AND f.host = e.host' : ''}
       WHERE abs(f.starts - e.t) <= ${reach} AND coalesce(f.device = e.device, true) ${there ? '' : 'AND coalesce(f.host = e.host, true)'}`,
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
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_left AS FROM fuse_left ANTI JOIN fuse_match USING (flow)');
}
