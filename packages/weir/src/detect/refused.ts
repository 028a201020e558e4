import type { RuleRun } from '../model/finding.ts';
import type { UserError } from '../model/userError.ts';

/** What is said in place of a run where a file is no rule: it has neither id nor name but where it stands. */
export function refusedRun({ place, message, advice }: UserError): RuleRun {
  return {
    rule: place,
    name: place,
    shape: 'general',
    shapeReason: 'the file is no rule',
    method: 'not run',
    ticks: 0,
    from: null,
    until: null,
    resultRows: 0,
    findings: 0,
    blind: [],
    error: `${message}. ${advice}`,
  };
}
