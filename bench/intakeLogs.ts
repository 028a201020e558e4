import type { Engine } from '../packages/weir/src/engine/engine.ts';
import type { Floor } from './floor.ts';
import { inventedConnections } from './rows.ts';

const epoch = 621_355_968_000_000_000n;
const micros = (ticks: string): string => `(${ticks} - ${epoch}) // 10`;
const time = (ticks: string, format: string): string => `strftime(make_timestamp(${micros(ticks)}), '${format}')`;
const seconds = (ticks: string): string => `${micros(ticks)} // 1000000`;

/** One large log as a sensor would write it, from the invented connections. */
export interface InventedLog {
  readonly name: string;
  /** SELECT over the connections, and how COPY writes it. */
  readonly select: string;
  readonly options: string;
  /** As much of the file as Weir needs. Of lines that are texts: the columns that are in them, taken out by plain SQL. To read
   *  such lines as they are gives nobody a column, and measures the reading of a file. */
  readonly floor: (file: string) => Floor;
}

const json = 'FORMAT json';
const lines = `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ''`;
const jsonFloor =
  (columns: Readonly<Record<string, string>>) =>
  (file: string): Floor => ({
    columns: Object.keys(columns).map((name) => `"${name}"`),
    from: `read_json('${file}', format = 'newline_delimited', columns = {${Object.entries(columns)
      .map(([name, type]) => `'${name}': '${type}'`)
      .join(', ')}})`,
  });
const linesOf = (file: string): string =>
  `read_csv('${file}', auto_detect = false, header = false, delim = '', quote = '', escape = '', columns = {'line': 'VARCHAR'})`;
/** Of `key=value` in a line, behind a blank unless the key says what it is behind: a value ends at a blank, one of `spaced` before the next key. Splitting at the key takes half the
 *  time of a pattern for each. */
const pairsFloor =
  (keys: string, spaced: string = '') =>
  (file: string): Floor => {
    const behind = (key: string) => `split_part(line, '${key.endsWith('=') ? key : ` ${key}=`}', 2)`;
    return {
      columns: [
        ...keys.split(' ').map((key) => `split_part(${behind(key)}, ' ', 1)`),
        ...spaced
          .split(' ')
          .flatMap((key) => (key === '' ? [] : `regexp_extract(${behind(key)}, '^([^=]*)(?: |$)', 1)`)),
      ],
      from: linesOf(file),
    };
  };
/** Of words between blanks, of which the second has some before it. */
const wordsFloor = (file: string): Floor => ({
  columns: ['words[1]', ...Array.from({ length: 9 }, (_, at) => `words[${at - 9}]`)],
  from: `(SELECT string_split(line, ' ') AS words FROM ${linesOf(file)})`,
});
const texts = (names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'VARCHAR']));

const vpcColumns = Array.from({ length: 14 }, (_, at) => `c${at}`);

