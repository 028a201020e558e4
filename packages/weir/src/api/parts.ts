import type { Access } from '../access/access.ts';
import type { AlertBook } from '../alert/book.ts';
import type { RuleAlerts } from '../alert/perRule.ts';
import type { ViewBook } from '../alert/views.ts';
import type { SavedHunts } from '../hunts/savedHunts.ts';
import type { Act, Alert, TrailEntry } from '../model/alert.ts';
import type { Clock } from '../model/clock.ts';
import type { Need, Severity } from '../model/finding.ts';
import type { Undelivered } from '../notify/undelivered.ts';
import type { Health, HealthState } from '../operate/health.ts';
import type { Logger } from '../operate/log.ts';
import type { Metrics } from '../operate/metrics.ts';
import type { RuleVersion, RuleVersionText } from '../schedule/ruleVersions.ts';
import type { Mistake } from './http/problem.ts';
import type { Queries, QueryAnswer } from './query/queries.ts';

/** What the API looks at and acts through. Each desk is as narrow as the API needs it; whoever opens the rooms joins them.
 *  Times are ticks, durations too. Every desk that is asked for what is not there throws a UserError whose code ends in
 *  `_UNKNOWN`. */
export interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly access: Access;
  readonly alerts: AlertBook;
  readonly views: ViewBook;
  readonly trail: TrailDesk;
  readonly queries: Queries;
  readonly rules: RuleDesk;
  readonly ruleTexts: RuleTextDesk;
  readonly guides: GuideDesk;
  readonly exceptions: ExceptionDesk;
  readonly backtests: BacktestDesk;
  readonly sources: SourceDesk;
  readonly storage: StorageDesk;
  readonly hunts: HuntDesk;
  readonly savedHunts: SavedHunts;
  readonly entities: EntityDesk;
  readonly undelivered: Undelivered;
}

/** The audit trail. */
export interface TrailDesk {
  /** The number of its last entry; 0 where there is none. */
  last(): number;
  read(query: { readonly subject?: string; readonly after?: number; readonly limit: number }): readonly TrailEntry[];
  check(): Promise<{
    readonly entries: number;
    readonly head: string;
    readonly faults: readonly { readonly entry: number; readonly what: string }[];
  }>;
}

export interface RuleInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly severity: Severity;
  readonly status: 'experimental' | 'stable';
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  /** null: it has no schedule of its own. */
  readonly schedule: { readonly frequency: bigint; readonly period: bigint } | null;
  /** Absent: it is no copy of a shipped rule. */
  readonly copy?: RuleCopy;
  /** Absent: it runs. Else who stopped it, when and why. */
  readonly stopped?: { readonly by: string; readonly at: bigint; readonly reason: string };
  readonly health: {
    readonly state: HealthState;
    readonly reason: string;
    readonly lastRun: bigint | null;
    /** The last tick that was looked at. */
    readonly lastTick: bigint | null;
    readonly took: bigint | null;
    /** How it is run, for a person. */
    readonly method: string;
    /** Gaps that are open. */
    readonly gaps: number;
  };
  readonly alerts: RuleAlerts;
}

export interface RuleDetail extends RuleInfo {
  readonly query: string;
  readonly falsePositives: readonly string[];
  /** What must be known of a connection for it to fire at all. */
  readonly needs: readonly string[];
}

/** Time that a rule should have looked at and did not. */
export interface GapInfo {
  readonly id: number;
  readonly rule: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly reason: string;
  readonly detail: string;
  readonly opened: bigint;
  readonly closed: bigint | null;
}

export interface RuleDesk {
  list(): readonly RuleInfo[];
  get(id: string): RuleDetail;
  /** Starts or stops a rule, with the reason for the trail. */
  set(id: string, to: { readonly enabled: boolean; readonly reason: string }, act: Act): RuleInfo;
  /** The latest first. `before`: only those with smaller numbers. */
  gaps(query: {
    readonly open?: boolean;
    readonly rule?: string;
    readonly before?: number;
    readonly limit: number;
  }): readonly GapInfo[];
  coverage(): Promise<Coverage>;
}

/** A text that is to become a rule's, looked at. */
export interface RuleCheck {
  /** The rule that it would be; null: it is none. */
  readonly rule: { readonly id: string; readonly name: string } | null;
  /** In the order of the text; with an error among them it is not taken. */
  readonly mistakes: readonly Mistake[];
}

