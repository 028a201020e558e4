/** A question to the logs that would be too noisy as an alert. */
export interface Hunt {
  /** The file, as the user named it, and its name by which it is called. */
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly hypothesis: string;
  readonly techniques: readonly string[];
  /** What must be in the logs for the answer to mean anything, in words. */
  readonly needs: readonly string[];
  /** KQL over Weir's tables; `now()` is the end of the data. */
  readonly query: string;
  /** How to read the rows, and which of them are harmless. */
  readonly reading: string;
  readonly benign: string;
  /** A few rows that it must find something in. */
  readonly example: Example;
}

type Row = Readonly<Record<string, unknown>>;

export interface Example {
  /** Columns that every row of `rows` has unless it says otherwise. */
  readonly common: Row;
  /** Of DeviceNetworkEvents. */
  readonly rows: readonly Row[];
  /** Of other tables, by name. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** The result, of each row the columns that matter. */
  readonly finds: readonly Row[];
}
