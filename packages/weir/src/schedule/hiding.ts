import type { Found } from '../detect/findings.ts';
import { applyExceptions } from '../exceptions/apply.ts';
import type { Exception, GivenVerdict } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import type { Store } from '../store/store.ts';
import { standingEpisodes } from './episodes.ts';

export interface Hiding {
  readonly rule: Rule;
  readonly exceptions: readonly Exception[];
  readonly verdicts: readonly GivenVerdict[];
  /** The present, ticks. */
  readonly at: bigint;
}

/** The exceptions that a rule's stories are asked of. */
export function askedOf(exceptions: readonly Exception[], rule: string): readonly Exception[] {
  return exceptions.filter(({ rules }) => rules === null || rules.includes(rule));
}

/** Which exceptions hide a rule's stories, by id, as a scan over all of them would say: an exception is refused for what it
 *  would hide altogether. `now` are those that were judged, of which `judged` are the ids so far; the others stand as they
 *  were told, and `others` says whether something else hides one of them now. */
export function hidingOf(
  store: Store,
  { rule, exceptions, verdicts, at }: Hiding,
  {
    judged,
    now,
  }: {
    readonly judged: ReadonlySet<string>;
    readonly now: readonly { readonly finding: Finding; readonly found: Pick<Found, 'holds'> }[];
  },
): { readonly by: (id: string) => readonly string[]; readonly others: boolean } {
  const asked = askedOf(exceptions, rule.id);
  if (asked.length === 0) return { by: () => [], others: false };
  const others = standingEpisodes(store, rule.id).filter(({ id }) => !judged.has(id));
  const findings = [...others.map(({ id, finding }) => ({ ...finding, id })), ...now.map(({ finding }) => finding)];
  const holds = new Map([
    ...others.map(({ id, holds }) => [id, holds] as const),
    ...now.map(({ finding, found }) => [finding.id, found.holds] as const),
  ]);
  const { hidden } = applyExceptions(findings, holds, { exceptions: asked, verdicts, rules: [rule.id], now: at });
  const hiders = new Map(hidden.map(({ finding, by }) => [finding.id, by]));
  const by = (id: string): readonly string[] => hiders.get(id) ?? [];
  return { by, others: others.some(({ id, hiddenBy }) => String(hiddenBy) !== String(by(id))) };
}
