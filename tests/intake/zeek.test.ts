import { describe, expect, it } from 'vitest';
import { dnsEvents, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { withFiles } from './intake.ts';

const fields =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state missed_bytes'.split(
    ' ',
  );
const cells =
  '1773130530.250000 CAbc123def4567890 10.0.0.5 50001 203.0.113.9 443 tcp ssl 2.500000 2181167 900 SF 0'.split(' ');

interface Log {
  readonly separator?: string;
  readonly path?: string;
  readonly fields?: readonly string[];
  readonly rows?: readonly (readonly string[])[];
  readonly end?: string;
}

function zeek({ separator = '\t', path = 'conn', fields: names = fields, rows = [cells], end = '' }: Log = {}): string {
  const hex = separator.charCodeAt(0).toString(16).padStart(2, '0');
  const head = [
    `#separator \\x${hex}`,
    ['#set_separator', ','].join(separator),
    ['#empty_field', '(empty)'].join(separator),
    ['#unset_field', '-'].join(separator),
    ...(path ? [['#path', path].join(separator)] : []),
    ['#fields', ...names].join(separator),
    ['#types', ...names.map(() => 'string')].join(separator),
  ];
  return `${[...head, ...rows.map((row) => row.join(separator))].join('\n')}\n${end}`;
}

const columns = '"Timestamp", "FlowId", "LocalIP", "LocalPort", "RemoteIP", "RemotePort", "BytesSent", "BytesReceived"';
const expected = '639087273302500000|CAbc123def4567890|10.0.0.5|50001|203.0.113.9|443|2181167|900';

const inJson = (ts: string): string =>
  `${JSON.stringify({ ...Object.fromEntries(fields.map((name, at) => [name, cells[at]])), ts: 0 }).replace('"ts":0', `"ts":${ts}`)}\n`;

const renamed = (names: Record<string, string>): string[] => fields.map((name) => names[name] ?? name);

const plain = `${fields.join('\t')}\n${cells.join('\t')}\n`;

const variants: Record<string, string> = {
  'as Zeek writes it': zeek(),
  'JSON with seconds': inJson('1773130530.250000'),
  'JSON with milliseconds': inJson('1773130530250.0'),
  'with #close': zeek({ end: '#close\t2026-03-10-09-00-00\n' }),
  'without a newline at the end': zeek().replace(/\n$/, ''),
  'with CRLF': zeek().replaceAll('\n', '\r\n'),
  'with a byte order mark': `\ufeff${zeek()}`,
  'with a comment above the header': `### a baseline\n${zeek()}`,
  'with blank lines': `${zeek()}\n\n`,
  'separated by commas': zeek({ separator: ',' }),
  'separated by |': zeek({ separator: '|' }),
  'without #path, told by its fields': zeek({ path: '' }),
  'with underscored ids': zeek({ fields: fields.map((name) => name.replace('id.', 'id_')) }),
  'with renamed ids': zeek({
    fields: renamed({ 'id.orig_h': 'src', 'id.orig_p': 'src_port', 'id.resp_h': 'dst', 'id.resp_p': 'dst_port' }),
  }),
  'with columns of a cluster in front and unknown ones between': zeek({
    fields: ['_write_ts', '_stream', ...fields.slice(0, 6), 'i_dont_exist', ...fields.slice(6), 'label'],
    rows: [['1.0', 'conn', ...cells.slice(0, 6), '-', ...cells.slice(6), 'benign']],
  }),
  'with an ISO time': zeek({ rows: [['2026-03-10T08:15:30.250000Z', ...cells.slice(1)]] }),
  'as a report on an open connection': zeek({ path: 'open_conn' }),
  'with its header again in the middle': zeek() + zeek({ rows: [] }),
  'with a line of names alone': plain,
  'with a line of names alone and CRLF': plain.replaceAll('\n', '\r\n'),
  'with a line of names alone, again in the middle': `${plain}${plain.split('\n')[0]}\n`,
};

it('lines of names alone put one after another are each the header of what is below them', async () => {
  const turned = [fields, cells].map((row) => row.toReversed());
  // A first field that is no time would not be a header of Zeek's.
  const at = fields.length - 1 - fields.indexOf('ts');
  for (const row of turned) row.unshift(...row.splice(at, 1));
  const text = plain + turned.map((row) => `${row.join('\t')}\n`).join('');
  await withFiles({ 'some.log': text }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ records: 4, rows: 2, rejects: 0, ignored: 2 });
    expect(await rows(networkFlows, columns)).toEqual([expected, expected]);
  });
});

