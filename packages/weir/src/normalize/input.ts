import type { Readable } from 'node:stream';
import type { Lake } from '../lake/lake.ts';
import type { InputReport } from '../model/input.ts';
import type { Knowledge } from './netflow/knowledge.ts';
import type { RejectsFile } from './rejectsFile.ts';

export interface IntakeOptions {
  readonly lake: Lake;
  /** For spools of what cannot be read in place; each is removed when its input is done. */
  readonly workDirectory: string;
  readonly stdin?: Readable;
  readonly onProgress?: (progress: IntakeProgress) => void;
  /** Where every reject goes, one JSON object a line. */
  readonly rejectsFile?: string;
}

export interface IntakeProgress {
  readonly path: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** Records of the inputs before this one. */
  readonly records: number;
}

/** One input on its way: what the user called it, and the file that holds its plain content. */
export interface Source {
  readonly path: string;
  readonly file: string;
  /** Unique among the inputs of this intake; spools are named after it. */
  readonly spoolName: string;
  /** Why the content is not all there. */
  readonly incomplete: string | undefined;
}

export interface Context extends IntakeOptions {
  readonly rejects: RejectsFile | undefined;
  /** What datagrams among the inputs tell of each other. */
  readonly datagrams: () => Promise<Knowledge>;
}

/** The report of an input of which nothing was read, with the reason and what to do. */
export function skipped(path: string, reason: string): InputReport {
  const nothing = { records: 0, rows: 0, rejects: 0, rejectsWhy: {}, ignored: 0, ignoredWhy: {} };
  return { path, format: null, ...nothing, reason, complete: false };
}
