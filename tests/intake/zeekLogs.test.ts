import { describe, expect, it } from 'vitest';
import { dnsEvents, networkFlows, observedBodies, observedNames } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import { ndjson } from './eveRecords.ts';
import { corelightRow } from './examples/sensors.ts';
import { withFiles, withIntake } from './intake.ts';

type Values = Record<string, unknown>;

const ends = {
  ts: 1773130530.25,
  uid: 'CAbc123def4567890',
  'id.orig_h': '10.0.0.5',
  'id.orig_p': 50001,
  'id.resp_h': '203.0.113.9',
  'id.resp_p': 443,
};
const conn = {
  ...ends,
  proto: 'tcp',
  service: 'ssl',
  duration: 2.5,
  orig_bytes: 7000,
  resp_bytes: 900,
  conn_state: 'SF',
  missed_bytes: 0,
};
const without = (values: Values, ...keys: string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));

/** A log as Zeek writes text; sets have their members between commas. */
function text(log: string, records: readonly Values[], fields = Object.keys(records[0] ?? {})): string {
  const cell = (value: unknown): string => {
    if (Array.isArray(value)) return value.length > 0 ? value.join(',') : '(empty)';
    return typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value ?? '-');
  };
  const lines = records.map((record) => fields.map((field) => cell(record[field])).join('\t'));
  const head = `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t${log}\n`;
  return `${head}#fields\t${fields.join('\t')}\n${lines.join('\n')}\n`;
}

const both = (log: string, records: readonly Values[]): [string, string][] => [
  ['text', text(log, records)],
  ['JSON', ndjson(records)],
];

describe('reports on open connections', () => {
  const burst = {
    ...ends,
    ts: 1773130540.25,
    proto: 'tcp',
    orig_size: 5000,
    resp_size: 107,
    mbps: 338.1,
    age_of_conn: 10,
  };
  it.each(both('conn_burst', [burst]))(
    'a burst as %s starts before its own time, and its conn.log replaces it',
    async (_, log) => {
      const files = { 'a.log': log, 'conn.log': ndjson([{ ...conn, duration: 30 }]) };
      await withFiles(files, async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0 });
        expect(await rows(networkFlows, '"FlowStart", "FlowEnd", "BytesSent", "Outcome", "EventId"')).toEqual([
          '639087273302500000|639087273402500000|5000|established|zeek:CAbc123def4567890',
          '639087273302500000|639087273602500000|7000|established|zeek:CAbc123def4567890',
        ]);
      });
    },
  );

  it('rejects a burst that does not say when its connection began', async () => {
    const odd = [
      { ...burst, age_of_conn: 'old' },
      { ...burst, age_of_conn: -1 },
      { ...burst, orig_size: -1 },
    ];
    await withFiles({ 'conn_burst.log': ndjson(odd) }, async ({ rejects }) => {
      expect(rejects.map(({ reason }) => reason)).toEqual([
        'the age of the connection (age_of_conn) is not a number from 0',
        'the age of the connection (age_of_conn) is not a number from 0',
        'a byte or packet counter is not a number from 0',
      ]);
    });
  });

  it('open and long ones are read as the logs that follow', async () => {
    const ssl = { ...ends, server_name: 'Upload.Example' };
    const http = { ...ends, method: 'PUT', host: 'files.example', request_body_len: 5 };
    const files = {
      'conn_long.log': text('conn_long', [conn]),
      'open_ssl.log': text('open_ssl', [ssl]),
      'mixed.json': ndjson([
        { _path: 'open_conn', ...conn },
        { _path: 'open_ssl', ...ssl },
        { _path: 'open_http', ...http },
      ]),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
        [1, 0],
        [1, 0],
        [3, 0],
      ]);
      expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(1);
      expect(await rows(observedNames, '"Kind", "Host"')).toEqual([
        'http|files.example',
        'tls|upload.example',
        'tls|upload.example',
      ]);
      expect(await rows(observedBodies, '"SentByClient"')).toEqual(['5']);
    });
  });
});