/** What rules' files say and have said. */
export interface RuleTextDesk {
  /** What a rule's text would be told, where it is the next of the rule `of`; null: a new rule's. */
  check(draft: { readonly yaml: string; readonly of: string | null }): Promise<RuleCheck>;
  /** The latest first, and whether another may be saved.
   *  @throws UserError `RULE_UNKNOWN` */
  versions(rule: string): Promise<{
    readonly versions: readonly RuleVersion[];
    /** The file into which the next is written, as seen from the home where it lies in it. */
    readonly place: string;
    /** Why no other can be saved here, and the way out; empty: one can. */
    readonly fixed: string;
  }>;
  /** @throws UserError `RULE_UNKNOWN`, `RULE_VERSION_UNKNOWN` */
  version(rule: string, number: number): RuleVersionText;
  /** Writes a rule's file anew and puts it in force. `base` is the version that the text was made from.
   *  @throws UserError `RULE_VERSION_STALE` where that is not the latest any more, `RULE_REFUSED` with what is wrong with
   *  the text, `RULE_FIXED`, `RULE_UNWRITABLE` where its file cannot be written */
  save(
    rule: string,
    draft: { readonly yaml: string; readonly base: number; readonly reason: string },
    act: Act,
  ): Promise<RuleVersion>;
  /** Makes a rule of a text.
   *  @throws UserError `RULE_ID_EXISTS`, and as `save` does */
  create(draft: { readonly yaml: string; readonly reason: string }, act: Act): Promise<RuleVersion>;
  /** Copies of rules that ship with Weir, by id. */
  copies(): ReadonlyMap<string, RuleCopy>;
  /** What a copy of a rule that ships with Weir hides, what that said when the copy was last held against it, and the copy.
   *  @throws UserError `RULE_COPY_UNKNOWN` where it is none */
  shipped(rule: string): { readonly text: string; readonly before: string; readonly own: string };
  /** Says that a copy stays as it is beside this text, which is what Weir ships.
   *  @throws UserError `RULE_COPY_UNKNOWN`, `RULE_SHIPPED_STALE` where Weir ships another by now */
  seen(rule: string, shipped: string, act: Act): Promise<void>;
  /** Takes a copy's file away, so that the shipped rule runs again. `base` is the latest version.
   *  @throws UserError `RULE_COPY_UNKNOWN`, `RULE_VERSION_STALE`, `RULE_FIXED`, `RULE_UNWRITABLE` */
  back(rule: string, draft: { readonly base: number; readonly reason: string }, act: Act): Promise<RuleVersion>;
}

/** A copy of a rule that ships with Weir, which stands in its place. */
export interface RuleCopy {
  /** Weir ships another text by now than when the copy was made, or was last held against it. */
  readonly isOutdated: boolean;
}

/** What to ask and do about an alert, by its rule's guide. */
export interface AlertGuide {
  readonly means: string;
  /** What the rule cannot see. */
  readonly blind: readonly string[];
  readonly questions: readonly {
    readonly id: string;
    readonly ask: string;
    /** With the finding's values in it, secrets masked. */
    readonly kql: string;
    /** What the finding does not know and the question needs; with any, it cannot be asked. */
    readonly lacks: readonly string[];
    readonly benign: string;
    readonly malicious: string;
    readonly next: string;
  }[];
  /** Stages in their order. */
  readonly playbook: readonly {
    readonly stage: string;
    readonly steps: readonly { readonly do: string; readonly who: string; readonly record: string }[];
  }[];
}

/** The same before there is a finding: what its questions take of one stands in double braces. */
export type RuleGuide = Pick<AlertGuide, 'means' | 'blind' | 'playbook'> & {
  readonly questions: readonly Omit<AlertGuide['questions'][number], 'lacks'>[];
};

export interface GuideAnswer extends QueryAnswer {
  /** Where there are no rows: tables that the question reads and that hold none at all, or none of the finding's device, so
   *  that no rows say nothing. */
  readonly empty: readonly { readonly table: string; readonly ofDevice: boolean }[];
}

export interface GuideDesk {
  /** @throws UserError `GUIDE_UNKNOWN` where the alert's rule is not here */
  of(alert: Alert): Promise<AlertGuide>;
  /** @throws UserError `RULE_UNKNOWN` */
  ofRule(id: string): Promise<RuleGuide>;
  /** Asks the lake a question of the guide. `asking` is who, and an id of their own by which it is cancelled.
   *  @throws UserError `QUESTION_UNKNOWN`, `QUESTION_OPEN` where the finding does not know what it needs; what a query throws */
  ask(
    alert: Alert,
    question: string,
    asking: { readonly id: string; readonly who: string },
    signal: AbortSignal,
  ): Promise<GuideAnswer>;
}

/** What stands against one technique. */
export interface TechniqueCoverage {
  readonly technique: string;
  /** Empty where Weir has no name for it. */
  readonly name: string;
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly tests: number;
    /** What it needs of the data, and whether some source gives it. */
    readonly needs: readonly { readonly what: string; readonly present: boolean }[];
    /** Connections of late of which all is known that it needs: it cannot see the others. */
    readonly sees: number;
  }[];
}

