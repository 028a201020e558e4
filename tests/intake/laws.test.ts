import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intakeTables } from '../../packages/weir/src/tables/index.ts';
import { csv, type Row, sampleRows, streamed, workspaceRow } from './defenderShapes.ts';
import { dnsRecord, fileRecord, flowRecord, httpRecord, netflowRecord, tlsRecord } from './eveRecords.ts';
import { type Files, type Taken, withFiles } from './intake.ts';

/** Every row of every table: what intake gives, as a set that no order and no split can hide in. */
async function everything({ rows }: Taken): Promise<string[]> {
  const tables = await Promise.all(
    intakeTables.map(async (table) => (await rows(table)).map((row) => `${table.name}|${row}`)),
  );
  return tables.flat();
}

const [connection = {}, inspected = {}, started = {}] = sampleRows;

/** Texts as logs have them and as nobody expects them. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    '-',
    'null',
    '0',
    '-1',
    '1e400',
    '"',
    '""',
    ',',
    'a,b',
    '\\',
    "'",
    '#x',
    '(empty)',
    'é\u0301',
    '  ',
    ' "a"',
    'a"b',
  ),
  fc.constantFrom('2026-03-10T08:15:30Z', '3/10/2026, 8:15:30 PM', '9'.repeat(30), '::ffff:1.2.3.4', 'fe80::1%eth0'),
);
const oddValue = fc.oneof(oddText, fc.constant(null), fc.double(), fc.boolean(), fc.jsonValue({ maxDepth: 2 }));

const columns = Object.keys({ ...connection, ...started });
const oddRow: fc.Arbitrary<Row> = fc
  .tuple(
    fc.constantFrom(connection, inspected, started),
    fc.dictionary(fc.constantFrom(...columns), oddValue, { maxKeys: 4 }),
  )
  .map(([row, changes]) => ({ ...row, ...changes }));

const fields = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'orig_bytes', 'conn_state'];
const usual = ['1773130530.25', 'CAbc', '10.0.0.5', '50001', '203.0.113.9', '443', 'tcp', '7', 'SF'];
const cell = oddText.map((text) => text.replace(/[\t\n\r\0]/g, ' ').toWellFormed());
const zeekRow = fc
  .tuple(fc.dictionary(fc.nat(fields.length - 1).map(String), cell, { maxKeys: 3 }))
  .map(([changes]) => usual.map((value, at) => changes[String(at)] ?? value));
const zeekText = (rows: readonly (readonly string[])[]): string =>
  [`#separator \\x09`, '#path\tconn', ['#fields', ...fields].join('\t'), ...rows.map((row) => row.join('\t')), ''].join(
    '\n',
  );

/** Suricata's records with odd values in them and in their objects. */
const answer = dnsRecord({ type: 'answer', rrname: 'a.example', answers: [{ rdata: '203.0.113.1', ttl: 30 }] });
const eveRecords = [flowRecord(), netflowRecord(), tlsRecord(), httpRecord(), fileRecord(), answer];
const memberNames =
  'start end state bytes_toserver pkts pkts_toserver bytes sni hostname url http_method size rrname answers type'.split(
    ' ',
  );
const oddEve = fc
  .tuple(
    fc.constantFrom(...eveRecords),
    fc.dictionary(fc.constantFrom(...eveRecords.flatMap(Object.keys)), oddValue, { maxKeys: 2 }),
    fc.dictionary(fc.constantFrom(...memberNames), oddValue, { maxKeys: 3 }),
  )
  .map(([record, changes, members]) => {
    const kind = String(record.event_type);
    return { ...record, [kind]: { ...Object(record[kind]), ...members }, ...changes };
  });

/** Several of Zeek's logs in one file. */
const zeekEnds = { ts: 1773130530.25, uid: 'C', 'id.orig_h': '10.0.0.5', 'id.orig_p': 1, 'id.resp_h': '203.0.113.9' };
const zeekRecords: readonly Row[] = [
  { _path: 'conn', ...zeekEnds, proto: 'tcp', duration: 1, orig_bytes: 7, conn_state: 'SF' },
  { _path: 'http', ...zeekEnds, method: 'PUT', host: 'a.example', uri: '/', request_body_len: 5, orig_fuids: ['F'] },
  { _path: 'files', ...zeekEnds, fuid: 'F', is_orig: true, seen_bytes: 5, conn_uids: ['C'] },
  { _path: 'dns', ...zeekEnds, query: 'a.example', answers: ['203.0.113.1'], TTLs: [30] },
  { _path: 'conn_burst', ...zeekEnds, orig_size: 5, age_of_conn: 2 },
];
const oddZeek = fc
  .tuple(
    fc.constantFrom(...zeekRecords),
    fc.dictionary(fc.constantFrom(...zeekRecords.flatMap(Object.keys)), oddValue, { maxKeys: 3 }),
  )
  .map(([record, changes]) => ({ ...record, ...changes }));

const ndjson = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const object = (row: readonly string[]): Row => Object.fromEntries(fields.map((name, at) => [name, row[at]]));

