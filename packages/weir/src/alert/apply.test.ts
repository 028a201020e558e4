import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Store } from '../store/store.ts';
import { AlertBook } from './book.ts';
import { checkAlerts } from './check.ts';
import { readNotices } from './notices.ts';
import { minute, rule, story, told } from './told.fixture.ts';

let folder: string;
let store: Store;
let book: AlertBook;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-alerts-'));
  store = Store.open(join(folder, 'weir.db'));
  book = new AlertBook(store, { floor: 'medium' });
});
afterEach(async () => {
  expect(await checkAlerts(store)).toMatchObject({ trail: { faults: [] }, untold: [] });
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const ana = (n: number) => ({ actor: 'ana', at: minute(n) });
const actions = (id: number) => book.trail(id, { limit: 100 }).map(({ action }) => action);
const notices = () =>
  readNotices(
    store,
    store
      .statement('SELECT id FROM notice')
      .all()
      .map(({ id }) => Number(id)),
  );
const causes = () => notices().map((notice) => [notice.cause, 'alert' in notice.told ? notice.told.alert : 0]);

describe('findings become alerts', () => {
  test('a finding opens one alert, and told again changes nothing', () => {
    expect(book.apply(told(10, [story([1, 2])]))).toEqual({ opened: [1], changed: [], withdrawn: [], merged: [] });
    expect(book.apply(told(11, [story([1, 2])]))).toEqual({ opened: [], changed: [], withdrawn: [], merged: [] });
    expect(book.get(1)).toMatchObject({ state: 'new', version: 1, touched: false, opened: minute(10) });
    expect(book.get(1)?.finding).toMatchObject({ id: 'f1', bytesSent: 2_097_152n, lastSeen: minute(2) });
    expect(actions(1)).toEqual(['alert.opened']);
  });

  test('it grows, and its trail has the figures as they were', () => {
    book.apply(told(10, [story([1])]));
    const growth = () =>
      book.trail(1, { limit: 100 }).map(({ at, details }) => [at, details.connections, details.bytesSent]);
    book.apply(told(11, [story([1, 2])]));
    expect(growth()).toEqual([
      [minute(10), 1, 1_048_576],
      [minute(11), 2, 2_097_152],
    ]);
    book.apply(told(12, [story([1, 2, 3])]));
    expect(book.get(1)).toMatchObject({ version: 1, changed: minute(12) });
    expect(book.evidence(1)).toMatchObject({ count: 3, eventIds: ['e1', 'e2', 'e3'] });
    expect(book.evidence(1)?.rows.map(({ EventId }) => EventId)).toEqual(['e1', 'e2', 'e3']);
    book.apply(told(70, [story([1, 2, 3, 4])]));
    book.apply(told(71, [story([1, 2, 3, 4, 5])]));
    expect(growth().slice(2)).toEqual([[minute(71), 5, 5_242_880]]);
  });

  test('its trail has mere growth once an hour, and at once what is decisive', () => {
    book.apply(told(10, [story([1])]));
    for (let now = 11; now < 11 + 180; now++)
      book.apply(told(now, [story(Array.from({ length: now }, (_, row) => row + 1))]));
    // In three hours: by the hour, and where it had sent ten and a hundred times as much.
    const entries = book.trail(1, { limit: 1_000 }).filter(({ action }) => action === 'alert.updated');
    expect(entries.length).toBeLessThanOrEqual(6);
    expect(entries.filter(({ details }) => Number(details.version) > 1).length).toBeGreaterThan(0);
    expect(book.get(1)?.finding).toMatchObject({ connections: 190, bytesSent: 190n * 1_048_576n });
    book.apply(told(191, [story([1, 2], { severity: 'low', score: 10 })]));
    expect(book.trail(1, { limit: 1_000 }).at(-1)).toMatchObject({ at: minute(191), details: { severity: 'low' } });
  });

  test('a row that better evidence replaced is no longer evidence', () => {
    book.apply(told(10, [story([1, 2])]));
    book.apply(told(11, [story([1, 3])]));
    expect(book.evidence(1)?.rows.map(({ EventId }) => EventId)).toEqual(['e1', 'e3']);
  });

  test('a transaction that fails leaves no trace of it', () => {
    book.apply(told(10, [story([1])]));
    const fails = () =>
      store.transaction(() => {
        book.apply(told(11, [story([1, 2]), story([90])]));
        throw new Error('power');
      });
    expect(fails).toThrow('power');
    expect(book.counts({}).total).toBe(1);
    expect(book.get(1)?.finding.connections).toBe(1);
    expect(causes()).toEqual([['raised', 1]]);
    book.apply(told(11, [story([1, 2]), story([90])]));
    expect(book.counts({}).total).toBe(2);
  });
});

describe('a finding that is gone', () => {
  test('withdraws its alert with the reason, and told again brings it back', () => {
    book.apply(told(10, [story([1])]));
    expect(book.apply(told(11, [], { because: 'fusion learnt the program' })).withdrawn).toEqual([1]);
    expect(book.get(1)).toMatchObject({
      state: 'withdrawn',
      gone: { at: minute(11), because: 'fusion learnt the program' },
    });
    expect(book.apply(told(12, [])).changed).toEqual([]);
    book.apply(told(13, [story([1])]));
    expect(book.get(1)).toMatchObject({ state: 'new', gone: null });
    expect(causes()).toEqual([
      ['raised', 1],
      ['withdrawn', 1],
      ['raised', 1],
    ]);
  });

  test('leaves an alert alone that a person has touched', () => {
    book.apply(told(10, [story([1]), story([50])]));
    book.change([{ id: 1 }], { comment: 'asked the owner' }, ana(11));
    book.apply(told(12, []));
    expect(book.get(1)).toMatchObject({ state: 'new', gone: { at: minute(12) } });
    expect(book.get(2)).toMatchObject({ state: 'withdrawn' });
    expect(causes()).toEqual([
      ['raised', 1],
      ['raised', 2],
      ['withdrawn', 2],
    ]);
  });

  test('because the rule was edited withdraws nothing', () => {
    book.apply(told(10, [story([1])]));
    book.apply(told(11, [], { revision: 'r2' }));
    expect(book.get(1)).toMatchObject({ state: 'new', gone: { because: 'the rule, or what it goes by, was changed' } });
    book.apply(told(12, [], { revision: 'r2' }));
    expect(actions(1)).toEqual(['alert.opened', 'alert.gone']);
  });

  test('because its logs are no longer kept withdraws nothing, and what is left of it does not shrink it', () => {
    book.apply(told(10, [story([1, 2, 3, 4])]));
    book.apply(told(11, [story([3, 4])], { wholeSince: minute(3) }));
    expect(book.counts({}).total).toBe(1);
    expect(book.get(1)?.finding).toMatchObject({ firstSeen: minute(1), connections: 4, bytesSent: 4_194_304n });
    expect(book.evidence(1)).toMatchObject({ count: 4, eventIds: ['e1', 'e2', 'e3', 'e4'] });
    book.apply(told(12, [], { wholeSince: minute(4) }));
    expect(book.get(1)).toMatchObject({ state: 'new', gone: { because: 'its logs are no longer kept' } });
  });
});

describe('a run that looked at some stories again', () => {
  test('judges those and leaves the others as they are', () => {
    book.apply(told(10, [story([1]), story([20]), story([30])]));
    const run = told(11, [story([30, 31])], { judged: ['f20', 'f30'] });
    expect(book.apply(run)).toEqual({ opened: [], changed: [3], withdrawn: [2], merged: [] });
    expect(book.get(1)).toMatchObject({ state: 'new', gone: null });
    expect(book.apply(run)).toEqual({ opened: [], changed: [], withdrawn: [], merged: [] });
  });

  test('says itself what is gone by evidence, though the rule was changed since it was last told', () => {
    book.apply(told(10, [story([1])]));
    expect(book.apply(told(11, [], { judged: ['f1'], revision: 'r2' })).withdrawn).toEqual([1]);
  });

  test('knows a story that comes back under another id', () => {
    book.apply(told(10, [story([5])]));
    book.apply(told(11, [], { judged: ['f5'] }));
    expect(book.apply(told(12, [story([3, 5])], { judged: [] }))).toMatchObject({ opened: [], changed: [1] });
    expect(book.get(1)).toMatchObject({ state: 'new', gone: null });
  });
});

describe('one story is one alert', () => {
  test('an earlier row that comes late gives the finding another id, and the alert goes on', () => {
    book.apply(told(10, [story([5, 6])]));
    expect(book.apply(told(11, [story([2, 5, 6])]))).toMatchObject({ opened: [], changed: [1] });
    book.apply(told(12, [story([2, 5, 6, 7])]));
    expect(book.get(1)?.finding).toMatchObject({ id: 'f2', connections: 4 });
  });

  test('a late row that bridges two makes the younger a part of the older', () => {
    book.apply(told(10, [story([5])]));
    book.apply(told(11, [story([5]), story([1])]));
    expect(
      book.change([{ id: 2, version: 1 }], { assignee: 'ana', state: 'in-progress', addTags: ['vip'] }, ana(12)),
    ).toMatchObject([{ outcome: 'changed' }]);
    expect(book.apply(told(13, [story([1, 3, 5])]))).toMatchObject({ merged: [2], changed: [1] });
    expect(book.get(2)).toMatchObject({ state: 'merged', mergedInto: 1 });
    expect(book.get(1)).toMatchObject({ state: 'in-progress', assignee: 'ana', tags: ['vip'], touched: true });
    expect(book.get(1)?.finding).toMatchObject({ connections: 3 });
    expect(causes().at(-1)).toEqual(['withdrawn', 2]);
    expect(book.apply(told(14, [story([1, 3, 5])]))).toMatchObject({ changed: [], merged: [] });
  });

  test('an alias that the rule names is enough', () => {
    book.apply(told(10, [story([1])]));
    book.apply(told(11, [{ ...story([8]), aliases: ['f1'] }]));
    expect(book.counts({}).total).toBe(1);
    expect(book.get(1)?.finding.id).toBe('f8');
  });

  test('evidence after closing opens another alert, linked to the closed one', () => {
    book.apply(told(10, [story([1])]));
    book.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'benign', comment: 'backup' }, ana(11));
    book.apply(told(12, [story([1], { bytesReceived: 9n })]));
    expect(book.get(1)).toMatchObject({ state: 'closed', verdict: 'benign', followedBy: null });
    expect(book.apply(told(13, [story([1, 2])]))).toMatchObject({ opened: [2] });
    expect(book.get(1)).toMatchObject({ state: 'closed', followedBy: 2 });
    expect(book.get(2)).toMatchObject({ state: 'new', follows: 1 });
    expect(book.apply(told(14, [story([1, 2, 3])]))).toMatchObject({ opened: [], changed: [2] });
    expect(book.verdicts()).toEqual([
      { verdict: 'benign', about: { finding: 'f1' }, by: 'ana', note: 'backup', place: 'alert 1' },
    ]);
    expect(book.confirmed()).toEqual([]);
    const { version = 0 } = book.get(2) ?? {};
    book.change([{ id: 2, version }], { state: 'closed', verdict: 'true-positive' }, ana(15));
    expect(book.confirmed()).toEqual([
      { verdict: 'true-positive', about: { finding: 'f1' }, by: 'ana', note: '', place: 'alert 2' },
    ]);
    expect(causes()).toEqual([
      ['raised', 1],
      ['raised', 2],
    ]);
  });

  test('a closed story that comes to be graver opens another alert too', () => {
    book.apply(told(10, [story([1], { severity: 'medium', score: 50 })]));
    book.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'benign' }, ana(11));
    expect(book.apply(told(12, [story([1], { severity: 'high', score: 80 })])).opened).toEqual([2]);
  });

  test('a closed alert that a late row joins with an open one stays closed, and the open one follows it', () => {
    book.apply(told(10, [story([1]), story([5])]));
    book.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'true-positive' }, ana(11));
    expect(book.apply(told(12, [story([1, 3, 5])]))).toMatchObject({ opened: [], changed: [2], merged: [] });
    expect(book.get(2)).toMatchObject({ follows: 1, state: 'new' });
    expect(book.apply(told(13, [story([1, 3, 5])])).changed).toEqual([]);
  });
});

