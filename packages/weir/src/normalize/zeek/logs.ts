import type { Mapping } from '../mapping.ts';
import type { Fields, Vector } from './columns.ts';
import { connMapping } from './conn.ts';
import { dnsMapping } from './dns.ts';
import { filesMapping } from './files.ts';
import { httpMapping } from './http.ts';
import { quicMapping, sslMapping } from './names.ts';

export type ToMapping = (raw: Fields, vector: Vector) => Mapping;

/** The logs that Weir reads, each with the keys that tell it where a record does not name its log. */
export const usedLogs: Readonly<Record<string, { readonly keys: readonly string[]; readonly toMapping: ToMapping }>> = {
  conn: { keys: ['conn_state', 'age_of_conn'], toMapping: connMapping },
  dns: { keys: ['qtype', 'qclass', 'query', 'rcode'], toMapping: dnsMapping },
  http: { keys: ['request_body_len', 'status_code'], toMapping: httpMapping },
  ssl: { keys: ['established', 'resumed', 'next_protocol'], toMapping: sslMapping },
  files: { keys: ['seen_bytes'], toMapping: filesMapping },
  quic: { keys: ['client_initial_dcid'], toMapping: quicMapping },
};

/** The reports on connections that are still open have the columns of the log that follows when they are closed.
 *  Counters are running totals under one uid: fusion keeps the latest row of an id. */
const openLogs: Readonly<Record<string, string>> = {
  open_conn: 'conn',
  conn_long: 'conn',
  conn_burst: 'conn',
  open_ssl: 'ssl',
  open_http: 'http',
};

/** The log whose mapping a log has. */
export function closedLog(log: string): string {
  return openLogs[log] ?? log;
}

/** SQL of `closedLog`. */
export function closedLogSql(log: string): string {
  const cases = Object.entries(openLogs).map(([open, closed]) => `WHEN '${open}' THEN '${closed}'`);
  return `CASE ${log} ${cases.join(' ')} ELSE ${log} END`;
}

export function logByFields(fields: readonly string[]): string {
  const found = Object.entries(usedLogs).find(([, { keys }]) => keys.some((key) => fields.includes(key)));
  return found?.[0] ?? '';
}

/** The log that a file's name speaks of: `conn.00:00:00-01:00:00.log.gz`, `SCRANTON_dns.log`. Of files it is no sign:
 *  other logs have the word in their names. */
export function logByName(name: string): string {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  return Object.keys(usedLogs).find((log) => log !== 'files' && words.includes(log)) ?? '';
}

const ofPath = '(?:^|/)([^/.]+?)(?:_[0-9]{8}[^/]*|[.][^/]*)?$';

/** The log that a path of Corelight's names: `/var/log/corelight/conn_burst_20180803_16:37:28-16:40:00-0700.log`. */
export function logByPath(path: string): string {
  return new RegExp(ofPath).exec(path)?.[1] ?? '';
}

/** SQL of `logByPath`; null where it names none. */
export function logOfPath(path: string): string {
  return `nullif(regexp_extract(${path}, '${ofPath}', 1), '')`;
}
