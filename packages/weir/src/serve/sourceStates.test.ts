import { expect, test } from 'vitest';
import { addInputs, type Given, readInputs } from '../live/inputs.ts';
import { Home } from '../live/live.fixture.ts';
import { Health } from '../operate/health.ts';
import { SourceStates } from './sourceStates.ts';

const hour = 36_000_000_000n;
const day = 24n * hour;

test('a source is not well while something is wrong with what it sends, and well again afterwards', () =>
  Home.with(async ({ store, clock }) => {
    const health = new Health(clock);
    const states = new SourceStates(store, clock);
    const told = () => {
      states.report(health);
      const { state = 'ok', reason = '' } = health.parts.get('sources') ?? {};
      return [state, reason];
    };
    const give = (more: Partial<Given>, newest: bigint | null = clock.now()) => {
      const none = { entries: 0, repeated: 0, bytes: 0, records: 0, rows: 0, rejects: 0, aside: 0, ignored: 0 };
      const times = { firstAt: clock.now(), lastAt: clock.now() };
      const given = { ...none, ...times, unsplit: 0, door: 'http', source: 'a', format: '', reason: undefined };
      addInputs(store, [{ ...given, ...more }], newest);
    };
    give({ entries: 100, records: 1_000, rows: 991, rejects: 9, repeated: 9 });
    expect(told()).toEqual(['ok', '']);

    give({ entries: 1, aside: 1, reason: 'no format fits' });
    give({ entries: 1, source: 'b', rows: 5, records: 5 }, clock.now() - 260n * day);
    expect(told()).toEqual([
      'degraded',
      'http/a: no format fits (1 body kept aside so far) | http/b: its newest row is 260 days old: these are old logs, or a clock is wrong',
    ]);
    clock.time += day - hour;
    told();
    clock.time += hour;
    expect(told()).toEqual(['ok', '']);

    give({ entries: 30, records: 30, rejects: 20, rows: 10, repeated: 15 });
    expect(told()[1]).toMatch(/^http\/a: 20 times .* could not be used.*; 15 times .* came again/);
    clock.time += hour;
    expect(told()[0]).toBe('degraded');
    clock.time += hour;
    told();
    expect(told()).toEqual(['ok', '']);
  }));

test('what is not read at all is told first', () =>
  Home.with(async ({ store, clock }) => {
    const none = {
      entries: 1,
      repeated: 0,
      bytes: 0,
      records: 5,
      rows: 5,
      rejects: 0,
      aside: 0,
      ignored: 0,
      unsplit: 0,
    };
    const times = { firstAt: clock.now(), lastAt: clock.now() };
    const given = { ...none, ...times, door: 'http', format: 'zeek', reason: undefined };
    const old = ['a', 'b', 'c', 'd'].map((source) => ({ ...given, source }));
    addInputs(store, old, clock.now() - 7n * day);
    const skipped = { records: 0, rows: 0, aside: 1, format: '', reason: 'no format fits' };
    addInputs(store, [{ ...given, ...skipped, source: 'z' }], null);
    const health = new Health(clock);
    new SourceStates(store, clock).report(health);
    expect(health.parts.get('sources')?.reason).toMatch(
      /^http\/z: no format fits .* \| http\/a: .* \| http\/b: .* \| and 2 more/,
    );
  }));

test('of old files under one watched path the same is said, once', () =>
  Home.with(async ({ store, clock }) => {
    const none = {
      entries: 1,
      repeated: 0,
      bytes: 0,
      records: 5,
      rows: 5,
      rejects: 0,
      aside: 0,
      ignored: 0,
      unsplit: 0,
    };
    const times = { firstAt: clock.now(), lastAt: clock.now() };
    const given = { ...none, ...times, door: 'file', format: 'zeek', reason: undefined };
    for (const days of [7n, 8n, 9n])
      addInputs(store, [{ ...given, source: `/logs/zeek/${days}/conn.log` }], clock.now() - days * day);
    addInputs(store, [{ ...given, source: '/logs/squid/access.log' }], clock.now() - 30n * day);
    addInputs(store, [{ ...given, source: '/logs/zeek/conn.log' }], clock.now());
    const health = new Health(clock);
    const states = new SourceStates(store, clock, ['/logs/zeek', '/logs/squid']);
    states.report(health);
    expect(health.parts.get('sources')?.reason.split(' | ')).toEqual([
      'file//logs/squid/access.log: its newest row is 30 days old: these are old logs, or a clock is wrong',
      'file//logs/zeek/7/conn.log and 2 more: the newest row of 3 files of /logs/zeek is 7 days old: these are old logs, or a clock is wrong',
    ]);
    expect(states.judge().size).toBe(4);
  }));

test('a body that came again is counted with what its source sent before', () =>
  Home.with(async ({ store, clock }) => {
    const none = {
      entries: 1,
      repeated: 0,
      bytes: 9,
      records: 0,
      rows: 0,
      rejects: 0,
      aside: 0,
      ignored: 0,
      unsplit: 0,
    };
    const given = { ...none, firstAt: clock.now(), lastAt: clock.now(), door: 'http', reason: undefined };
    const read = { ...given, records: 300, rows: 300, format: 'defender csv', source: 'mde' };
    const again = { ...given, repeated: 1, format: '', source: 'mde' };
    const rows = () => readInputs(store).map(({ source, format, rows, repeated }) => [source, format, rows, repeated]);
    addInputs(store, [again, read], clock.now());
    expect(rows()).toEqual([['mde', 'defender csv', 300, 1]]);
    addInputs(store, [again, { ...again, source: 'new' }], null);
    expect(rows()).toEqual([
      ['mde', 'defender csv', 300, 2],
      ['new', '', 0, 1],
    ]);
  }));

test('sources that senders name without end are counted together', () =>
  Home.with(async ({ store, clock }) => {
    const none = { entries: 1, repeated: 0, bytes: 0, records: 0, rows: 0, rejects: 0, aside: 0, ignored: 0 };
    const given = { ...none, unsplit: 0, firstAt: 1n, lastAt: 1n, door: 'hec', format: '', reason: undefined };
    const named = (from: number, until: number) =>
      Array.from({ length: until - from }, (_, at) => ({ ...given, source: `s${from + at}` }));
    store.transaction(() => addInputs(store, named(0, 3_000), null));
    addInputs(store, named(0, 1), null);
    const counted = store.statement('SELECT count(*) AS n, sum(entries) AS entries FROM input').get();
    expect(counted).toEqual({ n: 2_001n, entries: 3_001n });
    expect(store.statement("SELECT entries FROM input WHERE source = '(others)'").get()).toEqual({ entries: 1_000n });
    expect(new SourceStates(store, clock).judge()).toEqual(new Map());
  }));
