import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { readRule } from './readRule.ts';
import type { Rule } from './rule.ts';

/** Rules from files, and from folders with everything below them (`*.yaml`, `*.yml`, `*.kql`; `tests.yaml` holds a rule's
 *  tests and is not one).
 *  @throws UserError with file, line and column: for a path that cannot be read, a folder without rules, a file that is
 *  not a rule, two files with one id */
export async function loadRules(paths: readonly string[]): Promise<Rule[]> {
  const rules = new Map<string, Rule>();
  for (const path of await ruleFiles(paths)) {
    const rule = readRule(path, await readFile(path, 'utf8').catch((cause) => unreadable(path, cause)));
    const other = rules.get(rule.id);
    if (other) {
      const message = `has the id of ${other.path} (${rule.id})`;
      throw new UserError(
        'RULE_INVALID',
        path,
        message,
        'Give each rule a GUID of its own, or name only one of the two.',
      );
    }
    rules.set(rule.id, { ...rule, ...(await guideBeside(path)) });
  }
  return [...rules.values()];
}

/** The guide in a rule's own folder. */
async function guideBeside(path: string): Promise<{ guide?: string }> {
  const guide = join(dirname(path), 'guide.md');
  const there = basename(path) === 'rule.yaml' && (await stat(guide).catch(() => undefined))?.isFile();
  return there ? { guide } : {};
}

/** The rule files among paths: files as they are named, folders by what below them is called like a rule.
 *  @throws UserError for a path that cannot be read and a folder without rules */
export async function ruleFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await filesBelow(path, true);
    if (found.length === 0) {
      throw new UserError('RULE_INVALID', path, 'holds no rule', 'Rules are files named *.yaml, *.yml or *.kql.');
    }
    for (const file of found) files.add(file);
  }
  return [...files];
}

/** A named file is taken whatever it is called; below a folder the name decides. */
async function filesBelow(path: string, named: boolean): Promise<string[]> {
  const about = await stat(path).catch((cause) => unreadable(path, cause));
  if (!about.isDirectory()) return named || isRuleName(path) ? [path] : [];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.') && name !== 'node_modules').sort();
  const below = await Promise.all(names.map((name) => filesBelow(join(path, name), false)));
  return below.flat();
}

function isRuleName(path: string): boolean {
  return /\.(ya?ml|kql)$/.test(path) && !/(^|[\\/])tests\.ya?ml$/.test(path);
}

function unreadable(path: string, cause: NodeJS.ErrnoException): never {
  throw new UserError('RULE_UNREADABLE', path, `cannot be read (${cause.code ?? cause.message})`, 'Check the path.');
}
