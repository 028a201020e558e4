import type { Random } from '../random.ts';
import type { ZeekLogName, ZeekRow } from '../render/zeek.ts';
import type { Flow } from '../story.ts';
import type { Micros } from '../time.ts';
import { count } from './counts.ts';

/** What the sensor's own network is like. */
export interface ZeekSite {
  /** Names in this domain are answered by the house itself. */
  readonly domain: string;
  /** Names on the way from the asked name to its addresses. */
  readonly aliasesOf: (host: string) => readonly string[];
}

/** Takes a row of a log, which the sensor writes at a moment. */
export type ZeekSink = (log: ZeekLogName, written: Micros, row: ZeekRow) => void;

/** Zeek at the edge of a network. It sees no process, and nothing of devices that are elsewhere. */
export class ZeekSensor {
  readonly #site: ZeekSite;
  readonly #random: Random;
  readonly #add: ZeekSink;
  #seen = 0;

  constructor(site: ZeekSite, random: Random, add: ZeekSink) {
    this.#site = site;
    this.#random = random;
    this.#add = add;
  }

  /** Records a flow; gives its uid, or null where the sensor does not see it. */
  observe(flow: Flow): string | null {
    if (flow.away) return null;
    const uid = this.#uid();
    const key = endpoints(flow, uid);
    const counts = count(flow, this.#random);
    const open = flow.outcome === 'accepted' || flow.outcome === 'cut';
    const whole = counts.state !== 'OTH';
    const bareQuic = flow.application === 'quic' && this.#random.chance(0.25);
    this.#add('conn', flow.start + (counts.duration ?? 0) + this.#random.int(0, 5_000_000), {
      ...key,
      proto: flow.protocol,
      service: open && whole ? service(flow, bareQuic) : null,
      duration: counts.duration,
      orig_bytes: counts.origBytes,
      resp_bytes: counts.respBytes,
      conn_state: counts.state,
      local_orig: !flow.inbound,
      local_resp: flow.inbound || flow.remoteAddress.startsWith('10.'),
      missed_bytes: counts.missed,
      history: counts.history,
      orig_pkts: counts.origPackets,
      orig_ip_bytes: counts.origIpBytes,
      resp_pkts: counts.respPackets,
      resp_ip_bytes: counts.respIpBytes,
      tunnel_parents: null,
      ip_proto: flow.protocol === 'tcp' ? 6 : 17,
    });
    if (!open || !whole) return uid;
    const written = flow.start + Math.min(flow.duration, this.#random.int(18_000, 240_000));
    const greeted = { ...key, ts: written };
    if (flow.application === 'quic') this.#add('quic', written, { ...greeted, ...this.#quic(flow) });
    if (flow.application === 'tls' || (flow.application === 'quic' && !bareQuic))
      this.#add('ssl', written, { ...greeted, ...this.#tls(flow) });
    if (flow.application === 'http' && flow.http)
      this.#add('http', written, { ...greeted, ...http(flow, this.#random) });
    if (flow.application === 'dns') this.#add('dns', flow.start, { ...key, ...this.#question(flow) });
    return uid;
  }

  /** Zeek's form: C and base 62. The count in it makes it unique in runs of any size. */
  #uid(): string {
    this.#seen++;
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    let text = '';
    for (let rest = (this.#seen * 362_436_069 + 977) % 62 ** 5, i = 0; i < 5; i++, rest = Math.floor(rest / 62))
      text += digits[rest % 62];
    return `C${this.#random.base62(12)}${text}`;
  }

  #tls(flow: Flow): ZeekRow {
    const modern = flow.application === 'quic' || this.#random.chance(0.82);
    const resumed = this.#random.chance(0.3);
    return {
      version: modern ? 'TLSv13' : 'TLSv12',
      cipher: modern
        ? this.#random.pick(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'])
        : 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      curve: modern ? 'x25519' : 'secp256r1',
      server_name: flow.inbound ? `www.${this.#site.domain}` : flow.host,
      resumed,
      last_alert: null,
      next_protocol: flow.application === 'quic' ? 'h3' : this.#random.chance(0.7) ? 'h2' : null,
      established: true,
      ssl_history: modern ? 'CsiI' : resumed ? 'CsijIJ' : 'CsxknGIti',
      cert_chain_fps: modern || resumed ? null : [this.#random.hex(64)],
      client_cert_chain_fps: modern || resumed ? null : [],
      sni_matches_cert: modern || resumed ? null : true,
    };
  }

  #quic(flow: Flow): ZeekRow {
    return {
      version: '1',
      client_initial_dcid: this.#random.hex(16),
      client_scid: '',
      server_scid: this.#random.hex(16),
      server_name: flow.host,
      client_protocol: 'h3',
      history: 'IishIH',
    };
  }

  #question(flow: Flow): ZeekRow {
    const answers = flow.answers ?? [];
    const six = answers.some((answer) => answer.includes(':'));
    const aliases = flow.host === null || this.#isOwn(flow.host) ? [] : this.#site.aliasesOf(flow.host);
    const chain = answers.length === 0 ? [] : [...aliases, ...answers];
    return {
      proto: 'udp',
      trans_id: this.#random.int(1, 65_535),
      rtt: flow.duration,
      query: flow.host,
      qclass: 1,
      qclass_name: 'C_INTERNET',
      qtype: six ? 28 : 1,
      qtype_name: six ? 'AAAA' : 'A',
      rcode: answers.length === 0 ? 3 : 0,
      rcode_name: answers.length === 0 ? 'NXDOMAIN' : 'NOERROR',
      AA: flow.host !== null && this.#isOwn(flow.host),
      TC: false,
      RD: true,
      RA: true,
      Z: 0,
      answers: chain.length === 0 ? null : chain,
      TTLs: chain.length === 0 ? null : chain.map(() => `${this.#random.int(20, 300)}.000000`),
      rejected: false,
    };
  }

  #isOwn(host: string): boolean {
    return host.endsWith(this.#site.domain);
  }
}

function endpoints(flow: Flow, uid: string) {
  const local = { h: flow.localAddress, p: flow.localPort };
  const remote = { h: flow.remoteAddress, p: flow.remotePort };
  const [orig, resp] = flow.inbound ? [remote, local] : [local, remote];
  return { ts: flow.start, uid, 'id.orig_h': orig.h, 'id.orig_p': orig.p, 'id.resp_h': resp.h, 'id.resp_p': resp.p };
}

function service(flow: Flow, bareQuic: boolean): string | null {
  if (flow.application === 'tls') return 'ssl';
  if (flow.application === 'quic') return bareQuic ? 'quic' : 'quic,ssl';
  if (flow.application === 'kerberos') return 'krb_tcp';
  if (flow.application === 'smb') return 'gssapi,ntlm,smb';
  return flow.application === 'media' || flow.application === 'opaque' ? null : flow.application;
}

function http(flow: Flow, random: Random): ZeekRow {
  const request = flow.http;
  if (request === null) return {};
  return {
    trans_depth: 1,
    method: request.method,
    host: flow.inbound ? flow.localAddress : flow.host,
    uri: request.path,
    version: '1.1',
    user_agent: request.agent,
    request_body_len: request.requestBody,
    response_body_len: request.responseBody,
    status_code: request.status,
    status_msg: request.status === 200 ? 'OK' : 'Not Found',
    tags: [],
    resp_fuids: [`F${random.base62(17)}`],
    resp_mime_types: [request.type],
  };
}
