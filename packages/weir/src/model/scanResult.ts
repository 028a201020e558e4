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
  /** What left for addresses without a name; null where it is too little to be told. */
  readonly nameless: Nameless | null;
  /** The one moment at which every rule ran (`--as-of`), ticks; null in a replay over the data's own time. */
  readonly asOf: bigint | null;
  /** The data's own time, ticks; null where there are no rows. */
  readonly dataFrom: bigint | null;
  readonly dataUntil: bigint | null;
}

/** What left for public addresses without a name or a service. No finding: who holds an address, no log says. */
export interface Nameless {
  readonly bytesSent: bigint;
  /** Of all bytes that are known to have left. */
  readonly ofBytes: bigint;
  /** The most that one program of one device sent to one of them; `device` is `''` where it is unknown. */
  readonly most: { readonly device: string; readonly address: string; readonly bytesSent: bigint };
}

/** Columns of a table that an input has not, all of which rules decide by, and the names of those rules. */
export interface LackingInput extends LackingColumns {
  readonly path: string;
  readonly rules: readonly string[];
}
