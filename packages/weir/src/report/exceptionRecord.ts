import type { ExceptionUse, HiddenFinding } from '../model/exception.ts';
import { findingRecord } from './findingRecord.ts';
import { ticksToIso } from './format.ts';

/** A hidden finding as scripts read it: as one that is shown, with the ids of the exceptions that hide it. */
export function hiddenRecord({ finding, by }: HiddenFinding) {
  return { ...findingRecord(finding), hiddenBy: by };
}

/** What became of an exception, as scripts read it. */
export function exceptionRecord({ exception, state, why, hides, confirmed, outlived, ending }: ExceptionUse) {
  const { id, name, rules, owner, reason, created, expires, override, place } = exception;
  return {
    id,
    name,
    rules: rules ?? 'all',
    owner,
    reason,
    created: ticksToIso(created),
    expires: ticksToIso(expires),
    override: override ?? null,
    place,
    state,
    why,
    hides: hides.length,
    findings: hides.map(({ id: finding }) => finding),
    confirmed: confirmed.map(({ id: finding }) => finding),
    shownAfterItsEnd: outlived,
    ending,
  };
}
