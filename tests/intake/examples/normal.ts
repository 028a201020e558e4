const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A FortiGate session in CEF, with changes to its extension; undefined leaves a key out. */
export function fortigateCef(
  changes: Readonly<Record<string, string | undefined>> = {},
  name = 'traffic:forward close',
): string {
  const pairs = {
    deviceExternalId: 'FG100F1',
    FTNTFGTeventtime: '1773130650250000001',
    src: '10.4.8.15',
    spt: '50144',
    dst: '203.0.113.9',
    dpt: '443',
    externalId: '8812',
    proto: '6',
    act: 'close',
    app: 'HTTPS',
    FTNTFGTduration: '240',
    out: '5000000',
    in: '40000',
    ...changes,
  };
  return `CEF:0|Fortinet|Fortigate|v7.4.1|00013|${name}|3|${extension(pairs)}\n`;
}

export function extension(pairs: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(pairs)
    .flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`))
    .join(' ');
}

/** A PAN-OS session as Sentinel keeps it. */
export const commonSecurityRow = {
  TimeGenerated: '2026-03-10T08:20:00Z',
  DeviceVendor: 'Palo Alto Networks',
  DeviceProduct: 'LF',
  DeviceEventClassID: 'TRAFFIC',
  Activity: 'end',
  DeviceAction: 'allow',
  DeviceName: 'PA-LARK',
  ReceiptTime: 'Mar 10 2026 08:20:00',
  SourceIP: '10.4.8.15',
  SourcePort: '50144',
  DestinationIP: '203.0.113.9',
  DestinationPort: '443',
  Protocol: 'tcp',
  ApplicationProtocol: 'ssl',
  SentBytes: '5000000',
  ReceivedBytes: '40000',
  SourceUserName: 'nina',
  DeviceCustomNumber1: '25596',
  DeviceCustomNumber1Label: 'SessionID',
  DeviceCustomNumber3: '240',
  DeviceCustomNumber3Label: 'SessionDuration',
  AdditionalExtensions: 'start=Mar 10 2026 08:19:30;PanOSSessionStartTime=Mar 10 2026 08:15:30;PanOSBytes=5040000',
};

export function fortigate(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const pairs = {
    date: '2026-03-10',
    time: '09:17:30',
    devname: '"FG-LARK"',
    devid: '"FG100F1"',
    eventtime: '1773130650250000001',
    tz: '"+0100"',
    logid: '"0000000013"',
    type: '"traffic"',
    subtype: '"forward"',
    srcip: '10.4.8.15',
    srcport: '50144',
    dstip: '203.0.113.9',
    dstport: '443',
    proto: '6',
    action: '"close"',
    service: '"HTTPS"',
    sessionid: '8812',
    duration: '240',
    sentbyte: '5000000',
    rcvdbyte: '40000',
    user: '"NINA"',
    ...changes,
  };
  return `${extension(pairs)}\n`;
}

/** A record of PAN-OS, by position; what is not given is empty. */
export function panos(type: string, subtype: string, more: Readonly<Record<number, string>> = {}): string {
  const cells: Record<number, string> = {
    0: '1',
    1: '2026/03/10 08:20:00',
    2: '007051000113358',
    3: type,
    4: subtype,
    6: '2026/03/10 08:20:00',
    7: '10.4.8.15',
    8: '203.0.113.9',
    11: '"allow, all"',
    12: 'larkfield\\nina',
    14: 'ssl',
    22: '25596',
    24: '50144',
    25: '443',
    29: 'tcp',
    30: 'allow',
    ...more,
  };
  return `${Array.from({ length: 62 }, (_, place) => cells[place] ?? '').join(',')}\n`;
}

export const panosEnd: Readonly<Record<number, string>> = {
  31: '5040000',
  32: '5000000',
  33: '40000',
  35: '2026/03/10 08:15:30',
  36: '240',
  44: '4000',
  45: '700',
  52: 'PA-LARK',
};

export const ocsfEvent = {
  class_uid: 4001,
  category_uid: 4,
  activity_id: 2,
  time: 1773130770000,
  start_time: 1773130530000,
  end_time: 1773130770000,
  metadata: { version: '1.3.0', product: { name: 'Sensor' } },
  src_endpoint: { ip: '10.4.8.15', port: 50144 },
  dst_endpoint: { ip: '203.0.113.9', port: 443, hostname: 'files.example.org' },
  connection_info: { uid: 'C1', protocol_num: 6, direction_id: 2 },
  traffic: { bytes_out: 5000000, bytes_in: 40000, packets_out: 4000, packets_in: 700 },
};

export const asimRow = {
  TimeGenerated: '2026-03-10T08:20:00Z',
  EventSchema: 'NetworkSession',
  EventSchemaVersion: '0.2.6',
  EventVendor: 'Example',
  EventProduct: 'Firewall',
  EventType: 'NetworkSession',
  EventResult: 'Success',
  DvcAction: 'Allow',
  EventStartTime: '2026-03-10T08:15:30Z',
  EventEndTime: '2026-03-10T08:19:30Z',
  DvcHostname: 'FW-LARK',
  SrcIpAddr: '10.4.8.15',
  SrcPortNumber: 50144,
  DstIpAddr: '203.0.113.9',
  DstPortNumber: 443,
  NetworkProtocol: 'TCP',
  NetworkDirection: 'Outbound',
  SrcBytes: 5000000,
  DstBytes: 40000,
  SrcUsername: 'LARKFIELD\\nina',
  NetworkSessionId: '25596',
};

/** Firewalls and normal forms. */
export const normalExamples: Readonly<Record<string, string>> = {
  cef: fortigateCef(),
  commonsecuritylog: ndjson([commonSecurityRow]),
  fortinet: fortigate(),
  paloalto: panos('TRAFFIC', 'end', panosEnd),
  ocsf: ndjson([ocsfEvent]),
  asim: ndjson([asimRow]),
};
