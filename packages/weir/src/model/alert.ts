import type { Verdict } from './exception.ts';
import type { Finding, Severity } from './finding.ts';

/** Where an alert stands. Withdrawn: later evidence cleared it before a person touched it. Merged: it turned out to be the
 *  story of an older alert, which goes on. */
export type AlertState = 'new' | 'in-progress' | 'closed' | 'withdrawn' | 'merged';

/** A finding as a rule tells it now. */
export interface ToldFinding {
  readonly finding: Finding;
  /** Other ids that the same story has had, where they are known. */
  readonly aliases?: readonly string[];
  /** Rows that fired, as JSON holds them, with their `EventId`; absent: the finding's own sample. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  /** The finding as conditions of exceptions see it (`findingColumns`), where it is known. */
  readonly columns?: Readonly<Record<string, string | number | bigint | boolean | null>>;
  /** The columns that are others for some of its rows, once for each thing that rows say; none: all say the same. */
  readonly facets?: readonly Readonly<Record<string, string | number | bigint | boolean | null>>[];
  /** Ids of the exceptions that hide it; none: it is shown. */
  readonly hiddenBy?: readonly string[];
  /** Found in what was long over: late rows, or a changed rule or catalogue. */
  readonly retro?: boolean;
}

/** What one rule finds by now: all, or what it looked at again (`judged`). Times are ticks. */
export interface RuleFindings {
  readonly rule: { readonly id: string; readonly name: string };
  /** Changes with whatever decides what the rule finds, but the logs: its file, the catalogue. What another revision found
   *  is not withdrawn by this one. */
  readonly revision: string;
  readonly findings: readonly ToldFinding[];
  /** Ids of findings told before that this run looked at again; only these may be gone, and whoever gives them has left out
   *  what is gone because the rule was changed. Absent: all were looked at. */
  readonly judged?: readonly string[];
  /** The present. */
  readonly at: bigint;
  /** What is older may be missing (retention): no finding that reaches behind it is withdrawn or shrinks. */
  readonly wholeSince: bigint;
  /** Findings of a scenario that tests the service: alerts that are marked, and never told. */
  readonly canary?: boolean;
  /** Why findings may be gone that were there before; absent: later evidence. */
  readonly because?: string;
}

/** What `apply` did, counted. */
export interface Applied {
  readonly opened: readonly number[];
  readonly changed: readonly number[];
  readonly withdrawn: readonly number[];
  readonly merged: readonly number[];
}

/** An alert without its evidence rows. Times are ticks. */
export interface Alert {
  readonly id: number;
  /** Raised by whatever a decision goes by: a person's act, the state, severity, tenfold bytes. A change names the one it
   *  was made on. */
  readonly version: number;
  readonly state: AlertState;
  /** Of a closed one. */
  readonly verdict: Verdict | null;
  readonly assignee: string | null;
  readonly tags: readonly string[];
  /** Whether a person acted on it. */
  readonly touched: boolean;
  readonly retro: boolean;
  readonly canary: boolean;
  /** Ids of the exceptions that hide it. */
  readonly hiddenBy: readonly string[];
  /** As last told; its evidence lists neither ids nor rows, which `evidence` gives. */
  readonly finding: Finding;
  readonly opened: bigint;
  readonly changed: bigint;
  readonly closed: bigint | null;
  /** The finding is no longer told: since when, and why. */
  readonly gone: { readonly at: bigint; readonly because: string } | null;
  /** The closed alert whose story goes on here. */
  readonly follows: number | null;
  /** The alert that tells this one's story since they were merged. */
  readonly mergedInto: number | null;
  /** The open alert that took up the story after this one was closed. */
  readonly followedBy: number | null;
}

/** Evidence that was kept, whatever the lake still holds. */
export interface KeptEvidence {
  /** How many rows the finding has. */
  readonly count: number;
  /** Their ids: all, or the first and the last of very many. */
  readonly eventIds: readonly string[];
  /** Rows as they were, at most 200: of more the first and the last that were kept. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Something that a person does to an alert. */
export interface AlertChange {
  readonly state?: 'new' | 'in-progress' | 'closed';
  /** With `state: 'closed'`, and only then. */
  readonly verdict?: Verdict;
  /** null: nobody's. */
  readonly assignee?: string | null;
  readonly comment?: string;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

/** Who acts and when (ticks). */
export interface Act {
  readonly actor: string;
  readonly at: bigint;
}

export type Changed =
  | { readonly id: number; readonly outcome: 'changed'; readonly alert: Alert }
  /** Somebody, or the evidence, was faster: `since` is what happened after the version that the change was made on. */
  | { readonly id: number; readonly outcome: 'stale'; readonly alert: Alert; readonly since: readonly TrailEntry[] }
  | {
      readonly id: number;
      readonly outcome: 'refused';
      readonly code: string;
      readonly message: string;
      readonly advice: string;
    };

/** One entry of the audit trail. */
export interface TrailEntry {
  /** Ascending without gaps. */
  readonly id: number;
  readonly at: bigint;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AlertFilter {
  /** Absent: new and in-progress. */
  readonly states?: readonly AlertState[];
  readonly verdicts?: readonly Verdict[];
  readonly severities?: readonly Severity[];
  /** Rule ids. */
  readonly rules?: readonly string[];
  /** null: nobody's. */
  readonly assignee?: string | null;
  readonly tag?: string;
  /** Without regard to case. */
  readonly entity?: { readonly kind: EntityKind; readonly value: string };
  /** Words of the title, the entities or the service, without regard to case; all of them. */
  readonly text?: string;
  /** First seen, last seen: an alert that overlaps this time. */
  readonly from?: bigint;
  readonly until?: bigint;
  /** Absent: only those that no exception hides; `only`: only those that one does. */
  readonly hidden?: 'with' | 'only';
  /** The id of an exception that hides it. */
  readonly exception?: string;
  /** Absent: canaries are left out. */
  readonly canaries?: 'with' | 'only';
}

export const entityKinds = ['device', 'account', 'process', 'service', 'destination'] as const;
export type EntityKind = (typeof entityKinds)[number];

/** By severity and score; by when it was opened; by when it was last seen: the greatest first. */
export type AlertOrder = 'priority' | 'newest' | 'last-seen';

export interface AlertPage {
  readonly alerts: readonly Alert[];
  /** Where the next page begins; null at the end. New alerts never make a page repeat or leave out those that stand still. */
  readonly next: string | null;
}

export interface AlertCounts {
  readonly total: number;
  readonly states: Readonly<Record<AlertState, number>>;
  readonly severities: Readonly<Record<Severity, number>>;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Hidden by exceptions; not in the other counts unless asked for. */
  readonly hidden: number;
}

/** Why an alert is related. */
export interface RelatedAlert {
  readonly alert: Alert;
  readonly shared: readonly { readonly kind: EntityKind; readonly value: string }[];
}
