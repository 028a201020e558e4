import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BacktestOptions, backtest } from '../../packages/weir/src/backtest/backtest.ts';
import { detect } from '../../packages/weir/src/detect/detect.ts';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { isoToTicks } from '../../packages/weir/src/detect/isoTime.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import { readExceptions } from '../../packages/weir/src/exceptions/load.ts';
import type { Exception } from '../../packages/weir/src/model/exception.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import { deviceNetworkEvents, weirSchema } from '../../packages/weir/src/tables/index.ts';

const minute = 600_000_000n;
const start = isoToTicks('2026-03-02T22:00:00Z') ?? 0n;

const ruleText = (query: string, more = '') => `id: 11111111-2222-4333-8444-555555555555
name: Example
description: An example.
severity: High
queryFrequency: 5m
queryPeriod: 15m
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
weir:
  finding: { quiet: 1h }
  score:
    base: 10
    add:
      - { because: much, points: 40, when: BytesSent > 200 }
${more}
query: |
  ${query}
`;
const sums = `DeviceNetworkEvents | where EvidenceTime > ago(15m) | summarize Sent = sum(BytesSent) by DeviceName, InitiatingProcessFileName, Service | where Sent > 100`;
const singles = 'DeviceNetworkEvents | where EvidenceTime > ago(15m) | where BytesSent > 40';
const rules = {
  sums: readRule('sums.yaml', ruleText(sums)),
  singles: readRule('singles.yaml', ruleText(singles)),
};

const row = fc.record({
  minute: fc.integer({ min: 0, max: 300 }),
  lasts: fc.integer({ min: 0, max: 10 }),
  bytes: fc.option(fc.integer({ min: 0, max: 150 })),
  device: fc.constantFrom('ws-1', 'ws-2', 'ws-3'),
  process: fc.constantFrom('curl.exe', 'node.exe'),
});

const drawn = fc.array(row, { minLength: 1, maxLength: 30 }).map((rows) =>
  rows.map((each, index): InlineRow => {
    const time = start + BigInt(each.minute) * minute;
    return {
      Timestamp: time,
      EvidenceTime: time + BigInt(each.lasts) * minute,
      DeviceName: each.device,
      InitiatingProcessFileName: each.process,
      Service: 'Drop',
      RemoteHost: 'drop.example',
      BytesSent: each.bytes,
      EventId: `e${index}`,
    };
  }),
);

const options = (change: Partial<BacktestOptions>): BacktestOptions => ({
  rules: [rules.sums],
  refused: [],
  schema: weirSchema,
  against: [],
  exceptions: [],
  verdicts: [],
  within: { from: 0n, until: start * 2n },
  delay: 0n,
  question: 'settled',
  now: start,
  ...change,
});

function played(segments: readonly (readonly InlineRow[])[], change: Partial<BacktestOptions> = {}) {
  return withScratchLake(async (lake) => {
    for (const rows of segments) await appendRows(lake, deviceNetworkEvents, rows);
    return backtest(lake, options(change));
  });
}

const plain = (value: unknown) => JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item));

test('law: over data in parts and in another order, the same back-test', async () => {
  const parts = drawn.chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      order: fc.shuffledSubarray(rows, { minLength: rows.length }),
      cut: fc.nat({ max: rows.length }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(parts, fc.constantFrom(rules.sums, rules.singles), async ({ rows, order, cut }, rule) => {
      const whole = await played([rows], { rules: [rule] });
      const split = await played([order.slice(0, cut), order.slice(cut)], { rules: [rule] });
      expect(plain(split)).toBe(plain(whole));
    }),
    { numRuns: 5 },
  );
});

test('law: a rule against itself: nothing is new, gone or changed', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.constantFrom(rules.sums, rules.singles), async (rows, rule) => {
      const { rules: results } = await played([rows], { rules: [rule], against: [rule] });
      const [{ against, findings } = expect.fail('no rule')] = results;
      expect(against).toMatchObject({ added: [], gone: [], changed: [], same: findings.length });
    }),
    { numRuns: 5 },
  );
});