describe('conn.log', () => {
  it('keeps the times that it has, however odd', async () => {
    const times = ['22.335172', '602938800.5', '2018-08-03T23:37:28.937335Z', '1773130530'];
    const records = times.map((ts, n) => ({ ...conn, ts, uid: `C${n}` }));
    await withFiles({ 'conn.log': text('conn', records), 'a.json': ndjson(records) }, async ({ rows }) => {
      const ticks = ['621355968223351720', '627385356005000000', '636689362489373350', '639087273300000000'];
      expect(await rows(networkFlows, '"FlowId", "FlowStart"')).toEqual(
        ticks.flatMap((tick, n) => [`C${n}|${tick}`, `C${n}|${tick}`]),
      );
    });
  });

  it('keeps a list of services, and tells sensors apart', async () => {
    const records = [
      { ...conn, service: 'ssl,http', _system_name: 'north', _write_ts: '2026-03-10T08:20:00Z' },
      { ...conn, service: 'ssl,http', uid: 'CXyz', ts: 1773130530.263, _system_name: 'south' },
    ];
    await withFiles({ 'conn.json': ndjson(records) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"AppProtocol", "Sensor", "EventId"')).toEqual([
        'ssl,http|north|zeek:CAbc123def4567890@north',
        'ssl,http|south|zeek:CXyz@south',
      ]);
    });
  });

  it('counts no bytes of what was refused or not answered, whatever stands there', async () => {
    const states = ['S0', 'REJ', 'RSTOS0', 'OTH', 'SHR', 'S1', 'RSTO'];
    const records = states.map((conn_state) => ({ ...conn, conn_state, orig_ip_bytes: 104 }));
    await withFiles({ 'conn.json': ndjson(records) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"State", "Outcome", "BytesSent"')).toEqual([
        'OTH|unknown|null',
        'REJ|failed|null',
        'RSTOS0|failed|null',
        'RSTO|established|7000',
        'S0|failed|null',
        'S1|established|7000',
        'SHR|unknown|null',
      ]);
    });
  });

  it('counts what passed of a connection that it met under way, as far as its packets can have carried that', async () => {
    const facts = { conn_state: 'OTH', history: 'DdA', orig_ip_bytes: 7104, resp_ip_bytes: 952 };
    const records = [
      facts,
      { ...facts, missed_bytes: 1000, orig_ip_bytes: 6104 },
      { ...facts, history: 'DA' },
      { ...facts, history: 'Da', resp_bytes: 0 },
      { ...facts, history: '^had' },
      { ...facts, history: '' },
      { ...facts, orig_ip_bytes: 6999 },
      { ...facts, orig_bytes: 1_607_364_734, missed_bytes: 1_607_310_063, orig_ip_bytes: 56_983 },
      { ...facts, conn_state: 'RSTRH' },
    ].map((record, n) => ({ ...conn, ...record, uid: `C${n}` }));
    await withFiles({ 'conn.json': ndjson(records) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"FlowId", "Outcome", "BytesSent", "BytesReceived", "BytesSource"')).toEqual([
        'C0|unknown|7000|900|zeek-partial',
        'C1|unknown|7000|900|zeek-partial',
        'C2|unknown|7000|null|zeek-partial',
        'C3|unknown|7000|0|zeek-partial',
        'C4|unknown|null|null|',
        'C5|unknown|null|null|',
        'C6|unknown|null|900|zeek-partial',
        'C7|unknown|null|null|',
        'C8|unknown|null|null|',
      ]);
    });
  });

  it('lets ports say who opened what no handshake does, where the one below 1024 spoke first', async () => {
    const met = { proto: 'udp', 'id.orig_h': '203.0.113.9', 'id.orig_p': 853, 'id.resp_h': '10.0.0.5' };
    const records = [
      { ...met, 'id.resp_p': 50_123 },
      { ...met, 'id.resp_p': 50_123, conn_state: 'S0' },
      { ...met, 'id.resp_p': 50_123, history: '^dD' },
      { ...met, 'id.resp_p': 500 },
      { ...met, 'id.resp_p': 50_123, 'id.orig_p': 51_820 },
      { ...met, 'id.resp_p': 50_123, proto: 'tcp', conn_state: 'OTH', history: 'DdA' },
      { ...met, 'id.resp_p': 50_123, proto: 'tcp', conn_state: 'OTH', history: 'hdA' },
      { ...met, 'id.resp_p': 50_123, proto: 'tcp' },
    ].map((record, n) => ({ ...conn, ...record, uid: `C${n}` }));
    await withFiles({ 'conn.json': ndjson(records) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"FlowId", "Direction", "LocalIP", "RemotePort"')).toEqual([
        'C0|outbound|10.0.0.5|853',
        'C1|inbound|10.0.0.5|853',
        'C2|inbound|10.0.0.5|853',
        'C3|inbound|10.0.0.5|853',
        'C4|inbound|10.0.0.5|51820',
        'C5|outbound|10.0.0.5|853',
        'C6|inbound|10.0.0.5|853',
        'C7|inbound|10.0.0.5|853',
      ]);
    });
  });

  it('believes no port of our side: what it said first, it opened', async () => {
    const met = {
      proto: 'udp',
      'id.orig_h': '10.0.0.5',
      'id.orig_p': 53,
      'id.resp_h': '203.0.113.9',
      'id.resp_p': 4444,
    };
    const turned = { ...met, 'id.orig_h': '203.0.113.9', 'id.orig_p': 4444, 'id.resp_h': '10.0.0.5', 'id.resp_p': 53 };
    const records = [
      { ...met, history: 'Dd' },
      { ...met, history: 'Dd', proto: 'tcp', conn_state: 'OTH' },
      { ...met, history: 'Dd', local_orig: false, local_resp: true },
      { ...turned, history: '^dD', orig_bytes: 900, resp_bytes: 7000 },
      { ...turned, history: '^Dd' },
      { ...turned, history: 'Dd' },
      { ...turned, history: '^dD', proto: 'tcp', conn_state: 'OTH' },
      { ...met, history: 'Dd', 'id.resp_h': '10.0.0.6' },
    ].map((record, n) => ({ ...conn, ...record, uid: `C${n}` }));
    await withFiles({ 'conn.json': ndjson(records) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"FlowId", "Direction", "LocalIP", "RemotePort", "BytesSent"')).toEqual([
        'C0|outbound|10.0.0.5|4444|7000',
        'C1|outbound|10.0.0.5|4444|null',
        'C2|outbound|203.0.113.9|53|900',
        'C3|outbound|10.0.0.5|4444|7000',
        'C4|inbound|10.0.0.5|4444|900',
        'C5|inbound|10.0.0.5|4444|900',
        'C6|inbound|10.0.0.5|4444|null',
        'C7|internal|10.0.0.6|53|900',
      ]);
    });
  });

  it('is read from a labeled file, whose last columns are one', async () => {
    const fields = [...Object.keys(conn), 'tunnel_parents   label   detailed-label'];
    const records = [{ ...conn, 'tunnel_parents   label   detailed-label': '(empty)   Malicious   C&C' }];
    await withFiles({ 'conn.log.labeled': text('conn', records, fields) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"BytesSent"')).toEqual(['7000']);
    });
  });
});

