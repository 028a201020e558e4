import type { RuleFindings, ToldFinding } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';

/** A story of a rule as it stands now. The finding's id was given once and stays; retro is one of which all lies further back
 *  than the rule's lateness, or before the rule was what it is. */
export interface ToldStory extends ToldFinding {
  readonly aliases: readonly string[];
  readonly hiddenBy: readonly string[];
  readonly retro: boolean;
}

/** What a run has changed of a rule's stories, as an alert book takes it: the stories that are not as they were told before.
 *  `judged` are their ids and those of stories that are not there any more. */
export interface Told extends RuleFindings {
  readonly rule: Finding['rule'];
  readonly findings: readonly ToldStory[];
  readonly judged: readonly string[];
  readonly canary: boolean;
}
