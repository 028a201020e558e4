import { readFileSync } from 'node:fs';
import type { Column } from '../../packages/kql/src/index.ts';

/** A query with the rows that the Kusto Emulator gave for it. */
export interface Case {
  readonly id: string;
  readonly kql: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  readonly ordered: boolean;
  readonly approximate: boolean;
  /** Arrays that are sets compare without order. */
  readonly sets: boolean;
  /** Only the first rows were recorded. */
  readonly complete: boolean;
  readonly rowCount: number;
  /** Which rows come back is arbitrary; only their number counts. */
  readonly countOnly: boolean;
  /** A generated column name differs from run to run. */
  readonly unstableNames: boolean;
  readonly skip: boolean;
}

interface Recorded {
  readonly id: string;
  readonly kql: string;
  readonly expected_columns: readonly Column[];
  readonly expected_rows: readonly (readonly unknown[])[];
  readonly expected_rowcount?: number;
  readonly rows_complete?: boolean;
  readonly ordered: boolean;
  readonly approximate?: boolean;
  readonly set_semantics?: boolean;
  readonly nondeterministic?: boolean;
  readonly take_unordered?: boolean;
  readonly unstable?: boolean;
  readonly expected_error?: boolean;
}

/** The cases of one recorded file that have an answer, one JSON object a line (reference: the case files' field list). */
export function readCases(file: string): readonly Case[] {
  const answered = lines<Recorded>(file).filter((line) => line.expected_error !== true);
  return answered.map((line) => ({
    id: line.id,
    kql: line.kql,
    columns: line.expected_columns,
    rows: line.expected_rows,
    ordered: line.ordered,
    approximate: line.approximate ?? false,
    sets: line.set_semantics ?? false,
    complete: line.rows_complete ?? true,
    rowCount: line.expected_rowcount ?? line.expected_rows.length,
    countOnly: line.take_unordered ?? false,
    unstableNames: line.unstable ?? false,
    skip: line.nondeterministic ?? false,
  }));
}

/** A published query; no rows are known for it. */
export interface PublishedQuery {
  readonly id: string;
  readonly kql: string;
  readonly tables_used: readonly string[];
  readonly sem_errors: number;
  readonly device_network_events: boolean;
  readonly exfil: boolean;
}

export function readQueries(file: string): readonly PublishedQuery[] {
  return lines<PublishedQuery>(file);
}

/** A query that the engine refuses. */
export interface Reject {
  readonly id: string;
  readonly kql: string;
}

/** Those of a recorded file that have none. */
export function readRejects(file: string): readonly Reject[] {
  return lines<Reject & Recorded>(file).filter((line) => line.expected_error === true);
}

function lines<T>(file: string): readonly T[] {
  const text = readFileSync(file, 'utf8');
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as T]));
}
