/** EVE records of one small network, for tests; each function's changes are laid over a usual record. */
export type Eve = Record<string, unknown>;

const client = '10.0.0.5';
const server = '203.0.113.9';

function eve(event_type: string, values: Eve): Eve {
  return {
    timestamp: '2026-03-10T08:15:30.250000+0000',
    flow_id: 1511077320863172,
    event_type,
    src_ip: client,
    src_port: 50001,
    dest_ip: server,
    dest_port: 443,
    proto: 'TCP',
    ...values,
  };
}

export const counters = { pkts_toserver: 10, pkts_toclient: 8, bytes_toserver: 62_540, bytes_toclient: 1432 };
export const usualTimes = { start: '2026-03-10T08:15:00.000001+0000', end: '2026-03-10T08:16:00.000000+0000' };
export const handshake = { tcp_flags: '1b', tcp_flags_ts: '1b', tcp_flags_tc: '1b', state: 'closed' };

export function flowRecord(values: Eve = {}, flow: Eve = {}, tcp: Eve | null = handshake): Eve {
  const own = { ...counters, ...usualTimes, age: 60, state: 'closed', reason: 'timeout', ...flow };
  return eve('flow', { app_proto: 'tls', flow: own, ...(tcp && { tcp }), ...values });
}

export function netflowRecord(values: Eve = {}, netflow: Eve = {}): Eve {
  return eve('netflow', { netflow: { pkts: 10, bytes: 62_540, ...usualTimes, age: 60, ...netflow }, ...values });
}

export const tlsRecord = (tls: Eve = {}): Eve =>
  eve('tls', { tls: { sni: 'Upload.Example', version: 'TLS 1.3', ...tls } });
export const quicRecord = (): Eve => eve('quic', { proto: 'UDP', quic: { version: '1', sni: 'quic.example' } });
export const httpRecord = (http: Eve = {}, values: Eve = {}): Eve =>
  eve('http', {
    http: { hostname: 'files.example', url: '/put', http_method: 'POST', length: 60_321, ...http },
    ...values,
  });
export const dnsRecord = (dns: Eve, values: Eve = {}): Eve =>
  eve('dns', { dest_ip: '10.0.0.2', dest_port: 53, proto: 'UDP', dns: { id: 7, ...dns }, ...values });
export const fileRecord = (fileinfo: Eve = {}, values: Eve = {}): Eve =>
  eve('fileinfo', {
    dest_port: 5000,
    http: { hostname: 'files.example', http_method: 'POST', length: 60_321 },
    fileinfo: { filename: '/put', state: 'CLOSED', size: 61_484, tx_id: 0, ...fileinfo },
    ...values,
  });

/** What the source and the destination are where the server sent it. */
export const fromServer = { src_ip: server, src_port: 443, dest_ip: client, dest_port: 50001 };

export const ndjson = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
