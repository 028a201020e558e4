import { expect, test } from 'vitest';
import type { Alert, Outcome, TrailEntry } from '../api/types.ts';
import { outcomeText, wouldChange } from './outcome.ts';

const changed = (id: number): Outcome => ({ id, outcome: 'changed' });
const since = [{ actor: 'mei' }, { actor: 'mei' }] as TrailEntry[];

test.each<[string, readonly Outcome[], Parameters<typeof outcomeText>[1], string, boolean]>([
  ['one', [changed(7)], { state: 'closed', verdict: 'benign' }, 'Alert 7 closed: benign.', false],
  ['many', [changed(7), changed(8)], { assignee: 'ada' }, '2 alerts assigned to ada.', false],
  ['nobody', [changed(7)], { assignee: null, state: 'new' }, 'Alert 7 now new, given to nobody.', false],
  [
    'somebody was faster',
    [changed(7), { id: 8, outcome: 'stale', since }],
    { state: 'in-progress' },
    '1 alert now in progress. Alert 8 was changed meanwhile by mei, and left as they are: look, and do it again if it still holds.',
    true,
  ],
  [
    'refused',
    [{ id: 8, outcome: 'refused', message: 'alert 8 was merged into alert 3' }],
    { comment: 'x' },
    'Alert 8 left as before: alert 8 was merged into alert 3.',
    true,
  ],
])('%s', (_, results, change, text, isTrouble) => {
  expect(outcomeText(results, change)).toEqual({ text, isTrouble });
});

test('what is so already is not asked for', () => {
  const alert = { state: 'closed', verdict: 'benign', assignee: 'ada' } as Alert;
  expect(wouldChange(alert, { state: 'closed', verdict: 'benign' })).toBe(false);
  expect(wouldChange(alert, { state: 'closed', verdict: 'false-match' })).toBe(true);
  expect(wouldChange(alert, { assignee: null })).toBe(true);
  expect(wouldChange(alert, { assignee: 'ada', comment: 'seen' })).toBe(true);
});
