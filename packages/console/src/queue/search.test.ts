import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from '../addresses.ts';
import { apiQuery, isNarrowed, readSearch } from './search.ts';

test.each([
  ['', {}, 'state=new&state=in-progress'],
  ['?state=open', {}, 'state=new&state=in-progress'],
  [
    '?severity=high&severity=medium&text=mega+nz&order=newest',
    { severity: ['high', 'medium'], text: 'mega nz', order: 'newest' },
    'state=new&state=in-progress&severity=high&severity=medium&text=mega+nz',
  ],
  ['?state=gone&assignee=none', { state: 'gone', assignee: 'none' }, 'state=withdrawn&state=merged&assignee=none'],
  [
    '?entityKind=device&entity=10.0.0.5&hidden=with',
    { entityKind: 'device', entity: '10.0.0.5', hidden: 'with' },
    'state=new&state=in-progress&entityKind=device&entity=10.0.0.5&hidden=with',
  ],
  // What is not known, and half an entity, is left out.
  ['?state=odd&severity=grave&entity=x&__proto__=y&text=', {}, 'state=new&state=in-progress'],
])('%s', (address, search, query) => {
  const read = readSearch(parseSearch(address));
  expect(read).toEqual(search);
  expect(apiQuery(read).toString()).toBe(query);
  expect(readSearch(parseSearch(stringifySearch({ ...read })))).toEqual(search);
});

test('states, order and what is hidden narrow nothing', () => {
  expect(isNarrowed({ state: 'all', order: 'newest', hidden: 'with' })).toBe(false);
  expect(isNarrowed({ text: 'x' })).toBe(true);
});