/** The formats that come in gigabytes. */
export const inventedLogs: readonly InventedLog[] = [
  {
    name: 'Suricata EVE flows',
    select: `SELECT ${time('start', '%Y-%m-%dT%H:%M:%S.%f+0000')} AS "timestamp", i AS flow_id, 'flow' AS event_type,
      localIp AS src_ip, localPort AS src_port, remoteIp AS dest_ip, remotePort AS dest_port, 'TCP' AS proto, 'tls' AS app_proto,
      {'pkts_toserver': 10, 'pkts_toclient': 12, 'bytes_toserver': sent + 660, 'bytes_toclient': received + 768,
       'start': ${time('start', '%Y-%m-%dT%H:%M:%S.%f+0000')}, 'end': ${time('start + lasting', '%Y-%m-%dT%H:%M:%S.%f+0000')},
       'age': 10, 'state': 'closed', 'reason': 'timeout', 'alerted': false} AS flow,
      {'tcp_flags': '1b', 'syn': true, 'ack': true, 'state': 'closed'} AS tcp`,
    options: json,
    floor: jsonFloor({
      ...texts('timestamp flow_id event_type src_ip src_port dest_ip dest_port proto app_proto'),
      flow: 'STRUCT(pkts_toserver VARCHAR, pkts_toclient VARCHAR, bytes_toserver VARCHAR, bytes_toclient VARCHAR, start VARCHAR, "end" VARCHAR, state VARCHAR, reason VARCHAR)',
      tcp: 'STRUCT(tcp_flags VARCHAR, ts_gap VARCHAR, tc_gap VARCHAR)',
    }),
  },
  {
    name: 'Zeek conn JSON',
    select: `SELECT 'conn' AS _path, (start - ${epoch}) / 1e7 AS ts, 'C' || md5(i::VARCHAR)[1:16] AS uid, localIp AS "id.orig_h", localPort AS "id.orig_p",
      remoteIp AS "id.resp_h", remotePort AS "id.resp_p", 'tcp' AS proto, 'ssl' AS service, lasting / 1e7 AS duration,
      sent AS orig_bytes, received AS resp_bytes, 'SF' AS conn_state, true AS local_orig, false AS local_resp, 0 AS missed_bytes,
      'ShADadFf' AS history, 10 AS orig_pkts, sent + 520 AS orig_ip_bytes, 12 AS resp_pkts, received + 600 AS resp_ip_bytes`,
    options: json,
    floor: jsonFloor(
      texts(
        '_path ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes',
      ),
    ),
  },
  {
    name: 'Sysmon 3 (NXLog JSON)',
    select: `SELECT ${time('start', '%Y-%m-%d %H:%M:%S')} AS EventTime, device AS Hostname, 'INFO' AS Severity, 3 AS EventID,
      'Microsoft-Windows-Sysmon' AS SourceName, 'Microsoft-Windows-Sysmon/Operational' AS Channel, i AS RecordNumber,
      ${time('start', '%Y-%m-%d %H:%M:%S.%g')} AS UtcTime, '{' || md5((i % 5000)::VARCHAR) || '}' AS ProcessGuid, (i % 30000)::VARCHAR AS ProcessId,
      'C:\\Program Files\\' || process AS Image, 'LARKFIELD\\' || account AS "User", 'tcp' AS Protocol, 'true' AS Initiated,
      'false' AS SourceIsIpv6, localIp AS SourceIp, localPort::VARCHAR AS SourcePort, 'false' AS DestinationIsIpv6,
      remoteIp AS DestinationIp, '-' AS DestinationHostname, remotePort::VARCHAR AS DestinationPort`,
    options: json,
    floor: jsonFloor(
      texts(
        'Hostname EventID SourceName Channel RecordNumber UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIp SourcePort DestinationIp DestinationPort',
      ),
    ),
  },
  {
    name: 'Elastic Defend network',
    select: `SELECT ${time('start', '%Y-%m-%dT%H:%M:%S.%fZ')} AS "@timestamp", {'type': 'endpoint', 'id': md5(device)} AS agent,
      {'module': 'endpoint', 'category': ['network'], 'action': 'disconnect_received', 'id': md5(i::VARCHAR), 'dataset': 'endpoint.events.network'} AS event,
      {'hostname': device, 'ip': [localIp]} AS host, {'ip': localIp, 'port': localPort, 'bytes': sent, 'packets': 10} AS source,
      {'ip': remoteIp, 'port': remotePort, 'bytes': received, 'packets': 12} AS destination,
      {'direction': 'egress', 'transport': 'tcp', 'type': 'ipv4'} AS network,
      {'name': process, 'executable': 'C:\\Program Files\\' || process, 'entity_id': md5((i % 5000)::VARCHAR), 'pid': i % 30000} AS process,
      {'name': account, 'domain': 'LARKFIELD'} AS user`,
    options: json,
    floor: jsonFloor({
      '@timestamp': 'VARCHAR',
      event: 'STRUCT(module VARCHAR, category VARCHAR, action VARCHAR, id VARCHAR)',
      host: 'STRUCT(hostname VARCHAR, ip VARCHAR)',
      source: 'STRUCT(ip VARCHAR, port VARCHAR, bytes VARCHAR, packets VARCHAR)',
      destination: 'STRUCT(ip VARCHAR, port VARCHAR, bytes VARCHAR, packets VARCHAR)',
      network: 'STRUCT(direction VARCHAR, transport VARCHAR)',
      process: 'STRUCT(name VARCHAR, executable VARCHAR, entity_id VARCHAR, pid VARCHAR)',
      user: 'STRUCT(name VARCHAR, domain VARCHAR)',
    }),
  },
  {
    name: 'AWS VPC flow log',
    select: `SELECT concat_ws(' ', 2, '123456789010', 'eni-0a1b2c3d4e5f60718', localIp, remoteIp, localPort, remotePort, 6, 10, sent + 520,
      ${seconds('start')}, ${seconds('start')} + 60, 'ACCEPT', 'OK')`,
    options: lines,
    floor: (file) => ({
      columns: vpcColumns,
      from: `read_csv('${file}', auto_detect = false, header = false, delim = ' ', quote = '', escape = '',
        columns = {${vpcColumns.map((name) => `'${name}': 'VARCHAR'`).join(', ')}})`,
    }),
  },
  {
    name: 'nfdump CSV, biflow',
    select: `SELECT concat_ws(',', ${time('start', '%Y-%m-%d %H:%M:%S')}, ${time('start + lasting', '%Y-%m-%d %H:%M:%S')}, printf('%9.3f', lasting / 1e7),
      localIp, remoteIp, localPort, remotePort, 'TCP', '...AP.SF', 0, 0, 10, sent + 520, 12, received + 600, 0, 0, 0, 0, 0, 0, 0, 0,
      '0.0.0.0', '0.0.0.0', 0, 0, '00:00:00:00:00:00', '00:00:00:00:00:00', '00:00:00:00:00:00', '00:00:00:00:00:00',
      '0-0-0','0-0-0','0-0-0','0-0-0','0-0-0','0-0-0','0-0-0','0-0-0','0-0-0','0-0-0', '    0.000', '    0.000', '    0.000', '0.0.0.0', '0/0', 1,
      ${time('start + lasting', '%Y-%m-%d %H:%M:%S.000')})
      AS "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr"`,
    options: `FORMAT csv, HEADER true, QUOTE '', ESCAPE '', DELIMITER ''`,
    floor: (file) => ({
      columns: 'ts te sa da sp dp pr flg ipkt ibyt opkt obyt'.split(' '),
      from: `read_csv('${file}', all_varchar = true, header = true)`,
    }),
  },
  {
    name: 'squid access.log',
    select: `SELECT printf('%d.%03d %6d %s TCP_TUNNEL/200 %d CONNECT %s:443 %s HIER_DIRECT/%s -', ${seconds('start + lasting')}, (i % 1000)::INTEGER, (lasting // 10000)::INTEGER,
      localIp, received, CASE WHEN host = '' THEN 'www.contoso.example' ELSE host END, account, remoteIp)`,
    options: lines,
    floor: wordsFloor,
  },
  {
    name: 'CEF traffic in syslog',
    select: `SELECT '<134>' || ${time('start', '%b %d %H:%M:%S')} || ' fw01 CEF:0|Palo Alto Networks|PAN-OS|11.0|end|TRAFFIC|1|rt=' || ${time('start + lasting', '%b %d %Y %H:%M:%S')} ||
      ' deviceExternalId=00770011 src=' || localIp || ' dst=' || remoteIp || ' spt=' || localPort || ' dpt=443 proto=tcp act=allow suser=' || account ||
      ' app=ssl in=' || received || ' out=' || sent || ' cn1Label=SessionID cn1=' || i || ' cn3Label=Elapsed time in seconds cn3=' || (lasting // 10000000) || ' start=' || ${time('start', '%b %d %Y %H:%M:%S')}`,
    options: lines,
    floor: pairsFloor(
      'deviceExternalId src dst spt dpt proto act suser app in out cn1 cn3',
      '|rt= start cn1Label cn3Label',
    ),
  },
  {
    name: 'Fortinet traffic, key-value',
    select: `SELECT ${time('start + lasting', 'date=%Y-%m-%d time=%H:%M:%S')} || ' devname="FG-01" devid="FG100F" eventtime=' || ${micros('start + lasting')} * 1000 || ' tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=' ||
      localIp || ' srcport=' || localPort || ' srcintf="lan" dstip=' || remoteIp || ' dstport=443 dstintf="wan1" sessionid=' || i || ' proto=6 action="close" policyid=1 service="HTTPS" user="' || account ||
      '" duration=' || (lasting // 10000000) || ' sentbyte=' || (sent + 520) || ' rcvdbyte=' || (received + 600) || ' sentpkt=10 rcvdpkt=12 app="SSL"'`,
    options: lines,
    floor: pairsFloor(
      'date= time devname devid eventtime tz type srcip srcport dstip dstport sessionid proto action service user duration sentbyte rcvdbyte sentpkt rcvdpkt',
    ),
  },
  {
    name: 'OCSF network activity',
    select: `SELECT 4001 AS class_uid, 6 AS activity_id, ${micros('start + lasting')} // 1000 AS "time", ${micros('start')} // 1000 AS start_time, ${micros('start + lasting')} // 1000 AS end_time,
      {'ip': localIp, 'port': localPort} AS src_endpoint, {'ip': remoteIp, 'port': remotePort, 'hostname': host} AS dst_endpoint,
      {'protocol_num': 6, 'protocol_name': 'tcp', 'direction_id': 2, 'uid': md5(i::VARCHAR)} AS connection_info,
      {'bytes_out': sent, 'bytes_in': received, 'packets_out': 10, 'packets_in': 12} AS traffic, 1 AS severity_id`,
    options: json,
    floor: jsonFloor({
      ...texts('class_uid activity_id time start_time end_time'),
      src_endpoint: 'STRUCT(ip VARCHAR, port VARCHAR)',
      dst_endpoint: 'STRUCT(ip VARCHAR, port VARCHAR, hostname VARCHAR)',
      connection_info: 'STRUCT(protocol_num VARCHAR, protocol_name VARCHAR, direction_id VARCHAR, uid VARCHAR)',
      traffic: 'STRUCT(bytes_out VARCHAR, bytes_in VARCHAR, packets_out VARCHAR, packets_in VARCHAR)',
    }),
  },
];

/** Writes such a log of `rows` connections. */
export async function writeInventedLog(
  engine: Engine,
  { select, options }: InventedLog,
  file: string,
  rows: number,
): Promise<void> {
  await engine.run(`COPY (${select} FROM (${inventedConnections(rows)})) TO '${file}' (${options})`);
}
