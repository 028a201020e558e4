import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Store } from '../store/store.ts';
import { AlertBook } from './book.ts';
import { checkAlerts } from './check.ts';
import { minute, story, told } from './told.fixture.ts';

let folder: string;
let store: Store;
let book: AlertBook;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-alerts-'));
  store = Store.open(join(folder, 'weir.db'));
  book = new AlertBook(store, { floor: 'medium' });
  book.apply(told(10, [story([1], { severity: 'medium', score: 50 }), story([20]), story([30])]));
});
afterEach(async () => {
  expect(await checkAlerts(store)).toMatchObject({ trail: { faults: [] }, untold: [] });
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const ana = (n: number) => ({ actor: 'ana', at: minute(n) });
const last = (id: number) => book.trail(id, { limit: 100 }).at(-1);

test('an alert is taken up, talked about, and closed with a verdict', () => {
  book.change([{ id: 1, version: 1 }], { state: 'in-progress', assignee: 'ana' }, ana(11));
  expect(last(1)).toMatchObject({
    actor: 'ana',
    at: minute(11),
    action: 'alert.state',
    details: { state: 'in-progress', from: 'new', assignee: 'ana', version: 2 },
  });
  book.change([{ id: 1 }], { comment: ' called the owner ', addTags: ['vip'] }, ana(12));
  expect(last(1)).toMatchObject({ action: 'alert.commented', details: { comment: 'called the owner', tagged: 'vip' } });
  const version = book.get(1)?.version ?? 0;
  book.change([{ id: 1, version }], { state: 'closed', verdict: 'true-positive', comment: 'confirmed' }, ana(13));
  expect(book.get(1)).toMatchObject({
    ...{ state: 'closed', verdict: 'true-positive', assignee: 'ana', tags: ['vip'], closed: minute(13), touched: true },
  });
  book.change([{ id: 1, version: version + 1 }], { state: 'in-progress' }, ana(14));
  expect(book.get(1)).toMatchObject({ state: 'in-progress', verdict: null, closed: null });
});

test('what changes nothing leaves no entry', () => {
  const before = book.trail(1, { limit: 100 }).length;
  expect(
    book.change([{ id: 1, version: 1 }], { state: 'new', assignee: null, removeTags: ['x'] }, ana(11)),
  ).toMatchObject([{ outcome: 'changed' }]);
  expect(book.trail(1, { limit: 100 }).length).toBe(before);
  expect(book.get(1)?.touched).toBe(false);
});

describe('a change that was made on an older version', () => {
  test('of a person is refused with what happened since', () => {
    book.change([{ id: 1, version: 1 }], { assignee: 'ben' }, { actor: 'ben', at: minute(11) });
    const [stale] = book.change([{ id: 1, version: 1 }], { assignee: 'ana' }, ana(12));
    expect(stale).toMatchObject({
      outcome: 'stale',
      alert: { assignee: 'ben', version: 2 },
      since: [{ actor: 'ben', action: 'alert.assigned', details: { assignee: 'ben' } }],
    });
    expect(book.get(1)?.assignee).toBe('ben');
  });

  test('is refused as the alert has become graver, and not as it has grown a little', () => {
    const medium = { severity: 'medium', score: 50 } as const;
    book.apply(told(11, [story([1, 2], medium)], { judged: [] }));
    expect(book.change([{ id: 1, version: 1 }], { assignee: 'ana' }, ana(12))).toMatchObject([{ outcome: 'changed' }]);
    book.apply(told(13, [story([1, 2, 3])], { judged: [] }));
    const close = { state: 'closed', verdict: 'benign' } as const;
    expect(book.change([{ id: 1, version: 2 }], close, ana(14))).toMatchObject([
      { outcome: 'stale', since: [{ action: 'alert.updated', details: { severity: 'high' } }] },
    ]);
    expect(book.change([{ id: 1, version: 3 }], close, ana(14))).toMatchObject([{ outcome: 'changed' }]);
  });

  test('is refused as it sent ten times as much', () => {
    book.apply(told(11, [story([20], { bytesSent: 10_485_760n })], { judged: [] }));
    expect(book.change([{ id: 2, version: 1 }], { state: 'in-progress' }, ana(12))).toMatchObject([
      { outcome: 'stale' },
    ]);
  });
});

test('many are changed at once, each or not at all', () => {
  book.change([{ id: 2, version: 1 }], { assignee: 'ben' }, ana(11));
  const targets = [1, 2, 3, 99].map((id) => ({ id, version: 1 }));
  const done = book.change(targets, { state: 'closed', verdict: 'false-match' }, ana(12));
  expect(done.map(({ outcome }) => outcome)).toEqual(['changed', 'stale', 'changed', 'refused']);
  expect(done[3]).toMatchObject({ code: 'ALERT_UNKNOWN' });
  expect([1, 2, 3].map((id) => book.get(id)?.state)).toEqual(['closed', 'new', 'closed']);
});

test.each([
  [{ state: 'closed' }, 'ALERT_VERDICT_MISSING'],
  [{ verdict: 'benign' }, 'ALERT_VERDICT_EARLY'],
  [{ addTags: ['a,b'] }, 'ALERT_TAG_INVALID'],
  [{ addTags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, 'ALERT_TAGS_MANY'],
  [{ comment: 'x'.repeat(10_001) }, 'ALERT_COMMENT_LONG'],
  [{ assignee: ' ' }, 'ALERT_ASSIGNEE_INVALID'],
] as const)('%j is refused as %s', (change, code) => {
  const before = book.get(1);
  expect(book.change([{ id: 1, version: 1 }], change, ana(11))).toMatchObject([{ outcome: 'refused', code }]);
  expect(book.get(1)).toEqual(before);
});

test('a state or an assignee is changed on a version only', () => {
  expect(book.change([{ id: 1 }], { assignee: 'ana' }, ana(11))).toMatchObject([{ code: 'ALERT_VERSION_MISSING' }]);
});

test('an alert whose story goes on elsewhere is not reopened, and a merged one not changed', () => {
  book.change([{ id: 2, version: 1 }], { state: 'closed', verdict: 'benign' }, ana(11));
  book.apply(told(12, [story([20, 21])], { judged: [] }));
  expect(book.change([{ id: 2, version: 2 }], { state: 'new' }, ana(13))).toMatchObject([{ code: 'ALERT_FOLLOWED' }]);
  book.apply(told(14, [story([1, 30])], { judged: ['f30'] }));
  expect(book.change([{ id: 3 }], { comment: 'hm' }, ana(15))).toMatchObject([{ code: 'ALERT_MERGED' }]);
});
