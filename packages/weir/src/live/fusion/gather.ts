import type { Engine } from '../../engine/engine.ts';
import { deviceKey } from '../../fuse/devices.ts';
import { minute, second } from '../../fuse/ticks.ts';
import type { Lake } from '../../lake/lake.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  networkFlows,
  observedBodies,
  observedNames,
  type Table,
  toldTables,
} from '../../tables/index.ts';
import type { Snapshot, Span } from '../snapshot.ts';
import { endsIn, type Held, ofPair, plain, type Rows } from './pairs.ts';
import { foundIn, type Places } from './places.ts';
import { longestAnswer, passBack } from './reaches.ts';
import { overlaps, timesOf } from './times.ts';
import { longerBy, type Windows, within } from './windows.ts';

/** What is fused again together: the rows of the span `load`, and of the pairs of `fusion_pair` and `fusion_beside` those of
 *  their time and `reach` before and after it. What is found of the rows of `core`, and of the time of `fusion_pair`, is right. */
export interface Part {
  readonly core: Span;
  readonly load: Span;
  /** Where `load` is not enough: of rows that came in finished, and of starts of processes and file events. */
  readonly finishedOf: Span;
  readonly recordsOf: Span;
  readonly reach: bigint;
  /** What `fusion_pair` names. */
  readonly by: Held;
  /** How long before a connection the answer is looked for that names it. */
  readonly back: bigint;
  /** SQL of the rows that can be meant, and the same of connections' with their positions. */
  readonly rows: Rows;
  readonly places: Places;
  /** The columns that some of these may know, as they are and as logs told them: the others need not be carried along. */
  readonly holds: (table: Table) => ReadonlySet<string>;
  /** The same of answers, and of processes. */
  readonly answers: string;
  readonly processes: string;
  /** SQL of the rows that came in finished, as they came; undefined where there are none. */
  readonly finished: string | undefined;
  /** Of these, what is not kept apart yet. */
  readonly keep: string | undefined;
  /** SQL of new rows of tables that fusion only cleans of copies: these are looked for. Undefined: all of the span. */
  readonly added: Rows | undefined;
}

/** A span that nothing is in. */
export const never: Span = { from: 1n, until: 0n };

/** Puts a part's rows into a lake of its own, and makes `fusion_core(of, id)`: the rows by table whose results are asked for. */
export async function gather(lake: Lake, part: Part): Promise<void> {
  const add = async (table: Table, select: string) => {
    const given = [...part.holds(table)].filter((name) => name !== 'ArrivedAt' && name !== 'CommitSeq');
    if (given.length > 0) await lake.append(table, `SELECT * FROM (${select})`, given);
  };
  for (const table of [endpointConnections, networkFlows])
    await add(table, await connections(lake.engine, table, part));
  if (part.by === 'connection') await add(endpointConnections, await standing(lake, part));
  if (part.finished)
    await add(deviceNetworkEvents, near(deviceNetworkEvents, `(${part.finished})`, { ...part, load: part.finishedOf }));
  const known = 'SEMI JOIN "NetworkFlows" USING ("FlowId", "Sensor")';
  await add(
    observedNames,
    `FROM (FROM ${part.rows(observedNames)} WHERE "Kind" <> 'dns' AND "FlowId" <> '') ${known}
     UNION ALL ${near(observedNames, `(FROM ${part.rows(observedNames)} WHERE "Kind" <> 'dns' AND "FlowId" = '')`, part)}
     UNION ALL ${answers(part)}`,
  );
  await add(
    observedBodies,
    `FROM (FROM ${part.rows(observedBodies)} WHERE "FlowId" <> '') ${known}
     UNION ALL
     FROM (${near(observedBodies, part.rows(observedBodies), part)}) ANTI JOIN (FROM "NetworkFlows" WHERE "FlowId" <> '') USING ("FlowId", "Sensor")`,
  );
  await add(deviceProcessEvents, processes(part));
  for (const table of [deviceFileEvents, dnsEvents]) await add(table, records(table, part));
  await gatherCore(lake, part);
}

