import type { Engine } from '../engine/engine.ts';
import { deviceKey, gatherDevices } from './devices.ts';
import { bareHost, keyPort, protocolFamily } from './keys.ts';
import { isOuterName } from './outerNames.ts';
import { streaming } from './streaming.ts';

/** Endpoint rows as matching sees them: ids and keys only.
 *
 *  - what `gatherDevices` makes.
 *  - `fuse_event_recorded(event, place, device, site, protocol, localAddress, localPort, remoteAddress, remotePort, stamped,
 *    kind, told, budget, host, process, program, ownSent, ownReceived, ownSource)`: one row an endpoint row. `event` is dense in the order of
 *    EventId, so that ties by it are ties by EventId. `kind` is connection, found (a connection met under way),
 *    aggregated, inspected or listening: only the first three are connections. `told` is the outcome that the action
 *    states: success, failed or ''. `budget` is how many connections an aggregated report stands for, null where it does
 *    not say. `host` is RemoteUrl's bare host, unless that names nobody (`isOuterName`). `program` is the same for events of one program under one account, null
 *    where the program is not known. `ownSent`, `ownReceived`: what the endpoint counted itself. */
export async function gatherEndpointEvents(engine: Engine, rows: string): Promise<void> {
  await gatherDevices(engine, rows);
  await engine.run(
    `CREATE OR REPLACE TYPE fusion.fuse_kind AS ENUM ('aggregated', 'connection', 'found', 'inspected', 'listening')`,
  );
  const gather = `CREATE OR REPLACE TABLE fusion.fuse_event_recorded AS
     WITH told AS (
       SELECT *, ${protocolFamily('"Protocol"')} AS family, ${bareHost('"RemoteUrl"')} AS url FROM ${rows})
       SELECT i.event, e.place, d.device, e."Site"::fuse_word AS site, e.family::fuse_word AS protocol,
         l.address AS localAddress, ${keyPort('e."LocalPort"', 'e.family')} AS localPort,
         r.address AS remoteAddress, ${keyPort('e."RemotePort"', 'e.family')} AS remotePort,
         e."Timestamp" AS stamped, a.kind, a.told,
         CASE WHEN a.kind = 'aggregated'
           THEN try_cast(json_extract_string(e."AdditionalFields", '$.uniqueEventsAggregated') AS BIGINT) END AS budget,
         CASE WHEN ${isOuterName(`coalesce(nullif(e.url, ''), e."RemoteHost")`)} THEN '' WHEN e.url <> '' THEN e.url ELSE e."RemoteHost" END AS host,
         e."InitiatingProcessFileName" <> '' OR e."InitiatingProcessId" IS NOT NULL AS process,
         CASE WHEN e."InitiatingProcessFileName" <> '' THEN hash(lower(e."InitiatingProcessFileName"), lower(${account})) END AS program,
         e."BytesSent" AS ownSent, e."BytesReceived" AS ownReceived,
         CASE WHEN e."BytesSent" IS NULL AND e."BytesReceived" IS NULL THEN NULL WHEN e."BytesSource" <> '' THEN e."BytesSource"
           ELSE 'endpoint' END AS ownSource
       FROM told e JOIN fuse_event_id i ON i.place = e.place
       JOIN (${actionFacts(rows)}) a ON a.action = e."ActionType"
       LEFT JOIN fuse_device_key d ON d.key = ${deviceKey('e.')}
       LEFT JOIN fuse_address l ON l.text = e."LocalIP"
       LEFT JOIN fuse_address r ON r.text = e."RemoteIP"`;
  await streaming(engine, () => engine.run(gather));
}

const account = `CASE WHEN e."AccountName" <> '' THEN e."AccountName" ELSE e."InitiatingProcessAccountName" END`;

function actionFacts(rows: string): string {
  return `SELECT action, CASE WHEN action ILIKE '%AggregatedReport' THEN 'aggregated'
      WHEN action ILIKE '%Inspected' THEN 'inspected'
      WHEN action ILIKE 'Listening%' THEN 'listening'
      WHEN action ILIKE 'ConnectionFound%' THEN 'found'
      ELSE 'connection' END::fuse_kind AS kind,
      CASE WHEN action ILIKE '%Failed%' OR action ILIKE '%Blocked%' THEN 'failed'
        WHEN action ILIKE '%Success%' OR action ILIKE '%Accepted' OR action ILIKE '%Acknowledged' THEN 'success'
        ELSE '' END::ENUM ('', 'failed', 'success') AS told
    FROM (SELECT DISTINCT "ActionType" AS action FROM ${rows})`;
}