/** What the logs of late tell of connections that left: rules are blind to the rest. */
export interface Sight {
  readonly from: bigint;
  readonly until: bigint;
  readonly connections: number;
  /** Devices with names that had one. */
  readonly devices: number;
  readonly needs: readonly {
    readonly need: Need;
    /** Connections of which it is known. */
    readonly known: number;
    /** Devices of which it is known for no connection, and those of them with most connections. */
    readonly blind: { readonly devices: number; readonly most: readonly string[] };
  }[];
  /** Connections by who told of them: the endpoint, a device on the way, or both. Those within one's own network too. */
  readonly fusion: readonly { readonly told: 'endpoint' | 'flow' | 'fused'; readonly connections: number }[];
}

export interface Coverage {
  readonly sight: Sight;
  readonly techniques: readonly TechniqueCoverage[];
}

/** How much is kept, how long, and what room is left. Sizes in bytes. */
export interface StorageInfo {
  /** How long rows are kept (ticks), and how large the lake may become; null: as large as it gets. */
  readonly keep: bigint;
  readonly most: bigint | null;
  /** Of the connections that are there. */
  readonly oldest: bigint | null;
  readonly journal: number;
  /** Rows that were replaced count. */
  readonly tables: readonly {
    readonly table: string;
    readonly segments: number;
    readonly rows: number;
    readonly bytes: number;
  }[];
  /** Of the disk with the lake. */
  readonly disk: { readonly free: number; readonly size: number };
}

export interface StorageDesk {
  look(): Promise<StorageInfo>;
}

/** An exception as a person writes it. */
export interface ExceptionDraft {
  readonly name: string;
  /** Rule ids; null: all. */
  readonly rules: readonly string[] | null;
  /** A KQL condition over a finding's columns. */
  readonly when: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: bigint;
  /** Why it may hide confirmed cases; of administrators alone. */
  readonly override?: string;
  /** The alert that it is made for. */
  readonly alert?: number | undefined;
}

export interface ExceptionInfo extends Omit<ExceptionDraft, 'override' | 'alert'> {
  readonly id: string;
  readonly created: bigint;
  readonly override: { readonly by: string; readonly reason: string } | null;
  /** Who made it; null: it stands in a file. */
  readonly by: string | null;
  /** Ended before its time. */
  readonly ended: { readonly by: string; readonly at: bigint; readonly reason: string } | null;
  /** Last given a later end. */
  readonly renewed: { readonly by: string; readonly at: bigint; readonly reason: string } | null;
  /** How many alerts it hides that were last seen in the last 30 days. */
  readonly hid: number;
  /** Confirmed alerts that it would hide. Where there is no override it hides none of their rules while they stand. */
  readonly confirmed: readonly number[];
  /** Kept in a file, which is edited there, or made here. */
  readonly kept: 'file' | 'store';
  readonly place: string;
}

/** What an exception would have hidden of the alerts last seen since a moment, of all confirmed ones, and of the alert that
 *  it is made for. */
export interface ExceptionPreview {
  readonly since: bigint;
  /** Whether there are more alerts than are looked at; the oldest are left out then. */
  readonly isCut: boolean;
  /** Alerts that it would hide: confirmed ones, then the latest; the first of very many. */
  readonly hides: readonly Alert[];
  readonly count: number;
  /** Those among them that a person has confirmed: with any, it is refused. */
  readonly confirmed: readonly number[];
  /** Why it would be refused, and the way out; empty where it would not. */
  readonly refusal: string;
}

export interface ExceptionDesk {
  list(): Promise<readonly ExceptionInfo[]>;
  /** For an alert that is normal here: from narrow to wide, or why nothing is proposed. */
  propose(alert: number): Promise<{
    readonly none: string;
    readonly proposals: readonly {
      readonly draft: Omit<ExceptionDraft, 'owner' | 'reason' | 'override' | 'alert'>;
      readonly why: string;
      readonly preview: ExceptionPreview;
    }[];
  }>;
  preview(draft: Pick<ExceptionDraft, 'rules' | 'when' | 'alert'>): Promise<ExceptionPreview>;
  /** @throws UserError `EXCEPTION_INVALID`, or `EXCEPTION_REFUSED` where it would hide a confirmed case */
  create(draft: ExceptionDraft, act: Act): Promise<ExceptionInfo>;
  /** Gives it a later end.
   *  @throws UserError as `create` does, and where a person has ended it */
  renew(id: string, renewal: Pick<ExceptionDraft, 'expires' | 'reason' | 'override'>, act: Act): Promise<ExceptionInfo>;
  end(id: string, reason: string, act: Act): Promise<ExceptionInfo>;
}