/** SQL: the rows of a relation that are in the span or near a pair's time. */
function near(table: Table, rows: string, part: Part, answer = false): string {
  const before = answer ? part.back : 0n;
  const inside = spanned(table, part, before);
  const paired = `SELECT r.* ${besides(table, `${rows} r`, part, before)}`;
  return inside ? `SELECT * FROM ${rows} WHERE ${inside} UNION ALL ${paired}` : paired;
}

/** The same of a table of connections. */
async function connections(engine: Engine, table: Table, part: Part): Promise<string> {
  const from = besides(table, `(${part.places.all(table)})`, part);
  const paired = await foundIn(engine, table, part.places, { from, into: 'near' });
  const inside = spanned(table, part);
  return inside ? `SELECT * FROM ${part.rows(table)} WHERE ${inside} UNION ALL BY NAME ${paired}` : paired;
}

/** SQL: whether a row is in the span, or so long before; undefined where no row is. */
function spanned(table: Table, { load }: Part, before = 0n): string | undefined {
  return load === never ? undefined : overlaps(table, load.from - before, load.until);
}

/** SQL: from a relation those that are near a pair's time, but not in the span. */
function besides(table: Table, rows: string, part: Part, before = 0n): string {
  const { reach, by } = part;
  const times = timesOf(table);
  const inside = spanned(table, part, before);
  return `FROM ${rows} SEMI JOIN (FROM memory.fusion_pair UNION ALL FROM memory.fusion_beside) p ON ${ofPair(table, by)}
      AND ${times.from} <= p.until + ${reach} AND ${times.until} >= p."from" - ${reach + before} ${inside ? `WHERE NOT ${inside}` : ''}`;
}

/** SQL: of the events to whose place a flow went that has none of its own, or into which an endpoint looked, the last of each
 *  program and host: one may stand for the flow (`standing.ts`), or tell the connection that was looked into (`looks.ts`). */
async function standing({ engine }: Lake, { rows }: Part): Promise<string> {
  const tuple = 'a, b, ports';
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_near AS
     SELECT DISTINCT a, b, 0 AS ports FROM (${endsIn(networkFlows, 'connection', '"NetworkFlows"')})
     ANTI JOIN (${endsIn(endpointConnections, 'connection', '"EndpointConnections"')}) AS e USING (${tuple})
     UNION SELECT a, b, 0 FROM (${endsIn(endpointConnections, 'connection', `(FROM "EndpointConnections" WHERE "ActionType" ILIKE '%Inspected')`)})`,
  );
  const events = `SELECT * FROM ${rows(endpointConnections)} SEMI JOIN memory.fusion_near p ON ${ofPair(endpointConnections, 'pair')}`;
  const place = ['"LocalIP"', '"RemoteIP"', '"RemotePort"', '"Protocol"', '"Site"', '"ActionType"', '"RemoteUrl"'];
  const who = ['"DeviceName"', '"InitiatingProcessFileName"', '"AccountName"', '"InitiatingProcessAccountName"'];
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_near AS
     SELECT id FROM (SELECT arg_max("EventId", "Timestamp") AS id FROM (${events}) GROUP BY ${[...place, ...who].join(', ')})
     ANTI JOIN "EndpointConnections" AS e ON e."EventId" = id`,
  );
  return `FROM ${rows(endpointConnections)} WHERE "EventId" IN (FROM memory.fusion_near)`;
}

/** `Part.holds` of a snapshot. */
export function heldBy(snapshot: Snapshot): Part['holds'] {
  return (table) => {
    const told = toldTables.get(table);
    return told === undefined ? snapshot.holds(table) : snapshot.holds(table).union(snapshot.holds(told));
  };
}

/** SQL: the answers of some windows and before them: of the last hours all, of the last day those that hold for long. */
export function answersBefore(snapshot: Snapshot, windows: Windows): string {
  const recent = longerBy(windows, passBack, 0n);
  const old = `FROM ${within(snapshot, observedNames, longerBy(windows, longestAnswer, 0n))}
    WHERE "TtlSeconds" >= ${(passBack - BigInt(6 * minute)) / BigInt(second)}`;
  return `(FROM ${within(snapshot, observedNames, recent)} UNION FROM (${old}))`;
}

