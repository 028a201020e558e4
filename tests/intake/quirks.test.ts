import { describe, expect, it } from 'vitest';
import {
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  networkFlows,
  observedNames,
} from '../../packages/weir/src/tables/index.ts';
import { csv, type Row, sampleRows, streamed } from './defenderShapes.ts';
import { withFiles } from './intake.ts';

const [connection = {}, inspected = {}, started = {}] = sampleRows;
const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const withFields = (fields: unknown): Row => ({ ...connection, AdditionalFields: fields });

describe('times of Defender', () => {
  it('have none to seven digits, with and without zone, and the US form of the portal', async () => {
    const texts = [
      '2026-03-10T08:15:30Z',
      '2026-03-10T08:15:30.663Z',
      '2026-03-10T08:15:30.679963Z',
      '2026-03-10T08:15:30.0109752Z',
      '2026-03-10 08:15:30',
      '2026-03-10T10:15:30+02:00',
      '2026-03-10T10:15:30+0200',
      '3/10/2026, 8:15:30.250 AM',
      '3/10/2026, 8:15:30 PM',
      '3/10/2026 8:15:30 PM',
      '10/3/2026, 8:15:30.250 am',
      '10/03/2026, 8:15:30\u202fpm',
      '10/03/2026, 20:15:30.000',
      '1999-12-31T23:59:59.9999999Z',
      '2300-01-01T00:00:00.0000001Z',
    ];
    const rows = texts.map((Timestamp, ReportId) => ({ ...connection, Timestamp, ReportId }));
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      expect(taken.rejects).toEqual([]);
      const ticks = await taken.rows(endpointConnections, '"ReportId" + 100, "Timestamp" - 639087273300000000');
      expect(ticks).toEqual([
        '100|0',
        '101|6630000',
        '102|6799630',
        '103|109752',
        '104|0',
        '105|0',
        '106|0',
        '107|2500000',
        '108|432000000000',
        '109|432000000000',
        '110|2500000',
        '111|432000000000',
        '112|432000000000',
        '113|-8264457300000001',
        '114|86406614700000001',
      ]);
    });
  });

  it('are rejected where no portal writes them so, with the way out', async () => {
    const texts = [
      '28/10/2026, 9:43:12.000 PM',
      '10/05/2026 21:43:12.000',
      '10/05/2026 9:43:12.000 pm',
      '10/05/2026, 9:43:12 p. m.',
    ];
    const rows = texts.map((Timestamp, ReportId) => ({ ...connection, Timestamp, ReportId }));
    await withFiles({ 'a.ndjson': ndjson(rows) }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ rows: 0, rejects: texts.length });
      expect(Object.keys(inputs[0]?.rejectsWhy ?? {})).toEqual([
        expect.stringMatching(/written as no portal writes it.*set the portal to English \(United States\)/),
      ]);
    });
  });

  it.each([
    '10/28/2026, 9:43:12.000 pm',
    '10/28/2026, 9:43:12\u202fpm',
    '10/28/2026, 21:43:12.000',
    '10/28/2026, 21:43:12',
  ])('of a file in which %s stands are refused: its other days may be months', async (proof) => {
    const rows = ['11/10/2026, 21:43:12.000', proof].map((Timestamp, ReportId) => ({
      ...connection,
      Timestamp,
      ReportId,
    }));
    for (const [name, text] of Object.entries({ 'a.ndjson': ndjson(rows), 'a.csv': csv(rows) }))
      await withFiles({ [name]: text }, async ({ inputs }) => {
        expect(inputs[0]).toMatchObject({ format: null, rows: 0, complete: false });
        expect(inputs[0]?.reason).toMatch(
          /written as no portal writes it.*set the portal to English \(United States\)/,
        );
      });
  });

  it('of a file are not those of its command lines', async () => {
    const row = { ...connection, InitiatingProcessCommandLine: 'copy.exe --comment "10/28/2026, 21:43:12"' };
    for (const [name, text] of Object.entries({ 'a.ndjson': ndjson([row]), 'a.csv': csv([row]) }))
      await withFiles({ [name]: text }, async ({ inputs }) => expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0 }));
  });

  it('that stand for none are rejected: a rule would run until the end of the calendar', async () => {
    const texts = [
      '9999-12-31T23:59:59Z',
      '9999-12-31T23:59:59.9999999-05:00',
      '0001-01-01T00:00:00',
      '0001-01-01T00:00:00+05:00',
      '0044-03-15 00:00:00 (BC)',
      '12/31/9999, 11:59:59 PM',
    ];
    const rows = texts.map((Timestamp, ReportId) => ({ ...connection, Timestamp, ReportId }));
    const late = { ...connection, Timestamp: '8999-12-31T23:59:59Z', ReportId: 99 };
    const sensor = { 'id.orig_h': '10.0.0.5', 'id.orig_p': 50000, 'id.resp_h': '203.0.113.9', 'id.resp_p': 443 };
    const seen = (ts: number, uid: string) => ({ ts, uid, ...sensor, proto: 'tcp', duration: 7e9, orig_bytes: 1 });
    const flows = [seen(-62135596799, 'C1'), seen(99999999999, 'C2')];
    await withFiles({ 'a.ndjson': ndjson([...rows, late]), 'conn.log': ndjson(flows) }, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
        [1, texts.length],
        [1, 1],
      ]);
      expect(await rows(endpointConnections, '"ReportId"')).toEqual(['99']);
      expect(await rows(networkFlows, '"FlowId", "FlowEnd" < 3155378975999999999')).toEqual(['C2|true']);
    });
  });

  it('in local time are refused with the way out', async () => {
    const { Timestamp: _, ...row } = connection;
    const text = csv([{ 'TimeGenerated [Local Time]': '3/10/2026, 8:15:30.000 AM', ...row }]);
    await withFiles({ 'a.csv': text }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ format: null, rows: 0, complete: false });
      expect(inputs[0]?.reason).toContain('set the portal to UTC and export again');
    });
  });

  it('come from the event, not from the envelope', async () => {
    const record = { ...streamed(connection), time: '2031-01-01T00:00:00Z' };
    await withFiles({ 'a.json': ndjson([record]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"Timestamp"')).toEqual(['639087273301234567']);
    });
  });

  it('are rejected where they are missing or no time, with line and text', async () => {
    const rows = [connection, { ...connection, Timestamp: 'soon' }, { ...connection, Timestamp: null }];
    await withFiles({ 'a.ndjson': ndjson(rows) }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 3, rows: 1, rejects: 2 });
      expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
        [2, 'the time (Timestamp or TimeGenerated) cannot be read'],
        [3, 'the time (Timestamp or TimeGenerated) is missing'],
      ]);
      expect(JSON.parse(rejects[0]?.text ?? '')).toMatchObject({ Timestamp: 'soon' });
    });
  });
});