test('law: every finding has one outcome and stands on one day, told at a tick of the rule after its evidence', async () => {
  const known = { rules: [rules.sums], all: true };
  const text = (when: string) => `exceptions:
  - { id: e, name: e, rule: all, when: '${when}', owner: o, reason: r, created: 2026-01-01, expires: 2026-03-03T01:00:00Z }`;
  const conditions = fc.constantFrom(
    'DeviceName == "ws-1"',
    'BytesSent < 150',
    'Connections > 2',
    'Process == "curl.exe"',
  );
  await fc.assert(
    fc.asyncProperty(drawn, fc.constantFrom(rules.sums, rules.singles), conditions, async (rows, rule, when) => {
      const exceptions = await readExceptions('ex.yaml', text(when), known);
      const shown = await played([rows], { rules: [rule] });
      const { rules: results, exceptions: uses } = await played([rows], { rules: [rule], exceptions });
      const [result = expect.fail('no rule')] = results;
      // What is found does not depend on exceptions.
      const found = (all: typeof shown.rules) => all[0]?.findings.map(({ finding }) => finding);
      expect(found(results)).toEqual(found(shown.rules));
      const { findings, outcomes, days } = result;
      expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(findings.length);
      for (const outcome of ['notified', 'informational', 'hidden', 'suppressed'] as const) {
        expect(days.reduce((sum, day) => sum + day.outcomes[outcome], 0)).toBe(outcomes[outcome]);
      }
      for (const each of findings) {
        const { alertedAt, waited, foundAt, outcome, hiddenBy, finding } = each;
        expect(outcome === 'notified').toBe(alertedAt !== null);
        const meets = uses[0]?.state === 'applied' && uses[0].hides.some(({ id }) => id === finding.id);
        expect(hiddenBy.length > 0).toBe(meets);
        if (hiddenBy.length === 0) expect(outcome).toBe(finding.severity === 'informational' ? outcome : 'notified');
        if (alertedAt === null || waited === null || foundAt === null) continue;
        expect(alertedAt % (5n * minute)).toBe(0n);
        expect(alertedAt >= foundAt && waited >= 0n && waited < 5n * minute).toBe(true);
      }
    }),
    { numRuns: 8 },
  );
});

test('runs before --since tell nothing, but what lies before it is still looked back at', async () => {
  const rows = [0n, 2n, 7n].map((at, index) => ({
    Timestamp: start + at * minute,
    EvidenceTime: start + at * minute,
    DeviceName: 'ws-1',
    Service: 'Drop',
    BytesSent: 90,
    EventId: `e${index}`,
  }));
  const all = await played([rows]);
  expect(all.rules[0]?.findings.map(({ foundAt, alertedAt }) => [foundAt, alertedAt])).toEqual([
    [start + 5n * minute, start + 10n * minute],
  ]);
  const later = await played([rows], { within: { from: start + 6n * minute, until: start * 2n } });
  expect(later.rules[0]?.findings.map(({ finding, foundAt }) => [finding.bytesSent, foundAt])).toEqual([
    [270n, start + 10n * minute],
  ]);
  const earlier = await played([rows], { within: { from: 0n, until: start + 9n * minute } });
  expect(earlier.rules[0]?.findings.map(({ finding, outcome }) => [finding.bytesSent, outcome])).toEqual([
    [180n, 'informational'],
  ]);
});

test('a bare query runs once, at the end of the data or of what was asked for', async () => {
  const bare = readRule('bare.kql', 'DeviceNetworkEvents | where BytesSent > 10');
  const rows = [0n, 7n].map((at, index) => ({
    Timestamp: start + at * minute,
    EvidenceTime: start + at * minute,
    DeviceName: 'ws-1',
    Service: 'Drop',
    BytesSent: 90,
    EventId: `e${index}`,
  }));
  const alerts = async (from: bigint, until: bigint) => {
    const { rules: results } = await played([rows], { rules: [bare], within: { from, until } });
    return results[0]?.findings.map(({ finding, alertedAt }) => [finding.bytesSent, alertedAt]);
  };
  expect(await alerts(0n, start * 2n)).toEqual([[180n, start + 7n * minute]]);
  expect(await alerts(0n, start + minute)).toEqual([[90n, start + minute]]);
  expect(await alerts(start + 8n * minute, start * 2n)).toEqual([]);
});

test('a stricter version: what is gone, and what it tells later', async () => {
  const at = (minutes: bigint, device: string, id: string, bytes: number): InlineRow => ({
    Timestamp: start + minutes * minute,
    EvidenceTime: start + minutes * minute,
    DeviceName: device,
    Service: 'Drop',
    BytesSent: bytes,
    EventId: id,
  });
  const rows = [at(0n, 'ws-1', 'a', 60), at(1n, 'ws-2', 'b', 120), at(8n, 'ws-2', 'c', 140)];
  const strict = readRule(
    'new.yaml',
    ruleText('DeviceNetworkEvents | where EvidenceTime > ago(15m) | where BytesSent > 130'),
  );
  const { rules: results } = await played([rows], { rules: [strict], against: [rules.singles] });
  const comparison = results[0]?.against;
  expect(comparison?.gone.map(({ finding }) => finding.entities.device)).toEqual(['ws-1']);
  expect(comparison?.added).toEqual([]);
  expect(comparison?.changed.map(({ what }) => what)).toEqual([
    ['outcome', 'severity', 'bytes sent', 'connections', 'time'],
  ]);
});

