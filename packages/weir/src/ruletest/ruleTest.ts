import type { InlineRow } from '../detect/inlineRows.ts';
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/ruleTest.ts';
import type { Rule } from '../rules/rule.ts';
import type { Table } from '../tables/index.ts';

/** A rule and its tests, as their files have them. */
export interface Suite {
  readonly rule: Rule;
  readonly tests: readonly RuleTest[];
}

/** Data and what a rule must make of them. */
export interface RuleTest {
  readonly name: string;
  readonly at: Place;
  /** One run at this moment (ticks) instead of a replay over the data's own time. */
  readonly asOf: bigint | undefined;
  readonly data: TestData;
  /** A file of exceptions: what they hide counts as not found. */
  readonly exceptions: string | undefined;
  /** One for each finding, in any order; empty: the rule stays quiet. */
  readonly expect: readonly ExpectedFinding[];
}

export type TestData =
  /** Rows as the file has them, before they are completed. */
  | { readonly kind: 'rows'; readonly rows: ReadonlyMap<Table, readonly InlineRow[]> }
  /** Logs to read and fuse. */
  | { readonly kind: 'logs'; readonly paths: readonly string[]; readonly inventory: string | undefined };

/** What a test says of a finding; what it does not name may be anything. */
export interface ExpectedFinding {
  readonly at: Place;
  readonly checks: readonly Check[];
}

export interface Check {
  readonly field: string;
  /** As a person reads it. */
  readonly expected: string;
  readonly holds: (finding: Finding) => boolean;
  /** What the finding says there, as a person reads it. */
  readonly found: (finding: Finding) => string;
}
