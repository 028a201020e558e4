import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import {
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  networkFlows,
  publicTables,
} from '../../packages/weir/src/tables/index.ts';
import { csv, sampleRows } from './defenderShapes.ts';
import { withFiles, withFolder, withIntake } from './intake.ts';

const finished = {
  Timestamp: '2026-03-10T08:15:30.1234567Z',
  DeviceName: 'ws-01.example',
  ActionType: 'ConnectionSuccess',
  RemoteUrl: 'https://upload.example/x',
  InitiatingProcessFileName: 'curl.exe',
  InitiatingProcessAccountName: 'ada',
  BytesSent: 5000000,
  FlowEnd: '2026-03-10T08:20:00.0000000Z',
  Fusion: 'fused',
  FusionConfidence: 0.9,
  EventId: 'zeek:C1',
};
const columns =
  '"Timestamp", "EvidenceTime", "RemoteHost", "AccountName", "BytesSent", "BytesReceived", "Fusion", "FusionConfidence", "EventId"';
const expected = '639087273301234567|639087276000000000|upload.example|ada|5000000|null|fused|0.9|zeek:C1';

async function parquet(sql: string, use: (path: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const engine = await Engine.open({ memoryMb: 200, threads: 1, spillDirectory: join(folder, 'spill') });
    const path = join(folder, "it's [1].parquet");
    await engine.run(`COPY (${sql}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
    engine.close();
    await use(path);
  });
}

describe("rows in Weir's columns", () => {
  it.each([
    ['csv', csv([finished])],
    ['ndjson', `${JSON.stringify(finished)}\n`],
    ['json', JSON.stringify([finished])],
  ])('come in finished from %s', async (kind, text) => {
    await withFiles({ [`rows.${kind}`]: text }, async ({ inputs, rows }) => {
      expect(inputs[0]?.format).toBe(`weir DeviceNetworkEvents ${kind === 'csv' ? 'csv' : 'json'}`);
      expect(await rows(deviceNetworkEvents, columns)).toEqual([expected]);
    });
  });

  it.each([
    ['ticks', '639087273301234567::BIGINT', '639087276000000000::BIGINT'],
    ['ISO text', "'2026-03-10T08:15:30.1234567Z'", "'2026-03-10T08:20:00Z'"],
    ['TIMESTAMP_NS', "'2026-03-10 08:15:30.1234567'::TIMESTAMP_NS", "'2026-03-10 08:20:00'::TIMESTAMP"],
  ])('come in from Parquet with times as %s', async (_, time, end) => {
    const sql = `SELECT ${time} AS "Timestamp", 'ws-01.example' AS "DeviceName", 'ConnectionSuccess' AS "ActionType",
      'https://upload.example/x' AS "RemoteUrl", 'ada' AS "AccountName", 5000000 AS "BytesSent", ${end} AS "FlowEnd",
      'fused' AS "Fusion", 0.9::DOUBLE AS "FusionConfidence", 'zeek:C1' AS "EventId", {'a': 1} AS "AdditionalFields"`;
    await parquet(sql, (path) =>
      withIntake([path], async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ format: 'weir DeviceNetworkEvents parquet', records: 1, rows: 1 });
        expect(await rows(deviceNetworkEvents, columns)).toEqual([expected]);
        expect(await rows(deviceNetworkEvents, '"AdditionalFields"')).toEqual(['{"a":1}']);
      }),
    );
  });

  it('get an id where they have none, one for each of equal rows', async () => {
    const { EventId: _, ...row } = finished;
    await withFiles({ 'rows.csv': csv([row, row, finished]) }, async ({ rows }) => {
      const ids = await rows(deviceNetworkEvents, '"EventId"');
      expect(new Set(ids).size).toBe(3);
      expect(ids).toContain('zeek:C1');
    });
  });

  it('are rejected with their place where a time or a counter is none', async () => {
    const sql = `SELECT * FROM (VALUES ('2026-03-10', 1, 'a'), ('never', 2, 'b'), ('2026-03-11', -3, 'c'))
      AS t("Timestamp", "BytesSent", "EventId"), (SELECT 'x' AS "DeviceName", 'ConnectionSuccess' AS "ActionType", '' AS "RemoteUrl")`;
    await parquet(sql, (path) =>
      withIntake([path], async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ records: 3, rows: 1, rejects: 2 });
        expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
          [2, 'the time (Timestamp) cannot be read'],
          [3, 'a byte counter is not a number from 0'],
        ]);
        expect(JSON.parse(rejects[0]?.text ?? '')).toMatchObject({ Timestamp: 'never', EventId: 'b' });
      }),
    );
  });

  it('are not made of records of another form behind them', async () => {
    const { EventId, ...row } = finished;
    const other = { TimeGenerated: '2026-03-10T08:15:30Z', BytesSent: 7000, Protocol: 'tcp' };
    const text = [row, { ...row, EventId }, other].map((record) => `${JSON.stringify(record)}\n`).join('');
    await withFiles({ 'rows.json': text }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ rows: 2, rejects: 1 });
      expect(rejects[0]?.reason).toMatch(/not of the form of the first records/);
    });
  });

  it('are of the table whose columns they have, where they have all of them', async () => {
    const files = Object.fromEntries(
      publicTables.map((table) => {
        const values = table.stored.map(({ name, type }) => {
          if (type === 'datetime') return [name, finished.Timestamp];
          if (name.endsWith('IP')) return [name, '10.0.0.5'];
          return [name, type === 'string' ? `${name} of it` : type === 'bool' ? true : 1];
        });
        return [`${table.name}.ndjson`, `${JSON.stringify(Object.fromEntries(values))}\n`];
      }),
    );
    await withFiles(files, async (taken) => {
      const formats = taken.inputs.map(({ format, rows }) => `${rows} ${format}`);
      expect(formats.sort()).toEqual(publicTables.map(({ name }) => `1 weir ${name} json`).sort());
    });
  });

  it('are known for the other public tables', async () => {
    const flow = { Timestamp: finished.Timestamp, FlowStart: finished.Timestamp, Direction: 'outbound', BytesSent: 1 };
    const rows: Record<string, object> = {
      'flows.ndjson': { ...flow, LocalIP: '10.0.0.5', RemoteIP: '203.0.113.1', Outcome: 'established', EventId: 'f' },
      'dns.ndjson': { Timestamp: finished.Timestamp, ClientIP: '10.0.0.5', ServerIP: '', QueryName: 'a', EventId: 'd' },
      'process.ndjson': { ...sampleRows[2], EventId: 'p', Site: 'here' },
    };
    const files = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, `${JSON.stringify(row)}\n`]));
    await withFiles(files, async (taken) => {
      expect(taken.inputs.map(({ format }) => format)).toEqual([
        'weir NetworkFlows json',
        'weir DnsEvents json',
        'weir DeviceProcessEvents json',
      ]);
      expect(await taken.rows(networkFlows, '"EventId", "BytesSent", "BytesReceived"')).toEqual(['f|1|null']);
      expect(await taken.rows(dnsEvents, '"EventId"')).toEqual(['d']);
      expect(await taken.rows(deviceProcessEvents, '"EventId", "Site"')).toEqual(['p|here']);
    });
  });
});

describe("Parquet with Microsoft's columns", () => {
  it('is read as the same rows in text are', async () => {
    const sql = `SELECT TIMESTAMP '2026-03-10 08:15:30.123456' AS "TimeGenerated", 'ws-01.example' AS "DeviceName",
      'ConnectionSuccess' AS "ActionType", '203.0.113.9' AS "RemoteIP", 443::INTEGER AS "RemotePort", 17::BIGINT AS "ReportId",
      {'a': 'b'} AS "AdditionalFields", NULL::BIGINT AS "InitiatingProcessId", 'DeviceNetworkEvents' AS "Type"`;
    await parquet(sql, (path) =>
      withIntake([path], async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ format: 'defender parquet', rows: 1 });
        expect(
          await rows(endpointConnections, '"Timestamp", "RemotePort", "AdditionalFields", "InitiatingProcessId"'),
        ).toEqual(['639087273301234560|443|{"a":"b"}|null']);
      }),
    );
  });
});
