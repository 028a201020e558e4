import { join } from 'node:path';
import { loadCatalogue } from '../catalogue/load.ts';
import type { TestedRule, TestReport, TestResult } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { planForBoth } from './bothEngines.ts';
import { type LoadedRule, loadTests } from './load.ts';
import type { RunTestsOptions } from './options.ts';
import { testError } from './place.ts';
import type { RuleTest, Suite } from './ruleTest.ts';
import { runTests, type TestsRun } from './runTests.ts';

export interface RuleTestsOptions extends Omit<RunTestsOptions, 'catalogue'> {
  /** Rule files, files of tests, folders; Weir's own rules where empty. */
  readonly paths: readonly string[];
  /** Only tests whose name, or whose rule's name, has this in it, in any case. */
  readonly filter?: string;
  /** What came of rules before, by path, which is taken again where neither the rule nor its tests have changed, and added to. */
  readonly known?: Map<string, KnownRule>;
}

/** A rule's results, and the texts of the files that decided about them. */
export interface KnownRule {
  readonly texts: string;
  readonly tested: TestedRule;
}

/** What came of the tests, and beside it what a person who changes files must be told. */
export interface RuleTests extends TestReport {
  /** YAML found in folders that is no rule. */
  readonly skipped: readonly string[];
  /** The files and folders on which the report depends. */
  readonly dependsOn: readonly string[];
}

/** `weir test`: runs rules' tests and says how they came out. */
export async function ruleTests(options: RuleTestsOptions): Promise<RuleTests> {
  const { content, filter, known = new Map<string, KnownRule>() } = options;
  const paths = options.paths.length > 0 ? options.paths : [join(content, 'rules')];
  const { rules, skipped } = await loadTests(paths);
  const chosen = rules.map((loaded) => select(loaded, filter)).filter((one) => one !== undefined);
  if (chosen.length === 0) {
    throw new UserError('TEST_FILTER', '--filter', `no rule and no test has "${filter}" in its name`, 'Shorten it.');
  }
  const fresh = chosen.filter(({ loaded }) => !isUnchanged(loaded, known.get(loaded.path)));
  const suites = fresh.flatMap(({ loaded: { rule, error }, tests }): Suite[] =>
    rule === undefined || error !== undefined ? [] : [{ rule, tests }],
  );
  const catalogue = await loadCatalogue(join(content, 'catalogue'));
  const { results, refused } = await runTests(suites, { ...options, catalogue });
  for (const one of fresh.map((read) => withRefusal(read, refused))) {
    const tested = testedRule(one, results, options.clickhouse !== undefined);
    known.set(one.loaded.path, { texts: textsOf(one.loaded), tested });
  }
  return {
    rules: chosen.flatMap(({ loaded }) => known.get(loaded.path)?.tested ?? []),
    skipped,
    dependsOn: [...paths, ...rules.flatMap(({ files, tests }) => [...files.keys(), ...tests.flatMap(alsoReads)])],
  };
}

/** What tests read beside their own file may change at any time. */
function isUnchanged(loaded: LoadedRule, before: KnownRule | undefined): boolean {
  return before?.texts === textsOf(loaded) && loaded.tests.every((test) => alsoReads(test).length === 0);
}

function textsOf({ files, error }: LoadedRule): string {
  return JSON.stringify([...files, error?.message ?? '']);
}

function alsoReads({ data, exceptions }: RuleTest): readonly string[] {
  const logs = data.kind === 'rows' ? [] : [...data.paths, data.inventory];
  return [...logs, exceptions].filter((path) => path !== undefined);
}

function testedRule(
  { loaded, tests }: Chosen,
  results: ReadonlyMap<RuleTest, TestResult>,
  onBoth: boolean,
): TestedRule {
  const { path, rule, error } = loaded;
  return {
    path,
    rule: rule === undefined ? null : { id: rule.id, name: rule.name, status: rule.weir.status },
    tests: tests.flatMap((test) => results.get(test) ?? []),
    leftOut: error === undefined ? loaded.tests.length - tests.length : 0,
    lacks: lacksOf(loaded),
    ...(error === undefined ? {} : { error: testError(error) }),
    ...(onBoth && error === undefined && rule !== undefined && tests.length > 0 ? refusedByClickHouse(rule) : {}),
  };
}

function refusedByClickHouse(rule: Rule): Pick<TestedRule, 'notOnClickHouse'> {
  const plan = planForBoth(rule);
  return plan instanceof UserError ? { notOnClickHouse: testError(plan) } : {};
}

/** A rule that does not compile, with the error and without its tests. */
function withRefusal(chosen: Chosen, refused: TestsRun['refused']): Chosen {
  const { loaded } = chosen;
  const error = loaded.rule === undefined ? undefined : refused.get(loaded.rule);
  return error === undefined ? chosen : { ...chosen, loaded: { ...loaded, error }, tests: [] };
}

interface Chosen {
  readonly loaded: LoadedRule;
  readonly tests: readonly RuleTest[];
}

/** A rule whose name has the filter in it with all its tests, another with those that have. */
function select(loaded: LoadedRule, filter = ''): Chosen | undefined {
  const has = (name: string) => name.toLowerCase().includes(filter.toLowerCase());
  if (has(loaded.rule?.name ?? loaded.path)) return { loaded, tests: loaded.tests };
  const tests = loaded.tests.filter(({ name }) => has(name));
  return tests.length === 0 ? undefined : { loaded, tests };
}

/** A stable rule has been seen to fire and to stay quiet. */
function lacksOf({ rule, tests, stableAt, error }: LoadedRule): TestedRule['lacks'] {
  if (stableAt === undefined || rule === undefined || error !== undefined) return [];
  const kinds: [boolean, string][] = [
    [tests.some(({ expect }) => expect.length > 0), 'no test of it expects a finding'],
    [tests.some(({ expect }) => expect.length === 0), 'no test of it expects that it stays quiet (expect: [])'],
  ];
  return kinds.filter(([is]) => !is).map(([, what]) => ({ at: stableAt, message: `the rule is stable, and ${what}` }));
}
