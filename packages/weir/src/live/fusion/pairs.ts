import type { Engine } from '../../engine/engine.ts';
import { deviceKey } from '../../fuse/devices.ts';
import { mayGoOn, remembered, silence } from '../../fuse/openers.ts';
import { minute, second } from '../../fuse/ticks.ts';
import { pairedWithin } from '../../fuse/translators.ts';
import {
  deviceNetworkEvents,
  deviceProcessEvents,
  endpointConnections,
  networkFlows,
  observedBodies,
  observedNames,
  type Table,
} from '../../tables/index.ts';
import type { Span } from '../snapshot.ts';
import { repeated } from './clockRows.ts';
import { finishedIds } from './finishedIds.ts';
import { timesOf } from './times.ts';
import { covers, longerBy, united, type Windows } from './windows.ts';

/** SQL of a table's rows, as a snapshot or some of it has them. */
export type Rows = (table: Table) => string;

/** SQL for an address as rows are compared by it. Nearly none begins so, which is seen at a third of the cost of `ILIKE`. */
export function plain(address: string): string {
  return `CASE WHEN NOT starts_with(${address}, '::') THEN lower(${address}) WHEN ${address} ILIKE '::ffff:%.%' THEN substr(${address}, 8) ELSE lower(${address}) END`;
}

/** SQL for two addresses in an order that does not hang on which is local: `a` and `b`. */
export function pairOf(one: string, other: string): { readonly a: string; readonly b: string } {
  return { a: `least(${plain(one)}, ${plain(other)})`, b: `greatest(${plain(one)}, ${plain(other)})` };
}

/** What is held together: all rows of two addresses, or only those of one connection of theirs, by its ports, and those that
 *  do not know these. */
export type Held = 'pair' | 'connection';

/** SQL for the ports of a table's row, in an order that does not hang on which is local: ${unknownPorts} where they are not known. */
function portsOf(table: Table, by: Held): string {
  if (by === 'pair') return '0';
  const [one, other] = [observedNames.name, observedBodies.name].includes(table.name)
    ? ['"ClientPort"', '"ServerPort"']
    : ['"LocalPort"', '"RemotePort"'];
  return `CASE WHEN ${one} > 0 AND ${other} > 0 THEN least(${one}, ${other})::BIGINT * 65536 + greatest(${one}, ${other}) ELSE ${unknownPorts} END`;
}

const unknownPorts = -1;

/** SQL: whether a row (its columns bare) is of a pair `p` of `fusion_pair`. */
export function ofPair(table: Table, by: Held): string {
  const { a, b } = pairOf(...endsOf(table));
  return `p.a = ${a} AND p.b = ${b} AND p.ports = ${portsOf(table, by)}`;
}

/** SQL: (a, b, ports) of a table's rows in a relation. */
export function endsIn(table: Table, by: Held, relation: string): string {
  const { a, b } = pairOf(...endsOf(table));
  return `SELECT ${a} AS a, ${b} AS b, ${portsOf(table, by)} AS ports FROM ${relation}`;
}

/** The addresses of a table's rows. */
export function endsOf({ name }: Table): readonly [string, string] {
  return [observedNames.name, observedBodies.name].includes(name)
    ? ['"ClientIP"', '"ServerIP"']
    : ['"LocalIP"', '"RemoteIP"'];
}

function pairs(table: Table, by: Held, from: string, until?: string): string {
  const { a, b } = pairOf(...endsOf(table));
  const times = timesOf(table);
  return `SELECT ${a} AS a, ${b} AS b, ${portsOf(table, by)} AS ports, ${times.from} AS "from", ${until ?? times.until} AS until ${from}`;
}

export interface Touching {
  /** SQL of the rows that are new, and of those that can be meant. */
  readonly added: Rows;
  readonly rows: Rows;
  readonly reach: bigint;
  readonly by: Held;
  /** Whether some of the new rows came in finished. */
  readonly finished: boolean;
  /** How many rows pairs may have: of more, no whole lives are looked for. */
  readonly most: number;
}

