import { describe, expect, test } from 'vitest';
import { detect } from '../../packages/weir/src/detect/detect.ts';
import { appendRows } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import type { Lake } from '../../packages/weir/src/lake/lake.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import type { Rule } from '../../packages/weir/src/rules/rule.ts';
import { deviceNetworkEvents } from '../../packages/weir/src/tables/index.ts';

function rule(number: number, query: string, more = ''): Rule {
  return readRule(
    `${number}.yaml`,
    `id: 11111111-2222-4333-8444-00000000000${number}
name: Rule ${number}
severity: Low
queryFrequency: 5m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
${more}query: |
${query.replace(/^/gm, '  ')}
`,
  );
}

const one = {
  Timestamp: '2026-03-02T09:01:00Z',
  EvidenceTime: '2026-03-02T09:01:00Z',
  DeviceName: 'ws-1',
  InitiatingProcessFileName: 'curl.exe',
  EventId: 'e1',
  RemoteUrl: 'a'.repeat(5000),
};

const good = rule(9, 'DeviceNetworkEvents\n| where EventId == "e1"');

/** Runs bad rules before a good one: whatever becomes of them, it finds what it finds, and nothing of theirs is left. */
async function before(
  bad: readonly Rule[],
  fill: (lake: Lake) => Promise<unknown> = (lake) => appendRows(lake, deviceNetworkEvents, [one]),
) {
  return withScratchLake(async (lake) => {
    await fill(lake);
    const { runs, findings } = await detect(lake, [...bad, good], {});
    const left = await lake.engine.rows<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_name LIKE 'detect!_%' ESCAPE '!'",
    );
    expect(left).toEqual([]);
    expect(runs.at(-1)).toMatchObject({ name: 'Rule 9', findings: 1 });
    expect(runs.at(-1)).not.toHaveProperty('error');
    return { runs: runs.slice(0, -1), findings };
  });
}

describe('a rule that cannot run says why and where, and the others go on', () => {
  const bad: readonly [what: string, query: string, error: RegExp][] = [
    ['a syntax error', 'DeviceNetworkEvents | where', /^1\.yaml:10:30: Missing expression \(KS006\)/],
    ['a missing table', 'Nowhere | take 1', /^1\.yaml:10:3: The name 'Nowhere' does not refer to any known table/],
    ['a missing column', 'DeviceNetworkEvents\n| where Nothing == 1', /^1\.yaml:11:11: The name 'Nothing'/],
    [
      'a regular expression that looks around',
      'DeviceNetworkEvents\n| where RemoteUrl matches regex "a(?=b)"',
      /^1\.yaml:11:11: a regular expression cannot look ahead/,
    ],
    [
      'a regular expression that repeats repetitions',
      'DeviceNetworkEvents\n| where RemoteUrl matches regex "(a{1000}){1000}"',
      /^1\.yaml:11:38: a regular expression repeats more than a thousand times/,
    ],
  ];

  test.each(bad)('%s', async (_, query, error) => {
    const { runs, findings } = await before([rule(1, query)]);
    expect(runs[0]).toMatchObject({ name: 'Rule 1', method: 'not run', ticks: 0, findings: 0 });
    expect(runs[0]?.error).toMatch(error);
    expect(findings.map((finding) => finding.rule.name)).toEqual(['Rule 9']);
  });
});

test('a regular expression that would run for ever elsewhere does not here', async () => {
  const { runs } = await before([rule(1, 'DeviceNetworkEvents\n| where RemoteUrl matches regex "(a+)+(a+)+$b"')]);
  expect(runs[0]).toMatchObject({ findings: 0, resultRows: 0 });
  expect(runs[0]).not.toHaveProperty('error');
});

test('a result of no rows is no finding', async () => {
  const { runs } = await before([rule(1, 'DeviceNetworkEvents\n| where DeviceName == "nobody"')]);
  expect(runs[0]).toMatchObject({ findings: 0, resultRows: 0 });
  expect(runs[0]).not.toHaveProperty('error');
});

test('a result of a million rows is one finding, with every row as its evidence', async () => {
  const rows = 1_000_000;
  const { runs, findings } = await before([rule(1, 'DeviceNetworkEvents\n| where RemotePort == 443')], (lake) =>
    lake.append(
      deviceNetworkEvents,
      `SELECT 639_000_000_000_000_000 + i * 100 AS "Timestamp", 639_000_000_000_000_000 + i * 100 AS "EvidenceTime",
         'ws-1' AS "DeviceName", 'curl.exe' AS "InitiatingProcessFileName", 443 AS "RemotePort", 'e' || i AS "EventId"
       FROM range(${rows}) AS numbers(i)`,
      ['Timestamp', 'EvidenceTime', 'DeviceName', 'InitiatingProcessFileName', 'RemotePort', 'EventId'],
    ),
  );
  expect(runs[0]).toMatchObject({ findings: 1, resultRows: rows });
  const [told] = findings.filter((finding) => finding.rule.name === 'Rule 1');
  expect(told).toMatchObject({ connections: rows, evidence: { count: rows } });
  expect(new Set(told?.evidence.eventIds).size).toBe(rows);
}, 180_000);
