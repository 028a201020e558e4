import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { InlineRow } from '../detect/inlineRows.ts';
import { minute } from '../detect/sweep.fixture.ts';
import { beginTagging, moveTagging } from '../live/fusion/tagging.ts';
import { Home } from '../live/live.fixture.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Exception, GivenVerdict } from '../model/exception.ts';
import { readRule } from '../rules/readRule.ts';
import type { LiveRule } from './bringUp.ts';
import { gapsOf, openGap } from './gaps.ts';
import { around, Book, put, SetClock } from './live.fixture.ts';
import { ruleState } from './ruleState.ts';
import { type RunReport, Scheduler, type SchedulerOptions } from './scheduler.ts';

const hour = 60n * minute;
const day = 24n * hour;
/** A noon. */
const noon = 739_000n * day + 12n * hour;

function row(id: string, at: bigint, more: InlineRow = {}): InlineRow {
  return {
    ...{ EventId: id, Timestamp: at, EvidenceTime: at, DeviceName: 'ws-1', InitiatingProcessFileName: 'curl.exe' },
    ...{ Service: 'Drop', BytesSent: 100, ...more },
  };
}

const rowWise = 'DeviceNetworkEvents | where EvidenceTime > ago(1h) and BytesSent > 50';

function live(query: string, more: Partial<LiveRule['rule']> = {}, revision = '1'): LiveRule {
  const schedule = { frequency: 5n * minute, period: hour };
  return { rule: { ...readRule('rule.kql', query), schedule, ...more }, revision, since: 0n };
}

interface Bench {
  readonly home: Home;
  readonly lake: LiveLake;
  readonly clock: SetClock;
  readonly book: Book;
  readonly runs: RunReport[];
  rules: LiveRule[];
  scheduler(more?: Partial<SchedulerOptions>): Promise<Scheduler>;
  /** Both lanes once. */
  pass(): Promise<void>;
}

async function withBench(use: (bench: Bench) => Promise<void>, more: Partial<SchedulerOptions> = {}): Promise<void> {
  await Home.with(async (home) => {
    const lake = await home.lake();
    const clock = new SetClock(noon);
    const book = new Book();
    const runs: RunReport[] = [];
    const opened: AbortController[] = [];
    let current: Scheduler | undefined;
    const bench: Bench = {
      ...{ home, lake, clock, book, runs, rules: [] },
      async scheduler(own = {}) {
        current?.close();
        current = new Scheduler({
          ...(await around(home, lake, home.store, { apply: book.apply })),
          ...{ lake, clock, rules: () => bench.rules, onRun: (run) => runs.push(run) },
          engine: { memoryMb: 200, threads: 1, spillDirectory: join(home.folder, 'spill-rules') },
          ...more,
          ...own,
        });
        return current;
      },
      async pass() {
        const scheduler = current ?? (await bench.scheduler());
        const stop = new AbortController();
        opened.push(stop);
        await Promise.all([scheduler.pass('prompt', stop.signal), scheduler.pass('patient', stop.signal)]);
      },
    };
    await use(bench);
    current?.close();
  });
}

test('the first logs of a home are looked at without waiting for the next tick, and once', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    bench.rules = [live(rowWise)];
    clock.time = noon + minute;
    await bench.pass();
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - 10n * minute)] });
    await bench.pass();
    expect(runs).toHaveLength(1);
    clock.time += minute;
    await bench.pass();
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon - 9n * minute)] });
    await bench.pass();
    expect(runs.map(({ until }) => until)).toEqual([noon, noon]);
    expect([...book.findings.values()].map(({ connections }) => connections)).toEqual([1]);
  }));

test('a rule runs at its tick and the delay after it, and a story that grows keeps its id', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    bench.rules = [live(rowWise)];
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    expect([...book.findings.values()].map(({ connections }) => connections)).toEqual([]);
    clock.time += 10n * 10_000_000n;
    await bench.pass();
    await bench.pass();
    expect(runs.map(({ until, failed }) => [until, failed])).toEqual([
      [noon - 5n * minute, false],
      [noon, false],
    ]);
    const [first] = [...book.findings.values()];
    expect(first).toMatchObject({ connections: 1, bytesSent: 100n });
    clock.time += 5n * minute;
    await put(home, lake, { DeviceNetworkEvents: [row('0', noon - 3n * minute), row('b', noon + minute)] });
    await bench.pass();
    expect([...book.findings.values()]).toEqual([expect.objectContaining({ id: first?.id, connections: 3 })]);
    expect(book.told.map(({ findings }) => findings.map(({ retro }) => retro))).toEqual([[false], [false]]);
  }));

test('time in which the service was down is looked at with the next run, and is no gap', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    const times = [5n, 30n, 60n].map((hours) => noon + hours * hour);
    await put(home, lake, { DeviceNetworkEvents: times.map((time, index) => row(`b${index}`, time)) });
    clock.time += 3n * day;
    await bench.scheduler();
    await bench.pass();
    await bench.pass();
    expect(ruleState(home.store, bench.rules[0]?.rule.id ?? '')?.looked).toEqual({
      first: noon,
      last: noon + 3n * day,
    });
    expect(gapsOf(home.store, { open: false })).toEqual([]);
    expect([...book.findings.values()].map(({ connections }) => connections)).toEqual([2, 1, 1]);
  }));

test('a rule that was stopped looks at the time that it missed when it is started again', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const connections = () => [...book.findings.values()].map((finding) => finding.connections);
    bench.rules = [live(rowWise)];
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - 10n * minute)] });
    await bench.pass();
    expect(connections()).toEqual([1]);
    bench.rules = [];
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon + 3n * minute)] });
    clock.time = noon + 5n * hour;
    await bench.pass();
    expect(connections()).toEqual([1]);
    bench.rules = [live(rowWise)];
    await bench.pass();
    expect(connections()).toEqual([2]);
  }));

test('a rule that fails is a gap until it succeeds over that time, and the others go on', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    const id = '4b1f0c9e-0000-4000-8000-000000000001';
    const broken = (query: string, revision: string) => live(query, { id, name: 'Fails' }, revision);
    bench.rules = [broken('DeviceNetworkEvents | where NoSuchColumn == 1', '1'), live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    clock.time += 5n * minute;
    await bench.pass();
    expect(gapsOf(home.store, { open: true })).toEqual([
      expect.objectContaining({ rule: id, first: noon, last: noon + 5n * minute, reason: 'failed' }),
    ]);
    expect(gapsOf(home.store, { open: true })[0]?.detail).toMatch(/rule\.kql:1:\d+: .*NoSuchColumn/);
    expect(book.findings.size).toBe(1);
    expect(runs.filter(({ failed }) => failed)).toHaveLength(2);
    bench.rules = [broken(rowWise, '2')];
    await bench.pass();
    expect(gapsOf(home.store, { open: true })).toEqual([]);
    expect(gapsOf(home.store, { open: false })).toEqual([expect.objectContaining({ closedAt: clock.time })]);
    expect(book.findings.size).toBe(2);
  }));

