import { join } from 'node:path';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { scoreQuery } from '../detect/score.ts';
import { dataSpan } from '../detect/window.ts';
import { Engine } from '../engine/engine.ts';
import { MemoryLake } from '../lake/memoryLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { InputReport } from '../model/input.ts';
import type { Difference, TestResult } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { read } from '../weir.ts';
import { testError } from './place.ts';
import type { RuleTest, Suite } from './ruleTest.ts';
import { runOver, runOverRows } from './runTest.ts';

export interface RunTestsOptions {
  readonly catalogue: Catalogue;
  /** Folder of Weir's content, for tests that read logs. */
  readonly content: string;
  /** An empty folder; whoever made it removes it. */
  readonly workDirectory: string;
  /** How many tests run at a time. */
  readonly workers: number;
  readonly onTest?: (rule: Rule) => void;
}

/** Runs the tests of rules that compile, each over data of its own. What one finds never depends on another. */
export async function runTests(
  suites: readonly Suite[],
  options: RunTestsOptions,
): Promise<ReadonlyMap<RuleTest, TestResult>> {
  const results = new Map<RuleTest, TestResult>();
  const queue = suites.values();
  const workers = Array.from({ length: Math.min(options.workers, suites.length) }, (_, worker) =>
    withMemoryLake(join(options.workDirectory, `rows-${worker}`), async (lake) => {
      for (const { rule, tests } of queue) {
        for (const test of tests) {
          if (test.data.kind !== 'rows') continue;
          options.onTest?.(rule);
          results.set(test, await runOverRows(lake, rule, test, test.data.rows, options.catalogue));
        }
      }
    }),
  );
  await Promise.all(workers);
  for (const group of byLogs(suites))
    for (const [test, result] of await runOverLogs(group, options)) results.set(test, result);
  return results;
}

/** Compiles a rule for every way in which it can be run.
 *  @throws UserError at the place that does not compile */
export function compileRule(rule: Rule): void {
  ruleQuery(rule);
  scoreQuery(rule);
}

async function withMemoryLake(directory: string, use: (lake: MemoryLake) => Promise<void>): Promise<void> {
  const engine = await Engine.open({ memoryMb: 500, threads: 1, spillDirectory: directory });
  try {
    // Lists of names as tables to join with pay for themselves over many rows; over few they take most of the time.
    await engine.run("SET disabled_optimizers = 'in_clause'");
    const lake = await MemoryLake.create(engine);
    await engine.confine(directory);
    await use(lake);
  } finally {
    engine.close();
  }
}

interface LogGroup {
  readonly paths: readonly string[];
  readonly inventory: string | undefined;
  readonly tests: readonly { readonly rule: Rule; readonly test: RuleTest }[];
}

/** Tests over the same logs, which are read once. */
function byLogs(suites: readonly Suite[]): LogGroup[] {
  const all = suites.flatMap(({ rule, tests }) =>
    tests.flatMap((test) => (test.data.kind === 'logs' ? [{ rule, test, ...test.data }] : [])),
  );
  const groups = Map.groupBy(all, ({ paths, inventory }) => JSON.stringify([paths, inventory]));
  return [...groups.values()].flatMap((tests) => {
    const [first] = tests;
    return first === undefined ? [] : [{ paths: first.paths, inventory: first.inventory, tests }];
  });
}

async function runOverLogs(
  { paths, inventory, tests }: LogGroup,
  { content, workDirectory, onTest }: RunTestsOptions,
): Promise<[RuleTest, TestResult][]> {
  const all = (result: (test: RuleTest) => TestResult) =>
    tests.map(({ test }): [RuleTest, TestResult] => [test, result(test)]);
  try {
    const options = { paths, content, workDirectory, ...(inventory === undefined ? {} : { inventory }) };
    return await read(options, async ({ lake, inputs }) => {
      const troubles = inputs.flatMap(troubleOf);
      if (troubles.length > 0) return all((test) => unread(test, troubles));
      const span = await dataSpan(lake);
      const results: [RuleTest, TestResult][] = [];
      for (const { rule, test } of tests) {
        onTest?.(rule);
        results.push([test, await runOver(lake, rule, test, span)]);
      }
      return results;
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return all((test) => unread(test, [error]));
  }
}

function unread({ name, at }: RuleTest, errors: readonly UserError[]): TestResult {
  const differences = errors.map((error): Difference => ({ kind: 'error', error: testError(error) }));
  return { name, at, findings: [], run: 'not run', differences };
}

/** A test over half of its logs would prove nothing. */
function troubleOf({ path, complete, reason, rejects, rejectsWhy }: InputReport): UserError[] {
  if (!complete) return [new UserError('INPUT_UNREADABLE', path, reason ?? 'could not be read', 'Correct the file.')];
  const [why = ''] = Object.keys(rejectsWhy);
  const message = `${rejects} records could not be read: ${why}`;
  return rejects === 0 ? [] : [new UserError('INPUT_REJECTS', path, message, 'Correct or remove them.')];
}
