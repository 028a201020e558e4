import type { Engine } from '../engine/engine.ts';
import { isProxied } from './proxies.ts';
import { minute, second } from './ticks.ts';

/** Every pair of a flow and an endpoint event that may be one connection:
 *  `fuse_candidate(flow, event, confidence, distance, rule, swapped)`.
 *
 *  | rule | what agrees | confidence |
 *  |---|---|---|
 *  | five-tuple | site, protocol, both addresses and ports | 1 |
 *  | five-tuple-swapped | the same, the endpoint being the flow's remote side | 0.95 |
 *  | five-tuple-disputed | the same at the same moment, but one side saw it fail and the other saw it carry data | 0.8 |
 *  | no-local-port | all but the local port, which the endpoint does not know; where several programs went there within
 *    two minutes, only at the same moment | 0.7 |
 *  | proxy | a proxy's record and a connection to a proxy: site, protocol, client address and port | 1 |
 *  | proxy-port | the same, where nothing else says that the connection goes to a proxy | 0.85 |
 *  | proxy-host | a record that does not know the client's port, and a connection to a proxy: the host instead; of
 *    several programs as without a local port | 0.7 |
 *
 *  times the offer's doubt (`fuse_offer`), times how well the times agree (`timeFactor`). `standing.ts` has the rules
 *  for the flows that find nothing here. What a proxy did with a request says nothing of the connection to it, so that the
 *  outcomes need not agree, and a connection that a sensor saw is no record's (`proxyRecords.ts`). */
export async function gatherCandidates(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_candidate (
       flow INTEGER, event INTEGER, confidence DOUBLE, distance BIGINT, rule VARCHAR, swapped BOOLEAN)`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_manner AS
     SELECT row_number() OVER ()::INTEGER AS manner, * FROM (SELECT DISTINCT site, protocol, class FROM fuse_flow)`,
  );
  const exact = `FROM fuse_offer WHERE kind <> 'aggregated' AND localPort IS NOT NULL`;
  const ends = ['localAddress', 'remoteAddress', 'localPort', 'remotePort'];
  await pair(engine, { name: 'five-tuple', trust: 1, offers: exact, ends });
  await pair(engine, { name: 'five-tuple-swapped', trust: 0.95, offers: exact, ends, swapped: true });
  await pair(engine, {
    name: 'five-tuple-disputed',
    trust: 0.8,
    offers: exact,
    ends,
    outcomes: contradicting,
    moment: true,
  });
  const portless = { name: 'no-local-port', trust: 0.7, ends: ['localAddress', 'remoteAddress', 'remotePort'] };
  const nameless = `FROM fuse_offer WHERE kind <> 'aggregated' AND localPort IS NULL AND NOT guess`;
  await pair(engine, { ...portless, offers: near(nameless, portless.ends, 'sole') });
  await pair(engine, { ...portless, offers: near(nameless, portless.ends, 'NOT sole'), moment: true });
  await pairRecords(engine);
  await dropGuesses(engine);
  await engine.run('DROP TABLE fuse_manner');
}

/** Offers parted by whether one program only went to the same place within two minutes either way. */
function near(offers: string, place: readonly string[], parted: string): string {
  return `FROM (
    SELECT *, coalesce(min(program) OVER near = max(program) OVER near, true) AS sole FROM (${offers})
    WINDOW near AS (PARTITION BY site, protocol, ${place.join(', ')} ORDER BY t
      RANGE BETWEEN ${2 * minute} PRECEDING AND ${2 * minute} FOLLOWING))
    WHERE ${parted}`;
}

