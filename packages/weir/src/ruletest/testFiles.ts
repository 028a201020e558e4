import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRuleName, isTestsName } from '../rules/load.ts';

/** The files with a rule's tests: `NAME.tests.yaml` beside `NAME.yaml`, `NAME.yml` or `NAME.kql`, and `tests.yaml`
 *  beside `rule.yaml` or beside the only rule of its folder. */
export async function testFilesOf(rule: string): Promise<string[]> {
  const folder = dirname(rule);
  const names = await readdir(folder);
  return names
    .filter((name) => isTestsName(name) && belongs(name, basename(rule), names))
    .sort()
    .map((name) => join(folder, name));
}

/** The rules beside a file of tests that they belong to. */
export async function rulesOfTests(tests: string): Promise<string[]> {
  const folder = dirname(tests);
  const names = await readdir(folder);
  return names
    .filter((name) => isRuleName(name) && belongs(basename(tests), name, names))
    .sort()
    .map((name) => join(folder, name));
}

function belongs(tests: string, rule: string, names: readonly string[]): boolean {
  const stem = tests.replace(/\.?tests\.ya?ml$/, '');
  if (stem !== '') return stem === nameOf(rule);
  const rules = names.filter(isRuleName);
  const main = rules.filter((name) => nameOf(name) === 'rule');
  return main.length > 0 ? main.includes(rule) : rules.length === 1 && rules[0] === rule;
}

function nameOf(rule: string): string {
  return rule.replace(/\.[^.]*$/, '');
}