describe('files.log', () => {
  const file = { fuid: 'FAbc', source: 'HTTP', is_orig: true, seen_bytes: 1_082_089, total_bytes: 1_082_089 };
  const hosts = { tx_hosts: ['10.0.0.5'], rx_hosts: ['203.0.113.9'], conn_uids: ['CAbc'] };
  const old = { ts: ends.ts, ...hosts, ...file };
  const back = {
    ...old,
    fuid: 'FBack',
    is_orig: false,
    tx_hosts: ['203.0.113.9'],
    rx_hosts: ['10.0.0.5'],
    seen_bytes: 5,
  };
  const shown = '"FlowId", "BodyId", "ClientIP", "ClientPort", "ServerIP", "SentByClient", "SentByServer"';
  it.each(both('files', [old, back]))('of old versions as %s has hosts and a set of connections', async (_, log) => {
    await withFiles({ 'files.log': log }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 2, rejects: 0 });
      expect(await rows(observedBodies, shown)).toEqual([
        'CAbc|FAbc|10.0.0.5|null|203.0.113.9|1082089|null',
        'CAbc|FBack|10.0.0.5|null|203.0.113.9|null|5',
      ]);
    });
  });

  it.each(both('files', [{ ...ends, ...file }]))('of new versions as %s has its connection', async (_, log) => {
    await withFiles({ 'files.log': log }, async ({ rows }) => {
      expect(await rows(observedBodies, shown)).toEqual([
        'CAbc123def4567890|FAbc|10.0.0.5|50001|203.0.113.9|1082089|null',
      ]);
    });
  });

  it('ignores what tells nothing, with its reason', async () => {
    const records = [
      { ...old, conn_uids: ['C1', 'C2'] },
      { ...old, source: 'SSL' },
      { ...old, seen_bytes: 0 },
      { ...old, is_orig: undefined },
      { ...old, seen_bytes: -5 },
      { ...ends, ...file, ts: undefined },
    ];
    await withFiles({ 'a.json': ndjson(records) }, async ({ inputs, rejects }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({
        'certificates are no content': 1,
        'files of which it is not told which side sent them': 1,
        'files of which nothing was seen tell Weir nothing': 1,
        'of files that passed in no connection, or in several, it is not told how much passed in which': 1,
      });
      expect(rejects.map(({ reason }) => reason)).toEqual([
        'the count of bytes (seen_bytes) is not a number from 0',
        'the time (ts) is missing',
      ]);
    });
  });
});

