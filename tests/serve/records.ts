/** Connections of an invented office. Every record has a uid of its own. */
export interface Batch {
  readonly uids: readonly string[];
  readonly body: string;
  /** The addresses of hosts that upload in it. */
  readonly uploadsFrom: readonly string[];
}

interface Office {
  /** Seconds since 1970 of the first record; they follow each other by 5 ms. */
  readonly start: number;
  /** Every so manieth record is an upload of 400 MB, from a host of its own to a file-sharing service; 0: none is. */
  readonly uploadEvery?: number;
}

/** The connection of a number. */
function connection(number: number, { start, uploadEvery = 0 }: Office) {
  const upload = uploadEvery > 0 && number % uploadEvery === 0;
  return {
    upload,
    at: start + number / 200,
    client: upload ? uploader(number / uploadEvery) : `10.1.${number % 40}.${number % 199}`,
    port: 20_000 + (number % 40_000),
    server: upload ? '203.0.113.77' : `198.51.100.${number % 250}`,
    lasts: upload ? 40 : 0.8,
    sent: upload ? 400_000_000 : 900 + (number % 700),
  };
}

/** The address of an upload's host: of 44,000 uploads none has another's. */
function uploader(upload: number): string {
  return `10.9.${upload % 250}.${77 + (Math.floor(upload / 250) % 178)}`;
}

/** `count` records of Zeek's conn.log in JSON, from number `from` on. */
export function batch(run: string, from: number, count: number, office: Office): Batch {
  const uids: string[] = [];
  const uploadsFrom: string[] = [];
  const lines: string[] = [];
  for (let number = from; number < from + count; number++) {
    const { upload, at, client, port, server, lasts, sent } = connection(number, office);
    const uid = `C${run}${number.toString(36)}`;
    uids.push(uid);
    if (upload) uploadsFrom.push(client);
    lines.push(
      JSON.stringify({
        ts: at,
        uid,
        'id.orig_h': client,
        'id.orig_p': port,
        'id.resp_h': server,
        'id.resp_p': 443,
        proto: 'tcp',
        service: 'ssl',
        duration: lasts,
        orig_bytes: sent,
        resp_bytes: 4_000,
        conn_state: 'SF',
        local_orig: true,
        local_resp: false,
        missed_bytes: 0,
        history: 'ShADadFf',
        orig_pkts: 12,
        orig_ip_bytes: sent + 600,
        resp_pkts: 10,
        resp_ip_bytes: 4_500,
      }),
    );
  }
  return { uids, uploadsFrom, body: `${lines.join('\n')}\n` };
}

/** The same connections as Defender tells them: what `batch` counts, with process and name. */
export function endpointBatch(from: number, count: number, office: Office): string {
  const lines: string[] = [];
  for (let number = from; number < from + count; number++) {
    const { upload, at, client, port, server } = connection(number, office);
    lines.push(
      JSON.stringify({
        Timestamp: new Date(at * 1000).toISOString(),
        DeviceId: `d-${client}`,
        DeviceName: `ws-${client.replaceAll('.', '-')}.office.example`,
        ActionType: 'ConnectionSuccess',
        RemoteIP: server,
        RemotePort: 443,
        RemoteUrl: upload ? 'https://transfer.sh/' : `www.site${number % 250}.example`,
        LocalIP: client,
        LocalPort: port,
        Protocol: 'Tcp',
        InitiatingProcessFileName: upload ? 'curl.exe' : 'chrome.exe',
        InitiatingProcessAccountName: 'jane',
        InitiatingProcessId: 4000 + (number % 900),
        ReportId: number,
      }),
    );
  }
  return `${lines.join('\n')}\n`;
}
