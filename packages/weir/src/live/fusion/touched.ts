import type { Engine } from '../../engine/engine.ts';
import { answerHolds } from '../../fuse/answers.ts';
import { deviceKey } from '../../fuse/devices.ts';
import { shows, silence } from '../../fuse/holdings.ts';
import { mayGoOn, remembered } from '../../fuse/openers.ts';
import { hour, minute } from '../../fuse/ticks.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  intakeTables,
  networkFlows,
  observedBodies,
  observedNames,
  type Table,
} from '../../tables/index.ts';
import type { Snapshot, Span } from '../snapshot.ts';
import { finishedIds } from './finishedIds.ts';
import { endsOf, pairOf } from './pairs.ts';
import { aDay } from './reaches.ts';
import { timesOf } from './times.ts';
import { longerBy, windowsOf, within } from './windows.ts';

/** All of time. */
export const always: Span = { from: 0n, until: 2n ** 62n };

/** The spans of time, to the hour, in which the finished rows of a snapshot may be others than before its rows since a
 *  commit came; `finished` is SQL of those that came finished. What reaches farther than matching does is here: who holds an address
 *  for as long as that is believed, a process's start, a sensor's flow id, an answer's time to live, copies of an event.
 *  Copies of an event are looked for two days around it. */
export async function touchedSpans(
  engine: Engine,
  snapshot: Snapshot,
  { since, finished }: { readonly since: bigint; readonly finished: string },
): Promise<Span[]> {
  const added = (table: Table) => `(${snapshot.added(table, since)})`;
  const windows = await windowsOf(
    engine,
    intakeTables.map((table) => [table, table === deviceNetworkEvents ? finished : added(table)]),
    2n * aDay,
  );
  const rows = (table: Table) => within(snapshot, table, windows);
  // What new rows tell of a device or a process is of all that comes after.
  const after = (table: Table) => within(snapshot, table, longerBy(windows, 0n, always.until));
  const answers = `FROM ${added(observedNames)} WHERE "Kind" = 'dns'`;
  const span = (table: Table, from: string) => {
    const times = timesOf(table);
    return `SELECT ${times.from} AS "from", ${times.until} AS until ${from}`;
  };
  const same = (table: Table, columns: readonly string[], ids: string) =>
    span(
      table,
      `FROM ${rows(table)} SEMI JOIN (${ids}) AS ids USING (${columns.map((name) => `"${name}"`).join(', ')})`,
    );
  const flowIds = [observedNames, observedBodies].map(
    (table) => `SELECT "FlowId", "Sensor" FROM ${added(table)} WHERE "FlowId" <> ''`,
  );
  const spans = [
    ...[
      endpointConnections,
      networkFlows,
      observedNames,
      observedBodies,
      deviceProcessEvents,
      deviceFileEvents,
      dnsEvents,
    ].map((table) => span(table, `FROM ${added(table)}`)),
    span(deviceNetworkEvents, `FROM ${finished}`),
    ...[endpointConnections, networkFlows].flatMap((table) => [
      same(table, ['EventId'], `SELECT "EventId" FROM ${added(table)}`),
      same(table, ['EventId'], finishedIds(finished)),
    ]),
    `SELECT coalesce("Timestamp", 0), coalesce("Timestamp" + ${answerHolds('"TtlSeconds"')} + ${minute}, 0) ${answers}`,
    same(networkFlows, ['FlowId', 'Sensor'], flowIds.join(' UNION ALL ')),
    span(
      endpointConnections,
      `FROM (SELECT *, ${deviceKey('')} AS device, "InitiatingProcessUniqueId" AS id FROM ${after(endpointConnections)})
       SEMI JOIN (SELECT ${deviceKey('')} AS device, "ProcessUniqueId" AS id FROM ${added(deviceProcessEvents)} WHERE "ProcessUniqueId" <> '') AS started
         USING (device, id)`,
    ),
    sessionSpans(
      `(FROM ${added(networkFlows)} UNION ALL
        FROM ${rows(networkFlows)} SEMI JOIN (${flowIds.join(' UNION ALL ')}) AS ids USING ("FlowId", "Sensor"))`,
      after(networkFlows),
    ),
    heldSpans(added(endpointConnections), after(endpointConnections), snapshot.lastTime(networkFlows)),
  ];
  return engine.rows<Span & object>(
    `WITH span AS (
       SELECT DISTINCT "from" // ${hour} AS "from", until // ${hour} + 1 AS until FROM (${spans.join(' UNION ALL ')})),
     opened AS (
       SELECT *, "from" > max(until) OVER (ORDER BY "from", until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opens FROM span),
     numbered AS (SELECT *, count(*) FILTER (opens) OVER (ORDER BY "from", until ROWS UNBOUNDED PRECEDING) AS n FROM opened)
     SELECT min("from") * ${hour} AS "from", max(until) * ${hour} AS until FROM numbered GROUP BY n ORDER BY 1`,
  );
}

/** SQL: the spans of later records of the sessions of flows, whose opener these may tell, or their name (`openers.ts`,
 *  `carriedNames.ts`). */
function sessionSpans(told: string, rows: string): string {
  const { a, b } = pairOf(...endsOf(networkFlows));
  const { from, until } = timesOf(networkFlows);
  const flows = (relation: string) =>
    `SELECT ${a} AS a, ${b} AS b, least("LocalPort", "RemotePort") AS low, greatest("LocalPort", "RemotePort") AS high,
      ${from} AS "from", ${until} AS until FROM ${relation}`;
  return `SELECT r."from", r.until FROM (${flows(`${rows} WHERE ${mayGoOn}`)}) r
    SEMI JOIN (${flows(told)}) n ON n.a = r.a AND n.b = r.b AND n.low = r.low AND n.high = r.high
      AND r."from" >= n."from" AND r."from" <= n.until + ${remembered}`;
}

/** SQL: from when to when a new row changes who holds an address: until another row shows it, or for as long as its device is
 *  believed without; from where another device showed it last, or none, and else from where it would not have been believed
 *  any more. Of what nothing is seen yet (`last`) nothing changes. */
function heldSpans(added: string, rows: string, last: bigint): string {
  const story = 'PARTITION BY "Site", "LocalIP" ORDER BY "Timestamp"';
  return `SELECT "from", until FROM (
      SELECT CASE WHEN device IS DISTINCT FROM least OR device IS DISTINCT FROM most OR "Timestamp" - before > ${silence}
          THEN "Timestamp" ELSE before + ${silence} END AS "from",
        least(next, "Timestamp" + ${silence}) AS until
      FROM (
        SELECT *, ${deviceKey('')} AS device, min(${deviceKey('')}) OVER earlier AS least, max(${deviceKey('')}) OVER earlier AS most,
          max("Timestamp") OVER earlier AS before, min("Timestamp") OVER later AS next
        FROM (SELECT "Site", "LocalIP", "Timestamp", "DeviceName", "DeviceId" FROM ${rows} WHERE ${shows})
        SEMI JOIN (SELECT DISTINCT "Site", "LocalIP" FROM ${added} WHERE ${shows}) AS a USING ("Site", "LocalIP")
        WINDOW earlier AS (${story} GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING),
          later AS (${story} GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING))
      SEMI JOIN (SELECT "Site", "LocalIP", "Timestamp" FROM ${added} WHERE ${shows}) AS a USING ("Site", "LocalIP", "Timestamp"))
    WHERE "from" < until AND "from" <= ${last}`;
}
