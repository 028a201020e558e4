import type { Finding } from './finding.ts';

/** What a person has decided not to be told of: findings of some rules for which a condition holds. It never touches
 *  evidence, and the findings it hides are counted and listed. Times are ticks. */
export interface Exception {
  /** Unique in its file. */
  readonly id: string;
  readonly name: string;
  /** Ids of the rules that it is about; null: all rules. A rule's next version keeps its id, and so its exceptions. */
  readonly rules: readonly string[] | null;
  /** A KQL condition over the columns of a finding (`findingColumns`); null counts as not so. */
  readonly when: string;
  /** Whether it holds only of findings whose device, account, program, service or host it names. */
  readonly names: boolean;
  /** Who answers for it, and why it is. */
  readonly owner: string;
  readonly reason: string;
  readonly created: bigint;
  /** The first moment that it does not cover: a finding last seen then or later is shown. */
  readonly expires: bigint;
  /** Who let it hide confirmed cases, and why; absent where it may not. */
  readonly override?: { readonly reason: string; readonly by: string };
  /** `file:line:column` of its entry. */
  readonly place: string;
}

/** What became of an exception over some findings. */
export interface ExceptionUse {
  readonly exception: Exception;
  /** Refused: it was not applied, and what it would hide is shown. Elsewhere: none of its rules ran. */
  readonly state: 'applied' | 'refused' | 'elsewhere';
  /** Why it was refused, and the way out; empty otherwise. */
  readonly why: string;
  /** The findings that it hides, or would if it were not refused. */
  readonly hides: readonly Finding[];
  /** Those among them that a person has confirmed as true. */
  readonly confirmed: readonly Finding[];
  /** How many findings it meets that were last seen after its end, and so are shown. */
  readonly outlived: number;
  /** Its end against the present: past, within a fortnight, or later. */
  readonly ending: 'ended' | 'soon' | 'later';
}

export interface HiddenFinding {
  readonly finding: Finding;
  /** Ids of all exceptions that hide it. */
  readonly by: readonly string[];
}

export type Verdict = 'true-positive' | 'benign' | 'false-match';

/** What a person found out about a finding. */
export interface GivenVerdict {
  readonly verdict: Verdict;
  /** The finding's id, or what tells it: its rule, its entities and a moment of it (ticks). */
  readonly about: { readonly finding: string } | VerdictStory;
  readonly by: string;
  readonly note: string;
  /** `file:line:column` of its entry. */
  readonly place: string;
}

export interface VerdictStory {
  /** Id or name. */
  readonly rule: string;
  /** Those that are named must be the finding's, without regard to case. */
  readonly entities: Readonly<Partial<Record<'device' | 'account' | 'process' | 'destination' | 'service', string>>>;
  readonly time: bigint;
}