test('a changed rule whose first run fails has a gap from where the rule stood', () =>
  withBench(async (bench) => {
    const { home, lake, clock } = bench;
    const before = live(rowWise);
    bench.rules = [before];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    clock.time += 3n * day;
    const broken = live('DeviceNetworkEvents | where NoSuchColumn == 1', { id: before.rule.id }, '2');
    bench.rules = [broken];
    await bench.scheduler();
    await bench.pass();
    expect(gapsOf(home.store, { open: true })).toMatchObject([
      { reason: 'failed', first: noon + 5n * minute, last: noon + 3n * day },
    ]);
    // A clock that was ahead says nothing.
    clock.time = noon + 2n * minute;
    home.store.statement('DELETE FROM gap').run();
    home.store.statement('UPDATE rule_state SET last = ?').run(noon + 2n * day);
    await bench.scheduler();
    await bench.pass();
    expect(gapsOf(home.store, { open: true })).toMatchObject([{ reason: 'failed', first: noon, last: noon }]);
  }));

/** It fails over a row with very many bytes. */
const fragile = 'DeviceNetworkEvents | where EvidenceTime > ago(1h) and array_length(repeat(1, BytesSent)) > 50';

test.each([
  ['a rule at its ticks', {}, 5n],
  ['a near-real-time rule', { kind: 'NRT', schedule: { frequency: minute, period: minute } }, 1n],
] as const)('%s that fails over one tick again and again goes on behind it, and that tick is a gap', (_, more, each) =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    bench.rules = [live(fragile, more)];
    const devices = () => [...book.findings.values()].map(({ entities }) => entities.device).toSorted();
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute, { DeviceName: 'a' })] });
    await bench.pass();
    expect(devices()).toEqual(['a']);
    const frequency = each * minute;
    const within = (tick: bigint) => noon + 5n * minute + tick * frequency - frequency / 2n;
    await put(home, lake, { DeviceNetworkEvents: [row('b', within(1n), { DeviceName: 'b' })] });
    await put(home, lake, { DeviceNetworkEvents: [row('bad', within(2n), { DeviceName: 'bad', BytesSent: 2 ** 40 })] });
    await put(home, lake, { DeviceNetworkEvents: [row('c', within(3n), { DeviceName: 'c' })] });
    clock.time = noon + 5n * minute + 4n * frequency;
    await bench.pass();
    expect(gapsOf(home.store, { open: true })).toMatchObject([{ reason: 'failed' }]);
    expect(devices()).toEqual(['a']);
    for (let pass = 0; pass < 40 && devices().length < 3; pass += 1) {
      clock.time += frequency;
      await bench.pass();
    }
    expect(devices()).toEqual(['a', 'b', 'c']);
    for (let pass = 0; pass < 20; pass += 1) {
      clock.time += 10_000_000n;
      await bench.pass();
    }
    const at = noon + 5n * minute + 2n * frequency;
    expect(gapsOf(home.store, { open: true })).toMatchObject([
      { reason: 'skipped', first: at, last: at, detail: expect.stringMatching(/^runs over it failed again/) },
    ]);
    // It is where it should be, also for a service that starts anew.
    runs.length = 0;
    clock.time += frequency;
    await bench.scheduler();
    await bench.pass();
    expect(runs.map(({ failed }) => failed)).toEqual([false]);
  }),
);

test('a rule that fails tick after tick has a gap up to the last that is due, and is soon there', () =>
  withBench(async (bench) => {
    const { home, lake, clock, runs } = bench;
    bench.rules = [live(fragile)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    const ticks = Array.from({ length: 120 }, (_, tick) => noon + BigInt(tick) * 5n * minute);
    const bad = ticks.map((tick) => row(`bad${tick}`, tick + 2n * minute, { BytesSent: 2 ** 40 }));
    await put(home, lake, { DeviceNetworkEvents: bad });
    clock.time += 8n * hour;
    const due = () => ((clock.time - 10n * 10_000_000n) / (5n * minute)) * 5n * minute;
    const looked = () => ruleState(home.store, bench.rules[0]?.rule.id ?? '')?.looked?.last;
    const scheduler = await bench.scheduler();
    runs.length = 0;
    while (runs.length < 40 && looked() !== due()) {
      await bench.pass();
      if (runs.length > 1) scheduler.noteBehind();
      const open = gapsOf(home.store, { open: true });
      expect((due() - open.reduce((most, { last }) => (last > most ? last : most), 0n)) / (5n * minute)).toBeLessThan(
        3n,
      );
      expect(new Set(open.map(({ reason }) => reason)).size).toBe(open.length);
      if (looked() !== due()) clock.time += 5n * minute;
    }
    expect(looked()).toBe(due());
    expect(runs.length).toBeLessThan(25);
    expect(gapsOf(home.store, { open: true })).toMatchObject([
      { reason: 'skipped', first: noon + 5n * minute, last: due() },
    ]);
  }));

test('ticks that a rule should long have looked at are a gap until it does, for whatever reason it is late', () =>
  withBench(async (bench) => {
    const { home, lake, clock } = bench;
    const near = { kind: 'NRT' as const, schedule: { frequency: minute, period: minute }, id: 'near', name: 'near' };
    const daily = { schedule: { frequency: day, period: day }, id: 'daily', name: 'daily' };
    bench.rules = [live(rowWise), live(rowWise, near), live(rowWise, daily)];
    clock.time = noon;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - day)] });
    await bench.pass();
    const [{ rule: { id = '' } = {} } = {}] = bench.rules;
    // Another catalogue: all begin anew, one after the other.
    bench.rules = bench.rules.map((each) => ({ ...each, revision: 'anew' }));
    bench.rules.push(live(rowWise, { id: 'new', name: 'new' }));
    const scheduler = await bench.scheduler();
    const behind = (after: bigint) => {
      clock.time = noon + after;
      scheduler.noteBehind();
      return gapsOf(home.store, { open: true })
        .map(({ rule, reason, first, last }) => [rule, reason, (first - noon) / minute, (last - noon) / minute])
        .toSorted();
    };
    expect(behind(3n * minute)).toEqual([]);
    expect(behind(5n * minute)).toEqual([['near', 'behind', 1n, 4n]]);
    expect(behind(12n * minute)).toEqual([
      [id, 'behind', 0n, 10n],
      ['near', 'behind', 1n, 11n],
    ]);
    expect(behind(14n * hour).map(([rule, , , last]) => [rule, last])).toEqual([
      [id, 14n * 60n - 5n],
      ['daily', 12n * 60n],
      ['near', 14n * 60n - 1n],
    ]);
    await bench.pass();
    expect(gapsOf(home.store, { open: true })).toEqual([]);
    expect(gapsOf(home.store, { open: false })).toHaveLength(3);
    expect(behind(14n * hour + minute)).toEqual([]);
  }));

