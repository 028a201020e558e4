import { decimalSeconds, type Micros } from '../time.ts';

/** Times and intervals are microseconds; null is unset. */
export type ZeekValue = string | number | boolean | null | readonly string[];
export type ZeekRow = Readonly<Record<string, ZeekValue>>;

type ZeekType =
  | 'time'
  | 'interval'
  | 'string'
  | 'addr'
  | 'port'
  | 'enum'
  | 'count'
  | 'bool'
  | `${'vector' | 'set'}[${string}]`;

const connection = 'ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port';

/** Fields of each log, in Zeek's order. */
const logs = {
  conn: `${connection} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count conn_state:string local_orig:bool local_resp:bool missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count tunnel_parents:set[string] ip_proto:count`,
  ssl: `${connection} version:string cipher:string curve:string server_name:string resumed:bool last_alert:string next_protocol:string established:bool ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] sni_matches_cert:bool`,
  quic: `${connection} version:string client_initial_dcid:string client_scid:string server_scid:string server_name:string client_protocol:string history:string`,
  dns: `${connection} proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string qtype:count qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool`,
  http: `${connection} trans_depth:count method:string host:string uri:string referrer:string version:string user_agent:string origin:string request_body_len:count response_body_len:count status_code:count status_msg:string info_code:count info_msg:string tags:set[enum] username:string password:string proxied:set[string] orig_fuids:vector[string] orig_filenames:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] resp_filenames:vector[string] resp_mime_types:vector[string]`,
} as const;

export type ZeekLogName = keyof typeof logs;

export const zeekLogNames = Object.keys(logs) as readonly ZeekLogName[];

const fieldsOf = (log: ZeekLogName): readonly { readonly name: string; readonly type: ZeekType }[] =>
  logs[log].split(' ').map((field) => {
    const colon = field.indexOf(':');
    return { name: field.slice(0, colon), type: field.slice(colon + 1) as ZeekType };
  });

const fields = Object.fromEntries(zeekLogNames.map((log) => [log, fieldsOf(log)])) as Record<
  ZeekLogName,
  ReturnType<typeof fieldsOf>
>;

/** The lines before the rows of a tab-separated log. */
export function zeekHead(log: ZeekLogName, opened: Micros): string {
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${log}`,
    `#open\t${stamp(opened)}`,
    ['#fields', ...fields[log].map((field) => field.name)].join('\t'),
    ['#types', ...fields[log].map((field) => field.type)].join('\t'),
    '',
  ].join('\n');
}

/** The line after them. */
export function zeekTail(closed: Micros): string {
  return `#close\t${stamp(closed)}\n`;
}

function stamp(at: Micros): string {
  return new Date(at / 1000).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
}

/** A row of a tab-separated log. */
export function zeekTabbed(log: ZeekLogName, row: ZeekRow): string {
  return `${fields[log].map(({ name, type }) => tabbedValue(row[name] ?? null, type)).join('\t')}\n`;
}

/** A row as Zeek's JSON writer has it: without what is unset. */
export function zeekJson(log: ZeekLogName, row: ZeekRow): string {
  const members: string[] = [];
  for (const { name, type } of fields[log]) {
    const value = row[name] ?? null;
    if (value !== null) members.push(`"${name}":${jsonValue(value, type)}`);
  }
  return `{${members.join(',')}}\n`;
}

function tabbedValue(value: ZeekValue, type: ZeekType): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'number') return type === 'time' || type === 'interval' ? decimalSeconds(value) : String(value);
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return value.length === 0 ? '(empty)' : value.join(',');
}

function jsonValue(value: ZeekValue, type: ZeekType): string {
  if (typeof value === 'number' && (type === 'time' || type === 'interval')) return decimalSeconds(value);
  if (Array.isArray(value) && type === 'vector[interval]') return `[${value.join(',')}]`;
  return JSON.stringify(value);
}
