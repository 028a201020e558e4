import type { Finding } from './finding.ts';

/** What a rule has found after a run of the service, for whoever keeps alerts of it: what is no longer as it was told. */
export interface RuleFindings {
  readonly rule: Finding['rule'];
  /** The tick that the rule's findings were brought up to. */
  readonly at: bigint;
  /** New ones, and known ones that have grown or changed, as they stand now. */
  readonly findings: readonly LiveFinding[];
  readonly withdrawn: readonly WithdrawnFinding[];
  readonly aliases: readonly FindingAlias[];
}

export interface LiveFinding {
  /** Its id was given once and stays, whatever comes before its first row or between it and another. */
  readonly finding: Finding;
  /** Values of the rule's key columns, in lower case. */
  readonly key: readonly string[];
  /** Keys under which it was told before, as a device that was an address until fusion learned its name; newest last. */
  readonly formerKeys: readonly (readonly string[])[];
  /** Ids of the exceptions that hide it as it stands now; empty: it is shown. */
  readonly hiddenBy: readonly string[];
  /** Live: this run saw evidence of it in time. Retro: what is new of it came later than the rule's lateness, or was found
   *  by a changed rule: nobody is to be woken. Canary: a test of the service itself. */
  readonly mark: 'live' | 'retro' | 'canary';
}

/** One that was told and is not there any more. Never for want of rows that retention took, or for a rule's edit. */
export interface WithdrawnFinding {
  readonly id: string;
  /** In a sentence, for a person. */
  readonly reason: string;
}

/** Two stories that have become one: the older keeps its id, and the other's leads to it. */
export interface FindingAlias {
  readonly id: string;
  readonly of: string;
}
