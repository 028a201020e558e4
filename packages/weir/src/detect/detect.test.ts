import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { readRule } from '../rules/readRule.ts';
import type { Rule } from '../rules/rule.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  networkFlows,
  weirSchema,
} from '../tables/index.ts';
import { type DetectOptions, detect } from './detect.ts';
import { Evidence } from './evidence.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { isoToTicks } from './isoTime.ts';
import { ruleQuery } from './ruleQuery.ts';
import { momentByMoment, oneRun } from './runs.ts';
import { withScratchLake } from './scratchLake.ts';
import { replayMoments } from './ticks.ts';

const minute = 600_000_000n;
const start = isoToTicks('2026-03-02T09:00:00Z') ?? 0n;

const rule = (query: string, more = ''): Rule =>
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
${more}
query: |
${query
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
`,
  );

const sums = `DeviceNetworkEvents
| where EvidenceTime > ago(15m)
| extend Kind = iff(BytesSent > 50, "large", "small")
| where Kind == "large"
| summarize Sent = sum(BytesSent), Timestamp = max(Timestamp) by DeviceName, InitiatingProcessFileName, Service
| where Sent > 150`;
const singles = 'DeviceNetworkEvents\n| where EvidenceTime > ago(15m)\n| where BytesSent > 80';

interface Drawn {
  readonly minute: number;
  readonly lasts: number;
  readonly bytes: number | null;
  readonly device: string;
  readonly process: string;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  // Two clusters more than a day apart: two episodes.
  minute: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 2_000, max: 2_030 })),
  lasts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
  bytes: fc.option(fc.integer({ min: 0, max: 120 })),
  device: fc.constantFrom('ws-1', 'ws-2'),
  process: fc.constantFrom('curl.exe', 'CURL.EXE', 'node.exe', ''),
});

/** So many bytes in so little time that some sums fire. */
const oneMorning = drawn.map((each) => ({ ...each, minute: each.minute % 41, bytes: each.bytes && each.bytes + 60 }));

function toRow({ minute: at, lasts, bytes, device, process }: Drawn, index: number): InlineRow {
  const time = start + BigInt(at) * minute;
  return {
    Timestamp: time,
    EvidenceTime: time + BigInt(lasts) * minute,
    FlowStart: time,
    DeviceName: device,
    InitiatingProcessFileName: process,
    Service: 'Drop',
    RemoteHost: 'drop.example',
    BytesSent: bytes,
    EventId: `e${index}`,
  };
}

/** Findings over rows that arrive in these segments. */
function findingsOver(
  rules: readonly Rule[],
  segments: readonly (readonly InlineRow[])[],
  options: DetectOptions = {},
) {
  return withScratchLake(async (lake) => {
    for (const rows of segments) await appendRows(lake, deviceNetworkEvents, rows);
    return detect(lake, rules, options);
  });
}

const comparable = (findings: readonly Finding[]): string =>
  JSON.stringify(findings, (_, value) => (typeof value === 'bigint' ? String(value) : value));

test('law: neither the order nor the split of rows changes a finding', async () => {
  const rules = [rule(sums), { ...rule(singles), id: '21111111-2222-4333-8444-555555555555' }];
  const shuffled = fc
    .array(drawn, { minLength: 1, maxLength: 14 })
    .map((rows) => rows.map(toRow))
    .chain((rows) =>
      fc.record({
        rows: fc.constant(rows),
        order: fc.shuffledSubarray(rows, { minLength: rows.length }),
        cut: fc.nat({ max: rows.length }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ rows, order, cut }) => {
      const one = await findingsOver(rules, [rows]);
      const other = await findingsOver(rules, [order.slice(0, cut), order.slice(cut)]);
      expect(comparable(other.findings)).toBe(comparable(one.findings));
      expect(other.runs).toEqual(one.runs);
    }),
    { numRuns: 4 },
  );
});

test('law: over candidates as over the tables at every tick', async () => {
  const query = ruleQuery(rule(sums), weirSchema);
  const ticks = { frequency: 5n * minute, period: 15n * minute };
  const late = fc.option(fc.bigInt({ min: 0n, max: 20n }));
  let firing = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(oneMorning, { minLength: 1, maxLength: 14 }), late, async (rows, minutes) => {
      const arrived = () => `"EvidenceTime" + ${(minutes ?? 0n) * minute}`;
      const schedule = minutes === null ? ticks : { ...ticks, arrived };
      await withScratchLake(async (lake) => {
        const written = rows.map(toRow);
        await appendRows(lake, deviceNetworkEvents, written);
        const times = written.map((row) => row.EvidenceTime as bigint).sort((a, b) => (a < b ? -1 : 1));
        const until = (times.at(-1) ?? 0n) + (minutes ?? 0n) * minute;
        const moments = replayMoments({ from: times[0] ?? 0n, until }, schedule.frequency);
        const always = (count: number) => count > 0;
        const fired = () =>
          lake.engine
            .rows('SELECT * REPLACE (fired_at::VARCHAR AS fired_at) FROM temp.detect_evidence ORDER BY ALL')
            .then((all) => JSON.stringify(all));

        const evidence = await Evidence.create(lake.engine, ['DeviceName']);
        const options = { skipEmpty: query.emptyOverNothing, fires: always };
        await momentByMoment(lake.engine, evidence, query.overCandidates, query.candidates, schedule, moments, options);
        const overCandidates = await fired();
        if (overCandidates !== '[]') firing += 1;

        const again = await Evidence.create(lake.engine, ['DeviceName']);
        for (let moment = moments.first; moment <= moments.last; moment += moments.frequency) {
          await oneRun(again, query.atMoment, query.tables, schedule, moment, always);
        }
        expect(overCandidates).toBe(await fired());
      });
    }),
    { numRuns: 8 },
  );
  expect(firing).toBeGreaterThan(0);
});

const row = (minuteOfDay: number, more: InlineRow = {}): InlineRow => ({
  ...toRow({ minute: minuteOfDay, lasts: 0, bytes: 100, device: 'ws-1', process: 'curl.exe' }, minuteOfDay),
  ...more,
});

describe('a finding', () => {
  test('has the same id however often it is told, and another for another episode', async () => {
    const rows = [row(0), row(10), row(10 + 24 * 60 + 1)];
    const first = await findingsOver([rule(singles)], [rows]);
    const second = await findingsOver([rule(singles)], [rows]);
    expect(first.findings.map(({ id }) => id)).toEqual(second.findings.map(({ id }) => id));
    expect(new Set(first.findings.map(({ id }) => id)).size).toBe(2);
    expect(first.findings.map(({ evidence }) => evidence.eventIds)).toEqual(
      expect.arrayContaining([['e0', 'e10'], [`e${10 + 24 * 60 + 1}`]]),
    );
  });

  test('goes on while the pause is no longer than the quiet time', async () => {
    const { findings } = await findingsOver([rule(singles)], [[row(0), row(24 * 60)]]);
    expect(findings.map(({ connections }) => connections)).toEqual([2]);
  });

  test('is at most as severe as its rule, whatever its score, and says why', async () => {
    const weir =
      'weir: { score: { base: 30, add: [{ because: much, points: 60, when: BytesSent >= 100 }, { because: never, points: 9, when: isempty(Process) }] } }';
    const { findings } = await findingsOver([rule(singles, weir)], [[row(0)]]);
    expect(findings[0]).toMatchObject({ score: 90, severity: 'medium' });
    expect(findings[0]?.reasons).toEqual(['base of the rule (30)', 'much (+60)']);
  });

  test('names what was capped, and the program by path, hash and parent', async () => {
    const weir = 'weir: { score: { base: 90, add: [{ because: much, points: 60, when: BytesSent >= 100 }] } }';
    const of = {
      InitiatingProcessFolderPath: String.raw`c:\t\curl.exe`,
      InitiatingProcessSHA256: 'ab12',
      InitiatingProcessAccountName: 'a.berg',
      InitiatingProcessAccountDomain: 'corp',
      InitiatingProcessParentFileName: String.raw`\Device\HarddiskVolume3\cmd.exe`,
    };
    const { findings } = await findingsOver([rule(singles, weir)], [[row(0, of)]]);
    expect(findings[0]).toMatchObject({
      score: 100,
      reasons: ['base of the rule (90)', 'much (+60)', 'capped at 100, of 150'],
      entities: {
        account: 'a.berg',
        accountDomain: 'corp',
        processFolder: of.InitiatingProcessFolderPath,
        processSha256: 'ab12',
        parentProcess: 'cmd.exe',
      },
    });
  });

  test('a rule is blind for the connections that lack what it needs, and for no others', async () => {
    const needy = rule(singles, 'weir: { needs: [bytes, process] }');
    const unknown = row(0, { BytesSent: null, InitiatingProcessFileName: '' });
    const blind = async (rows: Parameters<typeof findingsOver>[1][number]) => {
      const { runs } = await findingsOver([needy], [rows]);
      return runs[0]?.blind.map(({ need, known, connections }) => `${need} ${known} of ${connections}`);
    };
    expect(await blind([unknown])).toEqual(['bytes 0 of 1', 'process 0 of 1']);
    expect(await blind([unknown, row(1)])).toEqual(['bytes 1 of 2', 'process 1 of 2']);
    expect(await blind([row(1)])).toEqual([]);
  });

  test('sums the bytes that are known, and says of how many', async () => {
    const known = row(1);
    const unknown = row(2, { BytesSent: null });
    const all = rule('DeviceNetworkEvents | where EvidenceTime > ago(15m)');
    const { findings } = await findingsOver([all], [[known, unknown]]);
    expect(findings[0]).toMatchObject({ bytesSent: 100n, bytesReceived: null, bytesKnown: 1, connections: 2 });
  });

  test('says for how many connections the program is inferred, and is of low confidence where for all', async () => {
    const own = row(1, { FusionRule: 'ports', FusionConfidence: 0.98 });
    const inferred = ['repeated-host', 'aggregated', 'repeated', 'continued'].map((name, index) =>
      row(2 + index, { FusionRule: name, FusionConfidence: 0.6 }),
    );
    const [some] = (await findingsOver([rule(singles)], [[own, ...inferred]])).findings;
    expect(some?.reasons.at(-1)).toMatch(/^for 4 of 5 connections the program is inferred/);
    expect(some?.confidence).toBe('medium');
    const [all] = (await findingsOver([rule(singles)], [inferred])).findings;
    expect(all?.confidence).toBe('low');
  });

  test('knows its parent by file name, where a sensor reports a whole path', async () => {
    const weir =
      "weir: { score: { base: 1, add: [{ because: served, points: 2, when: ParentProcess =~ 'w3wp.exe' }] } }";
    for (const parent of ['w3wp.exe', String.raw`\Device\HarddiskVolume3\Windows\W3WP.exe`, '/opt/w3wp.exe']) {
      const { findings } = await findingsOver(
        [rule(singles, weir)],
        [[row(0, { InitiatingProcessParentFileName: parent })]],
      );
      expect(findings[0]?.score, parent).toBe(3);
    }
  });

  test("has the rule's techniques, and of their sub-techniques the service's", async () => {
    const techniques = 'relevantTechniques: [T1567, T1567.002, T1567.003, T1020]';
    const rules = [rule(singles, techniques)];
    const paste = await findingsOver(rules, [[row(0, { SubTechnique: 'T1567.003' })]]);
    expect(paste.findings[0]?.techniques).toEqual(['T1567', 'T1020', 'T1567.003']);
    const parent = await findingsOver(rules, [[row(0, { SubTechnique: 'T1567' })]]);
    expect(parent.findings[0]?.techniques).toEqual(['T1567', 'T1020']);
    const unknown = await findingsOver(rules, [[row(0)]]);
    expect(unknown.findings[0]?.techniques).toEqual(['T1567', 'T1567.002', 'T1567.003', 'T1020']);
  });

  test('takes what has no process to the one program that did the same, and to none of two', async () => {
    const nameless = row(2, { InitiatingProcessFileName: '' });
    const one = await findingsOver([rule(singles)], [[row(1), nameless]]);
    expect(one.findings.map(({ connections }) => connections)).toEqual([2]);
    const two = await findingsOver([rule(singles)], [[row(1), nameless, row(3, { InitiatingProcessFileName: 'b' })]]);
    expect(two.findings.map(({ connections }) => connections)).toEqual([1, 1, 1]);
  });
});

describe('a rule', () => {
  test('that does not compile is an error at its place, and the others go on', async () => {
    const broken = { ...rule('DeviceNetworkEvents\n| where NoSuchColumn > 1'), id: 'broken' };
    const { runs, findings } = await findingsOver([broken, rule(singles)], [[row(0)]]);
    expect(runs[0]?.error).toMatch(/^rules\/example\.yaml:13:11: .*NoSuchColumn/);
    expect(runs[1]?.error).toBeUndefined();
    expect(findings).toHaveLength(1);
  });

  test('whose score names what a finding does not have is an error at the term', async () => {
    const weir = 'weir: { score: { base: 30, add: [{ because: x, points: 1, when: RemotePort > 1 }] } }';
    const { runs } = await findingsOver([rule(singles, weir)], [[row(0)]]);
    expect(runs[0]?.error).toMatch(/^rules\/example\.yaml:10:\d+: weir\.score: .*RemotePort/);
  });

  test('may use the lets of its query in its score', async () => {
    const weir = 'weir: { score: { base: 30, add: [{ because: a tool, points: 5, when: "Process in~ (Tools)" }] } }';
    const lets = `let Tools = dynamic(["curl.exe"]); // tools; all of them\n${singles}`;
    const { findings } = await findingsOver([rule(lets, weir)], [[row(0)]]);
    expect(findings[0]).toMatchObject({ score: 35 });
  });

  test.each([
    { operator: 'LessThan', threshold: 1, onNone: true, onOne: false },
    { operator: 'LessThan', threshold: 2, onNone: true, onOne: true },
    { operator: 'Equal', threshold: 0, onNone: true, onOne: false },
    { operator: 'Equal', threshold: 1, onNone: false, onOne: true },
    { operator: 'NotEqual', threshold: 2, onNone: true, onOne: true },
    { operator: 'NotEqual', threshold: 1, onNone: true, onOne: false },
  ] as const)('that fires on $operator $threshold results', async ({ operator, threshold, onNone, onOne }) => {
    const quiet = { ...rule('DeviceNetworkEvents\n| where EvidenceTime > ago(5m)'), trigger: { operator, threshold } };
    const at = (minute: number) => toRow({ minute, lasts: 0, bytes: 9, device: 'ws-1', process: 'curl.exe' }, minute);
    // Runs at :05 (one row, of :04), :10, :15 and :20 (none), :25 (one).
    const { findings, runs } = await findingsOver([quiet], [[at(4), at(24)]]);
    expect(runs[0]?.error).toBeUndefined();
    const [absent, present] = [true, false].map((is) =>
      findings.filter(({ title }) => title.startsWith('Example') === is),
    );
    expect(absent?.map(({ title, confidence }) => [title, confidence])).toEqual(
      onNone ? [['Example: 3 runs without results in 10 min', 'medium']] : [],
    );
    expect([absent, present].map((some) => some?.map(({ evidence }) => evidence.absence))).toEqual([
      onNone ? [true] : [],
      onOne ? [undefined] : [],
    ]);
    expect(present?.flatMap(({ evidence }) => evidence.eventIds)).toEqual(onOne ? ['e4', 'e24'] : []);
  });

  test('with a threshold fires on runs with more rows than that', async () => {
    const above = { ...rule(singles), trigger: { operator: 'GreaterThan', threshold: 1 } as const };
    const { findings } = await findingsOver([above], [[row(0), row(2), row(2 + 24 * 60 + 60)]]);
    expect(findings.map(({ evidence }) => evidence.eventIds)).toEqual([['e0', 'e2']]);
  });

  test('runs once, at the moment asked for', async () => {
    const options = { asOf: start + 12n * minute };
    const { runs, findings } = await findingsOver([rule(singles)], [[row(0), row(10), row(20)]], options);
    expect(runs[0]).toMatchObject({ ticks: 1, method: 'one run', until: options.asOf });
    expect(findings.map(({ evidence }) => evidence.eventIds)).toEqual([['e0', 'e10']]);
  });

  test('that is a bare query runs once over everything, at the end of the data', async () => {
    const bare = readRule('hunt.kql', 'DeviceNetworkEvents | where Timestamp > ago(1h) | where BytesSent > 80');
    const { runs, findings } = await findingsOver([bare], [[row(0), row(50), row(90)]]);
    expect(runs[0]).toMatchObject({ ticks: 1, until: start + 90n * minute });
    expect(findings.flatMap(({ evidence }) => evidence.eventIds)).toEqual(['e50', 'e90']);
  });

  test('that reads no table has its result rows for evidence', async () => {
    const bare = readRule('hunt.kql', 'print DeviceName = "ws-9", Answer = 42');
    const { runs, findings } = await findingsOver([bare], [[row(0)]]);
    expect(runs[0]?.error).toBeUndefined();
    expect(findings).toMatchObject([
      { entities: { device: 'ws-9' }, confidence: 'low', connections: 0, bytesSent: null, evidence: { count: 1 } },
    ]);
  });

  test.each([
    [
      deviceFileEvents,
      { DeviceName: 'ws-1', InitiatingProcessFileName: '7z.exe', InitiatingProcessAccountName: 'ben' },
      { device: 'ws-1', account: 'ben', process: '7z.exe' },
    ],
    [
      deviceProcessEvents,
      { DeviceName: 'ws-1', FileName: 'rclone.exe', AccountName: 'ben' },
      { device: 'ws-1', account: 'ben', process: 'rclone.exe' },
    ],
    [
      networkFlows,
      { LocalIP: '10.0.0.5', AccountName: 'ben', RemoteIP: '203.0.113.7', BytesSent: 9, BytesSource: 'squid-http' },
      { device: '10.0.0.5', account: 'ben', destination: '203.0.113.7' },
    ],
    [dnsEvents, { ClientIP: '10.0.0.5', QueryName: 'mega.nz' }, { device: '10.0.0.5', destination: 'mega.nz' }],
  ])('over another table tells who and where: $name', async (table, columns, entities) => {
    const bare = readRule('hunt.kql', table.name);
    const findings = await withScratchLake(async (lake) => {
      await appendRows(lake, table, [{ Timestamp: start, EventId: 'e1', ...columns }]);
      return (await detect(lake, [bare], {})).findings;
    });
    expect(findings).toMatchObject([{ entities, evidence: { eventIds: ['e1'] } }]);
    if (table === networkFlows) expect(findings).toMatchObject([{ bytesSent: 9n, bytesSources: ['squid-http'] }]);
  });

  test('that fails while it runs is an error in one line, and the others go on', async () => {
    const decoded = 'DeviceNetworkEvents | extend Decoded = url_decode(strcat(DeviceName, "+"))';
    const failing = readRule('decoded.kql', `${decoded} | where Decoded has "ws"`);
    const { runs, findings } = await findingsOver([failing, rule(singles)], [[row(0, { RemotePort: 443 })]]);
    expect(runs[0]?.error).toMatch(/^[^\n]*url_decode of \+ is not documented[^\n]*$/);
    expect(runs[0]).toMatchObject({ method: 'not run', ticks: 0, findings: 0 });
    expect(findings.map(({ rule: { name } }) => name)).toEqual(['Example']);
  });

  test('over nothing has nothing to look at', async () => {
    const { runs, findings } = await findingsOver([rule(singles)], []);
    expect(runs[0]).toMatchObject({ method: 'no rows to look at', ticks: 0 });
    expect(findings).toEqual([]);
  });
});
