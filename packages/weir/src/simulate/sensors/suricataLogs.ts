import type { Random } from '../random.ts';
import type { Flow } from '../story.ts';
import { isoTime, type Micros } from '../time.ts';
import { type Counts, count } from './counts.ts';
import { type Log, Rows, type Sensor } from './log.ts';

type Record = Readonly<{ [member: string]: unknown }>;

/** Suricata at the edge: its EVE records of flows, TLS, QUIC, HTTP and DNS. */
export class SuricataLogs implements Sensor {
  readonly #random: Random;
  readonly #rows = new Rows<Record>();

  constructor(random: Random) {
    this.#random = random;
  }

  flow(flow: Flow): void {
    if (flow.away) return;
    const id = this.#random.int(10 ** 14, 2 * 10 ** 15);
    const counts = count(flow, this.#random);
    const open = flow.outcome === 'accepted' || flow.outcome === 'cut';
    const seen = flow.start + Math.min(flow.duration, this.#random.int(18_000, 240_000));
    if (open && flow.application !== 'opaque') {
      const told = this.#application(flow);
      for (const [type, members] of told) this.#add(seen, type, flow, id, members);
    }
    // A flow is written when it has been silent for a while.
    const ended = flow.start + (counts.duration ?? 0);
    this.#add(ended + this.#random.int(30_000_000, 90_000_000), 'flow', flow, id, counters(flow, counts, ended));
  }

  started(): void {}

  logs(): Log[] {
    if (this.#rows.count === 0) return [];
    const text = this.#rows.inOrder.map(({ row }) => `${JSON.stringify(row)}\n`).join('');
    return [{ file: 'suricata/eve.json', text, records: this.#rows.count }];
  }

  #add(at: Micros, type: string, flow: Flow, id: number, members: Record): void {
    this.#rows.add(at, {
      timestamp: eveTime(at),
      flow_id: id,
      in_iface: 'ens192',
      event_type: type,
      src_ip: flow.localAddress,
      src_port: flow.localPort,
      dest_ip: flow.remoteAddress,
      dest_port: flow.remotePort,
      proto: flow.protocol.toUpperCase(),
      ...members,
    });
  }

  /** What the flow's application layer showed, by event type. */
  #application(flow: Flow): [string, Record][] {
    const { host, http } = flow;
    if (flow.application === 'tls')
      return [['tls', { tls: { ...(host === null ? {} : { sni: host }), version: 'TLS 1.3' } }]];
    if (flow.application === 'quic')
      return [['quic', { quic: { version: '1', ...(host === null ? {} : { sni: host }) } }]];
    if (flow.application === 'http' && http !== null) {
      const { method, path, agent, type, status, responseBody } = http;
      const answer = { http_content_type: type, status, length: responseBody };
      const request = { hostname: host ?? flow.remoteAddress, url: path, http_user_agent: agent, http_method: method };
      return [['http', { tx_id: 0, http: { ...request, protocol: 'HTTP/1.1', ...answer } }]];
    }
    return flow.application === 'dns' ? this.#dns(flow) : [];
  }

  #dns({ host, answers }: Flow): [string, Record][] {
    const question = { id: this.#random.int(1, 65_535), rrname: host, rrtype: 'A', tx_id: 0 };
    const found = (answers ?? []).map((rdata) => ({
      rrname: host,
      rrtype: 'A',
      ttl: this.#random.int(20, 300),
      rdata,
    }));
    const answer = { ...question, version: 2, type: 'answer', flags: '8180', qr: true, rd: true, ra: true };
    return [
      ['dns', { dns: { type: 'query', ...question } }],
      ['dns', { dns: { ...answer, rcode: found.length === 0 ? 'NXDOMAIN' : 'NOERROR', answers: found } }],
    ];
  }
}

const names = { tls: 'tls', quic: 'quic', http: 'http', dns: 'dns' } as const;

/** Frames of both ways: the payload, and the headers of Ethernet, IP and TCP or UDP for each packet. */
function counters(flow: Flow, counts: Counts, ended: Micros): Record {
  const header = 14 + (flow.remoteAddress.includes(':') ? 40 : 20) + (flow.protocol === 'tcp' ? 20 : 8);
  const open = flow.outcome === 'accepted' || flow.outcome === 'cut';
  const app = open && flow.application in names ? Reflect.get(names, flow.application) : 'failed';
  return {
    app_proto: app,
    flow: {
      pkts_toserver: counts.origPackets,
      pkts_toclient: counts.respPackets,
      bytes_toserver: (counts.origBytes ?? 0) + counts.origPackets * header,
      bytes_toclient: (counts.respBytes ?? 0) + counts.respPackets * header,
      start: eveTime(flow.start),
      end: eveTime(ended),
      age: Math.round((ended - flow.start) / 1_000_000),
      state: open ? 'closed' : 'new',
      reason: 'timeout',
      alerted: false,
    },
    ...(flow.protocol === 'tcp' ? { tcp: flags(flow) } : {}),
  };
}

function flags({ outcome }: Flow): Record {
  if (outcome === 'silent')
    return { tcp_flags: '02', tcp_flags_ts: '02', tcp_flags_tc: '00', syn: true, state: 'syn_sent' };
  if (outcome === 'refused')
    return {
      tcp_flags: '16',
      tcp_flags_ts: '02',
      tcp_flags_tc: '14',
      syn: true,
      rst: true,
      ack: true,
      state: 'closed',
    };
  const all = { syn: true, psh: true, ack: true, state: 'closed' };
  if (outcome === 'cut') return { tcp_flags: '1e', tcp_flags_ts: '1a', tcp_flags_tc: '1e', rst: true, ...all };
  return { tcp_flags: '1b', tcp_flags_ts: '1b', tcp_flags_tc: '1b', fin: true, ...all };
}

function eveTime(at: Micros): string {
  return isoTime(at, 6, 0).replace('Z', '+0000');
}
