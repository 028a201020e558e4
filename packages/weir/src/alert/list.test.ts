import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlertOrder } from '../model/alert.ts';
import { severities } from '../model/finding.ts';
import { finding } from '../report/result.fixture.ts';
import { Store } from '../store/store.ts';
import { AlertBook } from './book.ts';
import { minute, story, told } from './told.fixture.ts';

let folder: string;
let store: Store;
let book: AlertBook;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-alerts-'));
  store = Store.open(join(folder, 'weir.db'));
  book = new AlertBook(store, { floor: 'medium' });
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const entitiesOf = (device: string, account: string) => ({ ...finding().entities, device, account });
const many = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, index) => {
    const n = from + index;
    const severity = severities[n % 4] ?? 'low';
    return story([n * 10], {
      ...{ severity, score: (n * 7) % 100, title: `title ${n} 100%_sure` },
      entities: entitiesOf(`HOST-${n % 5}`, `user${n % 3}`),
    });
  });
const ids = (alerts: readonly { id: number }[]) => alerts.map(({ id }) => id);

test.each(['priority', 'newest', 'last-seen'] as const)(
  'by %s, pages repeat and leave out nothing while alerts come',
  (order) => {
    book.apply(told(10_000, many(0, 50)));
    const first = ids(pageAll(order, 1_000));
    const seen: number[] = [];
    let cursor: string | undefined;
    let more = 50;
    do {
      const page = book.list({}, { order, limit: 7, ...(cursor !== undefined && { cursor }) });
      seen.push(...ids(page.alerts));
      cursor = page.next ?? undefined;
      book.apply(told(10_000, many(more, more + 5), { judged: [] }));
      more += 5;
    } while (cursor !== undefined);
    expect(seen.filter((id) => id <= 50)).toEqual(first);
    expect(new Set(seen).size).toBe(seen.length);
    expect(ids(pageAll(order, 13))).toEqual(ids(pageAll(order, 1_000)));
  },
);

function pageAll(order: AlertOrder, limit: number) {
  const alerts = [];
  let cursor: string | undefined;
  do {
    const page = book.list({}, { order, limit, ...(cursor !== undefined && { cursor }) });
    alerts.push(...page.alerts);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return alerts;
}

test('priority is severity, then score', () => {
  book.apply(told(10_000, many(0, 20)));
  const { alerts } = book.list({}, { order: 'priority', limit: 100 });
  const ranks = alerts.map(({ finding }) => severities.indexOf(finding.severity) * 1_000 + finding.score);
  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
});

test.each([
  '',
  'x',
  Buffer.from('["newest","1"]').toString('base64url'),
  Buffer.from('["priority","1",{},"1"]').toString('base64url'),
])('the cursor %j is refused', (cursor) => {
  expect(() => book.list({}, { order: 'priority', limit: 10, cursor })).toThrow('this is no cursor of this list');
});

test('a filter holds what it says', () => {
  book.apply(told(10_000, many(0, 30)));
  book.change([{ id: 3, version: 1 }], { state: 'closed', verdict: 'benign' }, { actor: 'ana', at: minute(10_001) });
  book.change([{ id: 4, version: 1 }], { assignee: 'ana', addTags: ['vip'] }, { actor: 'ana', at: minute(10_001) });
  const found = (filter: Parameters<AlertBook['list']>[0]) =>
    ids(book.list(filter, { order: 'newest', limit: 100 }).alerts).reverse();
  expect(found({}).length).toBe(29);
  expect(found({ states: ['closed'] })).toEqual([3]);
  expect(found({ states: ['closed'], verdicts: ['true-positive'] })).toEqual([]);
  expect(found({ assignee: 'ana' })).toEqual([4]);
  expect(found({ assignee: null }).length).toBe(28);
  expect(found({ tag: 'vip' })).toEqual([4]);
  expect(found({ severities: ['high'] })).toEqual([4, 8, 12, 16, 20, 24, 28]);
  expect(found({ entity: { kind: 'device', value: 'host-1' } })).toEqual([2, 7, 12, 17, 22, 27]);
  expect(found({ text: 'HOST-1 user1' })).toEqual([2, 17]);
  expect(found({ text: 'title 17 100%_SURE' })).toEqual([18]);
  expect(found({ text: '100x_sure' })).toEqual([]);
  expect(found({ text: '_' }).length).toBe(29);
  expect(found({ text: "'%" })).toEqual([]);
  expect(found({ rules: ['no.such'] })).toEqual([]);
  expect(found({ from: minute(280) })).toEqual([29, 30]);
  expect(found({ until: minute(10) })).toEqual([1, 2]);
});

test('counts are of the filter, and states of all', () => {
  book.apply(told(10_000, [...many(0, 8), { ...story([900]), hiddenBy: ['x'] }]));
  book.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'benign' }, { actor: 'ana', at: minute(10_001) });
  expect(book.counts({})).toEqual({
    total: 7,
    states: { new: 7, 'in-progress': 0, closed: 1, withdrawn: 0, merged: 0 },
    severities: { informational: 1, low: 2, medium: 2, high: 2 },
    verdicts: { 'true-positive': 0, benign: 1, 'false-match': 0 },
    hidden: 1,
  });
});

test('related are those that share a device, an account or a destination, those that share most first', () => {
  const related = (device: string, account: string, destination: string, n: number) =>
    story([n], { entities: { ...entitiesOf(device, account), destination } });
  book.apply(
    told(100, [
      related('a', 'x', 'd1', 10),
      related('A', 'x', 'd2', 20),
      related('b', 'y', 'd1', 30),
      related('c', 'z', 'd3', 40),
    ]),
  );
  expect(book.related(1, 10).map(({ alert, shared }) => [alert.id, shared.map(({ kind }) => kind)])).toEqual([
    [2, ['account', 'device', 'process', 'service']],
    [3, ['destination', 'process', 'service']],
  ]);
});

test('alerts that changed after an entry of the trail', () => {
  book.apply(told(100, many(0, 3)));
  const first = book.changedAfter(0, 100);
  expect(ids(first.alerts)).toEqual([1, 2, 3]);
  expect(book.changedAfter(first.upTo, 100)).toEqual({ alerts: [], upTo: first.upTo });
  book.change([{ id: 2 }], { comment: 'hm' }, { actor: 'ana', at: minute(101) });
  expect(ids(book.changedAfter(first.upTo, 100).alerts)).toEqual([2]);
});
