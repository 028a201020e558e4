import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { isGuideName } from '../rules/load.ts';
import type { Rule } from '../rules/rule.ts';
import { closest } from '../yaml/closest.ts';
import type { Guide } from './guide.ts';
import { loadGuide } from './load.ts';
import type { Shared } from './shared.ts';

/** The name by which `weir explain` takes a rule: its folder's where the file is `rule.yaml`, else the file's. */
export function shortName({ path }: Pick<Rule, 'path'>): string {
  const file = basename(path).replace(/\.(ya?ml|kql)$/, '');
  return file === 'rule' ? basename(dirname(path)) : file;
}

/** The rule that a person means: by short name, path, folder, id or name; undefined where it is none of them.
 *  @throws UserError `RULE_UNKNOWN` where several rules are called so, as those of one folder are by the folder's path */
export function ruleCalled(rules: readonly Rule[], written: string): Rule | undefined {
  const wanted = written.toLowerCase();
  const meant = rules.filter((rule) =>
    [shortName(rule), rule.path, dirname(rule.path), rule.id, rule.name].some((name) => name.toLowerCase() === wanted),
  );
  if (meant.length < 2) return meant[0];
  const advice = `Name one by its path: ${meant.map(({ path }) => path).join(', ')}`;
  throw new UserError('RULE_UNKNOWN', written, `${meant.length} rules are called so`, advice);
}

/** @throws UserError `RULE_UNKNOWN` */
export function noSuchRule(rules: readonly Rule[], written: string): UserError {
  const meant = closest(written, [...rules.map(shortName), ...rules.map(({ name }) => name)]);
  const advice = meant === undefined ? 'weir explain lists the rules.' : `Did you mean ${meant}?`;
  return new UserError('RULE_UNKNOWN', written, 'no rule is called so, and no id of a finding looks so', advice);
}

/** The guide of a rule: the one beside it, else the one for any rule. `folder` is where the shared ones lie.
 *  @throws UserError for a guide that has a mistake, at its place */
export async function guideOf(rule: Rule, folder: string, shared: Shared): Promise<Guide> {
  if (rule.guide === undefined || !isGuideName(rule.guide)) {
    return loadGuide(join(folder, 'general.yaml'), shared, undefined);
  }
  return loadGuide(rule.guide, shared, await readFile(rule.path, 'utf8'));
}
