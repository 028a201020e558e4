import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { sqlText } from '../../../packages/weir/src/engine/sql.ts';
import { endpointAction, flowUid, processFacts } from './facts.ts';

const epoch = 621_355_968_000_000_000n;

/** Writes the logs in which sensors tell of `life_fact`: Defender's streaming records, and Zeek's conn, ssl and quic logs
 *  as JSON. */
export async function writeRecords(engine: Engine, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (file: string, select: string) =>
    engine.run(`COPY (${select}) TO ${sqlText(join(folder, file))} (FORMAT json)`);
  const properties = Object.entries(eventColumns).map(([name, sql]) => `"${name}" := ${sql}`);
  await write(
    'DeviceNetworkEvents.json',
    `SELECT ${iso('e.stamped')} AS time, 'Publish' AS "operationName", 'AdvancedHunting-DeviceNetworkEvents' AS category,
       struct_pack(${properties.join(', ')}) AS properties
     FROM life_fact e JOIN life_machine m ON m.number = e.machine JOIN life_program p ON p.number = e.program WHERE e.told`,
  );
  await write(
    'conn.log',
    `SELECT ${flow}, f.protocol AS proto, ${service} AS service, (f.lasting / 10)::DECIMAL(18, 0)::DECIMAL(24, 6) / 1000000 AS duration,
       f.sent AS orig_bytes, f.received AS resp_bytes,
       CASE f.outcome WHEN 'accepted' THEN 'SF' WHEN 'cut' THEN 'RSTR' WHEN 'refused' THEN 'REJ' ELSE 'S0' END AS conn_state,
       true AS local_orig, starts_with(f.address, '10.') AS local_resp
     FROM life_fact f JOIN life_machine m ON m.number = f.machine WHERE f.seen`,
  );
  for (const [log, application] of [
    ['ssl.log', 'tls'],
    ['quic.log', 'quic'],
  ] as const)
    await write(
      log,
      `SELECT ${flow}, ${log === 'ssl.log' ? `'TLSv13' AS version, 'TLS_AES_128_GCM_SHA256' AS cipher, false AS resumed, true AS established` : `'1' AS version, 'h3' AS client_protocol, 'ISishIHh' AS history`}, f.greeted AS server_name
       FROM life_fact f JOIN life_machine m ON m.number = f.machine
       WHERE f.seen AND f.greeted IS NOT NULL AND f.application = '${application}'`,
    );
}

const seconds = (ticks: string): string => `((${ticks} - ${epoch}) // 10)::DECIMAL(24, 6) / 1000000`;
const iso = (ticks: string): string =>
  `strftime(make_timestamp((${ticks} - ${epoch}) // 10), '%Y-%m-%dT%H:%M:%S.%f') || '0Z'`;

const flow = `${seconds('f.starts')}::DECIMAL(24, 6) AS ts, ${flowUid} AS uid, m.local AS "id.orig_h", f.localPort AS "id.orig_p",
  f.address AS "id.resp_h", f.port AS "id.resp_p"`;
const service = `CASE f.application WHEN 'tls' THEN 'ssl' WHEN 'quic' THEN 'quic' WHEN 'http' THEN 'http' ELSE '-' END`;

const eventColumns: Readonly<Record<string, string>> = {
  Timestamp: iso('e.stamped'),
  DeviceId: 'm.device_id',
  DeviceName: 'm.name',
  ActionType: endpointAction,
  RemoteIP: 'e.address',
  RemotePort: 'e.port',
  RemoteUrl: 'e.url',
  LocalIP: 'm.local',
  LocalPort: 'e.localPort',
  Protocol: `CASE e.protocol WHEN 'udp' THEN 'Udp' ELSE 'Tcp' END`,
  LocalIPType: `'Private'`,
  RemoteIPType: `CASE WHEN starts_with(e.address, '10.') THEN 'Private' ELSE 'Public' END`,
  ...processFacts,
  InitiatingProcessCreationTime: iso('e.created + m.skew'),
  ReportId: 'e.report',
  AdditionalFields: `'{}'`,
};
