import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AlertBook } from '../../alert/book.ts';
import { steadyClock } from '../../api/clock.fixture.ts';
import type { BacktestJob } from '../../api/parts.ts';
import { nodeDisk } from '../../disk/nodeDisk.ts';
import { Aside } from '../../live/aside.ts';
import { addInputs } from '../../live/inputs.ts';
import { Home } from '../../live/live.fixture.ts';
import { Rejects } from '../../live/rejects.ts';
import { finding } from '../../report/result.fixture.ts';
import { readRule } from '../../rules/readRule.ts';
import { openGap } from '../../schedule/gaps.ts';
import { put } from '../../schedule/live.fixture.ts';
import { writeRuleState } from '../../schedule/ruleState.ts';
import { readTrail } from '../../store/trail.ts';
import { SourceStates } from '../sourceStates.ts';
import { Backtests } from './backtests.ts';
import { ruleDesk } from './rules.ts';
import { sourceDesk } from './sources.ts';
import { stoppedRules } from './stops.ts';
import { trailDesk } from './trail.ts';

const minute = 600_000_000n;
const noon = 739_000n * 1440n * minute + 720n * minute;
const act = { actor: 'ada', at: noon };
const refused = (code: string) => expect.objectContaining({ code });

const rule = readRule(
  'rule.yaml',
  `id: 3f2b1c7e-0000-4000-8000-000000000001
name: Much left
description: Much left.
kind: Scheduled
severity: High
queryFrequency: 5m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
relevantTechniques: [T1567.002]
version: 1.0.0
query: DeviceNetworkEvents | where EvidenceTime > ago(1h) and BytesSent > 50
weir:
  needs: [bytes]
`,
);

/** Nothing came in. */
const blind = { from: 0n, until: noon, connections: 0, devices: 0, needs: [], fusion: [], sees: () => 0 };

describe('rules', () => {
  const state = {
    ...{ rule: rule.id, name: rule.name, revision: 'r', since: 0n, looked: { first: noon, last: noon + minute } },
    ...{ seq: 1n, stamp: 1n, timeless: '', exceptions: '', method: 'each row once', ranAt: noon, took: 10_000_000n },
  };

  test('tell how they do, and are stopped and started with a reason', () =>
    Home.with(async ({ store }) => {
      const desk = ruleDesk({
        store,
        rules: () => [rule],
        copies: () => new Map([[rule.id, { isOutdated: true }]]),
        testsOf: async () => 4,
        now: () => noon,
        sight: async () => blind,
      });
      expect(desk.list()).toMatchObject([
        { name: 'Much left', copy: { isOutdated: true }, health: { state: 'ok', reason: 'it has not run yet' } },
      ]);
      writeRuleState(store, state);
      openGap(store, { rule: rule.id, first: noon, last: noon, reason: 'time', detail: 'took too long' }, noon);
      expect(desk.get(rule.id.toUpperCase())).toMatchObject({
        query: rule.query,
        needs: ['bytes'],
        health: { state: 'failed', reason: 'took too long', lastTick: noon + minute, gaps: 1 },
      });
      expect(desk.set(rule.id, { enabled: false, reason: 'too loud' }, act).stopped).toEqual({
        by: 'ada',
        at: noon,
        reason: 'too loud',
      });
      expect([...stoppedRules(store).keys()]).toEqual([rule.id]);
      expect(() => desk.set(rule.id, { enabled: false, reason: 'again' }, act)).toThrow(refused('RULE_STATE_EXISTS'));
      expect(desk.set(rule.id, { enabled: true, reason: 'mended' }, act).stopped).toBeUndefined();
      expect(() => desk.get('none')).toThrow(refused('RULE_UNKNOWN'));
      const { techniques } = await desk.coverage();
      expect(techniques.map(({ technique, rules }) => [technique, rules])).toEqual([
        ['T1567', []],
        ['T1567.001', []],
        [
          'T1567.002',
          [{ id: rule.id, name: 'Much left', tests: 4, needs: [{ what: 'bytes', present: false }], sees: 0 }],
        ],
        ['T1567.003', []],
        ['T1567.004', []],
      ]);
      const trail = trailDesk(store);
      expect(trail.read({ limit: 9 }).map(({ action, details }) => [action, details.reason])).toEqual([
        ['rule.stop', 'too loud'],
        ['rule.start', 'mended'],
      ]);
      expect([trail.last(), (await trail.check()).faults]).toEqual([2, []]);
    }));

  test('tell how many alerts they gave, week by week, and what became of them', () =>
    Home.with(async ({ store }) => {
      const rooms = {
        store,
        rules: () => [rule],
        copies: () => new Map(),
        testsOf: async () => 0,
        now: () => noon,
        sight: async () => blind,
      };
      const book = new AlertBook(store, { floor: 'high' });
      const its = { id: rule.id, name: rule.name, version: rule.version };
      const week = 7n * 1440n * minute;
      for (const [revision, at] of [
        ['a', noon - week - 1n],
        ['b', noon],
      ] as const) {
        const findings = [{ finding: finding({ id: revision, rule: its, firstSeen: at, lastSeen: at }) }];
        book.apply({ rule: its, revision, findings, at, wholeSince: noon });
      }
      book.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'benign' }, act);
      const [info] = ruleDesk(rooms).list();
      expect(info?.alerts).toEqual({
        weeks: [...Array.from({ length: 10 }, () => 0), 1, 1],
        open: 1,
        verdicts: { 'true-positive': 0, benign: 1, 'false-match': 0 },
      });
    }));

  test('gaps come by number', () =>
    Home.with(async ({ store }) => {
      const desk = ruleDesk({
        store,
        rules: () => [],
        copies: () => new Map(),
        testsOf: async () => 0,
        now: () => noon,
        sight: async () => blind,
      });
      for (const name of ['a', 'b', 'c'])
        openGap(store, { rule: name, first: noon, last: noon, reason: 'failed', detail: name }, noon);
      expect(desk.gaps({ limit: 2 }).map(({ id }) => id)).toEqual([3, 2]);
      expect(desk.gaps({ limit: 2, before: 2 }).map(({ rule: of }) => of)).toEqual(['a']);
      expect(desk.gaps({ limit: 9, open: false })).toEqual([]);
      expect(desk.gaps({ limit: 9, open: true, rule: 'b' })).toMatchObject([{ id: 2, closed: null }]);
    }));
});

