import { join } from 'node:path';
import { Evidence } from '../packages/weir/src/detect/evidence.ts';
import { ruleQuery } from '../packages/weir/src/detect/ruleQuery.ts';
import { runAtMoments } from '../packages/weir/src/detect/runRule.ts';
import { type Moments, replayMoments } from '../packages/weir/src/detect/ticks.ts';
import { type Update, update } from '../packages/weir/src/detect/update.ts';
import { dataSpan } from '../packages/weir/src/detect/window.ts';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { Lake } from '../packages/weir/src/lake/lake.ts';
import { readRule } from '../packages/weir/src/rules/readRule.ts';
import type { Rule } from '../packages/weir/src/rules/rule.ts';
import { deviceNetworkEvents, weirSchema } from '../packages/weir/src/tables/index.ts';
import { median, processorMs, timed } from './measure.ts';
import { dataStart, inventedConnections } from './rows.ts';

const minute = 600_000_000n;
const hour = 60n * minute;

/** Rows that come between two ticks: of the five minutes between them, of the hour before, and others of it anew. */
const [timely, late, superseding] = [9_000, 500, 500];

export const rules: readonly { readonly what: string; readonly period: bigint; readonly kql: string }[] = [
  {
    what: 'row-wise rule',
    period: hour,
    kql: 'DeviceNetworkEvents | where EvidenceTime > ago(1h) | where BytesSent > 11900000',
  },
  {
    what: 'windowed rule',
    period: 2n * hour,
    kql: `DeviceNetworkEvents
      | summarize Sent = sum(BytesSent), Hosts = dcount(RemoteUrl) by DeviceName, InitiatingProcessFileName, bin(EvidenceTime, 1h)
      | where Sent > 12000000 and Hosts > 1`,
  },
  {
    what: 'general rule',
    period: 2n * hour,
    kql: `DeviceNetworkEvents | where EvidenceTime > ago(2h)
      | summarize Sent = sum(BytesSent), Hosts = dcount(RemoteUrl) by DeviceName, InitiatingProcessFileName
      | where Sent > 12000000 and Hosts > 1`,
  },
];

/** A rule brought up to date after five minutes of new rows, over an hour of data and over `most` hours of the same density:
 *  how much more the larger costs. Late rows are of the last hour. By processor time. */
export async function updates(
  engine: Engine,
  directory: string,
  rowsAnHour: number,
  most: number,
  runs: number,
): Promise<string[]> {
  const costs = new Map<string, number[]>();
  const lines: string[] = [];
  for (const hours of [1, most]) {
    const lake = await filled(engine, join(directory, `update-${hours}`), rowsAnHour, hours);
    const span = await dataSpan(lake);
    if (span === undefined) throw new Error('the lake is empty');
    const after = replayMoments(span, 5n * minute);
    const before: Moments = { ...after, last: dataStart + BigInt(hours) * hour };
    const came = await cameOf(engine, before.last);
    for (const { what, period, kql } of rules) {
      const rule: Rule = { ...readRule('bench.kql', kql), schedule: { frequency: 5n * minute, period } };
      const query = ruleQuery(rule, weirSchema);
      const evidence = await Evidence.create(engine, rule.weir.finding.key);
      await runAtMoments(engine, rule, query, before, evidence, { onRuns: () => undefined });
      let way = '';
      const again = async () => {
        way = await update(engine, rule, weirSchema, evidence, { before, after, ...came });
      };
      await again();
      const times: number[] = [];
      for (let run = 0; run < runs; run++) times.push(await timed(again, processorMs));
      await evidence.drop();
      const cost = median(times);
      const known = costs.get(what) ?? [];
      costs.set(what, [...known, cost]);
      const ratio = known[0] === undefined ? '' : `${(cost / known[0]).toFixed(2)} x one hour  `;
      lines.push(
        `${ratio}${cost.toFixed(0)} ms  ${what}, ${timely + late + superseding} rows more at ${hours} h of data (${way})`,
      );
    }
  }
  return lines;
}

export const names = [
  'Timestamp',
  'DeviceName',
  'ActionType',
  'InitiatingProcessFileName',
  'RemoteUrl',
  'RemoteIP',
  'BytesSent',
  'EvidenceTime',
  'EventId',
];

/** A lake of so many hours, and what came after. */
async function filled(engine: Engine, directory: string, rowsAnHour: number, hours: number): Promise<Lake> {
  const lake = await Lake.create(engine, directory);
  const until = dataStart + BigInt(hours) * hour;
  const parts = [
    stretch('e', rowsAnHour * hours, dataStart, BigInt(hours) * hour),
    stretch('n', timely, until, 4n * minute),
    stretch('l', late, until - hour, 59n * minute),
  ];
  await lake.append(deviceNetworkEvents, `FROM (${parts.join(' UNION ALL ')}) ORDER BY "EvidenceTime"`, names);
  return lake;
}

/** Rows over a stretch of time. */
export function stretch(id: string, rows: number, from: bigint, length: bigint): string {
  const start = `(${from} + (start - ${dataStart}) * ${length / minute} // 1440)::BIGINT`;
  return `SELECT ${start} AS "Timestamp", device AS "DeviceName", 'ConnectionSuccess' AS "ActionType",
      process AS "InitiatingProcessFileName", host AS "RemoteUrl", remoteIp AS "RemoteIP", sent AS "BytesSent",
      ${start} + lasting AS "EvidenceTime", '${id}' || i AS "EventId"
    FROM (${inventedConnections(rows)})`;
}

/** What came after `last`, or late, or anew: the old versions told less. */
async function cameOf(engine: Engine, last: bigint): Promise<Pick<Update, 'added' | 'replaced'>> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE bench_replaced AS
    SELECT * REPLACE (BytesSent // 2 AS BytesSent) FROM main."DeviceNetworkEvents"
    WHERE "EventId" LIKE 'e%' AND "EvidenceTime" BETWEEN ${last - hour} AND ${last} ORDER BY hash("EventId") LIMIT ${superseding}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE bench_added AS FROM main."DeviceNetworkEvents"
    WHERE "EventId" NOT LIKE 'e%' OR "EventId" IN (SELECT "EventId" FROM temp.bench_replaced)`);
  return { added: () => 'FROM temp.bench_added', replaced: () => 'FROM temp.bench_replaced' };
}
