import type { ExceptionUse } from './exception.ts';
import type { Finding, RuleRun, Severity } from './finding.ts';
import type { FusionReport } from './fusionReport.ts';
import type { InputReport } from './input.ts';

/** Everything that `weir backtest` has to say. Times and durations are ticks. */
export interface Backtest {
  /** False if any input was skipped or cut short, any record rejected, or any rule could not run. */
  readonly complete: boolean;
  /** Settled: over the rows as they are now. As known: each run saw the rows that had arrived by then. */
  readonly question: 'settled' | 'as-known';
  /** Settled: how long after its tick a run takes place. As known: how long after its time a row arrives whose arrival is
   *  not recorded. */
  readonly delay: bigint;
  /** The data's own span by evidence time; nulls where there is no row. */
  readonly data: { readonly from: bigint | null; readonly until: bigint | null };
  /** The first and the last tick that were asked for (`--since`, `--until`), null where none was. */
  readonly since: bigint | null;
  readonly until: bigint | null;
  /** Rows whose arrival is recorded, and all. */
  readonly arrivals: { readonly recorded: number; readonly rows: number };
  readonly rules: readonly RuleBacktest[];
  readonly exceptions: readonly ExceptionUse[];
  /** Null where no verdicts were given. */
  readonly verdicts: VerdictUse | null;
  readonly inputs: readonly InputReport[];
  readonly fusion: FusionReport;
}

/** How many verdicts were given, and how many of them are about a finding of this data. */
export interface VerdictUse {
  readonly given: number;
  readonly met: number;
}

/** What became of a finding. Suppressed: its rule paused after another alert when it would have told of it. Hidden and
 *  informational ones were never told of. */
export type Outcome = 'notified' | 'informational' | 'hidden' | 'suppressed';

export interface BacktestFinding {
  readonly finding: Finding;
  readonly outcome: Outcome;
  /** When it would have been told; null where never. */
  readonly alertedAt: bigint | null;
  /** From the evidence that the alert waited for to the alert; null where there is none. */
  readonly waited: bigint | null;
  /** When a run first found it. */
  readonly foundAt: bigint | null;
  /** Exceptions that hide it as it ended; of a notified one, they came to hold after the alert. */
  readonly hiddenBy: readonly string[];
  /** What people found out about it, each once. */
  readonly verdicts: readonly string[];
}

export interface RuleBacktest {
  readonly run: RuleRun;
  /** After an alert the rule pauses so long; null where it does not. */
  readonly suppression: bigint | null;
  readonly findings: readonly BacktestFinding[];
  /** How many findings have each outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Of the notified ones. */
  readonly severities: Readonly<Record<Severity, number>>;
  /** In order; days (UTC) on which nothing was seen and nothing happened are left out. */
  readonly days: readonly BacktestDay[];
  /** Notified findings per 1,000 hosts and day, over days on which hosts were seen; null where none was. */
  readonly perThousand: {
    readonly mean: number;
    readonly worst: { readonly day: bigint; readonly rate: number };
  } | null;
  /** Notified findings by what they are about, most first. */
  readonly by: Readonly<Record<'device' | 'account' | 'process' | 'service', readonly Group[]>>;
  /** From the evidence that an alert waited for to the alert; null where none was told, and of a query without a schedule,
   *  which runs once. */
  readonly timeToAlert: { readonly median: bigint; readonly p90: bigint; readonly alerts: number } | null;
  /** Findings of so many rows and ticks that only some of their ticks were looked at: their alert may have come earlier. */
  readonly coarse: number;
  readonly against: Comparison | null;
}

export interface BacktestDay {
  /** Its first moment. */
  readonly day: bigint;
  /** Different devices in the data of that day. */
  readonly hosts: number;
  /** Notified findings of each severity, on the day on which the evidence that the alert waited for was complete. */
  readonly severities: Readonly<Record<Severity, number>>;
  /** Findings of each outcome; those that were never told stand on the day on which they were first found. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

export interface Group {
  /** `''` where it is not known. */
  readonly name: string;
  readonly notified: number;
}

/** What changed between two versions of a rule. Findings are one story where they share evidence, or entities and time. */
export interface Comparison {
  readonly rule: { readonly name: string; readonly version: string };
  readonly added: readonly BacktestFinding[];
  readonly gone: readonly BacktestFinding[];
  readonly same: number;
  readonly changed: readonly ChangedFinding[];
  /** Of the other version. */
  readonly days: readonly BacktestDay[];
  /** Present where the other version could not run. */
  readonly error?: string;
}

export interface ChangedFinding {
  readonly before: BacktestFinding;
  readonly after: BacktestFinding;
  /** What differs. */
  readonly what: readonly ('outcome' | 'severity' | 'bytes sent' | 'connections' | 'time')[];
}
