import { createReadStream, createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../packages/weir/src/engine/engine.ts';

const epoch = 621_355_968_000_000_000n;
const day = 864_000_000_000n;

/** 2026-03-10T00:00:00Z, where every benchmark's data begins. */
export const dataStart = epoch + 20_522n * day;

const pick = (values: readonly string[], seed: string): string =>
  `(${JSON.stringify(values).replaceAll('"', "'")})[1 + (hash(i, '${seed}') % ${values.length})::INTEGER]`;

/** SELECT of `rows` invented connections over one day: mostly everyday life, a few in a thousand to services of
 *  interest. Columns are plain facts that the benchmarks render as a lake table, Defender records or Zeek lines. */
export function inventedConnections(rows: number): string {
  const everyday = ['www.contoso.example', 'cdn.fabrikam.example', 'login.live.com', 'update.northwind.example', ''];
  const interesting = [
    'api.telegram.org',
    'discord.com',
    'gfs270n071.userstorage.mega.co.nz',
    'www.googleapis.com',
    'pastebin.com',
  ];
  const processes = [
    'chrome.exe',
    'msedge.exe',
    'OUTLOOK.EXE',
    'svchost.exe',
    'Teams.exe',
    'curl.exe',
    'python.exe',
    'powershell.exe',
  ];
  return `SELECT i,
      ${dataStart}::BIGINT + (hash(i, 't') % ${day})::BIGINT // 10 * 10 AS start,
      (hash(i, 'd') % 600000000)::BIGINT // 10 * 10 AS lasting,
      'ws-' || (hash(i, 'w') % 500) AS device,
      '10.' || (hash(i, 'w') % 500) // 250 || '.' || (hash(i, 'w') % 250) || '.7' AS localIp,
      (1024 + hash(i, 'lp') % 60000)::INTEGER AS localPort,
      '203.0.113.' || (hash(i, 'r') % 250) AS remoteIp,
      443 AS remotePort,
      CASE WHEN hash(i, 's') % 200 = 0 THEN ${pick(interesting, 'h')} ELSE ${pick(everyday, 'h')} END AS host,
      ${pick(processes, 'p')} AS process,
      'user' || (hash(i, 'u') % 400) AS account,
      (hash(i, 'bs') % 60000)::BIGINT * CASE WHEN hash(i, 'x') % 500 = 0 THEN 200 ELSE 1 END AS sent,
      (hash(i, 'br') % 400000)::BIGINT AS received
    FROM range(${rows}) AS r(i)`;
}

/** Writes the connections as a fused DeviceNetworkEvents Parquet file and shows it under the table's name. */
export async function fusedTable(engine: Engine, file: string, rows: number): Promise<void> {
  await engine.run(`COPY (SELECT start AS "Timestamp", device AS DeviceName, account AS AccountName,
      'ConnectionSuccess' AS ActionType, process AS InitiatingProcessFileName,
      process || ' --run ' || i % 1000 AS InitiatingProcessCommandLine, 'explorer.exe' AS InitiatingProcessParentFileName,
      host AS RemoteUrl, remoteIp AS RemoteIP, remotePort AS RemotePort, 'Public' AS RemoteIPType,
      localIp AS LocalIP, localPort AS LocalPort, sent AS BytesSent, received AS BytesReceived,
      start + lasting AS EvidenceTime, 'e' || i AS EventId
    FROM (${inventedConnections(rows)}) ORDER BY "Timestamp") TO '${file}' (FORMAT parquet, COMPRESSION zstd)`);
  await engine.run(
    `CREATE OR REPLACE VIEW DeviceNetworkEvents AS SELECT *, "Timestamp" AS TimeGenerated FROM read_parquet('${file}')`,
  );
}

const isoTime = (ticks: string): string =>
  `strftime(make_timestamp((${ticks} - ${epoch}) // 10), '%Y-%m-%dT%H:%M:%S.%f') || '0Z'`;

/** Writes the connections as Defender streaming records, one JSON object a line. */
export async function defenderLines(engine: Engine, file: string, rows: number): Promise<void> {
  await engine.run(`COPY (SELECT ${isoTime('start')} AS "time", 'AdvancedHunting-DeviceNetworkEvents' AS category,
      'Publish' AS operationName, {
        'Timestamp': ${isoTime('start')}, 'DeviceId': md5(device), 'DeviceName': device, 'ActionType': 'ConnectionSuccess',
        'RemoteIP': remoteIp, 'RemotePort': remotePort, 'RemoteUrl': host, 'LocalIP': localIp, 'LocalPort': localPort,
        'Protocol': 'Tcp', 'LocalIPType': 'Private', 'RemoteIPType': 'Public', 'ReportId': i,
        'InitiatingProcessFileName': process, 'InitiatingProcessCommandLine': process || ' --run ' || i % 1000,
        'InitiatingProcessParentFileName': 'explorer.exe', 'InitiatingProcessAccountName': account,
        'InitiatingProcessId': i % 30000, 'AdditionalFields': '{}'
      } AS properties
    FROM (${inventedConnections(rows)})) TO '${file}' (FORMAT json)`);
}

const zeekFields =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes'.split(
    ' ',
  );
const zeekTypes =
  'time string addr port addr port enum string interval count count string bool bool count string count count count count'.split(
    ' ',
  );

const zeekHeader = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#open\t2026-03-10-00-00-00',
  `#fields\t${zeekFields.join('\t')}`,
  `#types\t${zeekTypes.join('\t')}`,
  '',
].join('\n');

/** Writes the connections as a Zeek conn.log. */
export async function zeekLog(engine: Engine, file: string, rows: number): Promise<void> {
  const lines = `${file}.lines`;
  await engine.run(`COPY (SELECT printf('%.6f', (start - ${epoch}) / 1e7), 'C' || md5(i::VARCHAR)[1:16], localIp, localPort,
      remoteIp, remotePort, 'tcp', 'ssl', printf('%.6f', lasting / 1e7), sent, received, 'SF', 'T', 'F', 0, 'ShADadFf',
      10, sent + 520, 12, received + 600
    FROM (${inventedConnections(rows)})) TO '${lines}' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '')`);
  await writeFile(file, zeekHeader);
  await pipeline(createReadStream(lines), createWriteStream(file, { flags: 'a' }));
  await rm(lines);
}