/** SQL: the answers that may name a part's connections: by the client's address, or told by a device of itself. */
function answers(part: Part): string {
  const { reach, back } = part;
  const inside = spanned(observedNames, part, back);
  const { from } = timesOf(observedNames);
  const addressed = near(observedNames, `(FROM ${part.answers} WHERE "ClientIP" <> '')`, part, true);
  const spanning = inside && `UNION ALL SELECT * FROM ${part.answers} WHERE "ClientIP" = '' AND ${inside}`;
  return `${addressed} ${spanning ?? ''}
    UNION ALL
    SELECT r.* FROM (FROM ${part.answers} WHERE "ClientIP" = '' ${inside ? `AND NOT ${inside}` : ''}) r
    SEMI JOIN (SELECT unnest([a, b]) AS address, "from", until FROM memory.fusion_pair) p ON p.address = ${plain('"ServerIP"')}
      AND ${from} <= p.until + ${reach} AND ${from} >= p."from" - ${reach + back}`;
}

/** SQL: the starts of processes that are looked at, and of those that the part's connections only name. */
function processes(part: Part): string {
  const key = (id: string) => `${deviceKey('')} AS device, "${id}" AS id`;
  const untold = `"InitiatingProcessUniqueId" <> '' AND "InitiatingProcessCommandLine" = ''`;
  return `${records(deviceProcessEvents, part)}
    UNION
    SELECT * EXCLUDE (device, id) FROM (SELECT *, ${key('ProcessUniqueId')} FROM ${part.processes} WHERE "ProcessUniqueId" <> '')
    SEMI JOIN (SELECT ${key('InitiatingProcessUniqueId')} FROM "EndpointConnections" WHERE ${untold}) AS named USING (device, id)`;
}

/** SQL: the rows of the span, or copies of those that are new. */
function records(table: Table, { rows, added, recordsOf }: Part): string {
  const told = asTold(table, rows);
  if (added === undefined) return `SELECT * FROM ${told} WHERE ${overlaps(table, recordsOf.from, recordsOf.until)}`;
  return `SELECT * FROM ${told} SEMI JOIN (SELECT "EventId", "Timestamp" FROM ${added(table)}) AS new USING ("EventId", "Timestamp")`;
}

/** SQL: a table's rows as logs told them. */
export function asTold(table: Table, rows: Rows): string {
  const told = toldTables.get(table);
  if (told === undefined) return rows(table);
  const stored = table.stored.map(({ name }) => `"${name}"`).join(', ');
  return `(FROM ${rows(told)} UNION ALL
    SELECT ${stored} FROM ${rows(table)} ANTI JOIN ${rows(told)} AS kept USING ("EventId", "Timestamp"))`;
}

async function gatherCore({ engine }: Lake, { core, added, by }: Part): Promise<void> {
  const within = (table: Table) =>
    `SELECT '${table.name}' AS "of", "EventId" AS id FROM "${table.name}" WHERE ${overlaps(table, core.from, core.until)}`;
  const paired = (table: Table) => {
    const times = timesOf(table);
    return `${within(table)}
      UNION SELECT '${table.name}', "EventId" FROM "${table.name}" SEMI JOIN memory.fusion_pair p
        ON ${ofPair(table, by)} AND ${times.from} >= p."from" AND ${times.until} <= p.until`;
  };
  const looked = (table: Table) => (added ? `SELECT '${table.name}', "EventId" FROM ${added(table)}` : within(table));
  await engine.run(
    `CREATE OR REPLACE TABLE memory.fusion_core AS
     ${[endpointConnections, networkFlows, deviceNetworkEvents].map(paired).join(' UNION ')}
     UNION ${[deviceProcessEvents, deviceFileEvents, dnsEvents].map(looked).join(' UNION ')}`,
  );
}

/** SQL: the ids of a table's rows that the part decides. Finished rows are of endpoint rows and flows, or came so. */
export function decided(table: Table): string {
  const of =
    table.name === deviceNetworkEvents.name ? [endpointConnections, networkFlows, deviceNetworkEvents] : [table];
  return `SELECT DISTINCT id AS "EventId" FROM memory.fusion_core WHERE "of" IN (${of.map(({ name }) => `'${name}'`).join(', ')})`;
}
