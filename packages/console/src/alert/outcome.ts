import type { Alert, AlertChange, Outcome } from '../api/types.ts';
import type { Said } from '../parts/notice.tsx';
import { plural } from '../words/figures.ts';
import { stateName, verdictName } from '../words/names.ts';

/** What came of a change, for the person who made it. */
export function outcomeText(results: readonly Outcome[], change: AlertChange): Said {
  const changed = results.filter(({ outcome }) => outcome === 'changed').length;
  const stale = results.filter(({ outcome }) => outcome === 'stale');
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  const parts = changed > 0 || results.length === 0 ? [`${subject(results, changed)} ${deed(change)}.`] : [];
  if (stale.length > 0) {
    const others = [...new Set(stale.flatMap(({ since = [] }) => since.map(({ actor }) => actor)))];
    const who = others.length === 0 ? 'the evidence' : others.join(', ');
    parts.push(
      `${subject(stale, stale.length)} ${stale.length === 1 ? 'was' : 'were'} changed meanwhile by ${who}, and left as they are: look, and do it again if it still holds.`,
    );
  }
  for (const message of new Set(refused.map(({ message = 'refused' }) => message))) {
    const same = refused.filter((one) => one.message === message);
    parts.push(`${subject(same, same.length)} left as before: ${message}.`);
  }
  return { text: parts.join(' '), isTrouble: stale.length + refused.length > 0 };
}

function subject(results: readonly Outcome[], n: number): string {
  const [only] = results;
  return results.length === 1 && only !== undefined ? `Alert ${only.id}` : plural(n, 'alert');
}

function deed({ state, verdict, assignee, comment }: AlertChange): string {
  if (state === 'closed') return verdict === undefined ? 'closed' : `closed: ${verdictName(verdict).toLowerCase()}`;
  const parts = [
    ...(state === undefined ? [] : [`now ${stateName(state).toLowerCase()}`]),
    ...(assignee === undefined ? [] : [assignee === null ? 'given to nobody' : `assigned to ${assignee}`]),
  ];
  if (parts.length > 0) return parts.join(', ');
  return comment === undefined ? 'changed' : 'commented';
}

/** Those among alerts that a change would leave as they are: they need not be asked for. */
export function wouldChange(alert: Alert, { state, verdict, assignee, comment }: AlertChange): boolean {
  return (
    (state !== undefined && state !== alert.state) ||
    (verdict !== undefined && verdict !== alert.verdict) ||
    (assignee !== undefined && assignee !== alert.assignee) ||
    comment !== undefined
  );
}