describe('http.log', () => {
  const request = {
    ...ends,
    trans_depth: 1,
    method: 'PUT',
    host: 'Files.Example:8080',
    uri: '/a b',
    request_body_len: 9,
  };
  const sent = [
    { ...request, orig_fuids: ['FAbc'] },
    { ...request, trans_depth: 2, orig_fuids: ['FOne', 'FTwo'] },
    { ...request, trans_depth: 3, host: undefined },
    { ...request, trans_depth: 4, request_body_len: 0 },
    { ...request, trans_depth: 5, host: '-', request_body_len: 0 },
    {
      ...request,
      trans_depth: 6,
      method: 'CONNECT',
      host: 'Paste.Example:443',
      uri: 'Paste.Example:443',
      request_body_len: 0,
    },
  ];
  it.each(both('http', sent))(
    'as %s tells hosts, and what a request sent: under the id that files.log has for it',
    async (_, log) => {
      await withFiles({ 'http.log': log }, async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ rows: 5, rejects: 0 });
        expect(inputs[0]?.ignoredWhy).toMatchObject({ 'requests without a host tell Weir nothing': 1 });
        expect(await rows(observedNames, '"Kind", "Host"')).toEqual([
          'http|files.example',
          'http|files.example',
          'http|files.example',
          'proxy|paste.example',
        ]);
        expect(await rows(observedNames, '"Host", "BytesSent"')).toEqual([
          'files.example|0',
          'files.example|9',
          'files.example|9',
          'paste.example|null',
        ]);
        expect(await rows(observedBodies, '"BodyId", "ClientPort", "SentByClient", "SentByServer"')).toEqual([
          'FAbc|50001|9|null',
          'http:3@639087273302500000|50001|9|null',
        ]);
      });
    },
  );

  it('has values as they come: escapes, blanks, no method, no host, other alphabets', async () => {
    const odd = [
      { host: 'a.example', uri: '/x y\\xfc', method: '' },
      { host: '', uri: '/old', method: 'GET', version: '0.9' },
      { host: 'b\\x07.example', uri: '\\x09', method: '-' },
      { host: 'bücher.example', uri: '/\u{1f600}', method: 'GET' },
      { host: '[2001:DB8::9]:8080', uri: '/', method: 'GET' },
    ].map((values) => ({ ...request, request_body_len: 0, ...values }));
    await withFiles({ 'a.log': text('http', odd), 'b.log': ndjson(odd) }, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
        [4, 0],
        [4, 0],
      ]);
      const hosts = ['2001:db8::9', 'a.example', 'b\\x07.example', 'bücher.example'];
      expect(await rows(observedNames, '"Host"')).toEqual(hosts.flatMap((host) => [host, host]));
    });
  });

  it('is not what a log of mail has, which counts transactions too', async () => {
    const mail = { ...ends, trans_depth: 1, helo: 'a', path: ['10.0.0.5'] };
    await withFiles({ 'smtp.log': ndjson([mail]) }, async ({ inputs }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({ 'of no log that Weir uses': 1 });
    });
  });
});

describe('dns.log', () => {
  it('split into questions and answers leaves unknown what a half does not have', async () => {
    const question = { ...ends, trans_id: 7, query: 'a.example', qtype: 1, qtype_name: 'A' };
    const named = {
      ...ends,
      trans_id: 7,
      query: 'a.example',
      rcode: 0,
      rcode_name: 'NOERROR',
      answers: ['203.0.113.1'],
      TTLs: [30],
    };
    const nameless = { ...ends, trans_id: 8, rcode: 3, rcode_name: 'NXDOMAIN' };
    await withFiles({ 'a.json': ndjson([question, named, nameless]) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'zeek-json dns', rows: 2, rejects: 0 });
      expect(inputs[0]?.ignoredWhy).toEqual({ 'DNS messages without a question tell Weir nothing': 1 });
      expect(await rows(dnsEvents, '"QueryName", "QueryType", "ResponseCode", "Answers"')).toEqual([
        'a.example|A||null',
        'a.example||NOERROR|[{"data":"203.0.113.1","ttl":30}]',
      ]);
      expect(await rows(observedNames, '"ServerIP"')).toEqual(['203.0.113.1']);
    });
  });
});

