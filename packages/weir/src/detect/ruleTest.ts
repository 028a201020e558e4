import type { Catalogue } from '../model/catalogue.ts';
import type { Finding } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import { compareFindings } from '../rules/compareFindings.ts';
import type { Rule } from '../rules/rule.ts';
import { completeRow } from '../rules/testRow.ts';
import type { RuleTest } from '../rules/tests.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { detect } from './detect.ts';
import { appendRows } from './inlineRows.ts';
import { isoToTicks } from './isoTime.ts';
import { withScratchLake } from './scratchLake.ts';

export interface RuleTestResult {
  readonly name: string;
  /** What differs from what the test expects, in sentences; empty where it passes. */
  readonly differences: readonly string[];
  readonly findings: readonly Finding[];
}

/** Runs one test of a rule: its rows, completed as intake and fusion would have, make a lake of their own, and the rule
 *  replays over their time or runs once at the test's moment.
 *  @throws UserError with the test's place, for a value that is not of its column's type */
export async function runRuleTest(rule: Rule, test: RuleTest, catalogue: Catalogue): Promise<RuleTestResult> {
  const place = `${test.path}:${test.at.line}:${test.at.column}`;
  const asOf = test.asOf === undefined ? undefined : isoToTicks(test.asOf);
  if (asOf === undefined && test.asOf !== undefined) {
    throw new UserError('RULE_TEST_INVALID', place, `asOf: ${test.asOf} is no moment`, 'Write 2026-03-12T10:00:00Z.');
  }
  return withScratchLake(async (lake) => {
    const rows = test.rows.map((row, index) => completeRow(row, catalogue, index));
    await appendRows(lake, deviceNetworkEvents, rows).catch((cause) => {
      if (!(cause instanceof RangeError)) throw cause;
      throw new UserError('RULE_TEST_INVALID', place, cause.message, 'Correct the row.');
    });
    const { runs, findings } = await detect(lake, [rule], asOf === undefined ? {} : { asOf });
    const failed = runs.flatMap(({ error }) => (error === undefined ? [] : [`the rule could not run: ${error}`]));
    return { name: test.name, differences: [...failed, ...compareFindings(test.expect, findings)], findings };
  });
}