describe("the portal's CSV export of a workspace", () => {
  it('has US dates under names with [UTC], and numbers as text', async () => {
    const { Timestamp: _, InitiatingProcessCreationTime: __, ...row } = connection;
    const exported = {
      'TimeGenerated [UTC]': '3/10/2026, 8:15:30.123 AM',
      ...row,
      'InitiatingProcessCreationTime [UTC]': '3/10/2026, 8:15:00.000 AM',
      Type: 'DeviceNetworkEvents',
    };
    const text = `\ufeff${csv([exported, { ...exported, Type: 'DeviceRegistryEvents' }], { end: '\r\n' })}`;
    await withFiles({ 'query_data.csv': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0, ignored: 2, complete: true });
      expect(await rows(endpointConnections, '"Timestamp", "InitiatingProcessCreationTime", "RemotePort"')).toEqual([
        '639087273301230000|639087273000000000|443',
      ]);
    });
  });
});

describe('unknown in Defender', () => {
  it('is null in every spelling, and an empty text in text columns', async () => {
    const spellings = [null, undefined, '', '-', 'null'];
    const rows = spellings.map((unknown, ReportId) => ({
      ...connection,
      ReportId,
      RemotePort: unknown,
      InitiatingProcessId: unknown,
      InitiatingProcessCreationTime: unknown,
      RemoteUrl: unknown === '-' || unknown === 'null' ? '' : unknown,
    }));
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      const columns = '"RemotePort", "InitiatingProcessId", "InitiatingProcessCreationTime", "RemoteUrl", "RemoteHost"';
      expect(new Set(await taken.rows(endpointConnections, columns))).toEqual(new Set(['null|null|null||']));
    });
  });

  it('stays apart from zero', async () => {
    await withFiles({ 'a.csv': csv([{ ...connection, RemotePort: 0 }]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"RemotePort"')).toEqual(['0']);
    });
  });
});

