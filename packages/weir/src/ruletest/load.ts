import { readFile, stat } from 'node:fs/promises';
import type { Place } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import { filesBelow, isRuleName, isTestsName, sameId, unreadable, withGuide } from '../rules/load.ts';
import { readRule } from '../rules/readRule.ts';
import type { Rule } from '../rules/rule.ts';
import { parseYaml } from '../yaml/yamlDocument.ts';
import { readTests } from './readTests.ts';
import type { RuleTest } from './ruleTest.ts';
import { rulesOfTests, testFilesOf } from './testFiles.ts';

/** A rule with its tests as the files have them, or why they could not be read. */
export interface LoadedRule {
  /** The rule's file; of tests without a rule their own. */
  readonly path: string;
  readonly rule: Rule | undefined;
  readonly tests: readonly RuleTest[];
  /** Where the rule's file says that it is stable. */
  readonly stableAt: Place | undefined;
  readonly error: UserError | undefined;
  /** The files that were read, with their text. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Loaded {
  readonly rules: readonly LoadedRule[];
  /** YAML found in folders that is no rule. */
  readonly skipped: readonly string[];
}

/** Rules with their tests from rule files, files of tests, and folders with everything below them. A file with a mistake
 *  keeps no other from being read.
 *  @throws UserError for a path that is not there and a folder without rules */
export async function loadTests(paths: readonly string[]): Promise<Loaded> {
  const rules = new Map<string, LoadedRule>();
  const skipped = new Set<string>();
  for (const path of paths) {
    const isFolder = (await stat(path).catch((cause) => unreadable(path, cause))).isDirectory();
    const found = await filesBelow(path, (file) => isRuleName(file) || isTestsName(file));
    if (found.length === 0) {
      throw new UserError('RULE_INVALID', path, 'holds no rule', 'Rules are files named *.yaml, *.yml or *.kql.');
    }
    for (const file of found) {
      for (const one of await rulesAt(file)) {
        if (rules.has(one)) continue;
        const loaded = await loadOne(one);
        if (isFolder && isOther(loaded)) skipped.add(one);
        else rules.set(one, loaded);
      }
    }
  }
  return { rules: withoutTwins([...rules.values()]), skipped: [...skipped] };
}

/** A rule's file itself; of tests the rules that they belong to, or they themselves where there is none. */
async function rulesAt(file: string): Promise<string[]> {
  if (!isTestsName(file)) return [file];
  const rules = await rulesOfTests(file);
  return rules.length > 0 ? rules : [file];
}

async function loadOne(path: string): Promise<LoadedRule> {
  const files = new Map<string, string>();
  const read = async (file: string): Promise<string> => {
    const text = await readFile(file, 'utf8').catch((cause) => unreadable(file, cause));
    files.set(file, text);
    return text;
  };
  let [rule, stableAt, tests]: [Rule | undefined, Place | undefined, RuleTest[]] = [undefined, undefined, []];
  try {
    if (isTestsName(path)) throw orphan(path);
    const text = await read(path);
    rule = await withGuide(readRule(path, text));
    if (rule.weir.status === 'stable') stableAt = { path, ...parseYaml(path, text).position(['weir', 'status']) };
    for (const file of await testFilesOf(path)) tests.push(...readTests(file, await read(file)));
    return { path, rule, tests, stableAt, error: undefined, files };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { path, rule, tests: [], stableAt, error, files };
  }
}

function orphan(path: string): UserError {
  const advice =
    'tests.yaml stands beside rule.yaml or the only rule of its folder; NAME.tests.yaml beside NAME.yaml or NAME.kql.';
  return new UserError('RULE_TEST_INVALID', path, 'these tests belong to no rule', advice);
}

/** What a folder holds beside its rules: YAML with neither a query nor a rule's kind. */
function isOther({ path, rule, files }: LoadedRule): boolean {
  const text = files.get(path);
  return (
    rule === undefined &&
    text !== undefined &&
    !path.endsWith('.kql') &&
    !/^(query|kind|queryFrequency)\s*:/m.test(text)
  );
}

/** Two rules with one id would be one to whoever is told of findings. */
function withoutTwins(rules: readonly LoadedRule[]): LoadedRule[] {
  const byId = new Map<string, Rule>();
  return rules.map((loaded) => {
    const { rule } = loaded;
    if (rule === undefined) return loaded;
    const other = byId.get(rule.id);
    if (other !== undefined) return { ...loaded, tests: [], error: sameId(rule, other) };
    byId.set(rule.id, rule);
    return loaded;
  });
}