async function pairRecords(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_record LIMIT 1');
  if (!some) return;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_unseen AS
     SELECT o.*, nullif(e.host, '') AS host, ${isProxied('o')} AS proxied
     FROM fuse_offer o JOIN fuse_event e ON e.event = o.event
     WHERE o.kind <> 'aggregated' AND NOT o.guess AND o.event NOT IN (SELECT event FROM fuse_candidate)`,
  );
  const ported = {
    flows: 'SELECT f.* FROM fuse_flow f SEMI JOIN fuse_record r ON r.flow = f.flow WHERE localPort IS NOT NULL',
    ends: ['localAddress', 'localPort'],
    outcomes: any,
  };
  await pair(engine, { ...ported, name: 'proxy', trust: 1, offers: 'FROM fuse_unseen WHERE proxied' });
  await pair(engine, { ...ported, name: 'proxy-port', trust: 0.85, offers: 'FROM fuse_unseen WHERE NOT proxied' });
  const named = {
    name: 'proxy-host',
    trust: 0.7,
    flows: 'SELECT f.*, r.host FROM fuse_flow f JOIN fuse_record r ON r.flow = f.flow WHERE f.localPort IS NULL',
    ends: ['localAddress', 'host'],
    outcomes: any,
  } as const;
  const toProxies = 'FROM fuse_unseen WHERE proxied';
  await pair(engine, { ...named, offers: near(toProxies, named.ends, 'sole') });
  await pair(engine, { ...named, offers: near(toProxies, named.ends, 'NOT sole'), moment: true });
  await engine.run('DROP TABLE fuse_unseen');
}

interface Rule {
  readonly name: string;
  readonly trust: number;
  readonly offers: string;
  /** The flows that may be meant; all where absent. */
  readonly flows?: string;
  /** What must agree of the ends, by the endpoint's side. */
  readonly ends: readonly string[];
  readonly swapped?: boolean;
  /** Which outcomes may meet; those that agree where absent. */
  readonly outcomes?: string;
  /** Only at the flow's start. */
  readonly moment?: boolean;
}

/** What an event states of the outcome, and the classes of flows that do not contradict it. */
export const agreeing = `(VALUES ('success', 'carried'), ('success', 'open'), ('failed', 'failed'), ('failed', 'open'),
  ('', 'carried'), ('', 'failed'), ('', 'open')) AS w(told, class)`;
const any = `(SELECT * FROM (VALUES ('success'), ('failed'), ('')) AS t(told), (VALUES ('carried'), ('failed'), ('open')) AS c(class)) AS w`;
const contradicting = `(VALUES ('success', 'failed'), ('failed', 'carried')) AS w(told, class)`;

async function pair(
  engine: Engine,
  { name, trust, flows = 'FROM fuse_flow', offers, ends, swapped = false, outcomes = agreeing, moment = false }: Rule,
) {
  const turned = (column: string) => (swapped ? (opposite[column] ?? column) : column);
  const [mine, theirs] = [keyOf(ends, (column) => `o.${column}`), keyOf(ends, (column) => `f.${turned(column)}`)];
  const names = ['manner', ...Object.keys(mine)];
  const key = names.map((column) => `f.${column} = e.${column}`).join(' AND ');
  const select = (columns: Record<string, string>) =>
    ['m.manner', ...Object.entries(columns).map(([column, sql]) => `${sql} AS ${column}`)].join(', ');
  const manner = (row: string, classed: string) =>
    `JOIN fuse_manner m ON m.site = ${row}.site AND m.protocol = ${row}.protocol AND m.class = ${classed}.class`;
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_side AS
     SELECT o.event, o.doubt, o.t, ${select(mine)}
     FROM (${offers}) o JOIN ${outcomes} ON w.told = o.told ${manner('o', 'w')}`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_probe AS
     FROM (SELECT f.flow, f.starts, greatest(f.ends, f.starts) AS ends, ${select(theirs)} FROM (${flows}) f ${manner('f', 'f')}
       WHERE f.starts IS NOT NULL) f
     SEMI JOIN fuse_side e ON ${key}`,
  );
  // ASOF takes any of several equals: one event a key and moment, the first by id.
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_target AS
     SELECT min(event) AS event, max(doubt) AS doubt, t, ${names.join(', ')}
     FROM fuse_side e SEMI JOIN fuse_probe f ON ${key} GROUP BY ALL`,
  );
  for (const side of ['<=', '>=']) {
    await engine.run(
      `INSERT INTO fuse_candidate
       SELECT flow, event, ${trust} * doubt * agreement, abs(t - starts), '${name}', ${swapped}
       FROM (SELECT f.flow, f.starts, e.event, e.t, e.doubt, ${moment ? sameMoment : timeFactor} AS agreement
             FROM fuse_probe f ASOF JOIN fuse_target e ON ${key} AND e.t ${side} f.starts)
       WHERE agreement > 0`,
    );
  }
}

/** The ends that must agree as few numbers, which the engine sorts in half the time: two addresses in one, two ports in
 *  one, whatever else as it is. */
function keyOf(ends: readonly string[], column: (name: string) => string): Record<string, string> {
  const packed = (['Address', 'Port'] as const).filter((kind) =>
    [`local${kind}`, `remote${kind}`].every((name) => ends.includes(name)),
  );
  return Object.fromEntries([
    ...packed.map((kind) => [
      `both${kind}`,
      `${column(`local${kind}`)}::BIGINT * ${2 ** 32} + ${column(`remote${kind}`)}`,
    ]),
    ...ends.filter((name) => !packed.some((kind) => name.endsWith(kind))).map((name) => [name, column(name)]),
  ]);
}

const opposite: Readonly<Record<string, string>> = {
  localAddress: 'remoteAddress',
  remoteAddress: 'localAddress',
  localPort: 'remotePort',
  remotePort: 'localPort',
};

/** SQL: the event's time against the flow's life. At its start 0.95; while it lasted 0.9, both with 2 s for jitter;
 *  within half a minute of it 0.75, within two minutes 0.5 (an unestimated clock), beyond that another connection. */
const timeFactor = `CASE
  WHEN abs(e.t - f.starts) <= ${2 * second} THEN 0.95
  WHEN e.t BETWEEN f.starts - ${2 * second} AND f.ends + ${2 * second} THEN 0.9
  WHEN e.t BETWEEN f.starts - ${30 * second} AND f.ends + ${30 * second} THEN 0.75
  WHEN e.t BETWEEN f.starts - ${2 * minute} AND f.ends + ${2 * minute} THEN 0.5
  ELSE 0 END`;

const sameMoment = `CASE WHEN abs(e.t - f.starts) <= ${2 * second} THEN 0.95 ELSE 0 END`;

/** A site that one side does not name is settled by the pairs themselves: where they lie in several sites, the same
 *  address may be two machines, and none of them is believed. */
async function dropGuesses(engine: Engine): Promise<void> {
  const crossing = (nameless: string, other: string) =>
    `SELECT ${nameless} FROM fuse_candidate JOIN fuse_flow f USING (flow) JOIN fuse_event e USING (event)
     WHERE ${nameless[0]}.site = '' GROUP BY ${nameless} HAVING count(DISTINCT ${other[0]}.site) > 1`;
  const [guess] = await engine.rows('FROM fuse_offer WHERE guess LIMIT 1');
  if (guess === undefined) return;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_candidate AS
     FROM fuse_candidate WHERE event NOT IN (${crossing('event', 'flow')}) AND flow NOT IN (${crossing('flow', 'event')})`,
  );
}