test('an exception of a rule is one of its other version too, whatever id that has', async () => {
  const other = { ...rules.singles, id: '99999999-2222-4333-8444-555555555555' };
  const rows = [0n, 1n].map(
    (minutes): InlineRow => ({
      Timestamp: start + minutes * minute,
      EvidenceTime: start + minutes * minute,
      DeviceName: `ws-${minutes}`,
      BytesSent: 120,
      EventId: `e${minutes}`,
    }),
  );
  const exception: Exception = {
    id: 'one',
    name: 'One device',
    rules: [rules.singles.id],
    when: 'DeviceName == "ws-0"',
    names: true,
    owner: 'us',
    reason: 'ours',
    created: start,
    expires: start * 2n,
    place: 'exceptions.yaml:2:5',
  };
  const { rules: results } = await played([rows], {
    rules: [rules.singles],
    against: [other],
    exceptions: [exception],
  });
  expect(results[0]?.outcomes).toMatchObject({ hidden: 1 });
  expect(results[0]?.against).toMatchObject({ added: [], gone: [], changed: [], same: 2 });
});

test('as known with no delay is settled; with one, an alert waits for what arrives, and what arrives after the look-back is never seen', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.constantFrom(rules.sums, rules.singles), async (rows, rule) => {
      const settled = await played([rows], { rules: [rule] });
      const known = await played([rows], { rules: [rule], question: 'as-known' });
      expect(plain(known)).toBe(plain(settled));
    }),
    { numRuns: 4 },
  );
  const rows = [
    { Timestamp: start, EvidenceTime: start, DeviceName: 'ws-1', Service: 'Drop', BytesSent: 300, EventId: 'e' },
  ];
  const alert = async (delay: bigint) => {
    const { rules: results } = await played([rows], { question: 'as-known', delay: delay * minute });
    return results[0]?.findings.map(({ alertedAt, waited }) => [alertedAt, waited]);
  };
  expect(await alert(0n)).toEqual([[start, 0n]]);
  expect(await alert(6n)).toEqual([[start + 10n * minute, 10n * minute]]);
  expect(await alert(11n)).toEqual([]);
});

test('a severity that the query gives is the finding’s from its first tick on', async () => {
  const given = readRule(
    'given.yaml',
    `${ruleText('DeviceNetworkEvents | where EvidenceTime > ago(15m) | extend Level = "Low"').replace(/weir:[\s\S]*?query/, 'alertDetailsOverride: { alertSeverityColumnName: Level }\nquery')}`,
  );
  const rows = [
    { Timestamp: start, EvidenceTime: start, DeviceName: 'ws-1', Service: 'Drop', BytesSent: 1, EventId: 'e' },
  ];
  const { rules: results } = await played([rows], { rules: [given] });
  expect(results[0]?.findings.map(({ outcome, finding }) => [outcome, finding.severity])).toEqual([
    ['notified', 'low'],
  ]);
  expect(results[0]?.run.error).toBeUndefined();
});

test('law: a finding after a tick is what a replay that ends there finds', async () => {
  const long = (query: string) => readRule('long.yaml', ruleText(query).replace('quiet: 1h', 'quiet: 24h'));
  let grown = 0;
  await fc.assert(
    fc.asyncProperty(drawn, fc.constantFrom(long(sums), long(singles)), async (rows, rule) => {
      await withScratchLake(async (lake) => {
        await appendRows(lake, deviceNetworkEvents, rows);
        const { findings, growths } = await detect(lake, [rule], { growth: true });
        for (const finding of findings) {
          const { states, whole } = growths.get(finding.id) ?? expect.fail('no growth');
          expect(whole).toBe(true);
          expect(states.at(-1)).toMatchObject({ severity: finding.severity, lastSeen: finding.lastSeen });
          if (states.length > 1) grown += 1;
          for (const { tick, severity, lastSeen } of states.slice(0, 2)) {
            const then = await detect(lake, [rule], { within: { from: 0n, until: tick } });
            const { device, process } = finding.entities;
            const same = then.findings.filter(({ entities: e }) => e.device === device && e.process === process);
            expect(same.map((each) => [each.severity, each.lastSeen])).toEqual([[severity, lastSeen]]);
          }
        }
      });
    }),
    { numRuns: 4 },
  );
  expect(grown).toBeGreaterThan(0);
});