describe('Corelight in Sentinel', () => {
  const path = (log: string): string => `/var/log/corelight/${log}_20180803_16:37:28-16:40:00-0700.log`;
  const row = (log: string, record: Values): Values => ({
    message: JSON.stringify(record),
    log_file: path(log),
    hostname: 'collector',
  });
  it('as text in a message names its log in a path', async () => {
    const ssl = { ...ends, server_name: 'upload.example' };
    const records = [
      row('conn', conn),
      row('conn_burst', { ...without(conn, 'conn_state', 'duration'), orig_size: 1, resp_size: 1, age_of_conn: 1 }),
      row('ssl', ssl),
      row('smtp', { ...ends, trans_depth: 1 }),
      row('weird', { ...ends, name: 'odd' }),
      row('software', { ts: ends.ts, host: '10.0.0.5', name: 'odd' }),
    ];
    const array = JSON.stringify(records, null, 3);
    await withFiles({ 'a.json': array, 'b.json': ndjson(records.slice(0, 1)) }, async ({ inputs, rows }) => {
      expect(inputs.map(({ format, rows, rejects }) => [format, rows, rejects])).toEqual([
        ['zeek-json mixed', 3, 0],
        ['zeek-json conn', 1, 0],
      ]);
      expect(inputs[0]?.ignoredWhy).toEqual({
        'Weir does not use Zeek smtp logs': 1,
        'Weir does not use Zeek software logs': 1,
        'Weir does not use Zeek weird logs': 1,
      });
      expect(await rows(networkFlows, '"LocalPort", "Outcome"')).toEqual(Array(3).fill('50001|established'));
      expect(await rows(observedNames, '"Kind", "Host"')).toEqual(['tls|upload.example']);
    });
  });

  it('as tables has columns that end in their type', async () => {
    const { uid_s, id_orig_h_s, id_orig_p_d, id_resp_h_s, id_resp_p_d, TimeGenerated } = corelightRow;
    const common = { uid_s, id_orig_h_s, id_orig_p_d, id_resp_h_s, id_resp_p_d, TimeGenerated };
    const dns = {
      ...common,
      Type: 'Corelight_v2_dns_CL',
      query_s: 'a.example',
      qtype_d: 1,
      answers_s: '["203.0.113.1"]',
      TTLs_s: '[30]',
    };
    const exported = { ...corelightRow, TimeGenerated: '"3/10/2026, 8:15:30.250 AM"' };
    const head = Object.keys(exported).join(',').replace('TimeGenerated', 'TimeGenerated [UTC]');
    const csv = `${head}\n${Object.values(exported).join(',')}\n`;
    await withFiles({ 'a.json': ndjson([corelightRow, dns]), 'b.csv': csv }, async ({ inputs, rows }) => {
      expect(inputs.map(({ format, rows, rejects }) => [format, rows, rejects])).toEqual([
        ['corelight conn json', 2, 0],
        ['corelight conn csv', 1, 0],
      ]);
      const flow = '639087273302500000|10.0.0.5|50001|203.0.113.9|443|7|0|established|zeek:CAbc';
      expect(
        await rows(
          networkFlows,
          '"FlowStart", "LocalIP", "LocalPort", "RemoteIP", "RemotePort", "BytesSent", "BytesReceived", "Outcome", "EventId"',
        ),
      ).toEqual([flow, flow]);
      expect(await rows(observedNames, '"Host", "ServerIP", "TtlSeconds"')).toEqual(['a.example|203.0.113.1|30']);
    });
  });
});

const captures = sharedPath('telemetry', 'zeek', 'apt29_day1');
describe.skipIf(captures === undefined)('the shared captures', () => {
  it('give one upload the same bodies by http.log and by files.log', async () => {
    const logs = ['http', 'files'].map((log) => `${captures}/SCRANTON_${log}.log`);
    await withIntake(logs, async ({ lake, rejects }) => {
      expect(rejects).toEqual([]);
      const found = await lake.engine.table(
        `SELECT count(*), any_value("SentByClient") AS sent FROM "ObservedBodies"
         WHERE "FlowId" = 'CPKuRr3fL4F8tgqXQ1' AND "SentByClient" IS NOT NULL GROUP BY "BodyId" ORDER BY sent DESC`,
      );
      // Sent twice, for the first was refused: 401, then 204.
      expect(found.slice(0, 3)).toEqual([
        [2n, 1_082_089n],
        [2n, 1_082_089n],
        [2n, 443n],
      ]);
      expect(new Set(found.map(([times]) => times))).toEqual(new Set([2n]));
    });
  });
});