test('sources tell what came of what they sent, and the records that could not be read', () =>
  Home.with(async ({ store, folder }) => {
    const rejects = join(folder, 'rejects');
    const aside = join(folder, 'aside');
    const clock = { ...steadyClock(), now: () => noon + minute };
    const desk = sourceDesk({ store, states: new SourceStates(store, clock), rejects, aside });
    const given = { entries: 1, repeated: 0, bytes: 10, records: 3, rows: 1, rejects: 2, ignored: 0, unsplit: 0 };
    const sent = { ...given, door: 'hec', firstAt: noon, lastAt: noon, aside: 0, reason: undefined };
    addInputs(
      store,
      [
        { ...sent, source: 'a', format: 'zeek-conn' },
        { ...sent, source: 'b', format: '', rows: 0, aside: 1, reason: 'no known format' },
      ],
      noon,
    );
    const kept = await Aside.open({ store, disk: nodeDisk, directory: aside });
    const body = Buffer.from('what is this');
    const entry = { door: 'hec', source: 'b', receivedAt: noon - 365n * 864_000_000_000n, body };
    (await kept.keep([{ entry, reason: 'no known format' }], noon)).enter();
    const keeper = await Rejects.open({ store, disk: nodeDisk, directory: rejects });
    const line = (source: string, n: number) =>
      JSON.stringify({
        receivedAt: '2026-03-12T10:00:00.000Z',
        door: 'hec',
        source,
        line: n,
        reason: 'not JSON',
        text: `t${n}`,
      });
    (await keeper.keep([line('a', 1), line('b', 2), line('a', 3)])).enter();
    // Of a batch that was never committed.
    await keeper.keep([line('a', 4)]);
    // Of a file that has just made room for newer ones.
    store.statement("INSERT INTO reject_file VALUES (9, 'gone.ndjson', 5, 1)").run();
    expect(desk.list()).toMatchObject([
      { source: 'a', records: 3, state: 'ok', reason: '', newest: noon },
      { source: 'b', state: 'degraded', reason: 'no known format (1 body kept aside so far)', newest: null },
    ]);
    expect((await desk.rejects({ source: 'a', limit: 9 })).map(({ line: at }) => at)).toEqual([3, 1]);
    expect(await desk.rejects({ limit: 1 })).toMatchObject([{ door: 'hec', text: 't3' }]);
    expect(await desk.rejects({ door: 'files', limit: 9 })).toEqual([]);
    expect((await desk.rejects({ source: 'b', limit: 9 })).map(({ text }) => text)).toEqual(['t2', 'what is this']);
  }));