/** Makes `fusion_pair(a, b, ports, from, until)`: the pairs of addresses that new rows are about, and from when to when with
 *  `reach` on both sides; of pairs (`by`) the whole life of what is alive then (`grow`). What a sensor's flow id or a process's
 *  id leads to, and what a finished row is made of, is looked up there. False: the pairs have more than `most` of `rows`. */
export async function touchPairs(
  engine: Engine,
  { added, rows, reach, by, finished, most }: Touching,
): Promise<boolean> {
  const flowIds = [observedNames, observedBodies]
    .map((table) => `SELECT "FlowId", "Sensor" FROM ${added(table)} WHERE "FlowId" <> ''`)
    .join(' UNION ALL ');
  const untold = `"InitiatingProcessUniqueId" <> '' AND "InitiatingProcessCommandLine" = ''`;
  const touched = [
    pairs(endpointConnections, by, `FROM ${added(endpointConnections)}`),
    pairs(networkFlows, by, `FROM ${added(networkFlows)}`),
    pairs(observedNames, by, `FROM ${added(observedNames)} WHERE "FlowId" = '' AND "Kind" <> 'dns'`),
    pairs(observedBodies, by, `FROM ${added(observedBodies)} WHERE "FlowId" = ''`),
    pairs(deviceNetworkEvents, by, `FROM ${added(deviceNetworkEvents)}`),
    pairs(networkFlows, by, `FROM ${rows(networkFlows)} SEMI JOIN (${flowIds}) AS ids USING ("FlowId", "Sensor")`),
    pairs(
      endpointConnections,
      by,
      `FROM (SELECT *, ${deviceKey('')} AS device, "InitiatingProcessUniqueId" AS id FROM ${rows(endpointConnections)} WHERE ${untold})
       SEMI JOIN (SELECT ${deviceKey('')} AS device, "ProcessUniqueId" AS id FROM ${added(deviceProcessEvents)} WHERE "ProcessUniqueId" <> '')
         AS started USING (device, id)`,
    ),
  ];
  if (finished) {
    const ids = finishedIds(added(deviceNetworkEvents));
    for (const table of [endpointConnections, networkFlows])
      touched.push(pairs(table, by, `FROM ${rows(table)} SEMI JOIN (${ids}) AS ids USING ("EventId")`));
  }
  // An answer comes before what it names. Of a connection alone it is found when that comes.
  if (by === 'pair')
    touched.push(
      pairs(
        observedNames,
        by,
        `FROM ${added(observedNames)} WHERE "Kind" = 'dns' AND "ClientIP" <> ''`,
        `coalesce("Timestamp", 0) + ${5 * minute}`,
      ),
    );
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     SELECT a, b, ports, min("from") - ${reach} AS "from", max(until) + ${reach} AS until FROM (${touched.join(' UNION ALL ')}) GROUP BY a, b, ports`,
  );
  await noneBeside(engine);
  if (by === 'pair') return (await grow(engine, rows, { most })) !== undefined;
  await spread(engine, rows);
  return true;
}

/** Has a connection of known ports meet rows that do not know theirs, and such a row all connections of its pair. */
async function spread(engine: Engine, rows: Rows): Promise<void> {
  const [portless] = await engine.rows(`FROM memory.fusion_pair WHERE ports = ${unknownPorts} LIMIT 1`);
  const met = [endpointConnections, networkFlows].map(
    (
      table,
    ) => `SELECT r.a, r.b, r.ports, p."from", p.until FROM (${pairs(table, 'connection', `FROM ${rows(table)}`)}) r
      JOIN (FROM memory.fusion_pair WHERE ports = ${unknownPorts}) p ON p.a = r.a AND p.b = r.b AND r."from" <= p.until AND r.until >= p."from"`,
  );
  const own = `SELECT a, b, ${unknownPorts}, "from", until FROM memory.fusion_pair`;
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     SELECT a, b, ports, min("from") AS "from", max(until) AS until
     FROM (${['FROM memory.fusion_pair', own, ...(portless ? met : [])].join(' UNION ALL ')}) GROUP BY a, b, ports`,
  );
}