test('time that was left behind begins with what came late, and is looked at again later, until that succeeds', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    bench.rules = [live(fragile)];
    const devices = () => [...book.findings.values()].map(({ entities }) => entities.device).toSorted();
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('old', noon - 6n * hour, { DeviceName: 'old' })] });
    await bench.pass();
    const late = { DeviceName: 'late', BytesSent: 2 ** 40 };
    await put(home, lake, { DeviceNetworkEvents: [row('late', noon - 3n * hour - minute, late)] });
    const skipped = () => gapsOf(home.store, { open: true }).filter(({ reason }) => reason === 'skipped');
    const pass = async () => {
      clock.time += 5n * minute;
      await bench.pass();
      await bench.pass();
    };
    for (let tick = 0; tick < 20 && skipped().length === 0; tick += 1) await pass();
    expect(skipped()).toMatchObject([{ first: noon - 3n * hour }]);
    const [{ last = 0n } = {}] = skipped();
    expect(last).toBeGreaterThan(noon);
    // Nothing that was seen has changed but the row, which says less now.
    await put(home, lake, { DeviceNetworkEvents: [row('late', noon - 3n * hour - minute, { DeviceName: 'late' })] }, [
      'late',
    ]);
    home.store.statement('UPDATE rule_state SET seq = ?').run(lake.seq);
    expect(devices()).toEqual(['old']);
    for (let tick = 0; tick < 11; tick += 1) await pass();
    expect(devices()).toEqual(['old']);
    expect(skipped()).toMatchObject([{ last }]);
    runs.length = 0;
    for (let tick = 0; tick < 3; tick += 1) await pass();
    expect(runs.filter(({ said }) => said.startsWith('everything anew'))).toHaveLength(1);
    expect(devices()).toEqual(['late', 'old']);
    expect(gapsOf(home.store, { open: true })).toEqual([]);
    runs.length = 0;
    for (let tick = 0; tick < 30; tick += 1) await pass();
    expect(runs.filter(({ said }) => said.startsWith('everything anew'))).toEqual([]);
  }));

test('time that was left behind is looked at by a rule that is changed to run seldom, once', () =>
  withBench(async (bench) => {
    const { home, lake, clock, runs } = bench;
    bench.rules = [live(fragile)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - day)] });
    await bench.pass();
    await put(home, lake, { DeviceNetworkEvents: [row('bad', noon + 2n * minute, { BytesSent: 2 ** 40 })] });
    const open = () => gapsOf(home.store, { open: true });
    for (let tick = 0; tick < 20 && !open().some(({ reason }) => reason === 'skipped'); tick += 1) {
      clock.time += 5n * minute;
      await bench.pass();
    }
    expect(open().map(({ reason }) => reason)).toContain('skipped');
    const { id } = bench.rules[0]?.rule ?? { id: '' };
    // Its last tick was before that time.
    bench.rules = [live(rowWise, { id, schedule: { frequency: day, period: day } }, '2')];
    runs.length = 0;
    for (let pass = 0; pass < 15; pass += 1) {
      await bench.pass();
      clock.time += 10n * minute;
    }
    expect(runs.map(({ said }) => said.split(':')[0])).toEqual(['everything anew']);
    expect(open()).toEqual([]);
  }));

test('what fails whenever stories are told again is left out ever more slowly, and hides no tick that comes', () => {
  const inForce: Exception[] = [];
  return withBench(
    async (bench) => {
      const { home, lake, clock, book, runs } = bench;
      bench.rules = [live(rowWise)];
      clock.time += minute;
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
      await bench.pass();
      inForce.push(hides('fails', 'array_length(repeat(1, tolong(1099511627776) + BytesSent)) > 1'));
      runs.length = 0;
      for (let pass = 0; pass < 120; pass += 1) {
        clock.time += 10_000_000n;
        await bench.pass();
      }
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.length).toBeLessThan(5);
      for (let pass = 0; pass < 10; pass += 1) {
        clock.time += 5n * minute;
        await bench.pass();
      }
      inForce.length = 0;
      await put(home, lake, { DeviceNetworkEvents: [row('b', clock.time, { DeviceName: 'ws-2' })] });
      for (let pass = 0; pass < 3; pass += 1) {
        clock.time += 5n * minute;
        await bench.pass();
      }
      expect([...book.findings.values()].map(({ entities }) => entities.device).toSorted()).toEqual(['ws-1', 'ws-2']);
    },
    { exceptions: () => inForce },
  );
});

test('what an ended exception hid is shown once all stories can be told again, and no tick waits for that', () => {
  const inForce = [hides('small', 'DeviceName == "ws-1"')];
  return withBench(
    async (bench) => {
      const { home, lake, clock, book, runs } = bench;
      const well = live('DeviceNetworkEvents | where EvidenceTime > ago(1h)');
      bench.rules = [well];
      clock.time += minute;
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
      await bench.pass();
      const last = () => book.told.at(-1)?.findings.map((each) => [each.finding.entities.device, each.hiddenBy]);
      expect(last()).toEqual([['ws-1', ['small']]]);
      // To tell that story fails from now on, as where there is no room for it.
      const when = 'array_length(repeat(1, BytesSent * 1099511627776)) > 1';
      const term = { points: 1, when, because: 'dear', at: { line: 1, column: 1 } };
      const scored = (add: readonly (typeof term)[]): LiveRule => ({
        ...well,
        rule: { ...well.rule, weir: { ...well.rule.weir, score: { base: 50, add } } },
      });
      bench.rules = [scored([term])];
      inForce.length = 0;
      const pass = async (times: number) => {
        for (let each = 0; each < times; each += 1) {
          clock.time += 5n * minute;
          await bench.pass();
          await bench.pass();
        }
      };
      await pass(8);
      const failed = () => runs.filter((run) => run.failed).length;
      expect(failed()).toBe(3);
      // It is not told by a run over what was left behind.
      home.store.statement('DELETE FROM gap').run();
      await put(home, lake, {
        DeviceNetworkEvents: [row('b', clock.time, { DeviceName: 'ws-2', BytesSent: 0 })],
      });
      await pass(2);
      expect(last()).toEqual([['ws-2', []]]);
      await pass(10);
      expect(failed()).toBe(4);
      // Other decisions are tried at once, and given up likewise.
      inForce.push(hides('third', 'DeviceName == "ws-8"'));
      const ran = runs.length;
      await pass(6);
      expect(failed()).toBe(7);
      expect(runs.length - ran).toBeLessThan(9);
      home.store.statement('DELETE FROM gap').run();
      bench.rules = [scored([])];
      await pass(12);
      expect(last()).toEqual([['ws-2', []]]);
      await pass(16);
      expect(last()).toContainEqual(['ws-1', []]);
      expect(failed()).toBe(7);
      const told = book.told.length;
      await pass(15);
      expect(book.told).toHaveLength(told);
    },
    { exceptions: () => inForce },
  );
});

