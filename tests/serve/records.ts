/** Connections of an invented office as Zeek's conn.log has them in JSON. Every record has a uid of its own. */
export interface Batch {
  readonly uids: readonly string[];
  readonly body: string;
}

/** `count` records from number `from` on, each of its own connection, a few milliseconds apart from `start` (seconds since
 *  1970). Every `uploadEvery`th sends 400 MB to a file-sharing host that nobody else uses, from a host of its own. */
export function batch(
  run: string,
  from: number,
  count: number,
  { start, uploadEvery = 0 }: { readonly start: number; readonly uploadEvery?: number },
): Batch {
  const uids: string[] = [];
  const lines: string[] = [];
  for (let number = from; number < from + count; number++) {
    const uid = `C${run}${number.toString(36)}`;
    const upload = uploadEvery > 0 && number % uploadEvery === 0;
    uids.push(uid);
    lines.push(
      JSON.stringify({
        ts: start + number / 200,
        uid,
        'id.orig_h': upload ? `10.9.${(number >> 8) % 250}.${number % 250}` : `10.1.${number % 40}.${number % 199}`,
        'id.orig_p': 20_000 + (number % 40_000),
        'id.resp_h': upload ? '203.0.113.77' : `198.51.100.${number % 250}`,
        'id.resp_p': 443,
        proto: 'tcp',
        service: 'ssl',
        duration: upload ? 40 : 0.8,
        orig_bytes: upload ? 400_000_000 : 900 + (number % 700),
        resp_bytes: 4_000,
        conn_state: 'SF',
        local_orig: true,
        local_resp: false,
        missed_bytes: 0,
        history: 'ShADadFf',
        orig_pkts: 12,
        orig_ip_bytes: upload ? 410_000_000 : 1_500,
        resp_pkts: 10,
        resp_ip_bytes: 5_000,
      }),
    );
  }
  return { uids, body: `${lines.join('\n')}\n` };
}
