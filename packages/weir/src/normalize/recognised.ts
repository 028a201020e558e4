import type { LackingColumns } from '../model/input.ts';
import type { Job } from './apply.ts';
import type { ReadingOptions } from './reading.ts';
import type { Seen } from './seen.ts';

/** What a file was recognised as, by its content. */
export interface Recognised {
  /** As reports name it, the format's id first: `zeek-tsv conn`, `defender csv`. */
  readonly format: string;
  readonly shape: Shape;
  /** Columns of its tables that a file with columns of its own has not. */
  readonly lacks?: readonly LackingColumns[];
  /** The same of a file whose records bring their own, by the names that they have. */
  readonly lacksOf?: (names: Seen['names']) => readonly LackingColumns[];
}

/** What the engine is to do with a file, or with a spool of its records. */
export type ToJob = (options: ReadingOptions) => Job;

export type Shape =
  /** One JSON object a line, or objects inside arrays, envelopes or several lines. */
  | {
      readonly kind: 'json-lines' | 'json-elements';
      readonly job: ToJob;
      /** The member whose text holds the record, as an object, maybe behind the header of syslog; of no names: the line itself does. */
      readonly carried?: readonly string[];
    }
  /** Text of which each line is a record. */
  | { readonly kind: 'text-lines'; readonly job: ToJob }
  /** Windows events in XML: one a line, over several lines, or in one document. */
  | { readonly kind: 'xml-events'; readonly job: ToJob }
  /** Zeek's text with headers, which may change on the way. */
  | {
      readonly kind: 'zeek-tsv';
      readonly header: ZeekHeader;
      readonly job: ToJob;
      readonly jobUnder: (header: ZeekHeader) => ToJob;
    }
  /** Text whose `#Fields` lines name the columns of the lines below them; given one, the job for what follows. */
  | { readonly kind: 'w3c'; readonly job: ToJob; readonly jobUnder: (fieldsLine: string) => ToJob }
  | {
      readonly kind: 'csv';
      readonly header: CsvHeader;
      readonly job: ToJob;
      readonly jobUnder: (header: CsvHeader) => ToJob;
      /** Whether a record is a header again, where files were put one after another. */
      readonly isHeader: (cells: readonly string[]) => boolean;
      /** The column whose texts hold the records, as JSON objects, maybe behind the header of syslog. */
      readonly carried?: string;
      /** Why a record is to be ignored that does not have the columns of the others: a closing summary. */
      readonly aside?: (cells: readonly string[]) => string | undefined;
    }
  | { readonly kind: 'parquet'; readonly job: ToJob };

export interface ZeekHeader {
  readonly separator: string;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  readonly log: string;
  readonly fields: readonly string[];
  /** Lines that the header takes, from the file's first line. */
  readonly lines: number;
  /** It is one line, of the names alone. */
  readonly isPlain?: true;
}

export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Lines above the first record; none where a product names no columns in its files. */
  readonly lines: number;
  /** The least cells of a record of such a product, whose versions differ in how many follow. */
  readonly least?: number;
}