test('a row that dates itself years back is looked at by a rule that fires on nothing, which looks for nothing from then on alone', () =>
  withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      const trigger = { operator: 'LessThan', threshold: 2 } as const;
      bench.rules = [
        live('DeviceNetworkEvents | where EvidenceTime > ago(5m)', {
          trigger,
          schedule: { frequency: 5n * minute, period: 5n * minute },
        }),
      ];
      clock.time += minute;
      const long = noon - 55n * 365n * day;
      const rows = [
        row('old', long, { DeviceName: 'old' }),
        row('a', noon - 8n * minute),
        row('b', noon - 7n * minute),
      ];
      await put(home, lake, { DeviceNetworkEvents: rows });
      await bench.pass();
      const told = () => [...book.findings.values()].map(({ entities, firstSeen }) => [entities.device, firstSeen]);
      expect(told()).toEqual(
        expect.arrayContaining([
          ['old', long],
          ['', noon - 20n * minute],
        ]),
      );
      expect(told()).toHaveLength(2);
      clock.time += 5n * minute;
      await put(home, lake, { DeviceNetworkEvents: [row('older', long - day, { DeviceName: 'older' })] });
      await bench.pass();
      expect(
        told()
          .map(([device]) => device)
          .toSorted(),
      ).toEqual(['', 'old', 'older']);
    },
    { absentFrom: () => noon - 20n * minute },
  ));

const endless = `range x from 1 to 100000 step 1 | extend k = 1
| join kind=inner (range y from 1 to 100000 step 1 | extend k = 1) on k
| join kind=inner (DeviceNetworkEvents | extend k = 1) on k | where x * y % 7 == 8`;

const endlessRule = live(endless, { id: '4b1f0c9e-0000-4000-8000-000000000001', name: 'Endless' });

test('a rule without end is stopped and is a gap', () =>
  withBench(async (bench) => {
    const { home, lake, clock, runs } = bench;
    bench.rules = [endlessRule];
    clock.time += minute;
    clock.hasty = 60n * 10_000_000n;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    expect(runs).toEqual([expect.objectContaining({ failed: true, said: 'it ran for more than 600 s' })]);
    expect(gapsOf(home.store, { open: true })).toEqual([
      expect.objectContaining({ rule: endlessRule.rule.id, reason: 'time', first: noon, last: noon }),
    ]);
    await bench.pass();
    expect(runs).toHaveLength(1);
  }));

test('a new rule that fails over what is old begins with what is new', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(fragile)];
    const bad = row('bad', noon - 2n * day, { DeviceName: 'bad', BytesSent: 2 ** 40 });
    await put(home, lake, { DeviceNetworkEvents: [bad] });
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    for (let tick = 0; tick < 3; tick += 1) {
      clock.time += 5n * minute;
      await bench.pass();
    }
    expect([...book.findings.values()].map(({ entities }) => entities.device)).toEqual(['ws-1']);
    expect(gapsOf(home.store, { open: true })).toMatchObject([
      { reason: 'skipped', first: noon - 2n * day, last: noon - 55n * minute },
    ]);
  }));

test('a near-real-time rule looks back no longer than a tick of it, as its own ticks wait meanwhile', () =>
  withBench(async (bench) => {
    const { home, lake, clock, runs } = bench;
    const near = { kind: 'NRT' as const, schedule: { frequency: minute, period: minute }, id: 'near', name: 'near' };
    bench.rules = [live(rowWise, near)];
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    const gap = { rule: 'near', first: noon - minute, last: noon - minute, reason: 'skipped', detail: '' } as const;
    openGap(home.store, gap, noon);
    // At ticks that see no row it does not take long.
    bench.rules = [live(endless, near)];
    clock.time += 2n * hour - minute / 2n;
    clock.hasty = minute;
    await bench.pass();
    clock.time += 10_000_000n;
    await bench.pass();
    expect(runs.map(({ said, failed }) => [said.split(':')[0], failed])).toEqual([
      ['everything anew', false],
      ['nothing that was seen has changed, and later ticks', false],
      ['it ran for more than 60 s', true],
    ]);
  }));

test('a rule to which all that there is is too much begins with what is new, and comes back to the rest', () => {
  let isLittle = true;
  return withBench(
    async (bench) => {
      const { home, lake, clock, book, runs } = bench;
      bench.rules = [live(rowWise)];
      const devices = () => [...book.findings.values()].map(({ entities }) => entities.device).toSorted();
      const open = () => gapsOf(home.store, { open: true });
      const pass = async (times: number) => {
        for (let each = 0; each < times; each += 1) {
          clock.time += 5n * minute;
          await bench.pass();
          await bench.pass();
        }
      };
      const old = row('old', noon - 2n * day, { DeviceName: 'old' });
      await put(home, lake, { DeviceNetworkEvents: [old, row('a', noon - minute, { DeviceName: 'a' })] });
      clock.time += minute;
      await bench.pass();
      expect(open()).toMatchObject([{ reason: 'memory', first: noon, last: noon }]);
      await pass(1);
      expect(devices()).toEqual(['a']);
      // Its look-back before the tick that is due.
      const left = [{ reason: 'skipped', first: noon - 2n * day, last: noon - 55n * minute }];
      expect(open()).toMatchObject(left);
      await put(home, lake, { DeviceNetworkEvents: [row('b', noon + 7n * minute, { DeviceName: 'b' })] });
      await pass(1);
      expect(devices()).toEqual(['a', 'b']);
      // It is looked at in vain after an hour, and two hours later.
      await pass(14);
      expect(runs.filter(({ failed }) => failed).length).toBeGreaterThan(1);
      expect(open()).toContainEqual(expect.objectContaining(left[0]));
      isLittle = false;
      await pass(26);
      expect(devices()).toEqual(['a', 'b', 'old']);
      expect(open()).toEqual([]);
      // What it kept is lost: what is not looked at anew stays as it was told.
      isLittle = true;
      const [name = ''] = await readdir(join(home.folder, 'evidence'));
      const lose = () => rm(join(home.folder, 'evidence', name), { force: true });
      await lose();
      const late = row('late', noon - 2n * day + minute, { DeviceName: 'old' });
      await put(home, lake, { DeviceNetworkEvents: [row('c', clock.time, { DeviceName: 'c' }), late] });
      await pass(1);
      await lose();
      await pass(2);
      expect(devices()).toEqual(['a', 'b', 'c', 'old']);
      expect(open()).toMatchObject([{ reason: 'skipped', first: noon - 2n * day }]);
      isLittle = false;
      await pass(14);
      expect(open()).toEqual([]);
      const [, , , found] = [...book.findings.values()]
        .toSorted((a, b) => Number(a.firstSeen - b.firstSeen))
        .toReversed();
      expect(found).toMatchObject({ connections: 2 });
    },
    {
      isCanary: ({ entities }) => {
        if (isLittle && entities.device === 'old') throw new Error('Out of Memory Error: there is little');
        return false;
      },
    },
  );
});

/** As a restored home has it. */
async function loseEvidence(home: Home): Promise<void> {
  const folder = join(home.folder, 'evidence');
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
}

