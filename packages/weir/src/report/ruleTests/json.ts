import { type Difference, isError, type TestReport, totalsOf } from '../../model/ruleTest.ts';
import { findingRecord } from '../findingRecord.ts';
import { ticksToIso } from '../format.ts';
import { jsonText } from '../harmless.ts';
import { masked } from '../presentable.ts';

/** `weir test --format json`. Datetimes are ISO 8601, longs beyond 2^53 strings, secrets are masked. */
export function testsToJson(report: TestReport): string {
  const rules = masked(report).rules.map(({ path, rule, tests, leftOut, lacks, error, notOnClickHouse }) => ({
    path,
    rule,
    tests: tests.map((test) => ({
      name: test.name,
      at: test.at,
      result: test.differences.length === 0 ? 'passed' : isError(test) ? 'error' : 'failed',
      differences: test.differences.map(differenceRecord),
      findings: test.findings.map(findingRecord),
      run: test.run,
    })),
    leftOut,
    lacks,
    error: error ?? null,
    ...(notOnClickHouse === undefined ? {} : { notOnClickHouse }),
  }));
  return `${jsonText({ totals: totalsOf(report), rules }, 2)}\n`;
}

function differenceRecord(difference: Difference) {
  if (difference.kind === 'unlike' || difference.kind === 'surplus') {
    return { ...difference, found: difference.found.id };
  }
  return difference.kind === 'engines' ? { ...difference, moment: ticksToIso(difference.moment) } : difference;
}
