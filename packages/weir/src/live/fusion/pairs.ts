import type { Engine } from '../../engine/engine.ts';
import { deviceKey } from '../../fuse/devices.ts';
import { minute, second } from '../../fuse/ticks.ts';
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
import { timesOf } from './times.ts';

/** SQL of a table's rows, as a snapshot or some of it has them. */
export type Rows = (table: Table) => string;

/** SQL for an address as rows are compared by it. */
export function plain(address: string): string {
  return `CASE WHEN ${address} ILIKE '::ffff:%.%' THEN substr(${address}, 8) ELSE lower(${address}) END`;
}

/** SQL for two addresses in an order that does not hang on which is local: `a` and `b`. */
export function pairOf(one: string, other: string): { readonly a: string; readonly b: string } {
  return { a: `least(${plain(one)}, ${plain(other)})`, b: `greatest(${plain(one)}, ${plain(other)})` };
}

/** The addresses of a table's rows. */
export function endsOf({ name }: Table): readonly [string, string] {
  return [observedNames.name, observedBodies.name].includes(name)
    ? ['"ClientIP"', '"ServerIP"']
    : ['"LocalIP"', '"RemoteIP"'];
}

function pairs(table: Table, from: string, until?: string): string {
  const { a, b } = pairOf(...endsOf(table));
  const times = timesOf(table);
  return `SELECT ${a} AS a, ${b} AS b, ${times.from} AS "from", ${until ?? times.until} AS until ${from}`;
}

/** Makes `fusion_pair(a, b, from, until)`: the pairs of addresses that new rows (`added`) are about, and from when to when
 *  with `reach` on both sides, the whole life of what is alive then (`grow`). What a sensor's flow id or a process's id
 *  leads to is looked up in `rows`. */
export async function touchPairs(engine: Engine, added: Rows, rows: Rows, reach: bigint): Promise<void> {
  const flowIds = [observedNames, observedBodies]
    .map((table) => `SELECT "FlowId", "Sensor" FROM ${added(table)} WHERE "FlowId" <> ''`)
    .join(' UNION ALL ');
  const untold = `"InitiatingProcessUniqueId" <> '' AND "InitiatingProcessCommandLine" = ''`;
  const touched = [
    pairs(endpointConnections, `FROM ${added(endpointConnections)}`),
    pairs(networkFlows, `FROM ${added(networkFlows)}`),
    pairs(observedNames, `FROM ${added(observedNames)} WHERE "FlowId" = '' AND "Kind" <> 'dns'`),
    // An answer comes before what it names.
    pairs(
      observedNames,
      `FROM ${added(observedNames)} WHERE "Kind" = 'dns' AND "ClientIP" <> ''`,
      `coalesce("Timestamp", 0) + ${5 * minute}`,
    ),
    pairs(observedBodies, `FROM ${added(observedBodies)} WHERE "FlowId" = ''`),
    pairs(deviceNetworkEvents, `FROM ${added(deviceNetworkEvents)}`),
    pairs(networkFlows, `FROM ${rows(networkFlows)} SEMI JOIN (${flowIds}) AS ids USING ("FlowId", "Sensor")`),
    pairs(
      endpointConnections,
      `FROM (SELECT *, ${deviceKey('')} AS device, "InitiatingProcessUniqueId" AS id FROM ${rows(endpointConnections)} WHERE ${untold})
       SEMI JOIN (SELECT ${deviceKey('')} AS device, "ProcessUniqueId" AS id FROM ${added(deviceProcessEvents)} WHERE "ProcessUniqueId" <> '')
         AS started USING (device, id)`,
    ),
  ];
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     SELECT a, b, min("from") - ${reach} AS "from", max(until) + ${reach} AS until FROM (${touched.join(' UNION ALL ')}) GROUP BY a, b`,
  );
  await grow(engine, rows);
}

/** The times of the pairs. */
export function pairSpans(engine: Engine): Promise<Span[]> {
  return engine.rows<Span & object>('SELECT DISTINCT "from", until FROM memory.fusion_pair');
}

/** The same for rows that are alive in a span (`rows`): the pairs of those that begin or end outside of `inner`, looked for
 *  in `all`. Gives the time of each. */
export async function edgePairs(engine: Engine, rows: Rows, all: Rows, inner: Span): Promise<Span[]> {
  const edges = [endpointConnections, networkFlows].map((table) => {
    const { from, until } = timesOf(table);
    return pairs(table, `FROM ${rows(table)} WHERE ${from} < ${inner.from} OR ${until} > ${inner.until}`);
  });
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_pair AS
     SELECT a, b, min("from") AS "from", max(until) AS until FROM (${edges.join(' UNION ALL ')}) GROUP BY a, b`,
  );
  await grow(engine, all);
  return pairSpans(engine);
}

/** Has `fusion_pair` span all of what is alive in a pair's time, and the parts of a connection that follow each other. */
export async function grow(engine: Engine, rows: Rows): Promise<void> {
  const [some] = await engine.rows('FROM memory.fusion_pair LIMIT 1');
  if (!some) return;
  const meeting = (table: Table, where: string, gap: number) => {
    const { from, until } = timesOf(table);
    const { a, b } = pairOf(...endsOf(table));
    return `SELECT r.a, r.b, r."from", r.until
      FROM (SELECT ${a} AS a, ${b} AS b, ${from} AS "from", ${until} AS until FROM ${rows(table)} WHERE ${where}) r
      JOIN memory.fusion_pair p ON p.a = r.a AND p.b = r.b AND r."from" <= p.until + ${gap} AND r.until >= p."from" - ${gap}`;
  };
  const widen = (selects: readonly string[]) =>
    engine.run(
      `CREATE OR REPLACE TABLE memory.fusion_pair AS
       SELECT a, b, min("from") AS "from", max(until) AS until FROM (FROM memory.fusion_pair UNION ALL ${selects.join(' UNION ALL ')}) GROUP BY a, b`,
    );
  await widen([meeting(endpointConnections, 'true', 0), meeting(networkFlows, 'true', 0)]);
  for (let before = ''; ; ) {
    const [size] = await engine.rows<{ sum: string }>(
      `SELECT sum(until::HUGEINT - "from")::VARCHAR AS sum FROM memory.fusion_pair`,
    );
    if (size === undefined || size.sum === before) return;
    before = size.sum;
    await widen([meeting(networkFlows, '"IsPart" IS TRUE', 10 * minute + second)]);
  }
}
