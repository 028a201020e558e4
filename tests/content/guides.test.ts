import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { guideOf, shortName } from '../../packages/weir/src/explain/find.ts';
import { stages } from '../../packages/weir/src/explain/guide.ts';
import { loadShared } from '../../packages/weir/src/explain/shared.ts';
import { isGuideName, loadRules } from '../../packages/weir/src/rules/load.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const folder = join(content, 'guides');
const shared = await loadShared(folder);
const rules = await loadRules([`${content}/rules`]);

describe.each(rules.map((rule) => [shortName(rule), rule] as const))('%s', (_, rule) => {
  test('has a guide of its own that is valid', async () => {
    expect(isGuideName(rule.guide ?? '')).toBe(true);
    const { means, questions, playbook, blind } = await guideOf(rule, folder, shared);
    expect(means.length).toBeGreaterThan(80);
    expect(questions.length).toBeGreaterThanOrEqual(5);
    expect(stages.filter((stage) => playbook[stage].length === 0)).toEqual([]);
    expect(blind.length).toBeGreaterThanOrEqual(3);
  });
});

test('a rule without a guide of its own has the one for any rule', async () => {
  const [rule] = rules;
  if (rule === undefined) throw new Error('no rules');
  const { guide: _, ...bare } = rule;
  expect((await guideOf(bare, folder, shared)).path).toBe(join(folder, 'general.yaml'));
});

test('every shared question and playbook is used', async () => {
  const { questions, playbooks } = shared;
  const guides = rules.flatMap(({ guide }) => (guide === undefined ? [] : [guide]));
  const texts = await Promise.all([...guides, join(folder, 'general.yaml')].map((path) => readFile(path, 'utf8')));
  const used = new Set(texts.flatMap((text) => [...text.matchAll(/use: ([a-z-]+)/g)].map(([, name]) => name)));
  expect([...questions.keys(), ...playbooks.keys()].filter((name) => !used.has(name))).toEqual([]);
});
