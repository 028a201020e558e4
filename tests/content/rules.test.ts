import { fileURLToPath } from 'node:url';
import { compile } from '@weir/kql';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { runRuleTest } from '../../packages/weir/src/detect/ruleTest.ts';
import { findingSchema } from '../../packages/weir/src/rules/finding.ts';
import { letsOf } from '../../packages/weir/src/rules/lets.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { loadRuleTests } from '../../packages/weir/src/rules/tests.ts';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const catalogue = await loadCatalogue(`${content}/catalogue`);
const rules = await loadRules([`${content}/rules`]);

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
  test('compiles, and so does every term of its score', () => {
    expect(compile(rule.query, { schema: weirSchema, dialect: 'duckdb' }).diagnostics).toEqual([]);
    for (const { when } of rule.weir.score.add) {
      const text = `${letsOf(rule.query)}\nFinding | where ${when}`;
      const term = compile(text, { schema: findingSchema, dialect: 'duckdb' });
      expect(term.diagnostics, when).toEqual([]);
    }
  });

  test('gives every column that its entities, details and key name', () => {
    const names = compile(rule.query, { schema: weirSchema, dialect: 'duckdb' }).columns.map(({ name }) => name);
    const mapped = rule.entityMappings.flatMap((mapping) => mapping.fieldMappings.map((field) => field.columnName));
    expect(names).toEqual(expect.arrayContaining([...mapped, ...Object.values(rule.customDetails)]));
    expect(names).toEqual(expect.arrayContaining([...rule.weir.finding.key, 'Timestamp', 'DeviceId', 'ReportId']));
  });

  const tests = await loadRuleTests(rule);
  test.each(tests.map((item) => [item.name, item] as const))('%s', async (_, item) => {
    expect((await runRuleTest(rule, item, catalogue)).differences).toEqual([]);
  });
});
