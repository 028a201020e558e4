import type { Mapping } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { connMapping } from './conn.ts';
import { dnsMapping } from './dns.ts';
import { httpMapping, quicMapping, sslMapping } from './names.ts';

export type ToMapping = (raw: RawColumns, vector: (text: string) => string) => Mapping;

/** The logs that Weir reads, each with the keys that tell it where a record does not name its log. */
export const usedLogs: Readonly<Record<string, { readonly keys: readonly string[]; readonly toMapping: ToMapping }>> = {
  conn: { keys: ['conn_state'], toMapping: connMapping },
  dns: { keys: ['qtype', 'qclass', 'query'], toMapping: dnsMapping },
  http: { keys: ['trans_depth', 'status_code', 'request_body_len'], toMapping: httpMapping },
  ssl: { keys: ['established', 'resumed', 'next_protocol'], toMapping: sslMapping },
  quic: { keys: ['client_initial_dcid'], toMapping: quicMapping },
};

/** The reports on connections that are still open have the columns of the log that follows when they are closed.
 *  Counters are running totals under one uid: fusion keeps the latest row of an id. */
const openLogs: Readonly<Record<string, string>> = { open_conn: 'conn', open_ssl: 'ssl', open_http: 'http' };

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

/** The log that a file's name speaks of: `conn.00:00:00-01:00:00.log.gz`, `SCRANTON_dns.log`. */
export function logByName(name: string): string {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  return Object.keys(usedLogs).find((log) => words.includes(log)) ?? '';
}
