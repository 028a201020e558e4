import { expect, test } from 'vitest';
import { AlertBook } from '../alert/book.ts';
import { addInputs, type Given, readInputs } from '../live/inputs.ts';
import { Home } from '../live/live.fixture.ts';
import { Health } from '../operate/health.ts';
import { SourceStates } from './sourceStates.ts';
import { tending } from './tending.ts';

const hour = 36_000_000_000n;

/** A service that looks at its sources each hour. */
async function withSources(
  use: (sources: {
    readonly home: Home;
    /** Lets hours go by, in each of which these send. */
    readonly pass: (
      hours: number,
      sends: (hour: number) => readonly Pick<Given, 'door' | 'source'>[],
      newest?: (now: bigint) => bigint,
    ) => Promise<void>;
    readonly alerts: () => readonly string[];
    readonly health: () => string;
  }) => Promise<void>,
): Promise<void> {
  await Home.with(async (home) => {
    const { store, clock } = home;
    const alerts = new AlertBook(store, { floor: 'low' });
    const health = new Health(clock);
    const states = new SourceStates(store, clock);
    const config = { watch: ['/logs/zeek', '/logs/*.csv'] };
    const tend = tending({ clock, config }, { store, alerts, health, canaries: undefined });
    const none = {
      entries: 1,
      repeated: 0,
      bytes: 5,
      records: 1,
      rows: 1,
      rejects: 0,
      aside: 0,
      ignored: 0,
      unsplit: 0,
    };
    let passed = 0;
    await use({
      home,
      async pass(hours, sends, newest = (now) => now) {
        for (const end = passed + hours; passed < end; passed++) {
          const times = { firstAt: clock.now(), lastAt: clock.now(), reason: undefined, format: 'zeek' };
          addInputs(
            store,
            sends(passed).map((source) => ({ ...none, ...times, ...source })),
            newest(clock.now()),
          );
          await tend();
          clock.time += hour;
        }
      },
      alerts: () =>
        store
          .statement('SELECT title FROM alert ORDER BY id')
          .all()
          .map(({ title }) => String(title)),
      health() {
        states.report(health);
        return health.parts.get('sources')?.reason ?? '';
      },
    });
  });
}

test('a watched folder is silent when nothing comes of any of its files, and a file that ends is not', () =>
  withSources(async ({ home, pass, alerts, health }) => {
    const dated = (now: number) => ({ door: 'file', source: `/logs/zeek/conn.${Math.floor(now / 24)}.log` });
    await pass(24 * 40, (now) => [dated(now), ...(now < 20 ? [{ door: 'file', source: '/logs/old.csv' }] : [])]);
    expect(alerts()).toEqual(['file//logs/*.csv has sent nothing for 25 h']);
    expect(health()).toBe('');
    const files = readInputs(home.store).filter(({ door }) => door === 'file');
    expect(files.length).toBeLessThan(11);
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(24 * 40 + 20);
    await pass(24, () => []);
    expect(alerts().at(-1)).toMatch(/^file\/\/logs\/zeek has sent nothing/);
    expect(health()).toMatch(/^file\/\/logs\/zeek: it is silent/);
  }));

test('a watched folder whose new files are too many to be told apart is not silent', () =>
  withSources(async ({ home, pass, alerts }) => {
    await pass(24 * 8, () => [{ door: 'file', source: '/logs/zeek/conn.log' }]);
    const none = {
      entries: 1,
      repeated: 0,
      bytes: 0,
      records: 0,
      rows: 0,
      rejects: 0,
      aside: 0,
      ignored: 0,
      unsplit: 0,
    };
    const { time } = home.clock;
    const many = Array.from({ length: 2_000 }, (_, at) => ({
      ...{ ...none, door: 'hec', source: `s${at}`, format: '', firstAt: time, lastAt: time, reason: undefined },
    }));
    home.store.transaction(() => addInputs(home.store, many, null));
    await pass(20, (now) => [{ door: 'file', source: `/logs/zeek/conn.${now}.log` }]);
    expect(alerts()).toEqual([]);
    await pass(4, () => []);
    expect(alerts()).toEqual([expect.stringMatching(/^file\/\/logs\/zeek has sent nothing/)]);
  }));

test('who sends no more is forgotten after weeks, with room for others, and health is well again', () =>
  withSources(async ({ home, pass, alerts, health }) => {
    const gone = { door: 'http', source: 'proxy-1' };
    const there = { door: 'http', source: 'proxy-2' };
    await pass(24 * 10, () => [gone, there]);
    await pass(24 * 27, () => [there]);
    expect(alerts()).toHaveLength(1);
    expect(health()).toMatch(/^http\/proxy-1: it is silent/);
    await pass(24 * 2, () => [there]);
    expect(health()).toBe('');
    expect(alerts()).toHaveLength(1);
    const given = readInputs(home.store).map(({ source, entries }) => [source, entries]);
    expect(given).toEqual([
      ['(gone)', 240],
      ['proxy-2', 24 * 39],
    ]);
    await pass(24 * 5, () => [there]);
    expect(alerts()).toHaveLength(1);
    expect(health()).toBe('');
  }));

test('a source whose records become old on their way is late, also where one row was of the future', () =>
  withSources(async ({ pass, alerts, health }) => {
    const there = () => [{ door: 'http', source: 'proxy' }];
    await pass(24 * 9, there, (now) => (now % (24n * hour) === 0n ? now + 600_000n * hour : now));
    expect(alerts()).toEqual([]);
    await pass(24, there, (now) => now - 5n * hour);
    expect(alerts()).toEqual([expect.stringMatching(/^what http\/proxy sends is .* old when it comes$/)]);
    expect(health()).toMatch(/^http\/proxy: it is late/);
    await pass(1, there);
    expect(health()).toBe('');
  }));
