import type { Random } from '../../packages/weir/src/simulate/random.ts';
import type { Flow } from '../../packages/weir/src/simulate/story.ts';

/** What Defender's own packet inspection tells of a flow, process unknown: numbers and lists are texts in it. */
export function inspected(flow: Flow, random: Random): { action: string; fields: Record<string, string> } | null {
  if (flow.host === null || flow.inbound || flow.outcome !== 'accepted') return null;
  const uid = `C${random.base62(17)}`;
  if (flow.application === 'tls') {
    return {
      action: 'SslConnectionInspected',
      fields: {
        direction: 'Out',
        version: 'TLSv12',
        cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        server_name: flow.host,
        resumed: 'false',
        established: 'true',
        next_protocol: 'h2',
        uid,
        ts: fileTime(flow.start),
      },
    };
  }
  if (flow.application === 'dns' && flow.answers !== null && flow.answers.length > 0) {
    return {
      action: 'DnsConnectionInspected',
      fields: {
        direction: 'Out',
        trans_id: String(random.int(1, 65_535)),
        query: flow.host,
        qclass: '1',
        qclass_name: 'C_INTERNET',
        qtype: '1',
        qtype_name: 'A',
        rcode: '0',
        rcode_name: 'NOERROR',
        answers: JSON.stringify(flow.answers),
        TTLs: JSON.stringify(flow.answers.map(() => random.int(30, 300))),
        rejected: 'false',
        uid,
        ts: fileTime(flow.start),
      },
    };
  }
  if (flow.application === 'http' && flow.http !== null) {
    return {
      action: 'HttpConnectionInspected',
      fields: {
        direction: 'Out',
        host: flow.host,
        method: flow.http.method,
        uri: flow.http.path,
        user_agent: flow.http.agent,
        status_code: '200',
        status_msg: 'OK',
        request_body_len: String(flow.http.requestBody),
        response_body_len: String(flow.http.responseBody),
        trans_depth: '1',
        version: '1.1',
        uid,
      },
    };
  }
  return null;
}

/** Windows time: 100 ns since 1601, past what a double holds. */
function fileTime(micros: number): string {
  return String((BigInt(micros) + 11_644_473_600_000_000n) * 10n);
}
