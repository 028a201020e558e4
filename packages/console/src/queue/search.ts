import type { Alert, EntityKind, Severity, State } from '../api/types.ts';

/** Which alerts are looked at, as the address says it; what is not said holds by default. */
export interface QueueSearch {
  readonly state?: StateView | undefined;
  readonly severity?: readonly Severity[] | undefined;
  readonly assignee?: string | undefined;
  readonly text?: string | undefined;
  readonly rule?: string | undefined;
  readonly tag?: string | undefined;
  readonly entityKind?: EntityKind | undefined;
  readonly entity?: string | undefined;
  readonly order?: 'newest' | 'last-seen' | undefined;
  readonly hidden?: 'with' | undefined;
  /** The id of an exception that hides them. */
  readonly exception?: string | undefined;
}

export const stateViews = ['open', 'new', 'in-progress', 'closed', 'gone', 'all'] as const;
export type StateView = (typeof stateViews)[number];

export const severities: readonly Severity[] = ['high', 'medium', 'low', 'informational'];
const entityKinds: readonly EntityKind[] = ['device', 'account', 'process', 'service', 'destination'];
const orders = ['newest', 'last-seen'] as const;

export const statesOf: Readonly<Record<StateView, readonly State[]>> = {
  open: ['new', 'in-progress'],
  new: ['new'],
  'in-progress': ['in-progress'],
  closed: ['closed'],
  gone: ['withdrawn', 'merged'],
  all: ['new', 'in-progress', 'closed', 'withdrawn', 'merged'],
};

/** What an address says, as far as it is known; the rest is left out, so that an old link still opens. */
export function readSearch(written: Readonly<Record<string, unknown>>): QueueSearch {
  const one = <Word extends string>(name: string, words?: readonly Word[]): Word | undefined => {
    const value = [written[name]].flat()[0];
    if (typeof value !== 'string' || value === '') return undefined;
    return words === undefined || (words as readonly string[]).includes(value) ? (value as Word) : undefined;
  };
  const severity = severities.filter((each) => [written.severity].flat().includes(each));
  const state = one('state', stateViews);
  const kind = one('entityKind', entityKinds);
  const entity = one('entity');
  return clean({
    state: state === 'open' ? undefined : state,
    severity: severity.length === 0 ? undefined : severity,
    assignee: one('assignee'),
    text: one('text'),
    rule: one('rule'),
    tag: one('tag'),
    ...(kind && entity ? { entityKind: kind, entity } : {}),
    order: one('order', orders),
    ...(one('exception') === undefined
      ? { hidden: one('hidden', ['with'] as const) }
      : { hidden: 'with', exception: one('exception') }),
  });
}

/** The API's query for it, without order. */
export function apiQuery({ state = 'open', severity, order: _, ...rest }: QueueSearch): URLSearchParams {
  const query = new URLSearchParams();
  for (const each of statesOf[state]) query.append('state', each);
  for (const each of severity ?? []) query.append('severity', each);
  for (const [name, value] of Object.entries(rest)) if (typeof value === 'string') query.append(name, value);
  return query;
}

/** Whether an alert can be among what is looked at, by what can be told without asking the service. */
export function mayShow({ state = 'open', severity, hidden, exception }: QueueSearch, alert: Alert): boolean {
  return (
    statesOf[state].includes(alert.state) &&
    (severity === undefined || severity.includes(alert.finding.severity)) &&
    (hidden === 'with' || alert.hiddenBy.length === 0) &&
    (exception === undefined || alert.hiddenBy.includes(exception)) &&
    !alert.canary
  );
}

/** Whether anything but states and order narrows it. */
export function isNarrowed({ state: _, order: __, hidden: ___, ...rest }: QueueSearch): boolean {
  return Object.values(rest).some((value) => value !== undefined);
}

function clean(search: QueueSearch): QueueSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