describe('AdditionalFields', () => {
  it('is JSON whether it comes as JSON, as text once or twice over, or as plain text', async () => {
    const given = ['{"a":"1"}', { a: '1' }, JSON.stringify('{"a":"1"}'), '{}', '[]', '', null, 'free text'];
    const rows = given.map((fields, ReportId) => ({ ...withFields(fields), ReportId }));
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      expect(await taken.rows(endpointConnections, '"ReportId", "AdditionalFields"')).toEqual([
        '0|{"a":"1"}',
        '1|{"a":"1"}',
        '2|{"a":"1"}',
        '3|{}',
        '4|[]',
        '5|null',
        '6|null',
        '7|"free text"',
      ]);
    });
  });

  it('keeps numbers that a double cannot hold', async () => {
    const row = JSON.stringify(withFields('@')).replace('"@"', '{"ts":133476623905800001}');
    const asArray = `[${row}]`;
    for (const text of [`${row}\n`, asArray]) {
      await withFiles({ 'a.json': text }, async ({ rows }) => {
        expect(await rows(endpointConnections, '"AdditionalFields"')).toEqual(['{"ts":133476623905800001}']);
      });
    }
  });
});

describe('what network inspection saw', () => {
  const dns = {
    ...inspected,
    ActionType: 'DnsConnectionInspected',
    RemoteIP: '10.0.0.1',
    RemotePort: 53,
    AdditionalFields: JSON.stringify({
      direction: 'Out',
      query: 'API.Example.',
      qtype_name: 'A',
      rcode_name: 'NOERROR',
      answers: '["edge.cdn.example","203.0.113.7","2001:DB8:0:0::7"]',
      TTLs: '["60.0","30.0","30.0"]',
    }),
  };

  it('gives DNS answers under the name that was asked for', async () => {
    await withFiles({ 'a.csv': csv([dns]) }, async ({ rows }) => {
      expect(
        await rows(dnsEvents, '"ClientIP", "ServerIP", "QueryName", "QueryType", "ResponseCode", "Answers"'),
      ).toEqual([
        '10.0.0.5|10.0.0.1|api.example|A|NOERROR|[{"data":"edge.cdn.example","ttl":60},{"data":"203.0.113.7","ttl":30},{"data":"2001:DB8:0:0::7","ttl":30}]',
      ]);
      expect(await rows(observedNames, '"Kind", "ClientIP", "ServerIP", "Host", "TtlSeconds"')).toEqual([
        'dns|10.0.0.5|2001:db8::7|api.example|30',
        'dns|10.0.0.5|203.0.113.7|api.example|30',
      ]);
    });
  });

  it('gives the name behind a proxy from CONNECT, and turns what came in', async () => {
    const http = (fields: object): Row => ({
      ...inspected,
      ActionType: 'HttpConnectionInspected',
      AdditionalFields: JSON.stringify(fields),
    });
    const rows = [
      http({ direction: 'Out', method: 'CONNECT', uri: 'files.example:443', host: 'files.example:443' }),
      http({ direction: 'In', method: 'GET', uri: '/', host: 'intranet.example' }),
      http({ direction: 'Out', method: 'GET', uri: '/' }),
    ];
    await withFiles({ 'a.ndjson': ndjson(rows) }, async ({ inputs, rows }) => {
      expect(inputs[0]?.rows).toBe(3);
      expect(await rows(observedNames, '"Kind", "ClientIP", "ClientPort", "ServerIP", "Host"')).toEqual([
        'http|203.0.113.9|443|10.0.0.5|intranet.example',
        'proxy|10.0.0.5|50001|203.0.113.9|files.example',
      ]);
    });
  });
});

