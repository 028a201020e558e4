import type { Diagnostic } from '@weir/kql';
import type { Column } from '@weir/kql/types';
import type { Statement } from './recorded.ts';

/** What a query's process is told when it begins. */
export interface Beginning {
  readonly kind: 'begin';
  /** The segments' folder: the only one that its engine can read. */
  readonly directory: string;
  /** A folder of its own for what does not fit into memory. */
  readonly spillDirectory: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly spillMb: number;
  /** Watchlists that a query may name, beside Weir's tables. */
  readonly watchlists: readonly { readonly name: string; readonly columns: readonly string[] }[];
  /** Makes the watchlists' tables. */
  readonly prepare: readonly Statement[];
}

/** One query of a person. */
export interface Asking {
  readonly kind: 'query' | 'check';
  readonly kql: string;
  /** What `now()` is, ticks. */
  readonly now: bigint;
  readonly rowsMax: number;
  /** Of the rows as JSON, characters. */
  readonly sizeMax: number;
  /** Statements that show the tables as they are at a moment, and that moment. */
  readonly tables: { readonly seq: bigint; readonly show: readonly Statement[] } | undefined;
}

export type Asked = Beginning | Asking;

/** What was answered: rows as JSON arrays, joined by commas. */
export interface Answered {
  readonly kind: 'answered';
  readonly columns: readonly Column[];
  readonly rows: string;
  readonly count: number;
  /** There were more rows than may be given. */
  readonly truncated: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export type Told =
  | { readonly kind: 'ready' }
  | Answered
  /** The text does not compile, or is only checked. */
  | { readonly kind: 'diagnosed'; readonly diagnostics: readonly Diagnostic[]; readonly columns: readonly Column[] }
  /** What only shows while it runs. */
  | {
      readonly kind: 'failed';
      readonly code: 'QUERY_MEMORY' | 'QUERY_VALUES';
      readonly message: string;
      readonly advice: string;
    }
  | { readonly kind: 'bug'; readonly message: string };
