import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '@weir/kql';
import { describe, expect, test } from 'vitest';
import { ruleQuery } from '../../packages/weir/src/detect/ruleQuery.ts';
import { summaryOf, testsToText } from '../../packages/weir/src/report/ruleTests/text.ts';
import { painter } from '../../packages/weir/src/report/terminal/text.ts';
import { findingSchema } from '../../packages/weir/src/rules/finding.ts';
import { letsOf } from '../../packages/weir/src/rules/lets.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { ruleTests } from '../../packages/weir/src/ruletest/ruleTests.ts';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';

/** The lists that a term may use stand among what the query reads of the tables. */
const schema = { tables: { ...weirSchema.tables, ...findingSchema.tables } };
const content = fileURLToPath(new URL('../../content', import.meta.url));
const rules = await loadRules([`${content}/rules`]);

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  test('compiles, and so does every term of its score', () => {
    expect(compile(rule.query, { schema: weirSchema, dialect: 'duckdb' }).diagnostics).toEqual([]);
    // All at once: each would be compiled with all lists of the query.
    const terms = rule.weir.score.add.map(({ when }) => `| where (${when})`);
    const text = `${letsOf(rule.query)}\nFinding\n${terms.join('\n')}`;
    expect(compile(text, { schema, dialect: 'duckdb' }).diagnostics).toEqual([]);
  });

  test('gives every column that its entities, details and key name', () => {
    const names = compile(rule.query, { schema: weirSchema, dialect: 'duckdb' }).columns.map(({ name }) => name);
    const mapped = rule.entityMappings.flatMap((mapping) => mapping.fieldMappings.map((field) => field.columnName));
    expect(names).toEqual(expect.arrayContaining([...mapped, ...Object.values(rule.customDetails)]));
    expect(names).toEqual(expect.arrayContaining([...rule.weir.finding.key, 'Timestamp', 'DeviceId', 'ReportId']));
  });
});

test('no rule is run tick by tick over logs of years, but the one that reads neighbours', () => {
  const ways = rules.map((rule): [string, string] => {
    const { byIntervals, eachRow } = ruleQuery(rule, weirSchema);
    const swept = 'reason' in byIntervals ? byIntervals.reason : 'by intervals';
    return [basename(dirname(rule.path)), eachRow === undefined ? swept : 'each row once'];
  });
  const slow = ways.filter(([, way]) => way !== 'by intervals' && way !== 'each row once');
  expect(slow).toEqual([['regular-contact', 'its rows read from their neighbours']]);
});

test('every rule is stable, and every test of it passes', { timeout: 300_000 }, async () => {
  const workDirectory = await mkdtemp(join(tmpdir(), 'weir-rule-tests-'));
  try {
    const report = await ruleTests({ paths: [], content, workDirectory, workers: 2 });
    expect(summaryOf(report, painter(false)), testsToText(report, { color: false })).toBe('9 rules: 135 passed');
    expect(report.rules.map(({ rule }) => rule?.status)).toEqual(rules.map(() => 'stable'));
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
});