const json = (values: Record<string, unknown>): string => `${JSON.stringify(values)}\n`;
it('a duration that is none, or below zero, leaves open when the connection ended', async () => {
  const rows = ['2.5', '0', '-', '-5.0', 'NaN', '1e30'].map((duration, n) =>
    cells.map((cell, at) => (fields[at] === 'uid' ? `C${n}` : fields[at] === 'duration' ? duration : cell)),
  );
  await withFiles({ 'conn.log': zeek({ rows }) }, async ({ rows }) => {
    expect(await rows(networkFlows, '"FlowId", "FlowEnd" - "FlowStart"')).toEqual([
      'C0|25000000',
      'C1|0',
      'C2|null',
      'C3|null',
      'C4|null',
      'C5|null',
    ]);
  });
});

const numeric = new Set(['ts', 'id.orig_p', 'id.resp_p', 'duration', 'orig_bytes', 'resp_bytes', 'missed_bytes']);
const object = Object.fromEntries(fields.map((name, at) => [name, numeric.has(name) ? Number(cells[at]) : cells[at]]));

const isId = (name: string) => name.startsWith('id.');
const nested = {
  ...Object.fromEntries(Object.entries(object).filter(([name]) => !isId(name))),
  id: Object.fromEntries(fields.filter(isId).map((name) => [name.slice(3), object[name]])),
};

