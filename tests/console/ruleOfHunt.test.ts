import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../packages/console/src/hunt/ruleName.ts';
import { ruleYaml, testsYaml } from '../../packages/console/src/hunt/ruleYaml.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import { loadTests } from '../../packages/weir/src/ruletest/load.ts';

const draft = {
  id: '3f1c2a44-5d6e-4f70-8a9b-0c1d2e3f4a5b',
  name: 'Much at night: "quoted" # and\n\tmore',
  severity: 'Medium',
  frequency: '1h',
  period: '1d',
} as const;

test.each([
  ['plain', 'DeviceNetworkEvents\n| where Timestamp > ago(1d)\n| summarize Sum = sum(BytesSent) by DeviceName\n'],
  [
    'with tabs, returns and blanks around',
    '\n\n  DeviceNetworkEvents\r\n\t| where DeviceName == "a: b # c"   \r\n\n| take 5\n\n',
  ],
])('the rule of a hunt is one that the service reads, its query %s', (_, query) => {
  const rule = readRule('rule.yaml', ruleYaml({ ...draft, query }));
  expect(rule).toMatchObject({ id: draft.id, name: 'Much at night: "quoted" # and more', severity: 'medium' });
  const lines = (text: string) =>
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  expect(lines(rule.query)).toEqual(lines(query));
});

test('the tests to begin with are tests', async () => {
  const home = await mkdtemp(join(tmpdir(), 'weir-hunt-'));
  const folder = join(home, folderOf(draft.name));
  await mkdir(folder);
  await writeFile(join(folder, 'rule.yaml'), ruleYaml({ ...draft, query: 'DeviceNetworkEvents' }));
  await writeFile(join(folder, 'tests.yaml'), testsYaml());
  const { rules } = await loadTests([folder]);
  expect(rules.map(({ tests }) => tests.length)).toEqual([2]);
  expect(folder).toMatch(/much-at-night-quoted-and-more$/);
  await rm(home, { recursive: true });
});
