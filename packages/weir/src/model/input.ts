/** What became of one input: records = rows + rejects + ignored, always. */
export interface InputReport {
  /** As the user named it; a member of a folder with its path below it. `-` is standard input. */
  readonly path: string;
  /** Null where the input was skipped; `reason` then says why and what to do. */
  readonly format: string | null;
  readonly records: number;
  /** Records that became a row of at least one table. */
  readonly rows: number;
  /** Records that should have become a row and could not; each is kept with file, line, reason and text. */
  readonly rejects: number;
  /** How many for which reason, the most frequent first. */
  readonly rejectsWhy: Readonly<Record<string, number>>;
  /** Records that Weir has no use for (headers, comments, tables it does not use), by reason in `ignoredWhy`. */
  readonly ignored: number;
  readonly ignoredWhy: Readonly<Record<string, number>>;
  /** Of each table of rows that it is of: the table's columns that it has not; of JSON, those that no record has. Absent
   *  where it has all, and where the records had to be read one by one. */
  readonly lacks?: readonly LackingColumns[];
  /** Why it was skipped, or why only a part of it could be read. */
  readonly reason?: string;
  /** False where the input was skipped or read in part. */
  readonly complete: boolean;
}

export interface LackingColumns {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Whether no input gave anything: each was skipped, or rejected or cut short before its first row. One that holds
 *  headers alone, or tables that Weir has no use for, was read. */
export function nothingReadable(inputs: readonly InputReport[]): boolean {
  return inputs.every(({ rows, rejects, complete }) => rows === 0 && (rejects > 0 || !complete));
}

export interface Reject {
  readonly path: string;
  /** Line from 1, or the record's ordinal where the format has no lines. */
  readonly line: number;
  readonly reason: string;
  /** The record's text, cut to a bounded length. */
  readonly text: string;
}
