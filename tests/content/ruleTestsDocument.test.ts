import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { totalsOf } from '../../packages/weir/src/model/ruleTest.ts';
import { testsToText } from '../../packages/weir/src/report/ruleTests/text.ts';
import { fields } from '../../packages/weir/src/ruletest/fields.ts';
import { readTests } from '../../packages/weir/src/ruletest/readTests.ts';
import { ruleTests } from '../../packages/weir/src/ruletest/ruleTests.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(`${root}docs/rule-tests.md`, 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const examples = blocks.filter((block) => block.includes('expect:'));

test.each(examples.map((text, index) => [index, text]))('example %i can be read', (_, text) => {
  const whole = text.startsWith('common:') ? text : `tests:\n${text}`;
  expect(readTests('tests.yaml', whole).length).toBeGreaterThan(0);
});

test('the first example passes on the rule that it is about', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-document-'));
  try {
    const rule = await readFile(`${root}content/rules/exfiltration-service/rule.yaml`, 'utf8');
    await writeFile(join(folder, 'rule.yaml'), rule);
    await writeFile(join(folder, 'tests.yaml'), examples[0] ?? expect.fail('no example'));
    const report = await ruleTests({
      paths: [folder],
      content: `${root}content`,
      workDirectory: join(folder, 'work'),
      workers: 1,
    });
    expect(totalsOf(report), testsToText(report, { color: false })).toMatchObject({ passed: 3, failed: 0, errors: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the table names every field that can be expected, and no other', () => {
  const [, table = ''] = /### What may be expected of a finding\n\n([\s\S]*?)\n\n/.exec(page) ?? [];
  const cells = table
    .split('\n')
    .slice(2)
    .map((line) => line.split('|')[1] ?? '');
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.toSorted()).toEqual(Object.keys(fields).toSorted());
});