export interface BacktestRequest {
  /** A rule of the service, or a text in Sentinel's format that is none yet. */
  readonly rule: { readonly id: string } | { readonly yaml: string };
  /** Another version to compare with. */
  readonly against: { readonly id: string } | { readonly yaml: string } | null;
  readonly since: bigint | null;
  readonly until: bigint | null;
}

export interface BacktestJob {
  readonly id: string;
  readonly by: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly started: bigint;
  readonly ended: bigint | null;
  /** What it is doing, for a person. */
  readonly progress: string;
  /** Of a failed one. */
  readonly problem: { readonly code: string; readonly message: string; readonly advice: string } | null;
  /** Of one that is done: as `weir backtest --format json` prints it. */
  readonly result: unknown;
}

export interface BacktestDesk {
  /** The latest first. */
  list(): readonly BacktestJob[];
  /** @throws UserError where the rule is none, or too many wait */
  start(request: BacktestRequest, act: Act): Promise<BacktestJob>;
  get(id: string): BacktestJob;
  cancel(id: string, act: Act): BacktestJob;
}

/** A question to the logs that would be too noisy as an alert. */
export interface HuntInfo {
  readonly name: string;
  readonly title: string;
  readonly hypothesis: string;
  readonly techniques: readonly string[];
  readonly needs: readonly string[];
  readonly query: string;
  readonly reading: string;
  readonly benign: string;
}

export interface HuntDesk {
  list(): Promise<readonly HuntInfo[]>;
}

/** What a source gave in one format. records = rows + rejects + ignored + unsplit. */
export interface SourceInfo {
  readonly door: string;
  readonly source: string;
  /** As scan names it; empty where it is not known. */
  readonly format: string;
  readonly state: HealthState;
  readonly reason: string;
  readonly firstReceived: bigint;
  readonly lastReceived: bigint;
  readonly entries: number;
  /** Of those that were there already. */
  readonly repeated: number;
  readonly bytes: number;
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
  readonly ignored: number;
  /** Rows or ignored, which is not known. */
  readonly unsplit: number;
  /** Bodies of which nothing could be read. */
  readonly aside: number;
  /** None of its rows has a later time (ticks); null where it gave none. */
  readonly newest: bigint | null;
}

/** A record that could not be read. */
export interface RejectInfo {
  readonly at: bigint;
  readonly door: string;
  readonly source: string;
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

export interface SourceDesk {
  list(): readonly SourceInfo[];
  /** The latest first. */
  rejects(query: {
    readonly door?: string;
    readonly source?: string;
    readonly limit: number;
  }): Promise<readonly RejectInfo[]>;
}

/** What has a page of its own. */
export const pagedKinds = ['device', 'account', 'process', 'service'] as const;
export type EntityKind = (typeof pagedKinds)[number];

/** What left. Bytes are of the connections of which they are known; null: of none. */
interface Left {
  readonly bytesSent: bigint | null;
  readonly connections: number;
  readonly bytesKnown: number;
}

export interface EntityDay extends Left {
  /** Its beginning in UTC, ticks. */
  readonly day: bigint;
}

export interface EntityShare extends Left {
  /** Empty where it is not known. */
  readonly name: string;
  /** Of services: whether the catalogue has it; else it is a domain. */
  readonly isService: boolean;
  /** On so many days. */
  readonly days: number;
}

/** Bytes that leave on a day. */
export interface Usual {
  /** On which something left whose bytes are known, before the day that is looked at. */
  readonly days: number;
  readonly median: bigint | null;
  readonly p90: bigint | null;
  /** There are too few days to call it usual. */
  readonly isLearning: boolean;
}

export interface EntityInfo {
  /** The days that were looked at (ticks), and the one that is compared with those before it. */
  readonly from: bigint;
  readonly until: bigint;
  readonly looked: bigint;
  /** Of all connections that are kept. */
  readonly oldest: bigint | null;
  /** Within the days that were looked at; null: not seen in them. */
  readonly firstSeen: bigint | null;
  readonly lastSeen: bigint | null;
  /** Days without a connection are left out. */
  readonly days: readonly EntityDay[];
  readonly usual: Usual;
  /** Those that most went to, from or by; empty of the entity's own kind. */
  readonly services: readonly EntityShare[];
  readonly devices: readonly EntityShare[];
  readonly processes: readonly EntityShare[];
  readonly accounts: readonly EntityShare[];
}

export interface EntityDesk {
  /** What left of it each day: the 30 days before the one of `at` (ticks), that day, and up to a week after it.
   *  @throws UserError what a query throws */
  get(
    entity: { readonly kind: EntityKind; readonly name: string; readonly at: bigint; readonly present: bigint },
    asking: { readonly id: string; readonly who: string },
    signal: AbortSignal,
  ): Promise<EntityInfo>;
}
