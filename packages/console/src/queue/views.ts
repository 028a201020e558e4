import { parseSearch, stringifySearch } from '../addresses.ts';
import type { AlertView } from '../api/types.ts';
import { capital, kindName } from '../words/names.ts';
import { type QueueSearch, readSearch, type StateView } from './search.ts';

/** What an address says of the list, as it is kept: the same for the same list. */
export function keptSearch(search: QueueSearch): string {
  return stringifySearch({ ...readSearch({ ...search }) }).slice(1);
}

/** What a view shows; of what it names, all that a list can still be asked for. */
export function searchOf({ search }: Pick<AlertView, 'search'>): QueueSearch {
  return readSearch(parseSearch(search));
}

/** Whether a view shows just this. */
export function isShown(view: Pick<AlertView, 'search'>, search: QueueSearch): boolean {
  return keptSearch(searchOf(view)) === keptSearch(search);
}

export const stateNames: Readonly<Record<StateView, string>> = {
  open: 'Open',
  new: 'New',
  'in-progress': 'In progress',
  closed: 'Closed',
  gone: 'Withdrawn',
  all: 'All',
};

/** Which alerts that is, in a line. `ruleName` gives what a rule is called. */
export function inWords(search: QueueSearch, ruleName: (id: string) => string): string {
  const { state = 'open', severity, assignee, text, rule, tag, entityKind, entity, order, hidden, exception } = search;
  return [
    stateNames[state],
    ...(severity === undefined ? [] : [severity.map(capital).join(' or ')]),
    ...(text === undefined ? [] : [`“${text}”`]),
    ...(assignee === undefined ? [] : [assignee === 'none' ? 'nobody’s' : `${assignee}’s`]),
    ...(entityKind === undefined ? [] : [`${kindName(entityKind)} ${entity}`]),
    ...(rule === undefined ? [] : [ruleName(rule)]),
    ...(tag === undefined ? [] : [`tag ${tag}`]),
    ...(exception === undefined ? (hidden === undefined ? [] : ['with hidden']) : [`hidden by ${exception}`]),
    ...(order === undefined ? [] : [order === 'newest' ? 'newest first' : 'last seen first']),
  ].join(' · ');
}
