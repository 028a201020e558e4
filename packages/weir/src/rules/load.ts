import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { readRules } from './readRule.ts';
import type { Rule } from './rule.ts';

export interface LoadedRules {
  readonly rules: readonly Rule[];
  /** What is wrong with the files that are no rule, each with its place. */
  readonly refused: readonly UserError[];
  /** What each file holds that could be read, by its path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Rules from files, and from folders with everything below them (`*.yaml`, `*.yml`, `*.kql`; `tests.yaml` and
 *  `NAME.tests.yaml` hold a rule's tests, `guide.yaml` and `NAME.guide.yaml` its guide, and are none). A file that is no rule, or that has the id of one before it, is refused, and the others stand.
 *  @throws UserError for a path that cannot be read and a folder without rules */
export async function loadEachRule(paths: readonly string[]): Promise<LoadedRules> {
  const rules = new Map<string, Rule>();
  const refused: UserError[] = [];
  const texts = new Map<string, string>();
  for (const path of await ruleFiles(paths)) {
    try {
      const text = await readFile(path, 'utf8').catch((cause) => unreadable(path, cause));
      texts.set(path, text);
      for (const rule of readRules(path, text)) {
        const other = rules.get(rule.id);
        if (other !== undefined) throw sameId(rule, other);
        rules.set(rule.id, await withGuide(rule));
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused.push(error);
    }
  }
  return { rules: [...rules.values()], refused, texts };
}

/** The same, where every file must be a rule.
 *  @throws UserError with file, line and column: for a path that cannot be read, a folder without rules, a file that is
 *  not a rule, two files with one id */
export async function loadRules(paths: readonly string[]): Promise<Rule[]> {
  const { rules, refused } = await loadEachRule(paths);
  const [first] = refused;
  if (first !== undefined) throw first;
  return [...rules];
}

export function sameId({ path, id, idAt }: Rule, other: Rule): UserError {
  const place = (rule: Pick<Rule, 'path' | 'idAt'>) => `${rule.path}:${rule.idAt.line}:${rule.idAt.column}`;
  const message = `has the id of ${place(other)} (${id})`;
  const advice = 'Give each rule a GUID of its own, or name only one of the two.';
  return new UserError('RULE_INVALID', place({ path, idAt }), message, advice);
}

/** The rule with its guide: the file that it names, seen from its own folder, or the `guide.yaml` or `guide.md` beside a
 *  `rule.yaml`.
 *  @throws UserError for a named guide that is not there */
export async function withGuide(rule: Rule): Promise<Rule> {
  const named = rule.guide;
  const beside = basename(rule.path) === 'rule.yaml' ? ['guide.yaml', 'guide.md'] : [];
  const guides = (named === undefined ? beside : [named]).map((name) => join(dirname(rule.path), name));
  for (const guide of guides) {
    if ((await stat(guide).catch(() => undefined))?.isFile() === true) return { ...rule, guide };
  }
  if (named === undefined) return rule;
  const [guide] = guides;
  const advice = "Write its path as seen from the rule's folder, or leave weir.guide out.";
  throw new UserError('RULE_INVALID', rule.path, `weir.guide: there is no file ${guide}`, advice);
}

/** The rule files among paths: files as they are named, folders by what below them is called like a rule.
 *  @throws UserError for a path that cannot be read and a folder without rules */
export async function ruleFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await filesBelow(path, isRuleName);
    if (found.length === 0) {
      throw new UserError('RULE_INVALID', path, 'holds no rule', 'Rules are files named *.yaml, *.yml or *.kql.');
    }
    for (const file of found) files.add(file);
  }
  return [...files];
}

/** A named file is taken whatever it is called; below a folder the name decides.
 *  @throws UserError for a path that cannot be read */
export async function filesBelow(path: string, isWanted: (path: string) => boolean, named = true): Promise<string[]> {
  const about = await stat(path).catch((cause) => unreadable(path, cause));
  if (!about.isDirectory()) return named || isWanted(path) ? [path] : [];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.') && name !== 'node_modules').sort();
  const below = await Promise.all(names.map((name) => filesBelow(join(path, name), isWanted, false)));
  return below.flat();
}

export function isRuleName(path: string): boolean {
  return /\.(ya?ml|kql)$/.test(path) && !isTestsName(path) && !isGuideName(path);
}

/** `guide.yaml`, `NAME.guide.yaml`. */
export function isGuideName(path: string): boolean {
  return /(^|[\\/.])guide\.ya?ml$/.test(path);
}

/** `tests.yaml`, `NAME.tests.yaml`. */
export function isTestsName(path: string): boolean {
  return /(^|[\\/.])tests\.ya?ml$/.test(path);
}

export function unreadable(path: string, cause: NodeJS.ErrnoException): never {
  throw new UserError('RULE_UNREADABLE', path, `cannot be read (${cause.code ?? cause.message})`, 'Check the path.');
}
