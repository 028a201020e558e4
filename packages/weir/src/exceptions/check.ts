import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import type { KnownRules } from './load.ts';
import { checkCondition, tautology } from './predicate.ts';
import { holdAlways } from './probe.ts';

const code = 'EXCEPTION_INVALID';
const most = { name: 200, owner: 200, reason: 4_000, when: 20_000 } as const;

/** Holds an exception that stands in no file to what those in files are held to. Places are its own keys, and in its
 *  condition `when:line:column`.
 *  @throws UserError `EXCEPTION_INVALID` */
export async function checkException(
  draft: Omit<Exception, 'names' | 'place'>,
  known: KnownRules,
): Promise<Omit<Exception, 'place'>> {
  const invalid = (key: string, message: string, advice: string) => new UserError(code, key, message, advice);
  for (const [key, length] of Object.entries(most) as [keyof typeof most, number][]) {
    if (draft[key].trim() === '') throw invalid(key, 'this is empty', 'Say something here.');
    if (draft[key].length > length) throw invalid(key, `this is longer than ${length} characters`, 'Shorten it.');
  }
  if (draft.override?.reason.trim() === '') throw invalid('override', 'this is empty', 'Say why it may hide them.');
  if (draft.expires <= draft.created) throw invalid('expires', 'its end is past', 'Give it an end that is to come.');
  if (draft.rules?.length === 0) throw invalid('rules', 'it is of no rule', 'Name rules, or null for all.');
  for (const id of draft.rules ?? []) {
    if (!known.rules.some((rule) => rule.id === id))
      throw invalid('rules', `there is no rule ${id}`, 'Name the id of a rule.');
  }
  const lines = draft.when.split('\n').map((_, index) => ({ line: index + 1, column: 1 }));
  const place = { path: 'when', lines };
  const { names } = checkCondition(draft.when, place);
  const [always] = await holdAlways([draft.when]);
  if (always === true) throw tautology(place);
  return { ...draft, names };
}