test('what a rule has left behind is not gone where the same key comes again', () => {
  let isLittle = false;
  return withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      bench.rules = [live(rowWise)];
      const come = async (id: string, device: string) => {
        await put(home, lake, { DeviceNetworkEvents: [row(id, clock.time, { DeviceName: device })] });
        for (let each = 0; each < 6; each += 1) {
          clock.time += 5n * minute;
          // The run that failed has kept what it found, and would go on from there.
          if (id === 'b' && each < 2) await loseEvidence(home);
          await bench.pass();
        }
      };
      await put(home, lake, { DeviceNetworkEvents: [row('old', noon - 2n * day, { DeviceName: 'k' })] });
      await come('a', 'a');
      isLittle = true;
      await loseEvidence(home);
      const late = row('late', noon - 2n * day + minute, { DeviceName: 'k' });
      await put(home, lake, { DeviceNetworkEvents: [late] });
      await come('b', 'b');
      expect(gapsOf(home.store, { open: true })).toMatchObject([{ reason: 'skipped' }]);
      await come('new', 'k');
      const times = [...book.findings.values()].flatMap(({ entities, firstSeen }) =>
        entities.device === 'k' ? [firstSeen < noon] : [],
      );
      expect(times.toSorted()).toEqual([false, true]);
    },
    {
      isCanary: ({ firstSeen }) => {
        if (isLittle && firstSeen < noon - day) throw new Error('Out of Memory Error: there is little');
        return false;
      },
    },
  );
});

test('a rule that has nothing usable kept, and met what it cannot look at, looks at what is new', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(fragile)];
    const pass = async (times: number) => {
      for (let each = 0; each < times; each += 1) {
        clock.time += 5n * minute;
        await bench.pass();
      }
    };
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await pass(2);
    const bad = row('bad', noon - 2n * day, { DeviceName: 'bad', BytesSent: 2 ** 40 });
    await put(home, lake, { DeviceNetworkEvents: [bad] });
    await pass(12);
    await loseEvidence(home);
    for (const [step, device] of ['b', 'c', 'd'].entries()) {
      await put(home, lake, { DeviceNetworkEvents: [row(`${step}`, clock.time, { DeviceName: device })] });
      await pass(6);
    }
    expect([...book.findings.values()].map(({ entities }) => entities.device)).toContain('d');
  }));

test('a near-real-time rule looks back though it always has more to look at', () =>
  withBench(async (bench) => {
    const { home, lake, clock, runs } = bench;
    bench.rules = [
      live(rowWise, { kind: 'NRT', schedule: { frequency: minute, period: minute }, id: 'near', name: 'near' }),
    ];
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    const gap = { rule: 'near', first: noon - minute, last: noon - minute, reason: 'skipped', detail: '' } as const;
    openGap(home.store, gap, noon);
    const scheduler = await bench.scheduler();
    for (let step = 0; step < 8; step += 1) {
      clock.time += 10n * minute;
      for (const lane of ['prompt', 'patient'] as const) {
        await put(home, lake, { DeviceNetworkEvents: [row(`${lane}${step}`, clock.time)] });
        await scheduler.pass(lane, new AbortController().signal);
      }
    }
    expect(runs.filter(({ said }) => said.startsWith('everything anew'))).toHaveLength(2);
    expect(gapsOf(home.store, { open: true }).filter(({ reason }) => reason === 'skipped')).toEqual([]);
  }));

test('a rule whose engine does not let go when its time is over is a gap from then on', () => {
  let hangs = false;
  return withBench(async (bench) => {
    const { home, lake, clock, runs } = bench;
    const hanging = new Proxy(lake, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'snapshot' || !hangs) return value.bind(target);
        return () =>
          new Proxy(target.snapshot(), {
            get: (snapshot, part) =>
              part === 'show' ? () => new Promise(() => undefined) : Reflect.get(snapshot, part)?.bind?.(snapshot),
          });
      },
    });
    bench.rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    const scheduler = await bench.scheduler({ lake: hanging });
    await bench.pass();
    expect(runs.map(({ failed }) => failed)).toEqual([false]);
    hangs = true;
    clock.time += 5n * minute;
    clock.hasty = 5n * 10_000_000n;
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon + minute)] });
    expect(await scheduler.pass('prompt', new AbortController().signal)).toBe(1);
    const said = 'it ran for more than 10 s, and does not stop';
    expect(runs.slice(1)).toMatchObject([{ failed: true, said }]);
    expect(gapsOf(home.store, { open: true })).toMatchObject([
      { reason: 'time', detail: said, first: noon + 5n * minute, last: noon + 5n * minute },
    ]);
    clock.time += hour;
    scheduler.noteBehind();
    expect(gapsOf(home.store, { open: true })).toMatchObject([
      { reason: 'time', detail: said, first: noon + 5n * minute, last: noon + 65n * minute },
    ]);
  });
});

test('while a rule runs without end the others run, and it stops with the service', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    bench.rules = [endlessRule, live(rowWise)];
    clock.time += 5n * minute;
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon + minute)] });
    const scheduler = await bench.scheduler();
    const stop = new AbortController();
    const stuck = scheduler.pass('patient', stop.signal);
    expect(await scheduler.pass('prompt', stop.signal)).toBe(1);
    expect([...book.findings.values()].map(({ connections }) => connections)).toEqual([2]);
    stop.abort(new Error('the service stops'));
    await expect(stuck).rejects.toThrow('the service stops');
    expect(gapsOf(home.store, { open: false })).toEqual([]);
  }));

test('a near-real-time rule looks at what is there before its tick is over, and not again at once', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    const schedule = { frequency: minute, period: minute };
    bench.rules = [live('DeviceNetworkEvents | where BytesSent > 50', { kind: 'NRT', schedule })];
    clock.time += 30n * 10_000_000n;
    await put(home, lake, { DeviceNetworkEvents: [row('a', clock.time - 1n)] });
    await bench.pass();
    expect(book.findings.size).toBe(1);
    await put(home, lake, { DeviceNetworkEvents: [row('b', clock.time - 2n)] });
    await bench.pass();
    expect(runs).toHaveLength(1);
    clock.time += 2n * 10_000_000n;
    await bench.pass();
    expect([...book.findings.values()].map(({ connections }) => connections)).toEqual([2]);
  }));

test('a near-real-time rule runs for rows of what it reads alone, also where some are only taken back', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    const schedule = { frequency: minute, period: hour };
    const of = (name: string, query: string) => live(query, { kind: 'NRT', schedule, id: name, name });
    bench.rules = [of('connections', 'DeviceNetworkEvents | where BytesSent > 50'), of('days', 'EgressDaily')];
    const ran = async () => {
      clock.time += 2n * 10_000_000n;
      await bench.pass();
      return runs.splice(0).map(({ rule, failed }) => `${rule.name} ${failed}`);
    };
    expect((await ran()).toSorted()).toEqual(['connections false', 'days false']);
    // No row of theirs is there yet.
    expect(await ran()).toEqual([]);
    await put(home, lake, { DeviceFileEvents: [{ EventId: 'f', Timestamp: clock.time }] });
    expect(await ran()).toEqual([]);
    await put(home, lake, { DeviceNetworkEvents: [row('a', clock.time - 2n)] });
    expect((await ran()).toSorted()).toEqual(['connections false', 'days false']);
    expect(book.findings.size).toBe(1);
    expect(await ran()).toEqual([]);
    await put(home, lake, { DeviceFileEvents: [{ EventId: 'g', Timestamp: clock.time }] });
    expect(await ran()).toEqual([]);
    await put(home, lake, {}, ['a']);
    expect((await ran()).toSorted()).toEqual(['connections false', 'days false']);
    expect(book.findings.size).toBe(0);
    // The next tick is looked at, whatever came.
    clock.time += minute;
    expect((await ran()).toSorted()).toEqual(['connections false', 'days false']);
  }));