/** `fusion_beside`, as `fusion_pair`: what decides about rows, and whose own results are not asked for. */
async function noneBeside(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE memory.fusion_beside AS FROM memory.fusion_pair LIMIT 0');
}

/** The times of the pairs. */
export function pairSpans(engine: Engine): Promise<Span[]> {
  return engine.rows<Span & object>('SELECT DISTINCT "from", until FROM memory.fusion_pair');
}

export interface Edges {
  /** SQL of the rows that are alive in a span. */
  readonly rows: Rows;
  /** The same of windows. */
  readonly near: (windows: Windows) => Rows;
  /** Where rows begin and end about which nothing more is to be known. */
  readonly inner: Span;
  /** Where ids are looked for that several rows have (`fusion_repeated`). */
  readonly witnesses: Span;
  /** SQL of the addresses of proxies, and of translators. */
  readonly proxies: string;
  readonly translators: (rows: Rows) => string;
}

/** The same for rows that are alive in a span: the pairs of those that begin or end outside of `inner`, or of whose id others
 *  are elsewhere. Gives the time of each. */
export async function edgePairs(
  engine: Engine,
  { rows, near, inner, witnesses, proxies, translators }: Edges,
): Promise<Windows> {
  const [some] = await engine.rows('FROM memory.fusion_repeated LIMIT 1');
  const edges = [endpointConnections, networkFlows].flatMap((table) => {
    const { from, until } = timesOf(table);
    const lasting = pairs(
      table,
      'pair',
      `FROM ${rows(table)} WHERE ${from} < ${inner.from} OR ${until} > ${inner.until}`,
    );
    const ids = `SELECT "EventId" FROM ${rows(table)} SEMI JOIN (${repeated(table)}) AS r USING ("EventId")`;
    const copies = pairs(table, 'pair', `FROM ${near([witnesses])(table)} SEMI JOIN (${ids}) AS i USING ("EventId")`);
    return some ? [lasting, copies] : [lasting];
  });
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     SELECT a, b, ports, min("from") AS "from", max(until) AS until FROM (${edges.join(' UNION ALL ')}) GROUP BY a, b, ports`,
  );
  await noneBeside(engine);
  await pairProxies(engine, near, proxies);
  await pairTranslators(engine, near, translators);
  await sessionsBefore(engine, rows, near, inner);
  const beside = await engine.rows<Span & object>('SELECT DISTINCT "from", until FROM memory.fusion_beside');
  return united([...(await wholePairs(engine, near)), ...beside]);
}

/** Has the pairs span whole lives, and gives their time. */
async function wholePairs(engine: Engine, near: Edges['near']): Promise<Windows> {
  let windows = united(await pairSpans(engine));
  if (windows.length === 0) return windows;
  for (let again = false; ; again = true) {
    const grown = await grow(engine, near(windows), { again });
    const wider = united([...windows, ...(await pairSpans(engine))]);
    if (!grown?.parts || covers(windows, wider)) return wider;
    windows = wider;
  }
}

/** Adds to a lasting connection with a proxy all that the proxy did meanwhile, and what its log says of
 *  it: whose leg is whose, and what it may have carried, hangs on it (`outerLegs.ts`). */
async function pairProxies(engine: Engine, near: Edges['near'], proxies: string): Promise<void> {
  const proxied = `SELECT DISTINCT address, p."from", p.until FROM memory.fusion_pair p
    JOIN (SELECT DISTINCT ${plain('address')} AS address FROM (${proxies})) x ON address IN (p.a, p.b)`;
  const spans = await engine.rows<Span & object>(`SELECT DISTINCT "from", until FROM (${proxied})`);
  if (spans.length === 0) return;
  const rows = near(united(longerBy(spans, jitter, jitter)));
  const meanwhile = `r."from" <= p.until + ${jitter} AND r.until >= p."from" - ${jitter}`;
  const records = `SELECT "FlowId", "Sensor" FROM ${rows(observedNames)} WHERE "Kind" = 'proxy' AND "FlowId" <> ''`;
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     SELECT a, b, ports, min("from") AS "from", max(until) AS until FROM (
       FROM memory.fusion_pair UNION ALL
       SELECT r.* FROM (${pairs(networkFlows, 'pair', `FROM ${rows(networkFlows)}`)}) r
       JOIN (${proxied}) p ON address IN (r.a, r.b) AND ${meanwhile}
       UNION ALL
       SELECT r.* FROM (${pairs(networkFlows, 'pair', `FROM ${rows(networkFlows)} SEMI JOIN (${records}) AS told USING ("FlowId", "Sensor")`)}) r
       SEMI JOIN (${proxied}) p ON ${meanwhile})
     GROUP BY a, b, ports`,
  );
}

