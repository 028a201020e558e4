import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../packages/weir/src/catalogue/load.ts';
import { rowsSelect } from '../packages/weir/src/detect/inlineRows.ts';
import { ruleQuery } from '../packages/weir/src/detect/ruleQuery.ts';
import { Engine } from '../packages/weir/src/engine/engine.ts';
import { MemoryLake } from '../packages/weir/src/lake/memoryLake.ts';
import { totalsOf } from '../packages/weir/src/model/ruleTest.ts';
import { completeRow } from '../packages/weir/src/ruletest/completeRow.ts';
import { loadTests } from '../packages/weir/src/ruletest/load.ts';
import { ruleTests } from '../packages/weir/src/ruletest/ruleTests.ts';
import { weirSchema } from '../packages/weir/src/tables/index.ts';
import { line, measure, processorMs } from './measure.ts';

const content = fileURLToPath(new URL('../content', import.meta.url));

/** `weir test` over 60 different rules with 9 tests each, files and compilation included. The floor: a query that
 *  compiles is run once over a test's rows in one engine, with no replay, no finding and no comparison. */
export async function ruleTestTimes(directory: string, runs: number): Promise<string[]> {
  const folder = `${directory}/rules`;
  for (const rule of invented()) {
    await mkdir(`${folder}/${rule.name}`, { recursive: true });
    await writeFile(`${folder}/${rule.name}/rule.yaml`, rule.yaml);
    await writeFile(`${folder}/${rule.name}/tests.yaml`, rule.tests);
  }
  let seconds = 0;
  const test = async () => {
    const began = performance.now();
    const workDirectory = `${directory}/work`;
    await mkdir(workDirectory, { recursive: true });
    const report = await ruleTests({ paths: [folder], content, workDirectory, workers: 2 });
    await rm(workDirectory, { recursive: true, force: true });
    seconds = (performance.now() - began) / 1000;
    const { passed, failed, errors } = totalsOf(report);
    if (failed + errors > 0 || passed < 500) throw new Error(`${passed} passed, ${failed} failed, ${errors} not run`);
  };
  const processor = await measure(
    {
      what: '540 tests of 60 rules, processor time',
      floor: 'compile, and each query once over its rows',
      ours: test,
      theirs: () => floor(folder, directory),
      clock: processorMs,
    },
    runs,
  );
  return [line(processor), `540 tests of 60 rules: ${seconds.toFixed(1)} s (target 20 s)`];
}

async function floor(folder: string, directory: string): Promise<void> {
  const catalogue = await loadCatalogue(`${content}/catalogue`);
  const engine = await Engine.open({ memoryMb: 500, threads: 2, spillDirectory: `${directory}/floor` });
  try {
    const lake = await MemoryLake.create(engine);
    for (const { rule, tests } of (await loadTests([folder])).rules) {
      if (rule === undefined) throw new Error('an invented rule is none');
      const sql = ruleQuery(rule, weirSchema).atMoment.sqlAt(639_081_000_000_000_000n);
      for (const { data } of tests) {
        if (data.kind !== 'rows') continue;
        const rows = [...data.rows].map(([table, some]) => {
          const whole = some.map((row, index) => completeRow(table, row, catalogue, index));
          return [table, rowsSelect(table, whole)] as const;
        });
        await lake.fill(new Map(rows));
        await engine.table(sql);
      }
    }
  } finally {
    engine.close();
  }
}

interface Invented {
  readonly name: string;
  readonly yaml: string;
  readonly tests: string;
}

const programs = ['curl.exe', 'rclone.exe', 'python.exe', 'powershell.exe', 'wget.exe', 'winscp.exe'];
const hosts = ['drop.example', 'files.example', 'paste.example', 'share.example', 'send.example'];

