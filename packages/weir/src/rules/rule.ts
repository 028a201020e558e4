import type { Confidence, Need, Severity } from '../model/finding.ts';
import type { Position } from '../yaml/yamlDocument.ts';

/** A detection rule as Weir runs it: Sentinel's scheduled or near-real-time format, or a bare `.kql` file. Durations are
 *  ticks of 100 ns. */
export interface Rule {
  /** The file, as the user named it. */
  readonly path: string;
  /** A GUID; for a bare query one that is made from its name and text. */
  readonly id: string;
  /** Where the id stands in the file. */
  readonly idAt: Position;
  /** Sentinel's kind; `query` for a bare `.kql` file. */
  readonly kind: 'Scheduled' | 'NRT' | 'query';
  readonly name: string;
  readonly description: string;
  /** The ceiling of a finding's severity. */
  readonly severity: Severity;
  /** Null: the query runs once, at the end of the data, over all of it. */
  readonly schedule: RuleSchedule | null;
  readonly trigger: Trigger;
  /** After an alert the rule is not run for so long (Sentinel's suppression); ticks. Undefined: it never pauses. Replays
   *  that ask what is found, and not who would have been told, take no notice. */
  readonly suppression: bigint | undefined;
  readonly query: string;
  /** Where each line of the query begins in the file, from 1: a diagnostic's line n (from 1) stands at `queryLines[n-1]`. */
  readonly queryLines: readonly Position[];
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly entityMappings: readonly EntityMapping[];
  /** Name in the alert to column of the result. */
  readonly customDetails: Readonly<Record<string, string>>;
  readonly alert: AlertDetails;
  /** How Sentinel packs the rows of one run into alerts. A finding is a story under either: its rows are those of one
   *  key and episode, whichever runs gave them. */
  readonly grouping: 'SingleAlert' | 'AlertPerResult';
  /** For whom Sentinel opens incidents, as the file says it; Weir makes no use of it and hands it on. */
  readonly incident: IncidentSettings | undefined;
  readonly connectors: readonly { readonly connectorId: string; readonly dataTypes: readonly string[] }[];
  readonly tags: readonly unknown[];
  readonly version: string;
  readonly weir: WeirSection;
  /** The file for whoever is woken by it: the one that the rule names, or `guide.yaml` or `guide.md` beside a
   *  `rule.yaml`. */
  readonly guide?: string;
}

export interface RuleSchedule {
  readonly frequency: bigint;
  /** How far each run looks back; never shorter than the frequency. */
  readonly period: bigint;
}

/** A run fires where the number of its result rows compares so with the threshold. */
export interface Trigger {
  readonly operator: 'GreaterThan' | 'LessThan' | 'Equal' | 'NotEqual';
  readonly threshold: number;
}

export interface EntityMapping {
  readonly entityType: string;
  readonly fieldMappings: readonly { readonly identifier: string; readonly columnName: string }[];
}

/** What an alert says in place of the rule's own words (Sentinel's `alertDetailsOverride`). Texts hold `{{Column}}`. */
export interface AlertDetails {
  readonly title?: string;
  readonly description?: string;
  /** Column whose value is the alert's severity, and one whose value is its tactics. */
  readonly severityColumn?: string;
  readonly tacticsColumn?: string;
  /** Further properties (`AlertLink`, `ProductName`, `Techniques`…), each with its column. */
  readonly properties: readonly { readonly property: string; readonly column: string }[];
}

export interface IncidentSettings {
  readonly createIncident: boolean;
  readonly grouping?: {
    readonly enabled: boolean;
    readonly reopenClosedIncident: boolean;
    /** Ticks. */
    readonly lookback: bigint;
    readonly matchingMethod: 'AllEntities' | 'AnyAlert' | 'Selected';
    readonly groupByEntities: readonly string[];
    readonly groupByAlertDetails: readonly string[];
    readonly groupByCustomDetails: readonly string[];
  };
}

/** What Weir adds to Sentinel's format, with its defaults filled in. */
export interface WeirSection {
  readonly confidence: Confidence;
  readonly finding: {
    /** Columns of the result that say which story a row belongs to. */
    readonly key: readonly string[];
    /** The file says the key, so that Weir tells the story; where it does not, an `alertDetailsOverride` does. */
    readonly keyIsOwn: boolean;
    /** An episode ends after this much silence; ticks. */
    readonly quiet: bigint;
  };
  /** Rows that come later than this after their time are looked at once and never notified; ticks. */
  readonly lateness: bigint;
  /** Stable: it has tests that fire and tests that stay quiet. */
  readonly status: 'experimental' | 'stable';
  readonly score: Score;
  /** What must be known of a connection for the rule to fire at all; of a list one is enough. */
  readonly needs: readonly (Need | readonly Need[])[];
  /** What may fire and be no harm, in sentences. */
  readonly falsePositives: readonly string[];
  /** Numbers of the published rule's defects that this rule mends (see content/rules/README.md). */
  readonly mends: readonly number[];
}

/** A finding's score is `base` plus the points of what holds of it, kept within 0 and 100. */
export interface Score {
  readonly base: number;
  readonly add: readonly ScoreTerm[];
}

export interface ScoreTerm {
  /** Reason in a person's words. */
  readonly because: string;
  /** A KQL condition over the columns of `findingColumns` and the let statements of the rule's query; null counts as
   *  not so. */
  readonly when: string;
  readonly points: number;
  /** Where `when` stands in the file. */
  readonly at: Position;
}
