import type { Finding } from './finding.ts';

/** What `weir test` found out. A place's line and column count from 1. */
export interface TestReport {
  readonly rules: readonly TestedRule[];
}

export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A rule with its tests, in the order of their file; a file that could not be read has none and no rule. */
export interface TestedRule {
  /** The rule's file; of tests without a rule their own. */
  readonly path: string;
  /** Null where the file is no rule. */
  readonly rule: { readonly id: string; readonly name: string; readonly status: 'experimental' | 'stable' } | null;
  readonly tests: readonly TestResult[];
  /** Tests of the rule that the filter left out. */
  readonly leftOut: number;
  /** What is wrong with the rule's tests as a whole. */
  readonly lacks: readonly { readonly at: Place; readonly message: string }[];
  /** Why they could not be tested at all. */
  readonly error?: TestError;
  /** Why DuckDB alone ran its query, where ClickHouse was asked for too. */
  readonly notOnClickHouse?: TestError;
}

export interface TestResult {
  readonly name: string;
  readonly at: Place;
  /** Empty where the test passes. */
  readonly differences: readonly Difference[];
  readonly findings: readonly Finding[];
  /** What the rule did over the test's rows, in a sentence. */
  readonly run: string;
}

/** A mistake of the user's, in the file's own words: code, place, message, way out. */
export interface TestError {
  readonly code: string;
  readonly at: Place;
  readonly message: string;
  readonly advice: string;
}

/** Where what was found is not what was expected. */
export type Difference =
  /** Nothing like what was expected was found. */
  | { readonly kind: 'missing'; readonly at: Place; readonly expected: readonly FieldCheck[] }
  /** What was found comes near what was expected. */
  | {
      readonly kind: 'unlike';
      readonly at: Place;
      readonly expected: readonly FieldCheck[];
      readonly found: Finding;
      /** The fields that differ. */
      readonly fields: readonly FieldDifference[];
    }
  /** Found, and not expected. */
  | { readonly kind: 'surplus'; readonly found: Finding }
  /** Over the same rows and at the same moment ClickHouse gives other result rows than DuckDB. */
  | {
      readonly kind: 'engines';
      /** Ticks. */
      readonly moment: bigint;
      /** The rows that only one of them gives, as a person reads them; of ClickHouse what it says where it stops. */
      readonly duckdb: readonly string[];
      readonly clickhouse: readonly string[] | string;
    }
  /** The test could not be run. */
  | { readonly kind: 'error'; readonly error: TestError };

export interface FieldCheck {
  readonly field: string;
  readonly expected: string;
}

export interface FieldDifference extends FieldCheck {
  readonly found: string;
}

/** How many tests and rules came out how. */
export interface TestTotals {
  readonly rules: number;
  readonly passed: number;
  /** Tests that failed, and rules that lack a kind of test. */
  readonly failed: number;
  /** Tests, and rules, that could not be run. */
  readonly errors: number;
  /** Rules without tests. */
  readonly untested: number;
  /** Rules with tests that ran on DuckDB alone, where ClickHouse was asked for too. */
  readonly notOnClickHouse: number;
}

export function totalsOf({ rules }: TestReport): TestTotals {
  const tests = rules.flatMap((tested) => tested.tests);
  const errors = tests.filter(isError).length;
  const failed = tests.filter(({ differences }) => differences.length > 0).length - errors;
  return {
    rules: rules.length,
    passed: tests.length - failed - errors,
    failed: failed + rules.reduce((sum, { lacks }) => sum + lacks.length, 0),
    errors: errors + rules.filter(({ error }) => error !== undefined).length,
    untested: rules.filter(isUntested).length,
    notOnClickHouse: rules.filter(({ notOnClickHouse }) => notOnClickHouse !== undefined).length,
  };
}

/** Whether a test could not be run. */
export function isError({ differences }: TestResult): boolean {
  return differences.some(({ kind }) => kind === 'error');
}

export function isUntested({ tests, leftOut, error }: TestedRule): boolean {
  return tests.length === 0 && leftOut === 0 && error === undefined;
}
