import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadEachRule, loadRules } from './load.ts';

const rule = (id: number) => `id: 00000000-0000-4000-8000-00000000000${id}
name: Rule ${id}
description: One.
severity: Low
kind: NRT
query: DeviceNetworkEvents
`;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-rules-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

test('rules are found in folders by name; tests, guides and hidden files are none', async () => {
  await write({
    'a/rule.yaml': rule(1),
    'a/tests.yaml': 'tests: []',
    'hunt.tests.yaml': 'tests: []',
    'a/guide.md': '# x',
    'b/c/other.yml': rule(2),
    'hunt.kql': 'DeviceNetworkEvents | take 1',
    '.hidden/rule.yaml': 'not yaml: [',
  });
  const rules = await loadRules([folder]);
  expect(rules.map(({ name }) => name)).toEqual(['Rule 1', 'Rule 2', 'hunt']);
  expect(rules.map(({ guide }) => guide)).toEqual([join(folder, 'a/guide.md'), undefined, undefined]);
});

test('a file that is named twice is read once; two files with one id are refused', async () => {
  await write({ 'a.yaml': rule(1), 'b.yaml': rule(1) });
  expect(await loadRules([join(folder, 'a.yaml'), join(folder, 'a.yaml')])).toHaveLength(1);
  await expect(loadRules([folder])).rejects.toMatchObject({
    code: 'RULE_INVALID',
    place: `${join(folder, 'b.yaml')}:1:1`,
    message: `has the id of ${join(folder, 'a.yaml')}:1:1 (00000000-0000-4000-8000-000000000001)`,
  });
});

test('what is no rule is told with its place, and the others stand', async () => {
  await write({
    'a.yaml': rule(1),
    'b.yaml': rule(1),
    'bomb.yaml': `l0: &l0 x\n${Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at}, `.repeat(9)}]`).join('\n')}\n`,
    'broken.yaml': 'id: [1\n',
    'empty.kql': ' ',
    'late.yaml': rule(3).replace(
      'kind: NRT',
      'kind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 5m\ntriggerOperator: gt\ntriggerThreshold: 0',
    ),
    'z.yaml': rule(2),
  });
  const { rules, refused } = await loadEachRule([folder]);
  expect(rules.map(({ name }) => name)).toEqual(['Rule 1', 'Rule 2']);
  expect(refused.map(({ code, place }) => [code, place.slice(folder.length + 1)])).toEqual([
    ['RULE_INVALID', 'b.yaml:1:1'],
    ['YAML_INVALID', 'bomb.yaml:1:1'],
    ['YAML_INVALID', 'broken.yaml:2:1'],
    ['RULE_INVALID', 'empty.kql'],
    ['RULE_INVALID', 'late.yaml:7:1'],
  ]);
});

test('a rule may name its guide, which must be there', async () => {
  await write({ 'a.yaml': `${rule(1)}weir: { guide: docs/a.md }\n`, 'docs/a.md': '# a' });
  expect((await loadRules([join(folder, 'a.yaml')]))[0]?.guide).toBe(join(folder, 'docs/a.md'));
  await rm(join(folder, 'docs/a.md'));
  await expect(loadRules([folder])).rejects.toMatchObject({
    message: expect.stringMatching(/^weir.guide: there is no/),
  });
});

test('a path that is not there and a folder without rules are said to be so', async () => {
  const absent = join(folder, 'absent.yaml');
  await expect(loadRules([absent])).rejects.toMatchObject({ code: 'RULE_UNREADABLE', place: absent });
  await expect(loadRules([folder])).rejects.toMatchObject({ code: 'RULE_INVALID', place: folder });
});
