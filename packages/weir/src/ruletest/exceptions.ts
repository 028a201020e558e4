import { applyExceptions } from '../exceptions/apply.ts';
import { loadExceptions } from '../exceptions/load.ts';
import type { Exception } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleTest } from './ruleTest.ts';

/** Reads the exceptions of tests, each file once for each rule. */
export function exceptionsReader(): (rule: Rule, test: RuleTest) => Promise<readonly Exception[]> {
  const read = new Map<string, Promise<readonly Exception[]>>();
  return async (rule, { exceptions: path }) => {
    if (path === undefined) return [];
    const key = `${rule.id} ${path}`;
    const known = read.get(key) ?? loadExceptions(path, { rules: [rule], all: false });
    read.set(key, known);
    return await known;
  };
}

/** What exceptions leave of a rule's findings.
 *  @throws UserError for an exception that is refused: what it would hide is shown elsewhere too */
export function withoutExcepted(
  found: readonly { readonly finding: Finding; readonly holds: readonly string[] }[],
  exceptions: readonly Exception[],
  rule: Rule,
): { readonly shown: readonly Finding[]; readonly hidden: number } {
  const findings = found.map(({ finding }) => finding);
  const holds = new Map(found.map(({ finding, holds: ids }) => [finding.id, ids]));
  const judged = { exceptions, verdicts: [], rules: [rule.id], now: 0n };
  const { shown, hidden, uses } = applyExceptions(findings, holds, judged);
  const refused = uses.find(({ state }) => state === 'refused');
  if (refused === undefined) return { shown, hidden: hidden.length };
  const { id, place } = refused.exception;
  throw new UserError('EXCEPTION_REFUSED', place, `exception ${id} is refused: ${refused.why}`, 'Narrow it.');
}
