import type { TrailEntry } from '../api/types.ts';
import { bytes, longOf, plural } from '../words/figures.ts';
import { stateName, verdictName } from '../words/names.ts';
import { type StepDone, stepName } from './steps.ts';

type Details = TrailEntry['details'];

/** What an entry of an alert's trail says was done, without who did it; of an entry that the console does not know, its
 *  name. */
export function deed({ action, details }: Pick<TrailEntry, 'action' | 'details'>): string {
  const say = deeds[action];
  return say === undefined ? action : say(details);
}

const text = (value: Details[string] | undefined): string => String(value ?? '');

const figures = ({ connections, bytesSent, severity }: Details): string =>
  [
    ...(typeof connections === 'number' ? [plural(connections, 'connection')] : []),
    ...(typeof bytesSent === 'number' || typeof bytesSent === 'string' ? [`${bytes(longOf(bytesSent))} sent`] : []),
    ...(severity === undefined ? [] : [text(severity)]),
  ].join(', ');

const assigned = ({ assignee }: Details): string[] =>
  assignee === undefined ? [] : [assignee === null ? 'gave it to nobody' : `assigned it to ${text(assignee)}`];

const deeds: Readonly<Record<string, (details: Details) => string>> = {
  'alert.opened': (details) => `opened it: ${figures(details)}`,
  'alert.updated': (details) => `has more of it: ${figures(details)}`,
  'alert.state': (details) =>
    [`made it ${stateName(details.state as 'new').toLowerCase()}`, ...assigned(details)].join(', '),
  'alert.closed': (details) =>
    [`closed it: ${verdictName(details.verdict as 'benign').toLowerCase()}`, ...assigned(details)].join(', '),
  'alert.assigned': (details) => assigned(details).join(', '),
  'alert.commented': () => 'wrote',
  'alert.tagged': ({ tagged, untagged }) =>
    [...(tagged ? [`tagged it ${text(tagged)}`] : []), ...(untagged ? [`took off ${text(untagged)}`] : [])].join(', '),
  'alert.step': (details) => {
    const { step, done } = details as unknown as StepDone;
    return `${done ? 'did' : 'took back'} ${stepName(step)}`;
  },
  'alert.withdrawn': ({ because }) => `withdrew it: ${text(because)}`,
  'alert.gone': ({ because }) => `no longer finds it: ${text(because)}`,
  'alert.returned': () => 'finds it again',
  'alert.merged': ({ into }) => `made it part of alert ${text(into)}`,
  'alert.took-over': ({ alert }) => `took over the story of alert ${text(alert)}`,
  'alert.follows': ({ alert }) => `says that it goes on from alert ${text(alert)}`,
  'alert.hidden': () => 'hid it by an exception',
  'alert.shown': () => 'shows it: no exception hides it any more',
};
