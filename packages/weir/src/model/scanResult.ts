import type { ExceptionUse, HiddenFinding } from './exception.ts';
import type { Finding, RuleRun } from './finding.ts';
import type { FusionReport } from './fusionReport.ts';
import type { InputReport, LackingColumns } from './input.ts';

/** Everything that `weir scan` has to say. */
export interface ScanResult {
  /** False if any input was skipped or cut short, any record rejected, or any rule could not run. */
  readonly complete: boolean;
  /** What is shown. */
  readonly findings: readonly Finding[];
  /** What exceptions hide: with `findings` all that was found. */
  readonly hidden: readonly HiddenFinding[];
  /** What became of each exception; empty where none were given. */
  readonly exceptions: readonly ExceptionUse[];
  readonly runs: readonly RuleRun[];
  readonly inputs: readonly InputReport[];
  /** Columns that inputs have not and by which rules decide. */
  readonly lacking: readonly LackingInput[];
  readonly fusion: FusionReport;
  /** The one moment at which every rule ran (`--as-of`), ticks; null in a replay over the data's own time. */
  readonly asOf: bigint | null;
  /** The data's own time, ticks; null where there are no rows. */
  readonly dataFrom: bigint | null;
  readonly dataUntil: bigint | null;
}

/** Columns of a table that an input has not, all of which rules decide by, and the names of those rules. */
export interface LackingInput extends LackingColumns {
  readonly path: string;
  readonly rules: readonly string[];
}