test('a clock that is put back makes no near-real-time rule wait, and one that was days ahead leaves no rule blind', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    const schedule = { frequency: minute, period: minute };
    const sees = 'DeviceNetworkEvents | where BytesSent > 50';
    bench.rules = [live(sees, { kind: 'NRT', schedule, id: 'near', name: 'near' }), live(rowWise, { id: 'at ticks' })];
    clock.time = noon + 3n * day;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    clock.time = noon;
    runs.length = 0;
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon - 10n * minute)] });
    await bench.pass();
    clock.time += minute;
    await bench.pass();
    expect(new Set(runs.map(({ rule, failed }) => `${rule.id} ${failed}`))).toEqual(
      new Set(['near false', 'at ticks false']),
    );
    const found = (rule: string) => [...book.findings.values()].filter((finding) => finding.rule.id === rule);
    expect(found('at ticks').map(({ connections }) => connections)).toEqual([2]);
  }));

test('a clock that is put back by hours leaves no rule blind until it is there again', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    bench.rules = [live(rowWise)];
    const told = () => [...book.findings.values()].map(({ connections }) => connections);
    clock.time = noon + 5n * hour;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - 10n * minute)] });
    await bench.pass();
    expect(told()).toEqual([1]);

    clock.time = noon;
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon - 2n * minute)] });
    await bench.pass();
    expect(told()).toEqual([2]);
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('c', noon)] });
    await bench.pass();
    expect(told()).toEqual([2]);
    clock.time += 4n * minute;
    await bench.pass();
    expect(told()).toEqual([3]);
    runs.length = 0;
    clock.time += 10n * minute;
    await bench.pass();
    expect(runs).toEqual([]);
  }));

test('a near-real-time rule that is due again runs between others', async () => {
  const names: string[] = [];
  let clock: SetClock | undefined;
  await withBench(
    async (bench) => {
      const near = { kind: 'NRT' as const, schedule: { frequency: minute, period: minute } };
      bench.rules = [
        live('DeviceNetworkEvents | where BytesSent > 50', { ...near, id: 'near', name: 'near' }),
        ...['a', 'b'].map((id) => live(rowWise, { id, name: id })),
      ];
      await put(bench.home, bench.lake, { DeviceNetworkEvents: [row('x', noon - minute)] });
      // All are patient before their first run.
      await bench.pass();
      names.length = 0;
      clock = bench.clock;
      clock.time += 10n * minute;
      await bench.pass();
      expect(names).toEqual(['near', 'a', 'near', 'b', 'near']);
    },
    {
      onRun: ({ rule }) => {
        names.push(rule.name);
        // Its next tick.
        if (clock) clock.time += minute;
      },
    },
  );
});

test('rows later than the lateness of the rule, and what a new rule finds in older times, wake nobody', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const weekly = { ...live(rowWise), since: 0n };
    bench.rules = [weekly];
    clock.time += minute;
    await put(home, lake, {
      DeviceNetworkEvents: [row('a', noon - 6n * day), row('b', noon - 8n * day, { DeviceName: 'ws-2' })],
    });
    await bench.pass();
    const retro = () =>
      book.told
        .flatMap(({ findings }) => findings.map(({ finding, retro }) => [finding.entities.device, retro]))
        .sort();
    expect(retro()).toEqual([
      ['ws-1', false],
      ['ws-2', true],
    ]);
    book.told.length = 0;
    bench.rules = [{ ...live(`${rowWise} and 1 == 1`, { id: weekly.rule.id }, '2'), since: clock.time }];
    clock.time += 5n * minute;
    await put(home, lake, { DeviceNetworkEvents: [row('c', noon + 2n * minute, { DeviceName: 'ws-3' })] });
    await bench.pass();
    expect(retro()).toEqual([['ws-3', false]]);
    expect(book.findings.size).toBe(3);
  }));

test('a rule that came while the service was down wakes nobody for what is over', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live('DeviceNetworkEvents | where BytesSent > 5000')];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    bench.rules = [...bench.rules, live(rowWise)];
    clock.time += 5n * minute;
    await bench.scheduler();
    await bench.pass();
    expect(book.told.flatMap(({ findings }) => findings.map(({ retro }) => retro))).toEqual([true]);
  }));

test('what came while the service was brought up to date wakes people as what comes later does', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const before = live(rowWise);
    bench.rules = [before];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    book.told.length = 0;
    clock.time += 20n * minute;
    const rows = [
      row('b', noon - 10n * minute, { DeviceName: 'ws-2' }),
      row('c', noon + 10n * minute, { DeviceName: 'ws-3' }),
    ];
    await put(home, lake, { DeviceNetworkEvents: rows });
    bench.rules = [{ ...live(`${rowWise} and 1 == 1`, { id: before.rule.id }, '2'), since: clock.time }];
    await bench.scheduler();
    await bench.pass();
    const told = book.told.flatMap(({ findings }) =>
      findings.map(({ finding, retro }) => [finding.entities.device, retro]),
    );
    expect(new Map(told as [string, boolean][])).toEqual(
      new Map([
        ['ws-2', true],
        ['ws-3', false],
      ]),
    );
  }));

test('what another catalogue makes of old rows wakes nobody and withdraws nothing; what comes meanwhile does wake', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const { store } = home;
    const query = `${rowWise} and Service == 'Drop'`;
    const device = (id: string) => ({ DeviceName: `ws-${id}` });
    bench.rules = [live(query)];
    clock.time += minute;
    beginTagging(store, { version: 'one' }, undefined, 0);
    const old = noon - 2n * hour;
    const rows = [row('a', old, device('a')), row('b', old, { ...device('b'), Service: 'Other' })];
    await put(home, lake, { DeviceNetworkEvents: rows });
    await bench.pass();
    expect([...book.findings.values()].map(({ entities }) => entities.device)).toEqual(['ws-a']);

    clock.time += 5n * minute;
    bench.rules = [live(query, { id: bench.rules[0]?.rule.id ?? '' }, 'another catalogue')];
    await bench.scheduler();
    beginTagging(store, { version: 'two' }, undefined, 2);
    await bench.pass();
    book.told.length = 0;
    const anew = [row('a2', old, { ...device('a'), Service: 'Other' }), row('b2', old, device('b'))];
    await put(home, lake, { DeviceNetworkEvents: [...anew, row('c', clock.time + minute, device('c'))] }, ['a', 'b']);
    moveTagging(store, undefined, lake.seq);
    clock.time += 5n * minute;
    await bench.pass();
    const told = () =>
      book.told
        .flatMap(({ findings }) => findings.map(({ finding, retro }) => [finding.entities.device, retro]))
        .sort();
    expect(told()).toEqual([
      ['ws-b', true],
      ['ws-c', false],
    ]);
    expect([...book.findings.values()].map(({ entities }) => entities.device).sort()).toEqual(['ws-a', 'ws-b', 'ws-c']);

    book.told.length = 0;
    clock.time += 5n * minute;
    await put(home, lake, { DeviceNetworkEvents: [row('d', old, device('d'))] });
    await bench.pass();
    expect(told()).toEqual([['ws-d', false]]);
  }));

