/** An event of Sysmon as Windows renders it, on one line. */
export function sysmonXml(
  event: number,
  data: Readonly<Record<string, string>>,
  system: Readonly<Record<string, string>> = {},
): string {
  const {
    Computer = 'fin-07.larkfield.example',
    Provider = 'Microsoft-Windows-Sysmon',
    EventRecordID = '',
    SystemTime = '',
  } = system;
  const fields = Object.entries(data).map(([name, value]) => `<Data Name="${name}">${value}</Data>`);
  return [
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>',
    `<Provider Name="${Provider}" Guid="{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"/><EventID>${event}</EventID>`,
    SystemTime && `<TimeCreated SystemTime="${SystemTime}"/>`,
    EventRecordID && `<EventRecordID>${EventRecordID}</EventRecordID>`,
    `<Channel>${Provider}/Operational</Channel><Computer>${Computer}</Computer></System>`,
    `<EventData>${fields.join('')}</EventData></Event>`,
  ].join('');
}

const process = {
  UtcTime: '2026-03-10 08:15:30.123',
  ProcessGuid: '{39e4a257-79fb-5f92-7117-000000000700}',
  ProcessId: '4321',
  Image: String.raw`C:\Tools\rclone.exe`,
  User: String.raw`LARKFIELD\dana`,
};

/** The event data of a process, connection, file and name event of one process. */
export const sysmonData = {
  1: {
    ...process,
    UtcTime: '2026-03-10 08:15:00.5',
    CommandLine: String.raw`rclone.exe copy C:\Finance remote:in`,
    OriginalFileName: 'rclone.exe',
    Company: 'Rclone',
    Product: 'Rclone',
    Description: 'Rsync for clouds',
    LogonId: '0xc61d9',
    IntegrityLevel: 'Medium',
    Hashes: `SHA1=${'A1'.repeat(20)},MD5=${'B2'.repeat(16)},SHA256=${'C3'.repeat(32)},IMPHASH=${'D4'.repeat(16)}`,
    ParentProcessGuid: '{39e4a257-79fb-5f92-7117-000000000600}',
    ParentProcessId: '99',
    ParentImage: String.raw`C:\Windows\System32\cmd.exe`,
    ParentCommandLine: 'cmd.exe /c up.cmd',
    ParentUser: String.raw`LARKFIELD\dana`,
  },
  3: {
    ...process,
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIsIpv6: 'false',
    SourceIp: '10.0.0.5',
    SourceHostname: '-',
    SourcePort: '50001',
    DestinationIp: '203.0.113.9',
    DestinationHostname: 'ams15s30-in-f4.1e100.example',
    DestinationPort: '443',
  },
  11: { ...process, TargetFilename: String.raw`C:\Finance\q1.zip`, CreationUtcTime: '2026-03-10 08:15:30.123' },
  22: {
    ...process,
    UtcTime: '2026-03-10 08:15:30.001',
    QueryName: 'Up.Larkfield.example',
    QueryStatus: '0',
    QueryResults: 'type:  5 edge.cdn.example;::ffff:203.0.113.9;2001:db8:0:0:0:0:0:9;',
  },
} as const;

export type SysmonEvent = keyof typeof sysmonData;

/** The same as collectors flatten it, with their own local time marked as UTC. */
export function sysmonRow(event: SysmonEvent, changes: object = {}): object {
  return {
    '@timestamp': '2026-03-10T04:15:31.000Z',
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    SourceName: 'Microsoft-Windows-Sysmon',
    EventID: event,
    Hostname: 'fin-07.larkfield.example',
    ...sysmonData[event],
    ...changes,
  };
}

/** As Winlogbeat nests it, before Elastic's pipeline. */
export function sysmonBeat(event: SysmonEvent): object {
  return {
    '@timestamp': '2026-03-10T04:15:31.000Z',
    agent: { type: 'winlogbeat' },
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider_name: 'Microsoft-Windows-Sysmon',
      computer_name: 'fin-07.larkfield.example',
      event_id: String(event),
      user: { name: 'SYSTEM', domain: 'NT AUTHORITY' },
      event_data: sysmonData[event],
    },
  };
}

/** A document of Elastic Defend about one connection of one process; changes go one level deep. */
export function elasticDocument(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const document: Record<string, unknown> = {
    '@timestamp': '2026-03-10T08:15:30.74626000Z',
    agent: { type: 'endpoint', id: 'a-1' },
    event: {
      module: 'endpoint',
      dataset: 'endpoint.events.network',
      category: ['network'],
      action: 'connection_attempted',
      type: ['start'],
    },
    host: { hostname: 'fin-07', id: 'h-1', ip: ['10.0.0.5', 'fe80::5', '127.0.0.1', '::1'] },
    process: { name: 'rclone.exe', executable: String.raw`C:\Tools\rclone.exe`, pid: 4321, entity_id: 'E-1' },
    user: { name: 'dana', domain: 'LARKFIELD', id: 'S-1-5-21-1' },
    network: { transport: 'tcp', direction: 'egress' },
    source: { ip: '10.0.0.5', port: 50001 },
    destination: { ip: '203.0.113.9', port: 443 },
  };
  return changed(document, changes);
}

/** A document with changes, which go one level deep; what is undefined is gone. */
export function changed(
  document: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result = { ...document };
  for (const [name, change] of Object.entries(changes)) {
    const own = result[name];
    if (change === undefined) delete result[name];
    else result[name] = typeof own === 'object' && typeof change === 'object' ? { ...own, ...change } : change;
  }
  return result;
}

/** A row of VMConnection: three connections of one minute. */
export const vmConnectionRow = {
  TimeGenerated: '2026-03-10T08:15:00.868Z',
  Computer: 'app-2',
  Machine: 'm-1',
  Process: 'p-1',
  ProcessName: 'java',
  Direction: 'outbound',
  SourceIp: '10.0.0.7',
  DestinationIp: '203.0.113.9',
  DestinationPort: 443,
  RemoteIp: '203.0.113.9',
  Protocol: 'tcp',
  BytesSent: 7000,
  BytesReceived: 600,
  LinksEstablished: 2,
  LinksTerminated: 1,
  LinksLive: 2,
  ConnectionId: 'C-1',
  RemoteDnsQuestions: '["up.larkfield.example"]',
  Type: 'VMConnection',
};

export const ndjson = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** Sysmon in three forms, Elastic, VMConnection. */
export const endpointExamples: Readonly<Record<string, string>> = {
  sysmon: ndjson([sysmonRow(3)]),
  'sysmon-beats': ndjson([sysmonBeat(3)]),
  'sysmon-xml': `${sysmonXml(3, sysmonData[3])}\n`,
  elastic: ndjson([elasticDocument()]),
  vmconnection: ndjson([vmConnectionRow]),
};
