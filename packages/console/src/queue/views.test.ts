import { expect, test } from 'vitest';
import type { QueueSearch } from './search.ts';
import { inWords, isShown, keptSearch, searchOf } from './views.ts';

test.each<[QueueSearch, string]>([
  [{}, 'Open'],
  [
    { state: 'all', severity: ['high', 'medium'], text: 'mega & nz', assignee: 'none', order: 'newest' },
    'All · High or Medium · “mega & nz” · nobody’s · newest first',
  ],
  [{ rule: 'r1', entityKind: 'device', entity: 'ws-1', assignee: 'ada' }, 'Open · ada’s · Device ws-1 · Rule r1'],
  [{ hidden: 'with', exception: 'console-1' }, 'Open · hidden by console-1'],
])('a view of %o is what was seen', (search, words) => {
  const view = { search: keptSearch(search) };
  expect(searchOf(view)).toEqual(search);
  expect(isShown(view, search)).toBe(true);
  expect(isShown(view, { ...search, tag: 'x' })).toBe(false);
  expect(inWords(search, (id) => `Rule ${id}`)).toBe(words);
});

test('a view that names what the page does not know opens with the rest', () => {
  const view = { search: 'severity=grave&severity=high&state=forgotten&sort=odd&rule=gone' };
  expect(searchOf(view)).toEqual({ severity: ['high'], rule: 'gone' });
  expect(isShown(view, { severity: ['high'], rule: 'gone' })).toBe(true);
});