/** Rules of the kinds that people write: rows by conditions, sums, different values, and joins with process starts. */
const queries: readonly ((program: string, host: string, limit: number) => string)[] = [
  (program, host) => `DeviceNetworkEvents
  | where TimeGenerated > ago(1h)
  | where ActionType in ("ConnectionSuccess", "ConnectionRequest")
  | where RemoteUrl has_any ("${host}", "${host}.net", "www.${host}") and InitiatingProcessFileName =~ "${program}"
  | where BytesSent > 1000 or InitiatingProcessCommandLine has_any ("-T", "--upload", "--data")
  | project Timestamp, DeviceId, ReportId, DeviceName, AccountName, InitiatingProcessFileName, RemoteUrl, Service`,
  (program, host, limit) => `let Tools = dynamic(["${program}", "ncat.exe", "socat", "scp.exe", "sftp.exe", "ftp.exe"]);
  DeviceNetworkEvents
  | where TimeGenerated > ago(1h)
  | where InitiatingProcessFileName in~ (Tools) and RemoteUrl endswith "${host}"
  | summarize BytesSent = sum(BytesSent), Connections = count(), Timestamp = max(Timestamp)
      by DeviceName, AccountName, InitiatingProcessFileName, Service
  | where BytesSent > ${limit * 1000}`,
  (program, host) => `DeviceNetworkEvents
  | where TimeGenerated > ago(1h) and InitiatingProcessFileName == "${program}"
  | summarize Hosts = dcount(RemoteUrl), BytesSent = sum(BytesSent), Urls = make_set(RemoteUrl, 20)
      by DeviceName, InitiatingProcessFileName, Service, bin(TimeGenerated, 1h)
  | where Hosts >= 1 and Urls has "${host}" and BytesSent > 1000`,
  (program, host) => `DeviceProcessEvents
  | where TimeGenerated > ago(1h) and ProcessCommandLine has_any ("7z", "zip", "tar")
  | project DeviceName, Archived = TimeGenerated
  | join kind=inner (
      DeviceNetworkEvents
      | where TimeGenerated > ago(1h) and RemoteUrl has "${host}" and InitiatingProcessFileName =~ "${program}"
    ) on DeviceName
  | where TimeGenerated between (Archived .. 30m)
  | project TimeGenerated, DeviceName, AccountName, InitiatingProcessFileName, RemoteUrl, Service, BytesSent`,
];

function invented(): Invented[] {
  return Array.from({ length: 60 }, (_, index) => {
    const [program = '', host = ''] = [programs[index % programs.length], hosts[index % hosts.length]];
    const query = queries[index % queries.length]?.(program, host, index + 1) ?? '';
    return {
      name: `rule-${String(index).padStart(2, '0')}`,
      yaml: ruleText(index, query),
      tests: testsText(program, host, index % queries.length === 3),
    };
  });
}

function ruleText(index: number, query: string): string {
  return `id: 00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}
name: Invented ${index}
description: For the benchmark.
severity: Medium
kind: Scheduled
queryFrequency: ${index % 3 === 0 ? '5m' : '1h'}
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  ${query}
weir:
  status: stable
  score:
    base: 30
    add:
      - { because: much, points: 20, when: BytesSent > 1000000 }
      - { because: often, points: 10, when: Connections > 3 }
      - { because: at a prompt, points: 5, when: 'ParentProcess in~ ("cmd.exe", "powershell.exe", "explorer.exe")' }
`;
}

function testsText(program: string, host: string, needsArchive: boolean): string {
  const archive = `
    tables:
      DeviceProcessEvents:
        - { Timestamp: 2026-03-02T09:01:00Z, DeviceName: ws-1, FileName: 7z.exe, ProcessCommandLine: 7z a out docs }`;
  const row = (minute: number, more: string) =>
    `      - { Timestamp: 2026-03-02T09:${String(minute).padStart(2, '0')}:00Z, ${more} }`;
  const test = (name: string, rows: readonly string[], expected: string) =>
    `  - name: ${name}\n    rows:\n${rows.join('\n')}${needsArchive ? archive : ''}\n    expect: ${expected}\n`;
  const sent = (bytes: number) => `RemoteUrl: ${host}, BytesSent: ${bytes}, BytesReceived: 100`;
  const fires = [1, 2, 3, 4, 5].map((count) =>
    test(
      `${count} uploads are one finding`,
      Array.from({ length: count }, (_, index) => row(5 + index, sent(500_000))),
      `[{ device: ws-1, connections: ${count}, bytesSent: ${count * 500_000} }]`,
    ),
  );
  const quiet = [
    test('a browser', [row(5, `${sent(500_000)}, InitiatingProcessFileName: chrome.exe`)], '[]'),
    test('another host', [row(5, 'RemoteUrl: www.example.org, BytesSent: 500000')], '[]'),
    test('next to nothing', [row(5, `${sent(10)}, InitiatingProcessFileName: other.exe`)], '[]'),
    test('another program', [row(5, `${sent(500_000)}, InitiatingProcessFileName: svchost.exe`)], '[]'),
  ];
  const common = `common: { DeviceName: ws-1, AccountName: a.berg, InitiatingProcessFileName: ${program} }\n`;
  return `${common}tests:\n${[...fires, ...quiet].join('\n')}`;
}