describe('what is told', () => {
  test('nothing below the floor, then the first time, then a graver severity or tenfold bytes', () => {
    const low = { severity: 'low', score: 30 } as const;
    const medium = { severity: 'medium', score: 50 } as const;
    book.apply(told(10, [story([1], low)]));
    expect(causes()).toEqual([]);
    book.apply(told(11, [story([1, 2], medium)]));
    book.apply(told(12, [story([1, 2, 3], medium)]));
    book.apply(told(13, [story([1, 2, 3, 4], { severity: 'high', score: 80 })]));
    book.apply(told(14, [story([1, 2, 3, 4], { severity: 'high', score: 80, bytesSent: 41_943_040n })]));
    book.apply(told(15, [story([1, 2, 3, 4, 5], { severity: 'high', score: 80, bytesSent: 41_943_041n })]));
    expect(notices().map(({ cause, severity }) => [cause, severity])).toEqual([
      ['raised', 'medium'],
      ['grew', 'high'],
      ['grew', 'high'],
    ]);
  });

  test('tenfold bytes of an alert that was told without a figure, from the first that is known', () => {
    for (const [at, bytesSent] of [null, 0n, 2_000n, 19_999n, 20_000n].entries())
      book.apply(told(10 + at, [story([1, 2 + at], { bytesSent })]));
    expect(causes().map(([cause]) => cause)).toEqual(['raised', 'grew']);
    expect(notices().at(-1)?.told).toMatchObject({ finding: { bytesSent: 20_000n } });
  });

  test('a hidden alert is there, counted and not told; shown again it is told together with others like it', () => {
    book.apply(told(10, [{ ...story([1]), hiddenBy: ['backups'] }]));
    expect(book.list({}, { order: 'priority', limit: 10 }).alerts).toEqual([]);
    expect(book.counts({})).toMatchObject({ total: 0, hidden: 1 });
    expect(book.list({ hidden: 'only' }, { order: 'priority', limit: 10 }).alerts[0]?.hiddenBy).toEqual(['backups']);
    expect(causes()).toEqual([]);
    book.apply(told(11, [story([1, 2])]));
    expect(book.counts({})).toMatchObject({ total: 1, hidden: 0 });
    expect(actions(1)).toEqual(['alert.opened', 'alert.hidden', 'alert.updated', 'alert.shown']);
    expect(notices()).toMatchObject([{ cause: 'raised', together: 'exception-ended' }]);
  });

  test('retro findings are told together, canaries never', () => {
    book.apply(told(10, [{ ...story([1]), retro: true }]));
    book.apply(told(10, [story([2], { id: 'c' })], { rule: { ...rule, id: 'canary' }, canary: true }));
    expect(notices()).toMatchObject([{ cause: 'raised', together: 'retro', rule: rule.id }]);
    expect(book.counts({}).total).toBe(1);
    expect(book.counts({ canaries: 'only' }).total).toBe(1);
    book.apply(told(11, [], { canary: true }));
    expect(book.get(1)?.state).toBe('new');
  });

  test('a notice has the finding as it stood, with a few rows and no ids', () => {
    book.apply(told(10, [story([1])]));
    book.apply(told(11, [story([1, 2])]));
    expect(notices()[0]?.told).toMatchObject({
      alert: 1,
      opened: minute(10),
      finding: {
        connections: 1,
        bytesSent: 1_048_576n,
        evidence: { count: 1, eventIds: [], sample: [{ eventId: 'e1' }] },
      },
    });
  });
});
