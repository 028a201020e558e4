import { join } from 'node:path';
import { runRule } from '../packages/weir/src/detect/runRule.ts';
import { sightOf } from '../packages/weir/src/detect/sight.ts';
import { dataSpan } from '../packages/weir/src/detect/window.ts';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { Lake } from '../packages/weir/src/lake/lake.ts';
import { readRule } from '../packages/weir/src/rules/readRule.ts';
import type { Rule } from '../packages/weir/src/rules/rule.ts';
import { deviceNetworkEvents, weirSchema } from '../packages/weir/src/tables/index.ts';
import { line, measure, processorMs } from './measure.ts';
import { dataStart, inventedConnections } from './rows.ts';

const minute = 600_000_000n;

interface Case {
  readonly what: string;
  readonly target: number;
  readonly period: bigint;
  readonly kql: string;
  /** The same rows looked at once: what any back-test must do. `ids` is a column more, or none. */
  readonly onePass: (ids: string) => string;
}

/** Programs that a rule would watch: of the invented ones, three in eight. */
const watched = ['curl.exe', 'python.exe', 'powershell.exe', 'rclone.exe', 'wget.exe', 'node.exe'];
const transfer = `InitiatingProcessFileName in~ (${watched.map((name) => `"${name}"`).join(', ')})`;
const transferSql = `lower(InitiatingProcessFileName) IN (${watched.map((name) => `'${name}'`).join(', ')})`;

const cases: readonly Case[] = [
  {
    what: 'row-wise rule, of whose rows statistics rule out nearly all',
    target: 3,
    period: 60n * minute,
    kql: `DeviceNetworkEvents | where EvidenceTime > ago(1h) | where ${transfer} | where BytesSent > 11990000`,
    onePass: (ids) =>
      `SELECT DeviceName, BytesSent${ids} FROM DeviceNetworkEvents WHERE ${transferSql} AND BytesSent > 11990000`,
  },
  {
    what: 'row-wise rule that reads the text of all rows',
    target: 3,
    period: 60n * minute,
    kql: `DeviceNetworkEvents | where EvidenceTime > ago(1h) | where RemoteUrl has "userstorage" and RemoteIP endswith "7"`,
    onePass: (ids) => `SELECT DeviceName, BytesSent${ids} FROM DeviceNetworkEvents
      WHERE regexp_matches(RemoteUrl, '(?i)\\buserstorage\\b') AND lower(RemoteIP) LIKE '%7'`,
  },
  {
    what: 'windowed rule: sums, counts and distinct hosts by hour',
    target: 3,
    period: 1440n * minute,
    kql: `DeviceNetworkEvents | where ${transfer}
      | summarize Sent = sum(BytesSent), Hosts = dcount(RemoteUrl), Connections = count()
          by DeviceName, InitiatingProcessFileName, bin(EvidenceTime, 1h)
      | where Sent > 12000000 and Hosts > 1`,
    onePass: (
      ids,
    ) => `SELECT DeviceName, InitiatingProcessFileName, EvidenceTime - EvidenceTime % 36000000000, sum(BytesSent) AS sent,
        count(DISTINCT RemoteUrl) AS hosts, count(*)${ids}
      FROM DeviceNetworkEvents WHERE ${transferSql} GROUP BY ALL HAVING sent > 12000000 AND hosts > 1`,
  },
  {
    what: 'general rule, swept: sums over a day that slides',
    target: 6,
    period: 1440n * minute,
    kql: `DeviceNetworkEvents | where EvidenceTime > ago(1d) | where ${transfer}
      | summarize Sent = sum(BytesSent), Connections = count() by DeviceName, InitiatingProcessFileName
      | where Sent > 24000000`,
    onePass: (ids) => `SELECT DeviceName, InitiatingProcessFileName, sum(BytesSent) AS sent, count(*)${ids}
      FROM DeviceNetworkEvents WHERE ${transferSql} GROUP BY ALL HAVING sent > 900000000`,
  },
  {
    what: 'general rule, swept: sums over an hour, less devices that asked for something else',
    target: 6,
    period: 60n * minute,
    kql: `DeviceNetworkEvents | where EvidenceTime > ago(1h) | where ${transfer}
      | join kind=leftanti (DeviceNetworkEvents | where EvidenceTime > ago(1h)
          | where RemoteUrl has "northwind" | project DeviceName) on DeviceName
      | summarize Sent = sum(BytesSent), Connections = count() by DeviceName, InitiatingProcessFileName
      | where Sent > 12000000`,
    onePass: (ids) => `SELECT DeviceName, InitiatingProcessFileName, sum(BytesSent) AS sent, count(*)${ids}
      FROM DeviceNetworkEvents ANTI JOIN (
        SELECT DISTINCT DeviceName FROM DeviceNetworkEvents WHERE regexp_matches(RemoteUrl, '(?i)\\bnorthwind\\b') AND hash(DeviceName) % 2 = 0
      ) USING (DeviceName)
      WHERE ${transferSql} GROUP BY ALL HAVING sent > 900000000`,
  },
];

/** A rule replayed over 30 days at five-minute ticks, against one pass over the same rows. Both by processor time: other
 *  work on the machine does not count. */
export async function backtest(engine: Engine, directory: string, rows: number, runs: number): Promise<string[]> {
  const lake = await Lake.create(engine, join(directory, 'backtest'));
  await lake.append(
    deviceNetworkEvents,
    `SELECT ${dataStart} + (start - ${dataStart}) * 30 AS "Timestamp", device AS "DeviceName",
        'ConnectionSuccess' AS "ActionType", process AS "InitiatingProcessFileName", host AS "RemoteUrl",
        remoteIp AS "RemoteIP", sent AS "BytesSent", ${dataStart} + (start - ${dataStart}) * 30 + lasting AS "EvidenceTime",
        'e' || i AS "EventId"
      FROM (${inventedConnections(rows)}) ORDER BY "EvidenceTime"`,
    [
      'Timestamp',
      'DeviceName',
      'ActionType',
      'InitiatingProcessFileName',
      'RemoteUrl',
      'RemoteIP',
      'BytesSent',
      'EvidenceTime',
      'EventId',
    ],
  );
  const span = await dataSpan(lake);
  if (span === undefined) throw new Error('the lake is empty');
  const sight = await sightOf(engine, span);
  const known = { schema: weirSchema, asOf: undefined, within: undefined, conditions: [], growth: false, sight };
  const lines: string[] = [];
  for (const { what, target, period, kql, onePass } of cases) {
    const rule: Rule = { ...readRule('bench.kql', kql), schedule: { frequency: 5n * minute, period } };
    const row = what.startsWith('row-wise');
    const ours = () => runRule(lake, rule, { ...known, span, onRuns: () => undefined });
    const { run } = await ours();
    if (run.error !== undefined) throw new Error(`${what}: ${run.error}`);
    const measured = await measure(
      {
        what: `${(rows / 1e6).toFixed(1)} M rows of 30 days, ${what} (${run.method}; ${run.resultRows} results)`,
        floor: 'one pass over the same rows',
        fair: {
          floor: 'one that lists the events of its groups',
          theirs: () => engine.table(onePass(row ? ', EventId' : ', list(EventId)')),
        },
        target,
        ours,
        theirs: () => engine.table(onePass('')),
        clock: processorMs,
      },
      runs,
    );
    lines.push(line(measured));
  }
  return lines;
}
