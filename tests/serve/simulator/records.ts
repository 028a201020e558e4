import { ticksPerSecond, unixEpochTicks } from '../../../packages/kql/src/types.ts';
import type { Draws } from './draws.ts';

/** A record of a log, with the id that its row has. */
export interface Written {
  readonly source: 'conn.log' | 'defender';
  readonly id: string;
  readonly line: string;
}

/** The present at the world's beginning, ticks: 5 January 2026, 10:00. */
export const beginning = unixEpochTicks + BigInt(Date.UTC(2026, 0, 5, 10)) * 10_000n;

export function isNetwork({ source }: Written): boolean {
  return source === 'conn.log';
}

/** What a small office's sensors tell of connections of the last two hours: the network's of each, and the endpoint's of most,
 *  with uploads among them. */
export function office(draws: Draws, connections: number): Written[] {
  const written: Written[] = [];
  for (let number = 0; number < connections; number++) {
    const upload = draws.chance(0.3);
    const device = draws.whole(3);
    const minutes = draws.whole(110);
    const at = Number((beginning - unixEpochTicks) / ticksPerSecond) - minutes * 60 - draws.whole(60);
    const connection = {
      ...{ upload, at, number, client: `10.1.0.${10 + device}`, name: `ws-${device}`, port: 40_000 + number },
      server: upload ? '203.0.113.77' : `198.51.100.${1 + draws.whole(4)}`,
      sent: upload ? 1_500_000 + draws.whole(1_000_000) : 900 + draws.whole(5_000),
    };
    written.push({ source: 'conn.log', id: `zeek:C${number}`, line: zeek(connection) });
    if (draws.chance(0.8))
      written.push({ source: 'defender', id: `port ${40_000 + number}`, line: defender(connection) });
  }
  return written;
}

interface Connection {
  readonly number: number;
  readonly upload: boolean;
  /** Seconds since 1970. */
  readonly at: number;
  readonly client: string;
  readonly name: string;
  readonly port: number;
  readonly server: string;
  readonly sent: number;
}

function zeek({ number, at, client, port, server, sent }: Connection): string {
  return JSON.stringify({
    ...{ ts: at, uid: `C${number}`, 'id.orig_h': client, 'id.orig_p': port, 'id.resp_h': server, 'id.resp_p': 443 },
    ...{ proto: 'tcp', service: 'ssl', duration: 4.5, orig_bytes: sent, resp_bytes: 4_000, conn_state: 'SF' },
    ...{ local_orig: true, local_resp: false, missed_bytes: 0, history: 'ShADadFf' },
    ...{ orig_pkts: 12, orig_ip_bytes: sent + 600, resp_pkts: 10, resp_ip_bytes: 4_500 },
  });
}

function defender({ number, upload, at, client, name, port, server }: Connection): string {
  return JSON.stringify({
    ...{ Timestamp: new Date(at * 1_000).toISOString(), DeviceId: `d-${name}`, DeviceName: `${name}.office.example` },
    ...{ ActionType: 'ConnectionSuccess', RemoteIP: server, RemotePort: 443, LocalIP: client, LocalPort: port },
    RemoteUrl: upload ? 'https://transfer.sh/' : 'www.site.example',
    ...{ Protocol: 'Tcp', InitiatingProcessFileName: upload ? 'curl.exe' : 'chrome.exe' },
    ...{ InitiatingProcessAccountName: 'jane', InitiatingProcessId: 4_000 + number, ReportId: number },
  });
}