test('a rule that is edited withdraws nothing that its last version found', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const before = live(rowWise);
    bench.rules = [before];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    bench.rules = [live('DeviceNetworkEvents | where BytesSent > 5000', { id: before.rule.id }, '2')];
    clock.time += 5n * minute;
    await bench.pass();
    expect(book.findings.size).toBe(1);
    await put(home, lake, {}, ['a']);
    clock.time += 5n * minute;
    await bench.pass();
    expect(book.findings.size).toBe(1);
  }));

test('later evidence that clears a story withdraws it, and it comes back under its id', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    const [id] = book.findings.keys();
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute, { BytesSent: 5 })] }, ['a']);
    clock.time += 5n * minute;
    await bench.pass();
    expect(book.told.at(-1)).toMatchObject({ findings: [], judged: [id] });
    await put(home, lake, { DeviceNetworkEvents: [row('z', noon - 2n * minute)] });
    clock.time += 5n * minute;
    await bench.pass();
    expect([...book.findings.keys()]).toEqual([id]);
  }));

test('of two stories that a late row bridges the older id stays, and the other is its alias', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('late', noon - minute)] });
    await bench.pass();
    const [older] = book.findings.keys();
    await put(home, lake, { DeviceNetworkEvents: [row('early', noon - 40n * hour)] });
    clock.time += 5n * minute;
    await bench.pass();
    const younger = [...book.findings.keys()].find((id) => id !== older);
    await put(home, lake, { DeviceNetworkEvents: [row('bridge', noon - 20n * hour)] });
    clock.time += 5n * minute;
    await bench.pass();
    expect(book.told.at(-1)?.findings).toEqual([
      expect.objectContaining({ aliases: [younger], finding: expect.objectContaining({ id: older, connections: 3 }) }),
    ]);
    expect([...book.findings.keys()]).toEqual([older]);
  }));

test('a device whose name fusion learns keeps its story', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    bench.rules = [live(rowWise)];
    clock.time += minute;
    const unknown = { DeviceName: '10.0.0.5', InitiatingProcessFileName: '' };
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute, unknown)] });
    await bench.pass();
    const [id] = book.findings.keys();
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] }, ['a']);
    clock.time += 5n * minute;
    await bench.pass();
    expect([...book.findings.values()]).toEqual([
      expect.objectContaining({ id, entities: expect.objectContaining({ device: 'ws-1', process: 'curl.exe' }) }),
    ]);
  }));

function hides(id: string, when: string): Exception {
  const owned = { owner: 'sam', reason: 'ours', created: 0n, expires: 1_000_000n * day };
  return { ...owned, id, name: id, rules: null, when, names: true, place: 'exceptions.yaml:2:5' };
}

test('an exception hides what it is about until that grows beyond it, at once when it comes into force', () => {
  const inForce: Exception[] = [];
  return withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      bench.rules = [live(rowWise)];
      clock.time += minute;
      await put(home, lake, {
        DeviceNetworkEvents: [row('a', noon - minute), row('b', noon - minute, { DeviceName: 'ws-2' })],
      });
      await bench.pass();
      const last = () => book.told.at(-1)?.findings.map((each) => [each.finding.entities.device, each.hiddenBy]);
      expect(last()?.toSorted()).toEqual([
        ['ws-1', []],
        ['ws-2', []],
      ]);
      inForce.push(hides('small', 'DeviceName == "ws-1" and BytesSent < 1000'));
      clock.time += 5n * minute;
      await bench.pass();
      expect(last()).toEqual([['ws-1', ['small']]]);
      await put(home, lake, { DeviceNetworkEvents: [row('c', noon + minute, { BytesSent: 5000 })] });
      clock.time += 5n * minute;
      await bench.pass();
      expect(last()).toEqual([['ws-1', []]]);
      expect(book.told).toHaveLength(3);
    },
    { exceptions: () => inForce },
  );
});

test('a confirmed case that an exception would hide refuses it, also for stories that have not changed', () => {
  const verdicts: GivenVerdict[] = [];
  return withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      bench.rules = [live(rowWise)];
      clock.time += minute;
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
      await bench.pass();
      const told = () =>
        book.told.flatMap(({ findings }) => findings.map(({ finding, hiddenBy }) => [finding.id, hiddenBy]));
      const [id] = book.findings.keys();
      expect(told()).toEqual([[id, ['all']]]);
      const about = { finding: id ?? '' };
      verdicts.push({ verdict: 'true-positive', about, by: 'kim', note: '', place: 'verdicts.yaml:2:5' });
      clock.time += 5n * minute;
      await bench.pass();
      expect(told().at(-1)).toEqual([id, []]);
    },
    { exceptions: () => [hides('all', 'DeviceName == "ws-1"')], confirmed: () => verdicts },
  );
});

test('what people found out is asked for rules with exceptions alone, and tells their stories again where it is confirmed', () => {
  const inForce: Exception[] = [];
  const confirmed: GivenVerdict[] = [];
  let asked = 0;
  return withBench(
    async (bench) => {
      const { home, lake, clock, runs } = bench;
      bench.rules = ['a', 'b'].map((id) => live(rowWise, { id, name: id }));
      clock.time += minute;
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
      const ran = async () => {
        clock.time += 6n * 10_000_000n;
        await bench.pass();
        return runs.splice(0).map(({ rule }) => rule.name);
      };
      expect(await ran()).toEqual(['a', 'b']);
      expect(asked).toBe(0);
      inForce.push({ ...hides('one', 'DeviceName == "ws-9"'), rules: ['a'] });
      expect(await ran()).toEqual(['a']);
      expect(await ran()).toEqual([]);
      confirmed.push({
        verdict: 'true-positive',
        about: { finding: 'f' },
        ...{ by: 'kim', note: '', place: 'alert 1' },
      });
      expect(await ran()).toEqual(['a']);
      expect(await ran()).toEqual([]);
    },
    {
      exceptions: () => inForce,
      confirmed: () => {
        asked += 1;
        return confirmed;
      },
    },
  );
});

test('runs whose rows retention took while nobody looked are gaps that stay, and withdraw nothing', () => {
  let retained: bigint | null = null;
  return withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      const sums = 'DeviceNetworkEvents | summarize Sent = sum(BytesSent) by DeviceName | where Sent > 50';
      bench.rules = [live(sums)];
      clock.time += minute;
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
      await bench.pass();
      expect(book.findings.size).toBe(1);
      clock.time += 10n * day;
      retained = noon + 9n * day;
      await put(home, lake, { DeviceNetworkEvents: [row('b', noon + 5n * day)] });
      await bench.pass();
      const whole = retained + hour;
      expect(gapsOf(home.store, { open: true })).toEqual([
        expect.objectContaining({ reason: 'retention', first: noon + 5n * minute, last: whole - 5n * minute }),
      ]);
      await put(home, lake, { DeviceNetworkEvents: [row('c', clock.time)] });
      clock.time += 5n * minute;
      await bench.pass();
      expect(gapsOf(home.store, { open: true })).toHaveLength(1);
      expect(book.told.flatMap(({ findings, judged }) => judged.length - findings.length)).toEqual([0, 0]);
      expect(book.findings.size).toBe(2);
    },
    { retained: () => retained },
  );
});

