import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, endpointConnections, networkFlows } from '../tables/index.ts';
import { joinProgram, programColumns } from './programs.ts';

/** `fuse_endpoint_rows`, `fuse_flow_rows`: the rows to fuse with their `place` (`Lake.placed`), without those that a
 *  finished row is made of already. */
export async function showUnfinished(lake: Lake): Promise<void> {
  const { engine } = lake;
  const finished = `SELECT "EventId" FROM "DeviceNetworkEvents" UNION ALL SELECT "EndpointEventId" FROM "DeviceNetworkEvents"
    UNION ALL SELECT unnest(json_extract_string("OtherFlows", '$[*].id')) FROM "DeviceNetworkEvents" WHERE "OtherFlows" IS NOT NULL
    UNION ALL SELECT unnest(json_extract_string("OtherEndpointEventIds", '$[*]')) FROM "DeviceNetworkEvents"
    WHERE "OtherEndpointEventIds" IS NOT NULL`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_finished AS SELECT DISTINCT * FROM (${finished}) WHERE "EventId" <> ''`,
  );
  await showEndpointRows(engine, lake.placed(endpointConnections));
  // With one part of a connection all are finished: `parts.ts`.
  await show(engine, 'fuse_flow_rows', lake.placed(networkFlows), '"IsPart" IS TRUE OR');
}

/** Has `fuse_endpoint_rows`, and the views over it, show the rows of a relation only: all of `EndpointConnections`, or a
 *  slice. */
export async function showEndpointRows(engine: Engine, relation: string): Promise<void> {
  await show(engine, 'fuse_endpoint_rows', relation, '');
}

/** Where nothing came in finished, which is usual, no id is read to look for it. */
async function show(engine: Engine, view: string, relation: string, or: string): Promise<void> {
  const rest = (await someFinished(engine)) ? `WHERE ${or} "EventId" NOT IN (SELECT "EventId" FROM fuse_finished)` : '';
  await engine.run(`CREATE OR REPLACE TEMP VIEW ${view} AS FROM ${relation} ${rest}`);
}

/** Whether rows came in finished. */
export async function someFinished(engine: Engine): Promise<boolean> {
  const [some] = await engine.rows('FROM fuse_finished LIMIT 1');
  return some !== undefined;
}

/** Completes finished rows that name no service by what the catalogue says of their host, else of their address, and those
 *  that say nothing of their program: rules choose by these columns, and who makes rows by hand leaves them out. */
export async function tagFinishedRows(lake: Lake): Promise<void> {
  const untagged = `(r."Service" = '' AND r."ServiceCategory" = '' AND r."SubTechnique" = '')`;
  const unidentified = `(r."InitiatingProcessFileName" <> '' AND r."Program" = '' AND r."ProgramKind" = '' AND r."ProgramPlace" = ''
    AND r."ProgramRenamed" IS NULL AND r."ExpectedClient" IS NULL)`;
  const [row] = await lake.engine.rows(`FROM "DeviceNetworkEvents" r WHERE ${untagged} OR ${unidentified} LIMIT 1`);
  if (!row) return;
  const named = `r."RemoteHost" <> ''`;
  const tagged = (name: string, column: string): string =>
    `CASE WHEN ${untagged} THEN CASE WHEN ${named} THEN h.${column} ELSE a.${column} END ELSE r.${sqlName(name)} END`;
  const empty = (name: string, sql: string): string =>
    `CASE WHEN r.${sqlName(name)} <> '' THEN r.${sqlName(name)} ELSE ${sql} END`;
  const service = tagged('Service', 'service');
  const category = tagged('ServiceCategory', 'category');
  const programs = Object.entries(programColumns(service, category)).map(([name, sql]) => [
    name,
    `CASE WHEN ${unidentified} THEN ${sql} ELSE r.${sqlName(name)} END`,
  ]);
  const columns: Record<string, string> = {
    ...Object.fromEntries(programs),
    Service: service,
    ServiceCategory: category,
    ServiceCategories: tagged('ServiceCategories', 'categories'),
    SubTechnique: tagged('SubTechnique', 'subTechnique'),
    RegistrableDomain: empty('RegistrableDomain', 'h.registrable'),
    RemoteHostSource: empty(
      'RemoteHostSource',
      `CASE WHEN ${untagged} AND NOT (${named}) AND a.canonical IS NOT NULL THEN 'address' END`,
    ),
    RemoteIPType: empty('RemoteIPType', 'p.type'),
  };
  const select = deviceNetworkEvents.stored.map(
    ({ name }) => `${columns[name] ?? `r.${sqlName(name)}`} AS ${sqlName(name)}`,
  );
  await lake.replace(
    deviceNetworkEvents,
    `SELECT ${select.join(', ')} FROM "DeviceNetworkEvents" r
     LEFT JOIN fuse_host_service h ON h.host = r."RemoteHost"
     LEFT JOIN fuse_address p ON p.text = r."RemoteIP"
     LEFT JOIN fuse_address_service a ON a.canonical = p.canonical
     ${joinProgram('r')}`,
  );
}
