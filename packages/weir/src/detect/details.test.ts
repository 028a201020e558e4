import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { detect } from './detect.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { withScratchLake } from './scratchLake.ts';

const rule = (query: string, more: string) =>
  readRule(
    'rules/example.yaml',
    `id: 11111111-2222-4333-8444-555555555555
name: Example
description: An example.
severity: Medium
queryFrequency: 5m
queryPeriod: 15m
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
entityMappings:
  - entityType: Host
    fieldMappings: [{ identifier: HostName, columnName: DeviceName }]
${more}
query: |
${query.replace(/^/gm, '  ')}
`,
  );

const at = (minute: number, more: InlineRow): InlineRow => ({
  Timestamp: `2026-03-02T09:${String(minute).padStart(2, '0')}:00Z`,
  EvidenceTime: `2026-03-02T09:${String(minute).padStart(2, '0')}:00Z`,
  DeviceName: 'ws-1',
  EventId: `e${minute}`,
  ...more,
});

async function found(query: string, more: string, rows: readonly InlineRow[]): Promise<readonly Finding[]> {
  return withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rows);
    const { runs, findings } = await detect(lake, [rule(query, more)], {});
    expect(runs.map(({ error }) => error)).toEqual([undefined]);
    return findings;
  });
}

const rows = [
  at(0, { RemoteUrl: 'b.example', BytesSent: 9, ActionType: 'High' }),
  at(4, { RemoteUrl: 'a.example', BytesSent: 80, ActionType: 'Low' }),
  at(4, { RemoteUrl: 'c.example', BytesSent: 1, ActionType: 'Low', DeviceName: 'ws-2', EventId: 'other' }),
];

const asked = `customDetails: { Host: RemoteUrl, Sent: BytesSent, When: Timestamp, Nothing: LocalIP }
alertDetailsOverride:
  alertDisplayNameFormat: '{{ DeviceName }} sent {{BytesSent}} to {{RemoteUrl}} from {{LocalIP}}'
  alertDescriptionFormat: Look at {{DeviceName}}.
  alertSeverityColumnName: ActionType
  alertDynamicProperties: [{ alertProperty: AlertLink, value: Link }, { alertProperty: Techniques, value: Known }]`;
const query =
  'DeviceNetworkEvents | extend Link = strcat("https://", RemoteUrl), Known = dynamic(["T1567.002", "T1041"])';

test.each([
  ['each row once', query],
  [
    'groups',
    `${query} | summarize Timestamp = max(Timestamp) by DeviceName, RemoteUrl, BytesSent, LocalIP, ActionType, Link, Known = tostring(Known)`,
  ],
  ['run by run', `${query} | sort by Timestamp asc | extend Row = row_number()`],
])("an alert's words, severity and details, of %s", async (_, text) => {
  const [one, other] = await found(text, asked, rows);
  expect(one).toMatchObject({
    title: 'ws-1 sent 80 and 1 more to a.example and 1 more from unknown',
    description: 'Look at ws-1.',
    severity: 'high',
    score: 70,
    reasons: [expect.stringContaining('the severity that the query gives (70)')],
    techniques: ['T1567.002', 'T1041'],
  });
  expect(one?.details).toEqual({
    Host: ['a.example', 'b.example'],
    Sent: ['80', '9'],
    When: expect.arrayContaining(['2026-03-02T09:04:00.0000000Z']),
    AlertLink: ['https://a.example', 'https://b.example'],
  });
  expect(other).toMatchObject({ severity: 'low', title: 'ws-2 sent 1 to c.example from unknown' });
});

test('a sum of several runs stands with its largest first; a rule that asks nothing has no details', async () => {
  const sums = 'DeviceNetworkEvents | summarize Sent = sum(BytesSent), Timestamp = max(Timestamp) by DeviceName';
  const [one] = await found(sums, 'customDetails: { Sent: Sent }', rows);
  expect(one?.details).toEqual({ Sent: ['89', '9'] });
  expect((await found(sums, '', rows))[0]).not.toHaveProperty('details');
});

test('a rule with a key of its own is told in the words of Weir, and keeps its details', async () => {
  const [one] = await found(query, `${asked}\nweir: { finding: { key: [DeviceName] } }`, rows);
  expect(one?.title).toBe('ws-1 sent 89 B to a.example and 1 more in 4 min over 2 connections');
  expect(one).not.toHaveProperty('description');
  // What the finding knows better than any result, and what the results alone know.
  expect(one?.details).toMatchObject({ Sent: ['89'], Host: ['a.example', 'b.example'] });
});

test('the severity that the results give is that of every state of the finding', async () => {
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rows);
    const { findings, growths } = await detect(lake, [rule(query, asked)], { growth: true });
    const states = findings.map(({ id, severity }) => [
      severity,
      growths.get(id)?.states.map((state) => state.severity),
    ]);
    expect(states).toEqual([
      ['high', ['high', 'high']],
      ['low', ['low']],
    ]);
  });
});

test('no more than fifty values of a detail, and a word on the others', async () => {
  const many = Array.from({ length: 60 }, (_, index) => at(index, { RemotePort: 1000 + index }));
  const [one] = await found('DeviceNetworkEvents', 'customDetails: { Port: RemotePort }', many);
  expect(one?.details?.Port).toHaveLength(51);
  expect(one?.details?.Port?.[0]).toBe('1059');
  expect(one?.details?.Port?.at(-1)).toBe('and 10 more');
});
