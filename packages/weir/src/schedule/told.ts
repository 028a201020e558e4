import type { ToKeep } from '../detect/keeping.ts';
import type { Finding } from '../model/finding.ts';

/** A story of a rule as it stands now. */
export interface ToldStory extends Partial<ToKeep> {
  /** Its id was given once and stays. */
  readonly finding: Finding;
  /** Other ids that the same story has had. */
  readonly aliases: readonly string[];
  /** Ids of the exceptions that hide it. */
  readonly hiddenBy: readonly string[];
  /** All of it lies further back than the rule's lateness, or before the rule was what it is: nobody is to be woken. */
  readonly retro: boolean;
}

/** What a run has changed of a rule's stories, as an alert book takes it. Times are ticks. */
export interface Told {
  readonly rule: Finding['rule'];
  /** Changes with whatever decides what the rule finds, but the logs. */
  readonly revision: string;
  /** Those that are not as they were told before. */
  readonly findings: readonly ToldStory[];
  /** Ids of these, and of those that were told before and are not there any more. */
  readonly judged: readonly string[];
  /** The present. */
  readonly at: bigint;
  /** What is older may be gone from the lake. */
  readonly wholeSince: bigint;
  /** Stories of scenarios that test the service. */
  readonly canary: boolean;
  /** Why those that are not there any more are gone; absent: later evidence. */
  readonly because?: string;
}
