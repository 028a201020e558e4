import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readExceptions } from '../../packages/weir/src/exceptions/load.ts';
import { findingColumns } from '../../packages/weir/src/rules/finding.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const rules = await loadRules([folder('content/rules')]);

async function pages(): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(folder('docs'))).filter((name) => name.endsWith('.md'));
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder('docs'), name), 'utf8') })),
  );
}

function examples(text: string): string[] {
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml = '']) => yaml);
}

/** The values of every `rule` in a document, however deep. */
function rulesNamed(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'rule' ? [inner].flat().filter((name) => typeof name === 'string') : rulesNamed(inner),
  );
}

test('every rule that an example names is there', async () => {
  const known = new Set(['all', ...rules.flatMap(({ id, name }) => [id, name])]);
  const named = (await pages()).flatMap(({ name, text }) =>
    examples(text).flatMap((yaml) => rulesNamed(parse(yaml)).map((rule) => `${name}: ${rule}`)),
  );
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((each) => !known.has(each.replace(/^.*?: /, '')))).toEqual([]);
});

test('the first example of exceptions is taken, and the page names every column', async () => {
  const text = await readFile(folder('docs/exceptions.md'), 'utf8');
  const [first = ''] = examples(text);
  expect(await readExceptions('docs/exceptions.md', first, { rules, all: true })).toHaveLength(1);
  expect(findingColumns.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
});
