import type { Job } from './apply.ts';
import type { ReadingOptions } from './reading.ts';

/** What a file was recognised as, by its content. */
export interface Recognised {
  /** As reports name it: `zeek-tsv conn`. */
  readonly format: string;
  readonly shape: Shape;
}

export type Shape =
  /** One JSON object a line. */
  | { readonly kind: 'json-lines'; readonly job: (options: ReadingOptions) => Job }
  /** JSON objects inside arrays or envelopes. */
  | { readonly kind: 'json-elements'; readonly job: (options: ReadingOptions) => Job }
  /** Zeek's text with headers, which may change on the way. */
  | {
      readonly kind: 'zeek-tsv';
      readonly header: ZeekHeader;
      readonly job: (options: ReadingOptions, header: ZeekHeader) => Job;
    }
  | {
      readonly kind: 'csv';
      readonly header: CsvHeader;
      readonly job: (options: ReadingOptions, header: CsvHeader) => Job;
    }
  | { readonly kind: 'parquet'; readonly job: (options: ReadingOptions) => Job };

export interface ZeekHeader {
  readonly separator: string;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  readonly log: string;
  readonly fields: readonly string[];
  /** Lines that the header takes, from the file's first line. */
  readonly lines: number;
}

export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Lines above the first record. */
  readonly lines: number;
}
