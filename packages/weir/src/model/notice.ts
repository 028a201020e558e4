import type { Exception } from './exception.ts';
import type { Finding, Severity } from './finding.ts';

/** Why something is told: an alert for the first time; that it became graver or far larger; that one that was told is
 *  withdrawn; that an exception will end. */
export type NoticeCause = 'raised' | 'grew' | 'withdrawn' | 'exception-ends';

/** What is to be told, as it stood then. Times are ticks. */
export interface Notice {
  readonly id: number;
  readonly at: bigint;
  readonly cause: NoticeCause;
  /** Empty for an exception. */
  readonly rule: string;
  readonly severity: Severity;
  readonly score: number;
  /** Told only together with all others like it. */
  readonly together: 'retro' | 'exception-ended' | null;
  readonly told: ToldAlert | ToldException;
}

export interface ToldAlert {
  readonly alert: number;
  readonly opened: bigint;
  /** The closed alert whose story it goes on with. */
  readonly follows: number | null;
  /** With at most a few rows of evidence, and no ids. */
  readonly finding: Finding;
  /** Why it was withdrawn, or what it grew from; empty otherwise. */
  readonly because: string;
}

export interface ToldException {
  readonly exception: Exception;
}
