import { sqlText } from '../engine/sql.ts';
import type { Table } from '../tables/index.ts';

/** How the records of one format become rows, in SQL over `Reading`'s columns. */
export interface Mapping {
  /** SQL of a list in the record whose elements are the records proper, as the column `weir_part`: each is judged, counted
   *  and rejected by itself. A record without any is one with a null. */
  readonly opened?: string;
  /** Columns for `stage`, in layers of which each may speak of those before it: each is computed once, however often it
   *  is spoken of. Their names begin with `weir_`, so that no file has them. */
  readonly pieces?: readonly Readonly<Record<string, string>>[];
  /** Columns computed once for each record, by name; `verdict` and the outputs are written over them. */
  readonly stage: Readonly<Record<string, string>>;
  /** Columns over those of `stage` and the facts before them, each computed once, for what many of a row's columns hang
   *  on. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Null for a record that has a row; else `ignored(…)` or `rejected(…)`. */
  readonly verdict: string;
  /** The first output is the one that most records of such a file feed. */
  readonly outputs: readonly Output[];
  /** The records are of several kinds, which feed several tables in like measure. */
  readonly isMixed?: boolean;
}

export interface Output {
  readonly table: Table;
  readonly columns: Readonly<Record<string, string>>;
  /** Which usable records feed this table; all where absent. */
  readonly where?: string;
  /** A later output that records of the first output's table feed as well: always, or where this text is in the file.
   *  The others take records that the first does not. */
  readonly alongside?: 'always' | { readonly text: string };
  /** Turns the relation of usable records, as `unnest` does. */
  readonly from?: (records: string) => string;
}

const ignoredMark = 'i:';
const rejectedMark = 'r:';

/** SQL of the verdict that Weir has no use for a record. */
export function ignored(reason: string): string {
  return sqlText(ignoredMark + reason);
}

/** As `ignored`, with a reason that SQL completes from the record. */
export function ignoredBy(reasonSql: string): string {
  return `${sqlText(ignoredMark)} || ${reasonSql}`;
}

/** SQL of the verdict that a record should have become a row and cannot. */
export function rejected(reason: string): string {
  return sqlText(rejectedMark + reason);
}

/** As `rejected`, with a reason that SQL completes from the record. */
export function rejectedBy(reasonSql: string): string {
  return `${sqlText(rejectedMark)} || ${reasonSql}`;
}

/** Why a record is rejected that has nothing of what its file was recognised by: another log was put behind the first,
 *  whose records must not pass as ones that nobody needs. */
export const otherForm =
  'not of the form of the first records; give Weir logs of different forms as files of their own';

export function readVerdict(verdict: string): { kind: 'ignored' | 'rejected'; reason: string } {
  const kind = verdict.startsWith(ignoredMark) ? 'ignored' : 'rejected';
  return { kind, reason: verdict.slice(ignoredMark.length) };
}

/** `CASE` over verdicts, first match wins; null where none holds. */
export function firstVerdict(rules: readonly (readonly [condition: string, verdict: string])[]): string {
  return `CASE ${rules.map(([condition, verdict]) => `WHEN ${condition} THEN ${verdict}`).join(' ')} END`;
}