/** Files of every kind with odd values in them, as functions of their records. */
const kinds: Readonly<Record<string, { record: fc.Arbitrary<unknown>; file: (records: readonly never[]) => string }>> =
  {
    'Defender CSV': {
      record: oddRow,
      file: (rows: readonly Row[]) => csv([Object.fromEntries(columns.map((c) => [c, ''])), ...rows].map(flat)),
    },
    'Defender NDJSON': { record: oddRow, file: ndjson },
    'Defender stream': { record: oddRow.map((row) => streamed(row)), file: ndjson },
    'Log Analytics rows': {
      record: oddRow.map(({ AdditionalFields: _, ...row }) => workspaceRow({ ...row, AdditionalFields: '{}' })),
      file: ndjson,
    },
    'Zeek text': { record: zeekRow, file: zeekText },
    'Zeek JSON': { record: zeekRow.map(object), file: ndjson },
    'Zeek JSON of several logs': { record: oddZeek, file: (rows) => ndjson([...zeekRecords, ...rows]) },
    'Suricata EVE': { record: oddEve, file: (rows) => ndjson([...eveRecords, ...rows]) },
  };

/** CSV has texts alone. */
function flat(row: Row): Row {
  return Object.fromEntries(
    columns.map((name) => [name, typeof row[name] === 'object' ? JSON.stringify(row[name]) : row[name]]),
  );
}

/** A line that the engine cannot read makes the whole file be read with care. */
const broken = (name: string): string => (name === 'Zeek text' || name.endsWith('CSV') ? 'x\0y\n' : '{"broken\n');

describe.each(Object.entries(kinds))('%s', (name, { record, file }) => {
  it('gives one set of rows: read in place or with care, whole or split, in any order', {
    timeout: 120_000,
  }, async () => {
    const distinct = fc.uniqueArray(record, {
      minLength: 2,
      maxLength: 20,
      size: 'max',
      selector: (value) => JSON.stringify(value),
    });
    await fc.assert(
      fc.asyncProperty(distinct, fc.nat(), async (all, seed) => {
        const some = all as never[];
        const turned = [...some].sort((a, b) => rank(a, seed) - rank(b, seed));
        const cut = 1 + (seed % (some.length - 1));
        const inPlace = await told({ 'a.log': file(some) });
        const withCare = await told({ 'a.log': file(some) + broken(name) });
        const split = await told({ 'b.log': file(turned.slice(0, cut)), 'a.log': file(turned.slice(cut)) });
        expect(withCare.rows).toEqual(inPlace.rows);
        expect(withCare.ignored).toEqual(inPlace.ignored);
        expect(withCare.rejects.slice(0, -1)).toEqual(inPlace.rejects);
        expect([...new Set(split.rows)]).toEqual([...new Set(inPlace.rows)]);
      }),
      // One full file: what a run costs hardly hangs on its records.
      { numRuns: 1 },
    );
  });
});

function told(files: Files): Promise<{ rows: string[]; ignored: unknown; rejects: string[] }> {
  return withFiles(files, async (taken) => ({
    rows: await everything(taken),
    ignored: taken.inputs[0]?.ignoredWhy,
    rejects: taken.rejects.map(({ line, reason }) => `${line} ${reason}`),
  }));
}

function rank(value: unknown, seed: number): number {
  let hash = seed;
  for (const character of JSON.stringify(value)) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash;
}

describe('any bytes', () => {
  it('become rows, rejects or ignored records, or an input with a reason; never a failure', {
    timeout: 120_000,
  }, async () => {
    const heads = [
      '#separator \\x\n#fields\tts\n',
      '#separator \\x31\n#fields1ts1uid\n',
      '#fields\tweir_number\tweir_text_0\tform\tts\tTS\tverdict\n1\t2\t3\t4\t5\t6\n',
      "#path\tx' || 1 --\n#fields\tts\tuid\n1\t2\n",
      `{"ts":1,"uid":"C","_path":"x' || 1 --"}\n`,
      '{"weir_number":5,"ts":1,"uid":"C","conn_state":"SF"}\n',
      'Timestamp,ActionType,DeviceName,weir_number,weir_text_0,"a\'b"",c"\n1,2,3,4,5,6\n',
      '',
      '{"ts":1,"uid":"C"}\n',
      `${csv([connection])}`,
      zeekText([usual]),
      '[{"records":[',
      ndjson([streamed(connection)]),
    ];
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('"', '\n', '{', '}', '[', ']', '\t', ',').map((t) => Buffer.from(t)),
    );
    const file = fc
      .tuple(fc.constantFrom(...heads), fc.array(part))
      .map(([head, parts]) => Buffer.concat([Buffer.from(head), ...parts]));
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 6, maxLength: 6 }), async (files) => {
        await withFiles(Object.fromEntries(files.map((bytes, at) => [`${at}.log`, bytes])), async ({ inputs }) => {
          expect(inputs.length).toBe(files.length);
          for (const { format, reason } of inputs) if (format === null) expect(reason).toMatch(/./);
        });
      }),
      { numRuns: 5 },
    );
  });
});
