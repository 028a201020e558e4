import { ticksPerDay } from '@weir/kql/types';
import type { Segment } from '../lake/segments.ts';

/** A file of the live lake, as a snapshot sees it. Numbers of commits are CommitSeq. */
export interface LiveSegment extends Segment {
  readonly id: number;
  readonly table: string;
  readonly bytes: number;
  /** As it came; by compaction, with CommitSeq and ArrivedAt as columns; or rows that were replaced, with ReplacedSeq. */
  readonly kind: 'written' | 'merged' | 'past';
  readonly firstCommit: bigint;
  readonly lastCommit: bigint;
  /** Of kind past: the last ReplacedSeq. */
  readonly lastReplaced: bigint | undefined;
  /** Ticks. */
  readonly arrivedAt: bigint;
  /** Retention counts from here where rows have no later time, ticks. */
  readonly keptAt: bigint;
  /** Over all times of its rows, ticks; undefined where they have none. */
  readonly span: { readonly from: bigint; readonly until: bigint } | undefined;
  /** Over the EvidenceTime of its rows alone, ticks, where a row without one counts as of 0; undefined where the file does not
   *  hold it. */
  readonly evidence: { readonly from: bigint; readonly until: bigint } | undefined;
  /** Files with the positions of rows that were replaced, and how many there are of this segment. */
  readonly tombstones: readonly Tombstone[];
}

export interface Tombstone {
  readonly id: number;
  readonly file: string;
  readonly seq: bigint;
  /** When its commit was, ticks. */
  readonly at: bigint;
  /** Of the segment. */
  readonly rows: number;
}

/** How many of a segment's rows a snapshot does not see. */
export function replacedRows({ tombstones }: LiveSegment): number {
  return tombstones.reduce((all, { rows }) => all + rows, 0);
}

/** The last time that a segment's rows can be of, ticks: what claims to be of a later day than the one after it came has a
 *  clock that is wrong, and a row of the year 2099 is no reason to keep its segment until then. */
export function lastTime({ span, keptAt }: Pick<LiveSegment, 'span' | 'keptAt'>): bigint {
  const until = span?.until ?? keptAt;
  return until < keptAt + ticksPerDay ? until : keptAt + ticksPerDay;
}

/** What compaction and history call columns that are no table's. */
export const ownColumns = {
  commitSeq: 'CommitSeq',
  arrivedAt: 'ArrivedAt',
  replacedSeq: 'ReplacedSeq',
  fromSegment: 'FromSegment',
  fromRow: 'FromRow',
} as const;
