import { beforeAll, describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  observedNames,
} from '../../packages/weir/src/tables/index.ts';
import { catalogue } from '../fusion/fused.ts';
import { everything, expectReadAlike, withOddValues } from './alike.ts';
import { ndjson, type SysmonEvent, sysmonBeat, sysmonData, sysmonRow, sysmonXml } from './examples/endpoint.ts';
import { type Files, type Taken, withFiles } from './intake.ts';

const events = [1, 3, 11, 22] as const;
const xml = events.map((event) => sysmonXml(event, sysmonData[event]));
const pretty = xml.map((event) => event.replaceAll('><', '>\r\n  <'));
const linux = (event: string): string => event.replaceAll('Microsoft-Windows-Sysmon', 'Linux-Sysmon');
const inDataItem = (event: SysmonEvent): string => {
  const data = Object.entries(sysmonData[event]).map(([name, value]) => `<Data Name="${name}">${value}</Data>`);
  return `<DataItem type="System.XmlData" time="2026-03-10T04:15:31Z"><EventData xmlns="x">${data.join('')}</EventData></DataItem>`;
};

const evtxECmdRow = (event: SysmonEvent): Record<string, string | number | boolean> => ({
  RecordNumber: 1,
  TimeCreated: '2026-03-10 04:15:31.1000000',
  EventId: event,
  Level: 'Info',
  Provider: 'Microsoft-Windows-Sysmon',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  ProcessId: 3000,
  Computer: 'fin-07.larkfield.example',
  PayloadData1: 'ProcessID: 5',
  HiddenRecord: false,
  Payload: JSON.stringify({
    EventData: {
      Data: [
        { '@Name': 'RuleName' },
        ...Object.entries(sysmonData[event]).map(([name, value]) => ({ '@Name': name, '#text': String(value) })),
      ],
    },
  }),
});
const csv = (rows: readonly Record<string, string | number | boolean>[]): string =>
  [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
    .map((cells) => cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(','))
    .join('\n');

/** One log of the four events in every form that there is of it. */
const forms: Readonly<Record<string, string>> = {
  'flattened rows with CRLF': ndjson(events.map((event) => sysmonRow(event))).replaceAll('\n', '\r\n'),
  'an array of rows': JSON.stringify(
    events.map((event) => sysmonRow(event)),
    null,
    2,
  ),
  'WindowsEvent of Sentinel': ndjson(
    events.map((event) => ({
      TimeGenerated: '2026-03-10T08:20:00Z',
      Type: 'WindowsEvent',
      Provider: 'Microsoft-Windows-Sysmon',
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Computer: 'fin-07.larkfield.example',
      EventID: event,
      EventData: JSON.stringify(sysmonData[event]),
    })),
  ),
  'Event of Log Analytics': ndjson(
    events.map((event) => ({
      TimeGenerated: '2026-03-10T08:20:00Z',
      Source: 'Microsoft-Windows-Sysmon',
      EventLog: 'Microsoft-Windows-Sysmon/Operational',
      Computer: 'fin-07.larkfield.example',
      EventID: event,
      EventData: inDataItem(event),
    })),
  ),
  'evtx_dump JSON': ndjson(
    events.map((event) => ({
      Event: {
        System: {
          Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
          EventID: event,
          Channel: 'Microsoft-Windows-Sysmon/Operational',
          Computer: 'fin-07.larkfield.example',
        },
        EventData: sysmonData[event],
      },
    })),
  ),
  'evtx_dump JSON with attributes apart': ndjson(
    events.map((event) => ({
      Event: {
        EventData: sysmonData[event],
        System: {
          Channel: 'Microsoft-Windows-Sysmon/Operational',
          Computer: 'fin-07.larkfield.example',
          EventID: event,
          Provider_attributes: { Name: 'Microsoft-Windows-Sysmon' },
        },
      },
      Event_attributes: { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
    })),
  ),
  'an event whose id is an object': ndjson(
    events.map((event) => ({
      Event: {
        EventData: sysmonData[event],
        System: {
          Channel: 'Microsoft-Windows-Sysmon/Operational',
          Computer: 'fin-07.larkfield.example',
          EventID: { Qualifiers: '', Value: String(event) },
          Provider: { Name: 'Microsoft-Windows-Sysmon' },
        },
      },
    })),
  ),
  'EvtxECmd JSON': ndjson(events.map((event) => evtxECmdRow(event))),
  'EvtxECmd CSV': csv(events.map((event) => evtxECmdRow(event))),
  Velociraptor: ndjson(
    events.map((event) => ({
      System: {
        Provider: { Name: 'Microsoft-Windows-Sysmon', Guid: '5770385F' },
        EventID: { Value: event },
        TimeCreated: { SystemTime: 1773130531.2 },
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Computer: 'fin-07.larkfield.example',
      },
      EventData: sysmonData[event],
      Message: 'as the event viewer has it',
    })),
  ),
  Wazuh: ndjson([
    ...events.map((event) => ({
      timestamp: '2026-03-10T04:15:31.000-0400',
      rule: { level: 3, id: '61605' },
      agent: { id: '002', name: 'fin-07' },
      manager: { name: 'wazuh' },
      id: `1773130531.${event}`,
      decoder: { name: 'windows_eventchannel' },
      data: {
        win: {
          system: {
            providerName: 'Microsoft-Windows-Sysmon',
            eventID: String(event),
            channel: 'Microsoft-Windows-Sysmon/Operational',
            computer: 'fin-07.larkfield.example',
          },
          eventdata: Object.fromEntries(
            Object.entries(sysmonData[event]).map(([name, value]) => [
              `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
              String(value).replaceAll('\\', '\\\\'),
            ]),
          ),
        },
      },
      location: 'EventChannel',
    })),
  ]),
  'Fluent Bit': ndjson(
    events.map((event) => ({
      ProviderName: 'Microsoft-Windows-Sysmon',
      ProviderGuid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
      EventID: event,
      TimeCreated: '2026-03-10 04:15:31 -0400',
      ProcessID: 3000,
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Computer: 'fin-07.larkfield.example',
      Message: [
        'What the event is:',
        ...Object.entries(sysmonData[event]).map(([name, value]) => `${name}: ${value}`),
      ].join('\r\n'),
    })),
  ),
  Winlogbeat: ndjson(events.map((event) => sysmonBeat(event))),
  'a search answer': JSON.stringify({
    took: 3,
    hits: { total: { value: 4 }, hits: events.map((event) => ({ _index: 'x', _source: sysmonBeat(event) })) },
    aggregations: { by: {} },
  }),
  'XML, one event a line': `${xml.join('\n')}\n`,
  'XML, one behind the other': xml.join(''),
  'XML, over several lines, with numbers between': pretty
    .map((event, at) => `Record ${at + 1}\n<?xml version="1.0"?>\n${event}\n`)
    .join(''),
  'an Events document': `<?xml version='1.0'?>\n<Events>\n${pretty.join('\n')}\n</Events>\n`,
  'XML with single quotes': xml.map((event) => `${event.replaceAll('"', "'")}\n`).join(''),
  'syslog lines': xml.map((event) => `Mar 10 08:15:30 fin-07 sysmon: ${linux(event)}\n`).join(''),
  'Syslog of Sentinel': ndjson(
    xml.map((event) => ({ TimeGenerated: '2026-03-10T08:20:00Z', Facility: 'user', SyslogMessage: linux(event) })),
  ),
};

describe('Sysmon', () => {
  let expected: string[] = [];
  beforeAll(async () => {
    expected = await withFiles({ 'a.json': forms['an array of rows'] ?? '' }, everything);
  });

  it.each(Object.entries(forms))('%s has the same rows as every other form', async (_, text) => {
    expect(expected).toHaveLength(6);
    await withFiles({ 'a.log': text }, async (taken) => {
      // CSV has a line of names.
      const records = text.startsWith('"') ? 5 : 4;
      expect(taken.inputs[0]).toMatchObject({ records, rows: 4, rejects: 0, complete: true });
      expect(await everything(taken)).toEqual(expected);
    });
  });

  it('gives connection, process, file and names as recorded', async () => {
    await withFiles({ 'a.xml': xml.join('\n') }, async ({ rows }) => {
      expect(
        await rows(
          endpointConnections,
          `"Timestamp", "DeviceName", "ActionType", "LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Protocol", "RemoteUrl", "RemoteHost",
           "InitiatingProcessFileName", "InitiatingProcessFolderPath", "InitiatingProcessId", "InitiatingProcessAccountDomain", "AccountName",
           "InitiatingProcessUniqueId"`,
        ),
      ).toEqual([
        String.raw`639087273301230000|fin-07.larkfield.example|ConnectionSuccess|10.0.0.5|50001|203.0.113.9|443|Tcp|||rclone.exe|C:\Tools\rclone.exe|4321|LARKFIELD|dana|{39e4a257-79fb-5f92-7117-000000000700}`,
      ]);
      expect(
        await rows(
          deviceProcessEvents,
          `"Timestamp", "ProcessCreationTime", "FileName", "ProcessCommandLine", left("SHA1", 4), left("MD5", 4), left("SHA256", 4),
           "ProcessVersionInfoOriginalFileName", "LogonId", "ProcessIntegrityLevel", "AccountName", "InitiatingProcessFileName",
           "InitiatingProcessId", "InitiatingProcessCommandLine"`,
        ),
      ).toEqual([
        String.raw`639087273005000000|639087273005000000|rclone.exe|rclone.exe copy C:\Finance remote:in|a1a1|b2b2|c3c3|rclone.exe|811481|Medium|dana|cmd.exe|99|cmd.exe /c up.cmd`,
      ]);
      expect(
        await rows(deviceFileEvents, '"ActionType", "FileName", "FolderPath", "InitiatingProcessFileName"'),
      ).toEqual([String.raw`FileCreated|q1.zip|C:\Finance\q1.zip|rclone.exe`]);
      expect(await rows(dnsEvents, '"QueryName", "ResponseCode", "ClientIP", "DeviceName", "Answers"')).toEqual([
        'up.larkfield.example|NOERROR||fin-07.larkfield.example|[{"data":"edge.cdn.example","ttl":null},{"data":"::ffff:203.0.113.9","ttl":null},{"data":"2001:db8:0:0:0:0:0:9","ttl":null}]',
      ]);
      expect(await rows(observedNames, '"Kind", "ServerIP", "Host", "TtlSeconds", "DeviceName"')).toEqual([
        'dns|2001:db8::9|up.larkfield.example|null|fin-07.larkfield.example',
        'dns|203.0.113.9|up.larkfield.example|null|fin-07.larkfield.example',
      ]);
    });
  });

  it('is read the same in place and with care, whatever its fields hold', async () => {
    const records = events.flatMap((event) => withOddValues(sysmonData[event]).map((data) => ({ event, data })));
    const rows = ndjson(records.map(({ event, data }) => sysmonRow(event, data)));
    await expectReadAlike(rows, '{"broken\n');
    const texts = records.map(({ event, data }) => sysmonXml(event, data as Record<string, string>));
    await expectReadAlike(`${texts.join('\n')}\n`, 'broken\n');
  }, 60_000);

  it('has the same rows from XML as from rows, whatever its fields hold', async () => {
    // What XML cannot hold as it is, and what reads as a reference there.
    const told = withOddValues(sysmonData[3]).filter(
      (data) => !Object.values(data).some((value) => /[&<]/.test(String(value))),
    );
    const fromRows = await withFiles({ 'a.json': ndjson(told.map((data) => sysmonRow(3, data))) }, everything);
    const text = told.map((data) => sysmonXml(3, data as Record<string, string>)).join('\n');
    expect(await withFiles({ 'a.xml': text }, everything)).toEqual(fromRows);
  }, 60_000);
});

const connections = async (data: readonly object[], columns: string): Promise<string[]> =>
  withFiles({ 'a.json': ndjson(data.map((changes) => sysmonRow(3, changes))) }, ({ rows }) =>
    rows(endpointConnections, columns),
  );

describe("Sysmon's quirks", () => {
  it('has its time in UtcTime, in two spellings, not in what the collector wrote', async () => {
    const times = ['2026-03-10 08:15:30.349', '2026-03-10T08:15:30.1230000Z', '2026-03-10 08:15:30'];
    expect(
      await connections(
        times.map((UtcTime) => ({ UtcTime })),
        '"Timestamp"',
      ),
    ).toEqual(['639087273300000000', '639087273301230000', '639087273303490000']);
    await withFiles(
      { 'a.json': ndjson([sysmonRow(3, { UtcTime: undefined }), sysmonRow(3, { UtcTime: 'noon' }), sysmonRow(3)]) },
      async ({ inputs }) => {
        expect(inputs[0]?.rejectsWhy).toEqual({
          'the time (UtcTime) is missing': 1,
          'the time (UtcTime) cannot be read': 1,
        });
      },
    );
  });

  it('takes the time of the record in XML where the data have none: UTC, with nine digits or without zone', async () => {
    const { UtcTime: _, ...data } = sysmonData[3];
    const text = ['2026-03-10 08:15:30.446281', '2026-03-10T08:15:30.399931000Z'].map((SystemTime) =>
      sysmonXml(3, data, { SystemTime }),
    );
    await withFiles({ 'a.xml': text.join('\n') }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"Timestamp"')).toEqual(['639087273303999310', '639087273304462810']);
    });
  });

  it('turns what the other side opened, and claims no success of UDP', async () => {
    const inward = {
      Initiated: 'false',
      SourceIp: '203.0.113.9',
      SourcePort: '443',
      DestinationIp: '10.0.0.5',
      DestinationPort: '50001',
    };
    const sides = '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Protocol", "ActionType"';
    expect(await connections([{}, inward, { Protocol: 'udp' }, { ...inward, Protocol: 'udp' }], sides)).toEqual([
      '10.0.0.5|50001|203.0.113.9|443|Tcp|ConnectionSuccess',
      '10.0.0.5|50001|203.0.113.9|443|Tcp|InboundConnectionAccepted',
      '10.0.0.5|50001|203.0.113.9|443|Udp|ConnectionRequest',
      '10.0.0.5|50001|203.0.113.9|443|Udp|InboundConnectionAttempt',
    ]);
    expect(
      await connections(
        [{ Initiated: 'false', SourceIp: '239.255.255.250', DestinationIp: '10.0.0.5' }],
        '"LocalIP", "RemoteIP"',
      ),
    ).toEqual(['10.0.0.5|239.255.255.250']);
  });

  it('may call the device the source of what it did not initiate; its own name tells', async () => {
    const reply = {
      Protocol: 'udp',
      Initiated: 'false',
      SourceHostname: 'FIN-07.local.example',
      DestinationHostname: '',
    };
    const inward = { ...reply, SourceHostname: '-', DestinationHostname: 'fin-07' };
    const sides = '"LocalIP", "RemoteIP", "ActionType"';
    expect(await connections([reply, inward], sides)).toEqual([
      '10.0.0.5|203.0.113.9|ConnectionFound',
      '203.0.113.9|10.0.0.5|InboundConnectionAttempt',
    ]);
  });

  it('writes addresses out in full, and none where it saw none', async () => {
    const full = { SourceIp: '2001:db8:84:0:0:0:0:b', DestinationIp: 'ff02:0:0:0:0:0:0:fb' };
    const zero = '0:0:0:0:0:0:0:0';
    expect(await connections([full, { SourceIp: zero }], '"LocalIP", "RemoteIP"')).toEqual([
      '2001:db8:84::b|ff02::fb',
      '|203.0.113.9',
    ]);
    const lost = [
      { DestinationIp: zero, SourceIp: zero, DestinationPort: '0', Protocol: 'udp' },
      { DestinationIp: '-' },
      { SourceIp: '10.0.0' },
    ];
    await withFiles({ 'a.json': ndjson([...lost, {}].map((changes) => sysmonRow(3, changes))) }, async ({ inputs }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({ 'connections whose remote address Sysmon did not see (all zeros)': 1 });
      expect(inputs[0]?.rejectsWhy).toEqual({
        'a connection without its addresses': 1,
        'an address of the connection cannot be read': 1,
      });
    });
  });

  it('names processes without a path, and some not at all', async () => {
    const images = ['System', 'java', '/opt/tools/wdavdaemon', '-', '<unknown process>', '&lt;unknown process&gt;'];
    const told = await connections(
      images.map((Image) => ({ Image, User: '-', ProcessId: '-' })),
      '"InitiatingProcessFileName", "InitiatingProcessFolderPath", "InitiatingProcessId", "AccountName"',
    );
    expect(told).toEqual([
      'System|System|null|',
      'java|java|null|',
      'wdavdaemon|/opt/tools/wdavdaemon|null|',
      '||null|',
      '||null|',
      '||null|',
    ]);
    const escaped = sysmonXml(3, { ...sysmonData[3], Image: '&lt;unknown process&gt;', User: 'root' });
    await withFiles({ 'a.xml': escaped }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"InitiatingProcessFileName", "AccountName"')).toEqual(['|root']);
    });
  });

  it('unescapes what XML escapes, once, and keeps the lines of a command', async () => {
    const CommandLine = 'echo &quot;a &amp;amp; b&quot; &gt; c\n&#10;d';
    await withFiles({ 'a.xml': sysmonXml(1, { ...sysmonData[1], CommandLine }) }, async ({ rows }) => {
      expect(await rows(deviceProcessEvents, '"ProcessCommandLine"')).toEqual(['echo "a &amp; b" > c\n\nd']);
    });
  });

  it('answers with nothing, with loopback, and with failures by number', async () => {
    const asked = [
      ['-', '9003'],
      ['', '9501'],
      ['::1;::ffff:127.0.0.1;', '0'],
      ['type:  5 github.map.cdn.example;::ffff:198.51.100.133;', '0'],
      ['', '1460'],
    ].map(([QueryResults, QueryStatus], at) =>
      sysmonRow(22, { QueryResults, QueryStatus, QueryName: `n${at}.example` }),
    );
    await withFiles({ 'a.json': ndjson([...asked, sysmonRow(22, { QueryName: '-' })]) }, async ({ inputs, rows }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({ 'DNS messages without a question tell Weir nothing': 1 });
      expect(await rows(dnsEvents, '"QueryName", "ResponseCode", "Answers"')).toEqual([
        'n0.example|NXDOMAIN|null',
        'n1.example|NOERROR|null',
        'n2.example|NOERROR|[{"data":"::1","ttl":null},{"data":"::ffff:127.0.0.1","ttl":null}]',
        'n3.example|NOERROR|[{"data":"github.map.cdn.example","ttl":null},{"data":"::ffff:198.51.100.133","ttl":null}]',
        'n4.example|1460|null',
      ]);
      expect(await rows(observedNames, '"ServerIP"')).toEqual(['127.0.0.1', '198.51.100.133', '::1']);
    });
  });

  it('lies among other events of Windows, each counted by its source', async () => {
    const security = {
      Channel: 'Security',
      SourceName: 'Microsoft-Windows-Security-Auditing',
      EventID: 4688,
      Hostname: 'fin-07',
    };
    await withFiles(
      { 'a.json': ndjson([security, sysmonRow(3), sysmonRow(3, { EventID: 10 }), { other: 1 }]) },
      async ({ inputs }) => {
        expect(inputs[0]).toMatchObject({
          rows: 1,
          ignoredWhy: {
            'Weir does not use Windows events of Microsoft-Windows-Security-Auditing': 1,
            'Weir does not use Sysmon event 10': 1,
          },
          rejectsWhy: {
            'not of the form of the first records; give Weir logs of different forms as files of their own': 1,
          },
        });
      },
    );
  });

  it('reads what Elastic moved to fields of its own', async () => {
    const common = { '@timestamp': '2026-03-10T08:15:30.123Z', host: { name: 'fin-07' } };
    const winlog = { channel: 'Microsoft-Windows-Sysmon/Operational', computer_name: 'fin-07', record_id: '7' };
    const process = { entity_id: '{A}', executable: String.raw`C:\Tools\rclone.exe`, pid: 4321 };
    const user = { name: 'dana', domain: 'LARKFIELD' };
    const documents = [
      {
        ...common,
        winlog: { ...winlog, event_id: '1', event_data: { Company: 'Rclone' } },
        process: {
          ...process,
          command_line: 'rclone copy',
          hash: { sha1: 'a1'.repeat(20) },
          parent: { executable: 'cmd.exe', pid: 9 },
        },
        user,
      },
      {
        ...common,
        winlog: { ...winlog, event_id: '3' },
        process,
        user,
        network: { transport: 'tcp', direction: 'ingress' },
        source: { ip: '203.0.113.9', port: 443 },
        destination: { ip: '10.0.0.5', port: 50001 },
      },
      {
        ...common,
        winlog: { ...winlog, event_id: '22' },
        process,
        sysmon: { dns: { status: 'DNS_ERROR_RCODE_NAME_ERROR' } },
        dns: {
          question: { name: 'up.example' },
          answers: [
            { data: 'x.example', type: 'CNAME' },
            { data: '203.0.113.9', type: 'A' },
          ],
        },
      },
    ];
    await withFiles({ 'a.json': ndjson(documents) }, async ({ rows }) => {
      expect(
        await rows(
          deviceProcessEvents,
          '"Timestamp", "ProcessCommandLine", "SHA1", "AccountDomain", "AccountName", "InitiatingProcessId"',
        ),
      ).toEqual([`639087273301230000|rclone copy|${'a1'.repeat(20)}|LARKFIELD|dana|9`]);
      expect(
        await rows(endpointConnections, '"LocalIP", "RemoteIP", "InitiatingProcessUniqueId", "AccountName"'),
      ).toEqual(['10.0.0.5|203.0.113.9|{A}|dana']);
      expect(await rows(dnsEvents, '"ResponseCode", json_array_length("Answers")')).toEqual(['NXDOMAIN|2']);
    });
  });
});

describe('broken XML', () => {
  it('costs the events that are cut, and no other', async () => {
    const [first = '', second = ''] = xml;
    const text = `${first}\nnoise\n${second.slice(0, 300)}\n${second}\n${second.slice(0, 200)}`;
    await withFiles({ 'a.xml': text }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 5, rows: 2, rejects: 3 });
      expect(rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
        '2 text outside of the events',
        '3 the event is cut short',
        '5 the event is cut short',
      ]);
    });
  });

  it('in syslog is told from lines without an event', async () => {
    const line = `Mar 10 08:15:30 fin-07 sysmon: ${linux(xml[1] ?? '')}`;
    await withFiles(
      { syslog: `${line}\nMar 10 08:15:31 fin-07 sshd[9]: session opened\n${line.slice(0, 400)}\n` },
      async ({ inputs }) => {
        expect(inputs[0]).toMatchObject({
          rows: 1,
          ignoredWhy: { 'syslog lines without an event of Sysmon': 1 },
          rejectsWhy: { 'the event is cut short': 1 },
        });
      },
    );
  });
});

describe('copies', () => {
  it('of one event have one id, also where a log was cleared and numbers its records anew', async () => {
    const numbered = (EventRecordID: string, UtcTime = '2026-03-10 08:15:30.123'): string =>
      sysmonXml(3, { ...sysmonData[3], UtcTime }, { EventRecordID });
    const ids = await withFiles(
      {
        'a.xml': [numbered('7'), numbered('7', '2026-03-11 08:15:30.123'), numbered('8')].join('\n'),
        'b.xml': numbered('7'),
      },
      ({ rows }) => rows(endpointConnections, '"EventId"'),
    );
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a connection and the start of its process', () => {
  const told = async (files: Files): Promise<string[]> =>
    withFiles(files, async ({ lake, rows }: Taken) => {
      await fuse(lake, { catalogue });
      return rows(
        deviceNetworkEvents,
        `"InitiatingProcessCommandLine", "InitiatingProcessParentFileName", "InitiatingProcessParentId", left("InitiatingProcessSHA256", 4),
         "InitiatingProcessVersionInfoOriginalFileName", "InitiatingProcessCreationTime", "AccountName"`,
      );
    });
  const whole = String.raw`rclone.exe copy C:\Finance remote:in|cmd.exe|99|c3c3|rclone.exe|639087273005000000|dana`;
  const [start = '', connection = ''] = xml;

  it('are joined in any order, from any files, but not across devices', async () => {
    expect(await told({ 'a.xml': `${start}\n${connection}` })).toEqual([whole]);
    expect(await told({ 'a.xml': connection, 'b.json': ndjson([sysmonRow(1)]) })).toEqual([whole]);
    const elsewhere = ndjson([sysmonRow(1, { Hostname: 'fin-08' })]);
    expect(await told({ 'a.xml': connection, 'b.json': elsewhere })).toEqual(['||null|||null|dana']);
  });

  it('of two starts under one id the first is believed', async () => {
    const again = ndjson([sysmonRow(1, { UtcTime: '2026-03-10 09:00:00', CommandLine: 'other' })]);
    expect(await told({ 'b.json': again, 'a.xml': `${connection}\n${start}` })).toEqual([whole]);
  });
});
