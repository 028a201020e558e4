import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, endpointConnections, networkFlows, type Table } from '../tables/index.ts';
import type { Beyond } from './beyond.ts';
import { shows } from './holdings.ts';
import { sightingColumns } from './programs.ts';
import { isFew } from './slices.ts';
import { joinTags, tagColumns, unidentified, untagged } from './tags.ts';
import { day } from './ticks.ts';

/** Columns of rows that came in finished which the catalogue is asked about. */
const cameFinished = ['RemoteIP', 'RemoteHost', 'Application', ...sightingColumns];

/** `fuse_endpoint_rows`, `fuse_flow_rows`: the rows to fuse with their `place` (`Lake.placed`), without those that a
 *  finished row is made of already. `fuse_came_finished`: the rows that came in finished, as far as the catalogue is asked
 *  about them. */
export async function showUnfinished(lake: Lake): Promise<void> {
  const { engine } = lake;
  const none = lake.count(deviceNetworkEvents) === 0;
  const came = none
    ? `SELECT ${cameFinished.map((name) => `'' AS "${name}"`).join(', ')} LIMIT 0`
    : `SELECT ${cameFinished.map(sqlName).join(', ')} FROM "DeviceNetworkEvents"`;
  await engine.run(`CREATE OR REPLACE TEMP VIEW fuse_came_finished AS ${came}`);
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_finished AS ${none ? `SELECT '' AS "EventId" LIMIT 0` : claimed}`,
  );
  await showEndpointRows(engine, lake.placed(endpointConnections));
  // With one part of a connection all are finished: `parts.ts`.
  await show(engine, 'fuse_flow_rows', lake.placed(networkFlows), '"IsPart" IS TRUE OR');
}

/** SQL: the ids of rows that a finished row is made of: it names them, and is of their time. A row that names one of
 *  another week has taken a wrong id along, and is no reason to lose the other; and who fuses a part of the logs has only
 *  to look that far. */
const claimed = (() => {
  const claims = `(SELECT *, least("Timestamp", "FlowStart", "FlowEnd", "EvidenceTime") AS "from",
    greatest("Timestamp", "FlowStart", "FlowEnd", "EvidenceTime") AS until FROM "DeviceNetworkEvents")`;
  const ids = [
    `SELECT "EventId", "from", until FROM ${claims}`,
    `SELECT "EndpointEventId", "from", until FROM ${claims}`,
    `SELECT unnest(json_extract_string("OtherFlows", '$[*].id')), "from", until FROM ${claims} WHERE "OtherFlows" IS NOT NULL`,
    `SELECT unnest(json_extract_string("OtherEndpointEventIds", '$[*]')), "from", until FROM ${claims}
     WHERE "OtherEndpointEventIds" IS NOT NULL`,
  ];
  const rows = [endpointConnections, networkFlows].map(
    ({ name }) => `SELECT "EventId", least("Timestamp", "FlowStart", "FlowEnd") AS "from",
      greatest("Timestamp", "FlowStart", "FlowEnd") AS until FROM ${sqlName(name)}`,
  );
  return `SELECT DISTINCT "EventId" FROM (${ids.join(' UNION ALL ')}) AS claim JOIN (${rows.join(' UNION ALL ')}) AS row USING ("EventId")
    WHERE "EventId" <> '' AND row.until >= claim."from" - ${day} AND row."from" <= claim.until + ${day}`;
})();

/** What those rows tell of the rest although a finished row is made of them: how devices are spelled, what sites and protocols
 *  there are, and who held which address when. */
export async function toldByFinished(engine: Engine): Promise<Partial<Beyond>> {
  if (!(await someFinished(engine))) return {};
  const of = (table: Table) => `${sqlName(table.name)} WHERE "EventId" IN (SELECT "EventId" FROM fuse_finished)`;
  const events = of(endpointConnections);
  return {
    devices: `(SELECT "DeviceName", "DeviceId" FROM ${events})`,
    meetings: `(SELECT true AS event, "Site", "Protocol" FROM ${events}
      UNION ALL SELECT false, "Site", "Protocol" FROM ${of(networkFlows)})`,
    holders: `(SELECT "Site", "LocalIP", "Timestamp" AS t, "DeviceName", "DeviceId" FROM ${events} AND ${shows})`,
  };
}

/** Has `fuse_endpoint_rows`, and the views over it, show the rows of a relation only: all of `EndpointConnections`, or a
 *  slice. */
export async function showEndpointRows(engine: Engine, relation: string): Promise<void> {
  await show(engine, 'fuse_endpoint_rows', relation, '');
}

/** Where nothing came in finished, which is usual, no id is read to look for it. */
async function show(engine: Engine, view: string, relation: string, or: string): Promise<void> {
  const rest = (await someFinished(engine)) ? `WHERE ${or} "EventId" NOT IN (SELECT "EventId" FROM fuse_finished)` : '';
  const rows = `FROM ${relation} ${rest}`;
  if (!isFew(engine)) await engine.run(`CREATE OR REPLACE TEMP VIEW ${view} AS ${rows}`);
  else
    await engine.run(
      `CREATE OR REPLACE TABLE fusion.${view}_read AS ${rows}; CREATE OR REPLACE TEMP VIEW ${view} AS FROM ${view}_read`,
    );
}

/** Whether rows came in finished that others are made into. */
export async function someFinished(engine: Engine): Promise<boolean> {
  const [some] = await engine.rows('FROM fuse_finished LIMIT 1');
  return some !== undefined;
}

/** Completes finished rows that name no service by what the catalogue says of their host, else of their address, and those
 *  that say nothing of their program: rules choose by these columns, and who makes rows by hand leaves them out. */
export async function tagFinishedRows(lake: Lake): Promise<void> {
  if (lake.count(deviceNetworkEvents) === 0) return;
  const [row] = await lake.engine.rows(`FROM "DeviceNetworkEvents" r WHERE ${untagged} OR ${unidentified} LIMIT 1`);
  if (!row) return;
  const columns: Record<string, string> = {
    ...tagColumns,
    RemoteIPType: `CASE WHEN r."RemoteIPType" <> '' THEN r."RemoteIPType" ELSE p.type END`,
  };
  const select = deviceNetworkEvents.stored.map(
    ({ name }) => `${columns[name] ?? `r.${sqlName(name)}`} AS ${sqlName(name)}`,
  );
  await lake.replace(deviceNetworkEvents, `SELECT ${select.join(', ')} FROM "DeviceNetworkEvents" r ${joinTags}`);
}