test('evidence of stories that are over is kept as long as its rows are, and no longer', () => {
  let retained: bigint | null = null;
  return withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      bench.rules = [live(rowWise)];
      clock.time += minute;
      const rows = [row('a', noon - minute), row('b', noon - minute, { InitiatingProcessFileName: '' })];
      await put(home, lake, { DeviceNetworkEvents: [...rows, row('c', noon - minute, { DeviceName: 'ws-2' })] });
      await bench.pass();
      const ids = [...book.findings.keys()];
      const kept = async () => {
        const [file = ''] = await readdir(join(home.folder, 'evidence'));
        await home.engine.run(`ATTACH '${join(home.folder, 'evidence', file)}' AS looked (READ_ONLY)`);
        const [row] = await home.engine.rows<{ n: bigint }>(
          'SELECT (SELECT count(*) FROM looked.evidence) + (SELECT count(*) FROM looked.facts) AS n',
        );
        await home.engine.run('DETACH looked');
        return row?.n;
      };
      expect(await kept()).toBe(6n);
      clock.time += 3n * day;
      await put(home, lake, { DeviceNetworkEvents: [row('d', clock.time - minute, { DeviceName: 'ws-2' })] });
      retained = noon + 2n * day;
      await bench.pass();
      expect(await kept()).toBe(2n);
      expect([...book.findings.keys()].slice(0, ids.length)).toEqual(ids);
      expect(book.findings.size).toBe(ids.length + 1);
    },
    { retained: () => retained },
  );
});

test('results that name no row make no new story of one that is over', () => {
  let retained: bigint | null = null;
  return withBench(
    async (bench) => {
      const { home, lake, clock, book } = bench;
      const none = live('DeviceNetworkEvents | where EvidenceTime > ago(1h) and DeviceName == "ws-9"');
      const trigger = { operator: 'Equal', threshold: 0 } as const;
      bench.rules = [{ ...none, rule: { ...none.rule, trigger, schedule: { frequency: 6n * hour, period: hour } } }];
      clock.time += minute;
      await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
      await bench.pass();
      const there = (at: bigint) => row(`b${at}`, at - 3n * minute, { DeviceName: 'ws-9' });
      const ticks = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].map((tick) => noon + day + tick * 6n * hour);
      await put(home, lake, { DeviceNetworkEvents: ticks.map(there) });
      clock.time = noon + 3n * day + minute;
      await bench.pass();
      expect(book.told.splice(0).at(-1)?.findings).toHaveLength(1);
      retained = noon + 2n * day + 2n * hour;
      for (let run = 0; run < 4; run++) {
        clock.time += 6n * hour;
        await put(home, lake, { DeviceNetworkEvents: [there(clock.time - minute)] });
        await bench.pass();
      }
      expect(book.told).toEqual([]);
      expect(home.store.statement('SELECT state FROM episode').all()).toEqual([{ state: 'settled' }]);
    },
    { retained: () => retained },
  );
});

test('a story of rows and of results that name none is one, run after run', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const both = live(`${rowWise} | project DeviceName | union (datatable(DeviceName:string)["ws-1"])`);
    const weir = { ...both.rule.weir, finding: { ...both.rule.weir.finding, key: ['DeviceName'] } };
    bench.rules = [{ ...both, rule: { ...both.rule, weir } }];
    for (let run = 0; run < 4; run++) {
      clock.time += 5n * minute;
      await put(home, lake, { DeviceNetworkEvents: [row(`a${run}`, clock.time - minute)] });
      await bench.pass();
    }
    expect(home.store.statement('SELECT state FROM episode').all()).toEqual([{ state: 'standing' }]);
    expect(book.findings.size).toBe(1);
  }));

test('what is found comes after the crash that lost it, once', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const rules = [live(rowWise)];
    bench.rules = rules;
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    const scheduler = await bench.scheduler();
    const crashing = new Scheduler({
      ...(await around(home, lake, home.store, {
        apply: () => {
          throw new Error('the power is gone');
        },
      })),
      ...{ lake, clock, rules: () => rules },
      engine: { memoryMb: 200, threads: 1, spillDirectory: join(home.folder, 'spill-rules') },
    });
    await crashing.pass('patient', new AbortController().signal);
    crashing.close();
    expect(ruleState(home.store, rules[0]?.rule.id ?? '')).toBeUndefined();
    await scheduler.pass('patient', new AbortController().signal);
    expect(book.told.map(({ findings }) => findings.length)).toEqual([1]);
    expect(gapsOf(home.store, { open: true })).toEqual([]);
  }));

test('evidence that is lost or broken is made anew, and nobody is told twice', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book, runs } = bench;
    bench.rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    await bench.pass();
    const [name = ''] = await readdir(join(home.folder, 'evidence'));
    for (const harm of [(file: string) => writeFile(file, 'no database'), (file: string) => rm(file)]) {
      await harm(join(home.folder, 'evidence', name));
      clock.time += 5n * minute;
      await bench.pass();
    }
    expect(runs.map(({ said, failed }) => [said.split(':')[0], failed])).toEqual(
      runs.map(() => ['everything anew', false]),
    );
    expect(book.told).toHaveLength(1);
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon)] });
    clock.time += 5n * minute;
    await bench.pass();
    expect([...book.findings.values()].map(({ connections }) => connections)).toEqual([2]);
  }));

test('a rule goes on after a store that refused what was found and that it failed', () =>
  withBench(async (bench) => {
    const { home, lake, clock, book } = bench;
    const rules = [live(rowWise)];
    clock.time += minute;
    await put(home, lake, { DeviceNetworkEvents: [row('a', noon - minute)] });
    let refusing = true;
    const surroundings = await around(home, lake, home.store, {
      apply: (...told) => {
        if (refusing) throw new Error('the disk is full');
        return book.apply(...told);
      },
    });
    const store = new Proxy(home.store, {
      get: (target, name) => {
        if (name === 'transaction' && refusing) throw new Error('the disk is full');
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const scheduler = new Scheduler({
      ...{ ...surroundings, store, lake, clock, rules: () => rules },
      engine: { memoryMb: 200, threads: 1, spillDirectory: join(home.folder, 'spill-refused') },
    });
    const { signal } = new AbortController();
    await expect(scheduler.pass('patient', signal)).rejects.toThrow('the disk is full');
    refusing = false;
    clock.time += hour;
    await scheduler.pass('patient', signal);
    scheduler.close();
    expect(book.findings.size).toBe(1);
  }));
