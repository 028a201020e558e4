import type { Severity } from '../model/finding.ts';
import type { Notice, NoticeCause } from '../model/notice.ts';

/** What is told in one go. */
export interface Message {
  /** A receiver knows a repetition by it. */
  readonly key: string;
  /** Ticks. */
  readonly made: bigint;
  readonly summary: Summary;
  /** Those that are told in full: all, or the gravest of many. */
  readonly notices: readonly Notice[];
}

/** What a message tells of everything that it stands for. */
export interface Summary {
  /** `one` alert or exception; alerts of one `rule`; of several (`digest`); what was found in the past (`retro`); what comes
   *  back as exceptions have ended; `batch`: for machines. */
  readonly kind: 'one' | 'rule' | 'digest' | 'retro' | 'exception-ended' | 'batch';
  /** Alerts, and ends of exceptions. */
  readonly subjects: number;
  /** Notices that were put together; at least as many. */
  readonly notices: number;
  readonly causes: Readonly<Partial<Record<NoticeCause, number>>>;
  readonly severities: Readonly<Partial<Record<Severity, number>>>;
  /** Those with most alerts first. */
  readonly rules: readonly { readonly rule: string; readonly name: string; readonly subjects: number }[];
}
