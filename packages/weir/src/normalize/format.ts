import type { CsvHeader, Recognised } from './recognised.ts';

/** A log format that Weir reads. Each is one file: how it is recognised, what it gives, and its mapping. */
export interface Format {
  /** The first word of what reports call an input's format. */
  readonly id: string;
  readonly title: string;
  /** What an analyst gets from it, and what has to come from elsewhere. */
  readonly gives: readonly string[];
  readonly lacks: readonly string[];
  /** Undefined where the sample is of another format; a reason where it is of this one and cannot be read. */
  readonly recognise: (sample: Sample) => Recognised | { readonly reason: string } | undefined;
  /** Of columns of no format: what they are and lack, where they are most likely a part of this one. */
  readonly lacking?: (
    names: readonly string[],
  ) => { readonly of: string; readonly columns: readonly string[] } | undefined;
}

/** The first part of a file, as recognition looks at it. */
export interface Sample {
  /** The file's own name: it breaks ties, no more. */
  readonly name: string;
  /** Whole lines of a text. */
  readonly lines: readonly string[];
  /** The first JSON objects. */
  readonly objects: readonly object[];
  /** Whether those stand one a line, or inside an array, an envelope or several lines. */
  readonly layout: 'lines' | 'elements';
  /** The first line as CSV has it, where the text is not JSON. */
  readonly header: CsvHeader | undefined;
  /** Names and engine types of a Parquet file's columns. */
  readonly columns: ReadonlyMap<string, string> | undefined;
}
