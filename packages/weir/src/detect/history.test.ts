import { expect, test } from 'vitest';
import type { Lake } from '../lake/lake.ts';
import { ticksToIso } from '../report/format.ts';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents, weirSchema } from '../tables/index.ts';
import { detect } from './detect.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { isoToTicks } from './isoTime.ts';
import { withScratchLake } from './scratchLake.ts';

const at = (time: string): bigint => isoToTicks(time) ?? expect.fail(time);

let made = 0;
function connection(time: string, bytes: number | null, more: InlineRow = {}): InlineRow {
  made += 1;
  return {
    Timestamp: at(time),
    EvidenceTime: at(time),
    DeviceName: 'ws-1',
    AccountName: 'm.ruiz',
    InitiatingProcessFileName: 'curl.exe',
    ActionType: 'ConnectionSuccess',
    RemoteIPType: 'Public',
    RegistrableDomain: 'drop.example',
    BytesSent: bytes,
    EventId: `e${made}`,
    ...more,
  };
}

async function days(lake: Lake) {
  const rows = await lake.engine.rows<Record<string, bigint | string | null>>(
    `SELECT "Day", "DeviceName", "InitiatingProcessFileName", "BytesSent", "Connections", "ConnectionsWithBytes", "LastSeen"
     FROM "EgressDaily" ORDER BY ALL`,
  );
  return rows.map(
    ({ Day, DeviceName, InitiatingProcessFileName, BytesSent, Connections, ConnectionsWithBytes, LastSeen }) =>
      [
        ticksToIso(Day as bigint).slice(0, 10),
        DeviceName,
        InitiatingProcessFileName,
        BytesSent,
        `${ConnectionsWithBytes}/${Connections}`,
        ticksToIso(LastSeen as bigint).slice(0, 19),
      ].map((value) => (value === null ? 'unknown' : String(value))),
  );
}

test('a day sums what left in it: bytes that are known, of one program in any spelling', async () => {
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, [
      connection('2026-03-02T09:00:00Z', 100),
      connection('2026-03-02T10:00:00Z', null, { InitiatingProcessFileName: 'CURL.EXE' }),
      connection('2026-03-02T23:59:59Z', 20),
      // It began the day before and is of the day in which it was complete.
      connection('2026-03-02T23:00:00Z', 7, { EvidenceTime: at('2026-03-03T00:00:00Z') }),
      connection('2026-03-03T09:00:00Z', null, { DeviceName: 'ws-2' }),
    ]);
    expect(await days(lake)).toEqual([
      ['2026-03-02', 'ws-1', 'curl.exe', '120', '2/3', '2026-03-02T23:59:59'],
      ['2026-03-03', 'ws-1', 'curl.exe', '7', '1/1', '2026-03-03T00:00:00'],
      ['2026-03-03', 'ws-2', 'curl.exe', 'unknown', '0/1', '2026-03-03T09:00:00'],
    ]);
  });
});

test('what did not leave is of no day', async () => {
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, [
      connection('2026-03-02T09:00:00Z', 1, { ActionType: 'ConnectionFailed' }),
      connection('2026-03-02T09:00:00Z', 2, { ActionType: 'InboundConnectionAccepted' }),
      connection('2026-03-02T09:00:00Z', 4, { RemoteIPType: 'Private' }),
      connection('2026-03-02T09:00:00Z', 8, { FusionRule: 'proxy-outer-leg' }),
      // The proxy's address is inside, where it goes is not.
      connection('2026-03-02T09:00:00Z', 16, { RemoteIPType: 'Private', RemoteHostSource: 'proxy' }),
    ]);
    expect((await days(lake)).map((row) => row[3])).toEqual(['16']);
  });
});

const farFromHistory = readRule(
  'rules/history.yaml',
  `id: 11111111-2222-4333-8444-555555555555
name: More than ever
description: A device sent ten times what it sent on its greatest day before.
severity: Medium
queryFrequency: 1h
queryPeriod: 7d
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
query: |
  let Before = EgressDaily | summarize Most = max(BytesSent), Days = dcount(Day) by DeviceName;
  DeviceNetworkEvents
  | where EvidenceTime > ago(1h)
  | summarize BytesSent = sum(BytesSent) by DeviceName, InitiatingProcessFileName, Service
  | join kind=inner Before on DeviceName
  | where Days >= 2 and BytesSent > 10 * Most
`,
);

test('a rule compares with days that were over at its tick, and shows today as its evidence', async () => {
  const rows = [
    connection('2026-03-02T09:00:00Z', 100),
    connection('2026-03-03T09:00:00Z', 150),
    // Enough, by the two days before; and its own day does not make it small.
    connection('2026-03-04T09:30:00Z', 2_000, { EventId: 'large' }),
    // By then there is a day of 2,000.
    connection('2026-03-05T09:30:00Z', 2_000),
    // Only one day is known of this one when it sends; later days are not looked at.
    connection('2026-03-02T09:00:00Z', 1, { DeviceName: 'ws-2' }),
    connection('2026-03-03T09:00:00Z', 900, { DeviceName: 'ws-2' }),
    connection('2026-03-04T09:00:00Z', 1, { DeviceName: 'ws-2' }),
  ];
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rows);
    const { runs, findings } = await detect(lake, [farFromHistory], {});
    expect(runs.map(({ error }) => error)).toEqual([undefined]);
    expect(findings.map(({ evidence, bytesSent }) => [evidence.eventIds, bytesSent])).toEqual([[['large'], 2_000n]]);
  });
});

test('a day is not there before the last of its connections is', async () => {
  const late = { ArrivedAt: at('2026-03-05T10:00:00Z') };
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, [
      connection('2026-03-02T09:00:00Z', 100, late),
      connection('2026-03-02T10:00:00Z', 100, { ArrivedAt: at('2026-03-02T10:00:00Z') }),
      connection('2026-03-03T09:00:00Z', 150, { ArrivedAt: at('2026-03-03T09:00:00Z') }),
      connection('2026-03-04T09:30:00Z', 4_000, { ArrivedAt: at('2026-03-04T09:30:00Z') }),
    ]);
    const arrived = (table: string): string =>
      table === 'DeviceNetworkEvents' || table === 'EgressDaily' ? '"ArrivedAt"' : 'NULL';
    const asKnown = await detect(lake, [farFromHistory], { arrived, schema: weirSchema });
    expect(asKnown.findings).toEqual([]);
    const settled = await detect(lake, [farFromHistory], { schema: weirSchema });
    expect(settled.findings).toHaveLength(1);
  });
});
