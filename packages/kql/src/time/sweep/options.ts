/** When the plan is asked, and how its scans say so. */
export interface SweepOptions {
  /** Moments are multiples of it (ticks). */
  readonly frequency: bigint;
  /** No row of a table with times is there for longer than this, and one frequency more (ticks). */
  readonly period: bigint;
  /** The columns of scanned tables that hold the moments from which on, and up to but without which, a row is there. */
  readonly enter: string;
  readonly exit: string;
  /** The column of a table that says when a row was complete: while it is there, that lies within `period` before the
   *  moment. Undefined where no column does. */
  readonly complete?: (table: string) => string | undefined;
  /** How the names of tables begin that are made on the way. */
  readonly step: string;
  /** Tables without these columns: their rows are always there. */
  readonly timeless: (table: string) => boolean;
}
