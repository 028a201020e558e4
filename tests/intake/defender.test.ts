import { beforeAll, describe, expect, it } from 'vitest';
import { defenderRows } from '../../packages/weir/src/normalize/defender/rows.ts';
import {
  deviceFileEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  observedBodies,
  observedNames,
} from '../../packages/weir/src/tables/index.ts';

import { csv, sampleRows, shapes, streamed } from './defenderShapes.ts';
import { type Taken, withFiles } from './intake.ts';

async function everything({ rows }: Taken): Promise<string[][]> {
  return [await rows(endpointConnections), await rows(deviceProcessEvents), await rows(observedNames)];
}

const plain = shapes['hunting.ndjson']?.(sampleRows) ?? '';

describe('Defender', () => {
  let expected: string[][] = [];
  beforeAll(async () => {
    expected = await withFiles({ 'rows.ndjson': plain }, everything);
  });

  it.each(Object.entries(shapes))('%s gives the same rows as every other shape', async (name, render) => {
    expect(expected.map((rows) => rows.length)).toEqual([2, 1, 1]);
    await withFiles({ [name]: render(sampleRows) }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ rows: 3, rejects: 0, complete: true });
      expect(taken.inputs[0]?.format).toMatch(/^defender(-stream)? (csv|json)$/);
      expect(await everything(taken)).toEqual(expected);
    });
  });

  it('keeps the seventh digit, ids, ports and texts as recorded', async () => {
    await withFiles({ 'hunting.csv': shapes['hunting.csv']?.(sampleRows) ?? '' }, async ({ rows }) => {
      const columns =
        '"Timestamp", "RemotePort", "RemoteUrl", "RemoteHost", "InitiatingProcessCommandLine", "AccountName", "ReportId"';
      expect(await rows(endpointConnections, columns)).toContain(
        '639087273301234567|443|https://upload.example/path?q=1|upload.example|curl.exe -T "a, b.zip" https://upload.example/|ada|17',
      );
    });
  });
});

const at = { Timestamp: '2026-03-10T08:15:30Z', DeviceId: 'd1', DeviceName: 'fin-07.larkfield.example', ReportId: 7 };
const file = {
  ...at,
  ActionType: 'FileRenamed',
  FileName: 'q1.zip',
  FolderPath: String.raw`C:\Finance\q1.zip`,
  FileSize: 82144,
  PreviousFileName: 'q1.tmp',
  PreviousFolderPath: String.raw`C:\Temp`,
  FileOriginUrl: 'https://a.example/',
  SHA256: 'ab',
  InitiatingProcessFileName: '7z.exe',
  InitiatingProcessCommandLine: '7z a q1.zip',
  InitiatingProcessFileSize: 491520,
  AdditionalFields: '{"FileType":"Zip"}',
};
const asked = {
  ...at,
  ActionType: 'DnsQueryResponse',
  InitiatingProcessFileName: 'svchost.exe',
  AdditionalFields: JSON.stringify({
    DnsQueryString: 'Up.Larkfield.example',
    DnsQueryResult: [
      '{"DnsQueryType":"CNAME","Result":"edge.cdn.example"}',
      '{"DnsQueryType":"A","Result":"203.0.113.9"}',
      '{"DnsQueryType":"AAAA","Result":"2001:DB8:0::9"}',
      'none',
    ],
    ClientProcessName: 'rclone.exe',
  }),
};
const http = {
  ...at,
  ActionType: 'HttpConnectionInspected',
  LocalIP: '10.0.0.5',
  LocalPort: 50001,
  RemoteIP: '203.0.113.9',
  RemotePort: 80,
  AdditionalFields:
    '{"direction":"Out","host":"a.example","method":"PUT","request_body_len":"70000","response_body_len":"12","uri":"/up"}',
};
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('Defender events beside connections', () => {
  it('are files, in a table of their own or among others', async () => {
    const columns = `"ActionType", "FileName", "FolderPath", "FileSize", "PreviousFileName", "PreviousFolderPath", "FileOriginUrl",
      "SHA256", "InitiatingProcessFileName", "InitiatingProcessCommandLine", "InitiatingProcessFileSize", "AdditionalFields"`;
    const expected = [
      String.raw`FileRenamed|q1.zip|C:\Finance\q1.zip|82144|q1.tmp|C:\Temp|https://a.example/|ab|7z.exe|7z a q1.zip|491520|{"FileType":"Zip"}`,
    ];
    const ids = new Set<string>();
    const forms: Record<string, string> = {
      'a.csv': csv([file]),
      'b.json': lines([{ ...file, Type: 'DeviceFileEvents' }]),
      'c.csv': csv(
        [sampleRows[0] ?? {}, file].map((row) => ({
          ...file,
          ...Object.fromEntries(Object.keys(file).map((name) => [name, ''])),
          ...row,
        })),
      ),
      'd.json': lines([streamed(file)]).replace('DeviceNetworkEvents', 'DeviceFileEvents'),
      'e.json': lines([{ ...file, Type: 'DeviceCustomFileEvents', RuleName: 'r' }]),
    };
    for (const [name, text] of Object.entries(forms)) {
      await withFiles({ [name]: text }, async ({ rows }) => {
        expect(await rows(deviceFileEvents, columns)).toEqual(expected);
        for (const id of await rows(deviceFileEvents, '"EventId"')) ids.add(id);
      });
    }
    expect(ids.size).toBe(1);
  });

  it('are what processes asked DNS, by their device', async () => {
    const asList = { ...asked, ReportId: 8, AdditionalFields: JSON.parse(asked.AdditionalFields) };
    await withFiles(
      { 'a.json': lines([asked, asList, { ...asked, AdditionalFields: '{}' }]) },
      async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({
          rows: 2,
          ignoredWhy: { 'DNS messages without a question tell Weir nothing': 1 },
        });
        const event =
          'up.larkfield.example|fin-07.larkfield.example||[{"data":"edge.cdn.example","ttl":null},{"data":"203.0.113.9","ttl":null},{"data":"2001:DB8:0::9","ttl":null}]';
        expect(await rows(dnsEvents, '"QueryName", "DeviceName", "ClientIP", "Answers"')).toEqual([event, event]);
        expect(new Set(await rows(observedNames, '"Kind", "ServerIP", "Host", "DeviceName"'))).toEqual(
          new Set([
            'dns|2001:db8::9|up.larkfield.example|fin-07.larkfield.example',
            'dns|203.0.113.9|up.larkfield.example|fin-07.larkfield.example',
          ]),
        );
      },
    );
  });

  it('are sizes of bodies, each by who sent it; what a proxy tunnels has none', async () => {
    const fields = JSON.parse(http.AdditionalFields);
    const inward = { ...http, ReportId: 8, AdditionalFields: JSON.stringify({ ...fields, direction: 'In' }) };
    const tunnel = {
      ...http,
      ReportId: 9,
      AdditionalFields: JSON.stringify({ ...fields, method: 'CONNECT', request_body_len: '5' }),
    };
    const none = {
      ...http,
      ReportId: 10,
      AdditionalFields: JSON.stringify({ ...fields, request_body_len: '0', response_body_len: 'x' }),
    };
    await withFiles({ 'a.json': lines([http, inward, tunnel, none]) }, async ({ rows }) => {
      expect(
        await rows(
          observedBodies,
          '"ClientIP", "ClientPort", "ServerIP", "ServerPort", "SentByClient", "SentByServer"',
        ),
      ).toEqual([
        '10.0.0.5|50001|203.0.113.9|80|70000|null',
        '10.0.0.5|50001|203.0.113.9|80|null|12',
        '203.0.113.9|80|10.0.0.5|50001|70000|null',
        '203.0.113.9|80|10.0.0.5|50001|null|12',
      ]);
      expect(new Set(await rows(observedBodies, '"BodyId"')).size).toBe(4);
      expect(await rows(observedNames, '"Kind", "ClientIP", "BytesSent"')).toEqual([
        'http|10.0.0.5|0',
        'http|10.0.0.5|70000',
        'http|203.0.113.9|70000',
        'proxy|10.0.0.5|null',
      ]);
    });
  });

  it('of custom collection are connections', async () => {
    const row = {
      ...sampleRows[0],
      Type: 'DeviceCustomNetworkEvents',
      RuleName: 'uploads',
      RuleLastModificationTime: '2026-01-01T00:00:00Z',
    };
    await withFiles({ 'a.json': lines([row]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"RemoteIP", "InitiatingProcessFileName"')).toEqual([
        '203.0.113.9|curl.exe',
      ]);
    });
  });
});