// Each is a process that loads the compiler first, beside whatever else the machine does.
describe('back-tests', { timeout: 180_000 }, () => {
  async function withBacktests(
    use: (backtests: Backtests, home: Home) => Promise<void>,
    time = 36_000_000_000n,
  ): Promise<void> {
    await Home.with(async (home) => {
      const lake = await home.lake();
      const row = (id: string, at: bigint) => ({
        ...{ EventId: id, Timestamp: at, EvidenceTime: at, DeviceName: 'ws-1', InitiatingProcessFileName: 'curl.exe' },
        ...{ Service: 'Drop', BytesSent: 100 },
      });
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon), row('b', noon + minute)] });
      let drawn = 0;
      const bugs: string[] = [];
      const backtests = new Backtests({
        ...{ store: home.store, clock: steadyClock(), rules: () => [rule], exceptions: () => [], verdicts: () => [] },
        random: (bytes) => {
          drawn += 1;
          return createHash('shake256', { outputLength: bytes }).update(`${drawn}`).digest();
        },
        snapshot: () => lake.snapshot(),
        time,
        engine: {
          ...{ directory: join(home.folder, 'segments'), spillDirectory: join(home.folder, 'spill'), memoryMb: 200 },
          ...{ threads: 1, spillMb: 50, watchlists: [], prepare: [] },
        },
        onBug: (told) => bugs.push(told),
      });
      try {
        await use(backtests, home);
        expect(bugs).toEqual([]);
        expect(home.store.statement('SELECT count(*) AS n FROM lease').get()?.n).toBe(0n);
      } finally {
        await backtests.close();
      }
    });
  }

  async function ended(backtests: Backtests, id: string): Promise<BacktestJob> {
    for (;;) {
      const job = backtests.get(id);
      if (job.ended !== null) return job;
      await setTimeout(20);
    }
  }
  const whole = { against: null, since: null, until: null };

  test('play a rule and a draft of it over the live lake', () =>
    withBacktests(async (backtests, { store }) => {
      const { id } = await backtests.start({ ...whole, rule: { id: rule.id } }, act);
      const job = await ended(backtests, id);
      expect(job).toMatchObject({ state: 'done', by: 'ada', problem: null });
      expect(job.result).toMatchObject({ rules: [{ rule: { name: 'Much left' }, error: null }] });
      const yaml = `id: ${rule.id}\nname: Draft\nkind: NRT\nseverity: Low\nquery: DeviceNetworkEvents | where BytesSent > 50\n`;
      const draft = await ended(
        backtests,
        (await backtests.start({ ...whole, rule: { yaml }, against: { id: rule.id } }, act)).id,
      );
      expect(draft).toMatchObject({ state: 'done' });
      // Both versions are counted by day: the page draws one beside the other.
      const [played] = (draft.result as { rules: { days: unknown[]; against: { days: unknown[] } }[] }).rules;
      const day = { day: '2024-04-25T00:00:00.0000000Z', hosts: 1 };
      expect(played).toMatchObject({
        days: [{ ...day, severities: { low: 1 } }],
        against: { days: [{ ...day, severities: { high: 1 } }] },
      });
      expect(backtests.list().map(({ id: each }) => each)).toEqual([draft.id, id]);
      expect(readTrail(store, { limit: 9 }).map(({ action }) => action)).toEqual(['backtest.start', 'backtest.start']);
    }));

  test('of what is no rule are refused with the place, one that cannot run fails with the reason', () =>
    withBacktests(async (backtests) => {
      const start = (wanted: { id: string } | { yaml: string }) => backtests.start({ ...whole, rule: wanted }, act);
      await expect(start({ id: 'none' })).rejects.toThrow(refused('RULE_UNKNOWN'));
      await expect(start({ yaml: 'id: 1\nnam: x\n' })).rejects.toThrow(refused('RULE_INVALID'));
      const yaml = `id: ${rule.id}\nname: Draft\nkind: NRT\nseverity: Low\nquery: DeviceNetworkEvents | where Nothing > 50\n`;
      const { id } = await start({ yaml });
      expect(await ended(backtests, id)).toMatchObject({ state: 'failed', problem: { code: 'RULE_INVALID' } });
      await expect(backtests.start({ ...whole, rule: { id: rule.id }, since: 2n, until: 1n }, act)).rejects.toThrow(
        refused('TIME_INVALID'),
      );
    }));

  test('are killed where they are cancelled, waiting ones never begin', () =>
    withBacktests(async (backtests) => {
      const first = await backtests.start({ ...whole, rule: { id: rule.id } }, act);
      const second = await backtests.start({ ...whole, rule: { id: rule.id } }, act);
      expect(backtests.cancel(second.id, act).state).toBe('cancelled');
      expect(backtests.cancel(first.id, act).state).toBe('cancelled');
      const third = await backtests.start({ ...whole, rule: { id: rule.id } }, act);
      expect((await ended(backtests, third.id)).state).toBe('done');
      expect([first.id, second.id].map((id) => backtests.get(id).state)).toEqual(['cancelled', 'cancelled']);
    }));

  test('are killed where they take too long, with what to do, and the next one begins', () =>
    withBacktests(async (backtests) => {
      const many = (name: string) => `(range ${name} from 1 to 1000000 step 1 | extend k = 1)`;
      const query = `DeviceNetworkEvents | extend k = 1 | join kind=inner ${many('x')} on k | join kind=inner ${many('y')} on k | where x * y % 7 == 8`;
      const yaml = `id: ${rule.id}\nname: Endless\nkind: NRT\nseverity: Low\nquery: ${query}\n`;
      const [first, second] = [
        await backtests.start({ ...whole, rule: { yaml } }, act),
        await backtests.start({ ...whole, rule: { yaml } }, act),
      ];
      for (const { id } of [first, second])
        expect(await ended(backtests, id)).toMatchObject({
          state: 'failed',
          problem: { code: 'BACKTEST_TIMEOUT', advice: expect.stringContaining('queries.backtest in weir.yaml') },
        });
    }, 100_000_000n));

  test('do not begin where the service stops first', () =>
    withBacktests(async (backtests) => {
      const { id } = await backtests.start({ ...whole, rule: { id: rule.id } }, act);
      await backtests.close();
      expect(backtests.get(id)).toMatchObject({ state: 'failed', result: null });
    }));
});
