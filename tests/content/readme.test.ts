import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { loadTests } from '../../packages/weir/src/ruletest/load.ts';

const content = fileURLToPath(new URL('../../content/rules', import.meta.url));
const rules = await loadRules([content]);
const readme = await readFile(`${content}/README.md`, 'utf8');

/** The cells of the table rows that begin with a number. */
const defects = readme.split('\n').flatMap((line) => {
  const [, number, , mends] = /^\| (\d+) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
  return number === undefined || mends === undefined ? [] : [{ number: Number(number), mends }];
});

test('the table has each of the 21 defects once, and rules that say they mend it', () => {
  expect(defects.map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  const mended = new Set(rules.flatMap((rule) => rule.weir.mends));
  expect(defects.filter(({ number }) => !mended.has(number))).toEqual([]);
});

test('every test that the page names is there', async () => {
  const loaded = await loadTests([content]);
  const source = await readFile(fileURLToPath(new URL('rules.test.ts', import.meta.url)), 'utf8');
  const named = [...readme.matchAll(/"([^"\n]*)"/g)].map(([, name = '']) => name).filter((name) => name.includes(' '));
  expect(named.length).toBeGreaterThan(20);
  const known = new Set(loaded.rules.flatMap(({ tests }) => tests.map(({ name }) => name)));
  expect(named.filter((name) => !known.has(name) && !source.includes(`'${name}'`))).toEqual([]);
});

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  test('writes down the five classes of false positives', () => {
    expect(rule.weir.falsePositives.length).toBeGreaterThanOrEqual(5);
  });
});

test('a list of one name says the same in every rule', () => {
  const lists = rules.flatMap(({ query }) => [...query.matchAll(/let (\w+) = dynamic\((\[[^\]]*\])\)/g)]);
  const texts = new Map<string, Set<string>>();
  for (const [, name = '', list = ''] of lists) {
    texts.set(name, (texts.get(name) ?? new Set()).add(list.replace(/\s+/g, ' ')));
  }
  expect(texts.size).toBeGreaterThan(8);
  expect([...texts].filter(([, forms]) => forms.size > 1)).toEqual([]);
});