describe("the portal's exports", () => {
  it.each([
    'Mar 10, 2026 8:15:30 AM',
    'Mar 10, 2026 8:15:30\u202fAM',
    '3/10/2026 8:15:30 AM',
    '3/10/2026, 8:15:30 AM',
    '03/10/2026 08:15:30.000 AM',
  ])('have times such as %s', async (Timestamp) => {
    await withFiles({ 'a.csv': csv([{ ...sampleRows[0], Timestamp }]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"Timestamp"')).toEqual(['639087273300000000']);
    });
  });

  it('have times without a zone, which the list of formats says are taken for UTC', () => {
    expect(defenderRows.lacks.join('\n')).toMatch(/^the zone of times without one, .*: they are taken for UTC$/m);
  });

  it.each(['11/20/2026 01:00', '20/11/2026 01:00:02', '20.11.2026 01:00'])(
    'that Excel saved, with times such as %s, are rejected with the way out',
    async (Timestamp) => {
      await withFiles({ 'a.csv': csv([{ ...sampleRows[0], Timestamp }]) }, async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ rows: 0, rejects: 1 });
        expect(rejects[0]?.reason).toMatch(/as Excel writes it .*; export it again and give Weir the file unopened/);
      });
    },
  );

  it.each([',', ';'])('may name their delimiter %s in a first line', async (delimiter) => {
    const text = `\ufeffsep=${delimiter}\r\n${csv(sampleRows, { delimiter, end: '\r\n' })}`;
    const inPlace = await withFiles({ 'a.csv': text }, async (taken) => [
      taken.inputs[0]?.ignored,
      await everything(taken),
    ]);
    expect(inPlace).toEqual([2, await withFiles({ 'rows.ndjson': plain }, everything)]);
    // A line that cannot be read has the whole file read with care.
    const withCare = await withFiles({ 'a.csv': `${text}x\0y\r\n` }, async (taken) => [
      taken.inputs[0]?.ignored,
      await everything(taken),
    ]);
    expect(withCare).toEqual(inPlace);
  });
});

describe("Weir's own rows of files", () => {
  it('are read back as they are', async () => {
    const row = { ...file, EventId: 'mde:abc', Timestamp: '2026-03-10T08:15:30.0000000Z' };
    for (const text of [lines([row]), csv([row])]) {
      await withFiles({ 'a.log': text }, async ({ inputs, rows }) => {
        expect(inputs[0]?.format).toMatch(/^weir DeviceFileEvents/);
        expect(await rows(deviceFileEvents, '"EventId", "Timestamp", "FileSize"')).toEqual([
          'mde:abc|639087273300000000|82144',
        ]);
      });
    }
  });
});