describe('Zeek', () => {
  it.each(Object.entries(variants))('conn.log %s', async (_, text) => {
    await withFiles({ 'some.log': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0, complete: true });
      expect(await rows(networkFlows, columns)).toEqual([expected]);
    });
  });

  it.each([
    ['lines', json(object)],
    ['streamed lines', json({ _path: 'conn', _write_ts: '2026-03-10T08:20:00Z', ...object })],
    ['an array', JSON.stringify([object])],
    ['a pretty-printed array', JSON.stringify([object], null, 2)],
    ['an ISO time', json({ ...object, ts: '2026-03-10T08:15:30.250000Z' })],
    ['underscored ids', json(object).replaceAll('"id.', '"id_')],
    ['nested ids', json(nested)],
  ])('JSON as %s', async (_, text) => {
    await withFiles({ 'some.json': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0, complete: true });
      expect(await rows(networkFlows, columns)).toEqual([expected]);
    });
  });

  it('reads a header again with other fields, and another log', async () => {
    const turned = zeek({
      fields: [...fields].reverse(),
      rows: [[...cells].reverse().map((c) => c.replace('CAbc', 'CXyz'))],
    });
    const ssl = zeek({
      path: 'ssl',
      fields: ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'server_name'],
      rows: [[...cells.slice(0, 6), 'Upload.Example']],
    });
    await withFiles({ 'a.log': zeek() + turned + ssl }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 24, rows: 3, ignored: 21, rejects: 0 });
      expect(await rows(networkFlows, columns)).toEqual([expected, expected.replace('CAbc', 'CXyz')].sort());
      expect(await rows(observedNames, '"Kind", "FlowId", "Host"')).toEqual(['tls|CAbc123def4567890|upload.example']);
    });
  });

  it('keeps unknown bytes null, and zero zero', async () => {
    const with_ = (sent: string, state = 'SF'): string[] =>
      cells.map((cell, at) => (fields[at] === 'orig_bytes' ? sent : fields[at] === 'conn_state' ? state : cell));
    const rows = [with_('-'), with_('0'), with_('5', 'S0')];
    await withFiles({ 'conn.log': zeek({ rows }) }, async (taken) => {
      expect(await taken.rows(networkFlows, '"State", "BytesSent"')).toEqual(['S0|null', 'SF|0', 'SF|null']);
    });
  });

  it('counts an offloaded upload by its payload', async () => {
    const rows = [[...cells, '22269']];
    await withFiles({ 'conn.log': zeek({ fields: [...fields, 'orig_ip_bytes'], rows }) }, async (taken) => {
      expect(await taken.rows(networkFlows, '"BytesSent", "IpBytesSent"')).toEqual(['2181167|22269']);
    });
  });

  it('reports of open connections share the id of the record that ends them', async () => {
    const total = (bytes: string): string[] => cells.map((cell, at) => (fields[at] === 'orig_bytes' ? bytes : cell));
    const open = zeek({ path: 'open_conn', rows: [total('26739'), total('27219'), total('27699')] });
    await withFiles({ 'open_conn.log': open, 'conn.log': zeek() }, async ({ rows }) => {
      expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(1);
    });
  });

  it('costs one record where a line is cut, too long or not of this log', async () => {
    const text = `${zeek()}${cells.slice(0, 7).join('\t')}\n${[...cells, 'more'].join('\t')}\n1773130530.25\tCq\ttcp\t0.06`;
    await withFiles({ 'conn.log': text }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ rows: 1, rejects: 3 });
      expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
        [9, 'the line has 7 columns where the header names 13'],
        [10, 'the line has 14 columns where the header names 13'],
        [11, 'the line has 4 columns where the header names 13'],
      ]);
    });
  });

  it('rejects masked times, missing addresses and counters that are none', async () => {
    const change = (name: string, value: string): string[] =>
      cells.map((cell, at) => (fields[at] === name ? value : cell));
    const rows = [
      change('ts', 'XXXXXXXXXX.XXXXXX'),
      change('id.orig_h', '-'),
      change('orig_bytes', '-7'),
      change('ts', '-'),
    ];
    await withFiles({ 'conn.log': zeek({ rows }) }, async ({ rejects }) => {
      expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
        [8, 'the time (ts) is masked with X'],
        [9, 'an address of the connection is missing'],
        [10, 'a byte or packet counter is not a number from 0'],
        [11, 'the time (ts) is missing'],
      ]);
    });
    const masked = json({ ...object, ts: '@' }).replace('"@"', 'XXXXXXXXXX.XXXXXX');
    await withFiles({ 'conn.log': masked }, async ({ rejects }) => {
      expect(rejects.map(({ reason }) => reason)).toEqual(['not JSON: the times are masked with X']);
    });
  });

  it('says what is missing where the header is', async () => {
    const lines = zeek().split('\n');
    await withFiles({ 'conn.log': `${lines.at(-2)}\n` }, async ({ inputs }) => {
      expect(inputs[0]?.reason).toMatch(/without its header lines/);
    });
    await withFiles(
      { 'conn.log': lines.filter((line) => !line.startsWith('#fields')).join('\n') },
      async ({ inputs }) => {
        expect(inputs[0]?.reason).toMatch(/without its #fields line/);
      },
    );
  });

  it('reads vectors of dns, empty and unset', async () => {
    const names = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p query qtype_name rcode_name answers TTLs'.split(' ');
    const ends = cells.slice(0, 6);
    const rows = [
      [...ends, 'A.Example', 'A', 'NOERROR', 'cdn.example,203.0.113.1', '60.000000,30.000000'],
      [...ends, 'b.example', 'A', 'NOERROR', '(empty)', '-'],
      [...ends, '-', '-', '-', '-', '-'],
    ];
    await withFiles({ 'x.log': zeek({ path: 'dns', fields: names, rows }) }, async (taken) => {
      expect(taken.inputs[0]?.ignoredWhy).toMatchObject({ 'DNS messages without a question tell Weir nothing': 1 });
      expect(await taken.rows(dnsEvents, '"QueryName", "Answers"')).toEqual([
        'a.example|[{"data":"cdn.example","ttl":60},{"data":"203.0.113.1","ttl":30}]',
        'b.example|null',
      ]);
      expect(await taken.rows(observedNames, '"Host", "ServerIP", "TtlSeconds"')).toEqual(['a.example|203.0.113.1|30']);
    });
  });

  it('counts logs that it does not use, by name', async () => {
    const weird = zeek({ path: 'weird', fields: ['ts', 'uid', 'name'], rows: [['1.0', 'C1', 'x']] });
    await withFiles({ 'weird.log': weird }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ format: 'zeek-tsv weird', records: 8, rows: 0, complete: true });
      expect(inputs[0]?.ignoredWhy).toMatchObject({ 'Weir does not use Zeek weird logs': 1 });
    });
  });
});
