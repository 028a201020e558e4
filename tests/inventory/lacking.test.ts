import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScanResult } from '../../packages/weir/src/model/scanResult.ts';
import { renderScan } from '../../packages/weir/src/report/terminal.ts';
import { scan } from '../../packages/weir/src/weir.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
let directory: string;
let serial = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-lacking-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const rule = (name: string, query: string) => `id: 3f5c1e80-0000-4000-8000-00000000000${name.length}
name: ${name}
description: d
severity: Low
query: ${query}
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
relevantTechniques: [T1567]
kind: Scheduled
version: 1.0.0
`;

/** A scan of these files by these rules. */
async function scanned(files: Readonly<Record<string, string>>, rules: Readonly<Record<string, string>>) {
  serial += 1;
  const logs = join(directory, `${serial}`);
  await mkdir(join(logs, 'rules'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(logs, name), text);
  for (const [name, query] of Object.entries(rules))
    await writeFile(join(logs, 'rules', `${name}.yaml`), rule(name, query));
  const { result } = await scan(
    {
      paths: Object.keys(files).map((name) => join(logs, name)),
      rules: [join(logs, 'rules')],
      content,
      workDirectory: join(logs, 'work'),
    },
    async () => undefined,
  );
  return result;
}

const told = ({ lacking }: ScanResult) =>
  lacking.map(({ path, table, columns, rules }) => [path.split('/').at(-1), table, [...columns].sort(), rules]);

const connections = (names: string, values: string) =>
  `Timestamp,DeviceName,ActionType,RemoteIP,RemotePort,${names}\n2026-03-10T10:00:00Z,ws-1,ConnectionSuccess,203.0.113.5,443,${values}\n`;
const starts = (names: string, values: string) =>
  `Timestamp,DeviceName,ActionType,FileName,ProcessId${names}\n2026-03-10T10:00:00Z,ws-1,ProcessCreated,a.exe,7${values}\n`;

describe('a table that was cut to few columns', () => {
  test('is told with the columns that rules decide by, also through what fusion makes of them', async () => {
    const result = await scanned(
      {
        'whole.csv': connections('RemoteUrl,InitiatingProcessFileName', 'a.example,curl.exe'),
        'cut.csv': connections('ReportId', '1'),
      },
      {
        service: 'DeviceNetworkEvents | where Service == "x"',
        line: 'DeviceNetworkEvents | where InitiatingProcessCommandLine has "copy" | project DeviceName, InitiatingProcessSHA256',
      },
    );
    expect(told(result)).toEqual([
      ['whole.csv', 'DeviceNetworkEvents', ['InitiatingProcessCommandLine'], ['line']],
      ['cut.csv', 'DeviceNetworkEvents', ['InitiatingProcessCommandLine', 'RemoteUrl'], ['line', 'service']],
    ]);
    const text = renderScan(result, { width: 200, color: false });
    expect(text).toMatch(/cut\.csv lacks columns of DeviceNetworkEvents that every rule decides by: RemoteUrl,/);
    expect(text).toMatch(/whole\.csv lacks columns of DeviceNetworkEvents that line decides by:/);
  });

  test('is told of processes as well', async () => {
    const rules = { line: 'DeviceProcessEvents | where ProcessCommandLine has "copy"' };
    expect(told(await scanned({ 'starts.csv': starts('', '') }, rules))).toEqual([
      ['starts.csv', 'DeviceProcessEvents', ['ProcessCommandLine'], ['line']],
    ]);
    expect(told(await scanned({ 'starts.csv': starts(',ProcessCommandLine', ',x') }, rules))).toEqual([]);
  });

  test('is told of JSON where no record has the column', async () => {
    const row = {
      Timestamp: '2026-03-10T10:00:00Z',
      DeviceName: 'ws-1',
      ActionType: 'ConnectionSuccess',
      RemotePort: 443,
    };
    const network = { ...row, RemoteIP: '203.0.113.5' };
    const lines = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const streamed = { category: 'AdvancedHunting-DeviceNetworkEvents', properties: network };
    const result = await scanned(
      {
        'cut.json': lines(network, network),
        'some.json': lines(network, { ...network, InitiatingProcessCommandLine: 'x' }),
        'stream.json': lines(streamed),
      },
      { line: 'DeviceNetworkEvents | where InitiatingProcessCommandLine has "copy"' },
    );
    expect(told(result)).toEqual(
      ['cut.json', 'stream.json'].map((name) => [
        name,
        'DeviceNetworkEvents',
        ['InitiatingProcessCommandLine'],
        ['line'],
      ]),
    );
  });

  test('is not told where no rule looks at what it lacks, or at its table', async () => {
    const files = { 'cut.csv': connections('ReportId', '1') };
    expect(told(await scanned(files, { port: 'DeviceNetworkEvents | where RemotePort == 25' }))).toEqual([]);
    expect(told(await scanned(files, { file: 'DeviceFileEvents | where SHA256 == "x"' }))).toEqual([]);
  });
});