/** Adds to a lasting connection with an end that translators go to all that went there meanwhile, which decides alike, and looks
 *  at what began there beside it. */
async function pairTranslators(engine: Engine, near: Edges['near'], translators: Edges['translators']): Promise<void> {
  const spans = await pairSpans(engine);
  if (spans.length === 0) return;
  const rows = near(united(longerBy(spans, BigInt(pairedWithin), jitter)));
  const [some] = await engine.rows(`FROM (${translators(rows)}) LIMIT 1`);
  if (!some) return;
  const flows = pairs(networkFlows, 'pair', `FROM ${rows(networkFlows)}`);
  const meanwhile = `r."from" <= p.until + ${jitter} AND r.until >= p."from" - ${jitter}`;
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_near AS
     SELECT r.*, unnest([r.a, r.b]) AS "end" FROM (${flows}) r`,
  );
  const shared = `WITH translator AS (SELECT DISTINCT ${plain('address')} AS address FROM (${translators(rows)})),
     went AS (
       SELECT DISTINCT CASE WHEN r.a = "end" THEN r.b ELSE r.a END AS "end", "from", until
       FROM memory.fusion_near r WHERE "end" IN (FROM translator)),
     lasting AS (SELECT *, unnest([a, b]) AS "end" FROM memory.fusion_pair),
     shared AS (
       SELECT DISTINCT p."end", p."from", p.until FROM lasting p JOIN went r ON r."end" = p."end" AND ${meanwhile})`;
  await engine.run(
    `INSERT INTO memory.fusion_beside
     ${shared}
     SELECT DISTINCT r.a, r.b, r.ports, r."from", r."from"
     FROM memory.fusion_near r SEMI JOIN shared p ON r."end" = p."end" AND abs(r."from" - p."from") <= ${pairedWithin}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     ${shared}
     SELECT a, b, ports, min("from") AS "from", max(until) AS until FROM (
       FROM memory.fusion_pair UNION ALL
       SELECT r.a, r.b, r.ports, r."from", r.until FROM memory.fusion_near r SEMI JOIN shared p ON r."end" = p."end" AND ${meanwhile})
     GROUP BY a, b, ports`,
  );
  await engine.run('DROP TABLE memory.fusion_near');
}

/** Looks at the records before those that go on with a session, where there are some out of sight: of ends of which there are
 *  records of both directions, who opened it (`openers.ts`), and of what was met under way, what was said (`carriedNames.ts`). */
async function sessionsBefore(engine: Engine, rows: Rows, near: Edges['near'], inner: Span): Promise<void> {
  const flows = (from: string) => {
    const { a, b } = pairOf(...endsOf(networkFlows));
    const times = timesOf(networkFlows);
    return `SELECT ${a} AS a, ${b} AS b, ${portsOf(networkFlows, 'connection')} AS ports, ${times.from} AS "from",
      "Direction" = 'inbound' AS inbound, "State" = 'OTH' AS joined FROM ${from}`;
  };
  const later = `FROM (${flows(`${rows(networkFlows)} WHERE ${mayGoOn}`)}) WHERE ports <> ${unknownPorts}`;
  const [span] = await engine.rows<{ from: bigint | null; until: bigint | null }>(
    `SELECT min("from") - ${decides} AS "from", max("from") AS until ${later}`,
  );
  if (typeof span?.from !== 'bigint' || typeof span.until !== 'bigint') return;
  await engine.run(
    `INSERT INTO memory.fusion_beside
     WITH later AS (SELECT a, b, ports, min("from") AS "from", max("from") AS until ${later} GROUP BY ALL),
     session AS (
       SELECT a, b, ports, min("from") AS began FROM (${flows(near([{ from: span.from, until: span.until }])(networkFlows))})
       SEMI JOIN later USING (a, b, ports) GROUP BY ALL
       HAVING min("from") < ${inner.from} AND (bool_or(joined) OR (bool_or(inbound) AND NOT bool_and(inbound))))
     SELECT a, b, 0, least(min("from") - ${decides}, min(began)), max(until) FROM later JOIN session USING (a, b, ports) GROUP BY a, b`,
  );
}

/** How far back a session's records decide about one of it: whether it is older than what is remembered is seen by one that ended
 *  a silence before that. */
const decides = remembered + silence;

/** How far beside a client's connection the proxy's may be (`outerLegs.ts`). */
const jitter = BigInt(2 * second);

/** Has `fusion_pair` span all of what is alive in a pair's time, which it does already with `again`, and the parts of a
 *  connection that follow each other. Gives whether some rows are parts; undefined, and nothing done, where the pairs have more
 *  than `most` rows, which is known before all of them are read. */
export async function grow(
  engine: Engine,
  rows: Rows,
  { again = false, most = Number.POSITIVE_INFINITY }: { readonly again?: boolean; readonly most?: number } = {},
): Promise<{ readonly parts: boolean } | undefined> {
  const [some] = await engine.rows('FROM memory.fusion_pair LIMIT 1');
  if (!some) return { parts: false };
  const near = [endpointConnections, networkFlows].map((table) => {
    const { a, b } = pairOf(...endsOf(table));
    const times = timesOf(table);
    const part = table === networkFlows ? '"IsPart" IS TRUE' : 'false';
    return `SELECT r.* FROM (SELECT ${a} AS a, ${b} AS b, ${times.from} AS "from", ${times.until} AS until, ${part} AS part FROM ${rows(table)}) r
      SEMI JOIN memory.fusion_pair p ON p.a = r.a AND p.b = r.b`;
  });
  // Read once: the files of a window are many.
  const limit = Number.isFinite(most) ? `LIMIT ${Math.floor(most) + 1}` : '';
  await engine.run(`CREATE OR REPLACE TABLE memory.fusion_near AS (${near.join(' UNION ALL ')}) ${limit}`);
  const [met] = await engine.rows<{ rows: bigint }>('SELECT count(*) AS rows FROM memory.fusion_near');
  if (Number(met?.rows ?? 0n) > most) {
    await engine.run('DROP TABLE memory.fusion_near');
    return undefined;
  }
  const widen = (where: string, gap: number) =>
    engine.run(
      `CREATE OR REPLACE TABLE memory.fusion_pair AS
       SELECT a, b, ports, min("from") AS "from", max(until) AS until FROM (
         FROM memory.fusion_pair UNION ALL
         SELECT p.a, p.b, p.ports, r."from", r.until FROM (FROM memory.fusion_near WHERE ${where}) r
         JOIN memory.fusion_pair p ON p.a = r.a AND p.b = r.b AND r."from" <= p.until + ${gap} AND r.until >= p."from" - ${gap})
       GROUP BY a, b, ports`,
    );
  if (!again) await widen('true', 0);
  const [parts] = await engine.rows('FROM memory.fusion_near WHERE part LIMIT 1');
  for (let before = ''; parts; ) {
    const [size] = await engine.rows<{ sum: string }>(
      `SELECT sum(until::HUGEINT - "from")::VARCHAR AS sum FROM memory.fusion_pair`,
    );
    if (size === undefined || size.sum === before) break;
    before = size.sum;
    await widen('part', 10 * minute + second);
  }
  await engine.run('DROP TABLE memory.fusion_near');
  return { parts: parts !== undefined };
}
