/** What a benchmark's floor takes from a file: SQL of columns and of where they come from. */
export interface Floor {
  readonly columns: readonly string[];
  readonly from: string;
}

/** SELECT that reads the columns and does nothing to them. */
export function columnsCounted({ columns, from }: Floor): string {
  return `SELECT ${columns.map((column) => `count(${column})`).join(', ')} FROM ${from}`;
}

/** SELECT of the columns, for a COPY. */
export function columnsWritten({ columns, from }: Floor): string {
  return `SELECT ${columns.map((column, index) => `${column} AS c${index}`).join(', ')} FROM ${from}`;
}