describe('Defender files', () => {
  it('may hold tables and actions that Weir does not use, each counted with its name', async () => {
    const other = { ...streamed(connection), category: 'AdvancedHunting-DeviceRegistryEvents' };
    await withFiles({ 'a.json': ndjson([streamed(connection), other, other]) }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({
        records: 3,
        rows: 1,
        ignoredWhy: { 'Weir does not use the table DeviceRegistryEvents': 2 },
        complete: true,
      });
    });
    const action = { ...connection, ActionType: 'BrowserLaunchedToOpenUrl', RemoteUrl: 'C:\\Firefox.lnk' };
    await withFiles({ 'a.csv': csv([connection, action, started]) }, async ({ inputs, rows }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({
        'header and comment lines': 1,
        'Weir does not use the action BrowserLaunchedToOpenUrl': 1,
      });
      expect(await rows(deviceProcessEvents, '"ProcessId"')).toEqual(['4711']);
    });
  });

  it('cannot fill the report with reasons of their own making', async () => {
    const rows = Array.from({ length: 150 }, (_, at) => ({ ...connection, ActionType: `A${at}${'x'.repeat(200)}` }));
    await withFiles({ 'a.ndjson': ndjson([...rows, rows[149]]) }, async ({ inputs }) => {
      const reasons = Object.entries(inputs[0]?.ignoredWhy ?? {});
      expect(reasons.length).toBe(101);
      expect(reasons.every(([reason]) => reason.length < 100)).toBe(true);
      expect(inputs[0]?.ignoredWhy).toMatchObject({ 'other reasons': 50 });
      expect(inputs[0]?.ignored).toBe(151);
    });
  });

  it('may hold a header again, with other columns in another order', async () => {
    const { RemoteUrl: _, ...fewer } = connection;
    const turned = Object.fromEntries(Object.entries({ ...fewer, ReportId: 99 }).reverse());
    const file = csv([connection]) + csv([turned]) + csv([{ ...connection, ReportId: 100 }]);
    await withFiles({ 'a.csv': file }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 6, rows: 3, rejects: 0, ignored: 3 });
      expect(await rows(endpointConnections, '"ReportId", "RemoteUrl", "RemotePort"')).toEqual([
        '100|https://upload.example/path?q=1|443',
        '17|https://upload.example/path?q=1|443',
        '99||443',
      ]);
    });
  });

  it('may hold a header again, with the same columns in another order', async () => {
    const other = { ...connection, ReportId: 99, LocalIP: '10.0.0.6', RemoteIP: '203.0.113.8' };
    const turned = Object.fromEntries(Object.entries(other).reverse());
    await withFiles({ 'a.csv': csv([connection]) + csv([turned]) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 4, rows: 2, ignoredWhy: { 'header and comment lines': 2 } });
      expect(await rows(endpointConnections, '"ReportId", "LocalIP", "RemoteIP"')).toEqual([
        '17|10.0.0.5|203.0.113.9',
        '99|10.0.0.6|203.0.113.8',
      ]);
    });
  });

  it('may have unknown and extra columns, and lines in a cell', async () => {
    const row = { NewColumn: 'x', ...connection, InitiatingProcessCommandLine: 'sh -c "a\nb"', Other: '1' };
    await withFiles({ 'a.csv': csv([row, { ...row, Timestamp: 'never' }]) }, async ({ rows, rejects }) => {
      expect(await rows(endpointConnections, '"InitiatingProcessCommandLine"')).toEqual(['sh -c "a\nb"']);
      expect(rejects.map(({ line }) => line)).toEqual([4]);
    });
  });

  it('quoted in odd ways read the same in place and with care', async () => {
    const header = 'Timestamp,DeviceName,ActionType,RemoteIP,ReportId,InitiatingProcessCommandLine\n';
    const start = '2026-03-10T08:15:30Z,a,ConnectionSuccess,1.2.3.4,';
    const cells = ['"a"', ' "b"', '"c" ', ' d ', 'e"f', '"g""h"', '" i "', '""', ' '];
    const text = header + cells.map((cell, at) => `${start}${at},${cell}\n`).join('');
    const told = (content: string): Promise<string[]> =>
      withFiles({ 'a.csv': content }, ({ rows }) =>
        rows(endpointConnections, `"ReportId", '[' || "InitiatingProcessCommandLine" || ']'`),
      );
    const inPlace = await told(text);
    expect(inPlace).toEqual(['0|[a]', '1|[b]', '2|[c]', '3|[ d ]', '4|[e"f]', '5|[g"h]', '6|[ i ]', '7|[]', '8|[ ]']);
    expect(await told(`${text}cut`)).toEqual(inPlace);
    const returns = `${start}9,"j\rk"\n${start}10,"l\r\nm"\r\n`;
    expect(await told(text + returns)).toEqual([...inPlace, '10|[l\nm]', '9|[j\rk]'].sort());
  });

  it('cost one record where a line is cut or has too many cells', async () => {
    const file = csv([connection, { ...connection, ReportId: 18 }]);
    await withFiles(
      { 'a.csv': `${file}${file.split('\n')[1]},one more\n2026-03-10T08` },
      async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ rows: 2, rejects: 2, ignored: 1 });
        expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
          [4, 'the record has 18 cells where the header names 17'],
          [5, 'the record has 1 cells where the header names 17'],
        ]);
      },
    );
  });

  it('unmap and shorten addresses', async () => {
    const row = { ...connection, LocalIP: '::ffff:10.0.0.5', RemoteIP: '2001:500:84:0:0:0:0:B' };
    await withFiles({ 'a.csv': csv([row]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"LocalIP", "RemoteIP"')).toEqual(['10.0.0.5|2001:500:84::b']);
    });
  });

  it('give two rows for records that differ in ReportId alone, and an id of its own to one without', async () => {
    const { ReportId: _, ...keyless } = connection;
    const rows = [connection, { ...connection, ReportId: 18 }, keyless, keyless];
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      expect(new Set(await taken.rows(endpointConnections, '"EventId"')).size).toBe(4);
    });
  });

  it('may have the same ReportId on other devices and at other times, for it is a counter', async () => {
    const others = [{ DeviceName: 'ws-02.example' }, { Timestamp: '2026-03-11T08:15:30.1234567Z' }, {}];
    const rows = [connection, ...others.map((other) => ({ ...connection, ...other }))];
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      expect(await taken.rows(endpointConnections, 'count(*), count(DISTINCT "EventId")')).toEqual(['4|3']);
    });
  });

  it('have swapped sides, odd protocols, masked addresses, device paths and mojibake, which stay as recorded', async () => {
    const odd: readonly Row[] = [
      { ActionType: 'ListeningConnectionCreated', RemoteIP: '', RemotePort: null, Protocol: 'TcpV4' },
      { ActionType: 'NetworkSignatureInspected', LocalIP: '203.0.113.9', RemoteIP: '10.0.0.5', Protocol: '' },
      { ActionType: 'SmtpConnectionInspected', LocalIP: '-', RemoteIP: '-', Protocol: null },
      {
        ActionType: 'ConnectionFound',
        InitiatingProcessFileName: 'MsMpEng.exe',
        InitiatingProcessFolderPath: '\\Device\\HarddiskVolume3\\Windows\\MsMpEng.exe',
        InitiatingProcessVersionInfoProductName: 'AzureÂ®',
      },
    ];
    const rows = odd.map((changes, ReportId) => ({ ...connection, ...changes, ReportId }));
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      const columns = `"ReportId", "LocalIP", "RemoteIP", "Protocol", "InitiatingProcessFileName", "InitiatingProcessFolderPath",
        "InitiatingProcessVersionInfoProductName"`;
      expect(await taken.rows(endpointConnections, columns)).toEqual([
        '0|10.0.0.5||TcpV4|curl.exe||',
        '1|203.0.113.9|10.0.0.5||curl.exe||',
        '2||||curl.exe||',
        '3|10.0.0.5|203.0.113.9|Tcp|MsMpEng.exe|\\Device\\HarddiskVolume3\\Windows\\MsMpEng.exe|AzureÂ®',
      ]);
    });
  });

  it('have no bytes of the connection: not the size of the log record, nor that of the program', async () => {
    const row = { ...connection, _BilledSize: 1342, InitiatingProcessFileSize: 491520 };
    await withFiles({ 'a.ndjson': ndjson([row]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"BytesSent", "BytesReceived", "BytesSource"')).toEqual(['null|null|']);
    });
  });

  it('have URLs of five kinds, of which some name no host', async () => {
    const urls = [
      'https://sync.example',
      'Sub.Example.org',
      'https://a.example:8443/x?y',
      'C:\\Users\\x.lnk',
      '203.0.113.7',
    ];
    const rows = urls.map((RemoteUrl, ReportId) => ({ ...connection, RemoteUrl, ReportId }));
    await withFiles({ 'a.ndjson': ndjson(rows) }, async (taken) => {
      expect(await taken.rows(endpointConnections, '"ReportId", "RemoteHost"')).toEqual([
        '0|sync.example',
        '1|sub.example.org',
        '2|a.example',
        '3|',
        '4|',
      ]);
    });
  });

  it('lie in folders named like partitions', async () => {
    const name = 'y=2026/m=03/d=10/RemotePort=1/PT1H.json';
    await withFiles({ [name]: ndjson([streamed(connection)]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"RemotePort"')).toEqual(['443']);
    });
  });

  it('read twice, as copies in two folders, give no row twice', async () => {
    const { ReportId: _, ...keyless } = connection;
    const text = ndjson([connection, keyless]);
    const once = await withFiles({ 'a.json': text }, ({ rows }) => rows(endpointConnections));
    const twice = await withFiles({ 'a.json': text, 'copy/a.json': text }, ({ rows }) => rows(endpointConnections));
    expect([...new Set(twice)]).toEqual(once);
  });

  it('tell the line of a reject inside pretty-printed JSON', async () => {
    const text = JSON.stringify([connection, { ...connection, Timestamp: 'never' }], null, 2);
    await withFiles({ 'a.json': text }, async ({ rejects }) => {
      const line = text.split('\n').findIndex((own) => own.includes('never'));
      // The record begins one line above its first member.
      expect(rejects.map((reject) => reject.line)).toEqual([line]);
    });
  });

  it('never become flows', async () => {
    await withFiles({ 'a.csv': csv(sampleRows) }, async ({ rows }) => {
      expect(await rows(networkFlows)).toEqual([]);
    });
  });
});

describe('logs of different forms in one file', () => {
  const zeek = {
    ts: 1773130530.25,
    uid: 'C1',
    'id.orig_h': '10.0.0.5',
    'id.resp_h': '203.0.113.9',
    query: 'a.example',
    qtype: 1,
  };
  const forms: Readonly<Record<string, object>> = {
    'a stream of Defender': streamed(connection),
    'rows of Defender': connection,
    'Zeek JSON': zeek,
  };
  const pairs = Object.keys(forms).flatMap((first) => Object.keys(forms).map((second) => [first, second] as const));

  it.each(pairs.filter(([first, second]) => first !== second))(
    '%s, then %s: what is not read is a reject',
    async (first, second) => {
      const text = ndjson([forms[first], forms[first], forms[second]]);
      await withFiles({ 'a.log': text }, async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ records: 3, rows: 2, rejects: 1, ignored: 0 });
        expect(rejects[0]).toMatchObject({ line: 3, reason: expect.stringMatching(/not of the form of the first/) });
      });
    },
  );
});
