import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { scoreQuery } from '../detect/score.ts';
import type { TimeSpan } from '../detect/ticks.ts';
import { dataSpan } from '../detect/window.ts';
import type { Lake } from '../lake/lake.ts';
import type { Exception } from '../model/exception.ts';
import type { InputReport } from '../model/input.ts';
import type { TestResult } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import { plural } from '../report/format.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import { read } from '../weir.ts';
import { beside, besideOverRows } from './beside.ts';
import { exceptionsReader } from './exceptions.ts';
import type { RunTestsOptions } from './options.ts';
import { testError } from './place.ts';
import type { RuleTest, Suite } from './ruleTest.ts';
import { runOver, runOverRows } from './runTest.ts';
import { withTestLake } from './testLake.ts';
import { asOneOfMany, groupsOf, type RowsTest, runTogether } from './together.ts';

export interface TestsRun {
  readonly results: ReadonlyMap<RuleTest, TestResult>;
  /** Rules that do not compile, of which no test is run: told once, and not for every test. */
  readonly refused: ReadonlyMap<Rule, UserError>;
}

/** Runs the tests of rules, each over data of its own. What one finds never depends on another. */
export async function runTests(all: readonly Suite[], options: RunTestsOptions): Promise<TestsRun> {
  const refused = new Map<Rule, UserError>();
  const results = new Map<RuleTest, TestResult>();
  const exceptionsOf = exceptionsReader();
  const { catalogue, workDirectory, onTest } = options;
  const attempt = async (
    rule: Rule,
    test: RuleTest,
    run: (exceptions: readonly Exception[]) => Promise<TestResult>,
  ) => {
    onTest?.(rule);
    results.set(test, await orUnread(test, async () => run(await exceptionsOf(rule, test))));
  };
  const queue = all.values();
  const workers = Array.from({ length: Math.min(options.workers, all.length) }, (_, worker) =>
    withTestLake(join(workDirectory, `rows-${worker}`), async (lake) => {
      for (const { rule, tests } of queue) {
        // While one rule compiles, the statements of another run.
        const error = refusalOf(rule);
        if (error !== undefined) {
          refused.set(rule, error);
          continue;
        }
        const together = tests.flatMap(overRowsAlone);
        const many = together.length > 0 ? asOneOfMany(rule) : undefined;
        if (many !== undefined) {
          onTest?.(rule);
          for (const group of groupsOf(many, together)) {
            for (const [test, result] of (await runTogether(lake, many, group, catalogue)) ?? [])
              results.set(test, result);
          }
        }
        for (const test of tests) {
          const { data } = test;
          if (data.kind !== 'rows' || results.has(test)) continue;
          await attempt(rule, test, (exceptions) =>
            runOverRows(lake, rule, test, data.rows, { catalogue, exceptions }),
          );
        }
      }
    }),
  );
  await Promise.all(workers);
  const suites = all.filter(({ rule }) => !refused.has(rule));
  await besideOverRows(suites, results, options);
  for (const [index, group] of byLogs(suites).entries()) {
    const directory = join(workDirectory, `logs-${index}`);
    await overLogs(group, options, directory, async (lake, span, rule, test) => {
      await attempt(rule, test, (exceptions) => runOver(lake, rule, test, { span, exceptions }));
      await beside(lake, { rule, test, span }, results, { ...options, directory: lake.directory });
    }).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      for (const { test } of group.tests) results.set(test, unread(test, error));
    });
  }
  return { results, refused };
}

/** A test over rows and without exceptions. */
function overRowsAlone(test: RuleTest): RowsTest[] {
  const { data, exceptions } = test;
  return data.kind === 'rows' && exceptions === undefined ? [{ test, rows: data.rows }] : [];
}

async function orUnread(test: RuleTest, run: () => Promise<TestResult>): Promise<TestResult> {
  return await run().catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return unread(test, error);
  });
}

function unread({ name, at }: RuleTest, error: UserError): TestResult {
  return { name, at, findings: [], run: 'not run', differences: [{ kind: 'error', error: testError(error) }] };
}

/** Compiles a rule for every way in which it can be run; the error at the place that does not compile. */
function refusalOf(rule: Rule): UserError | undefined {
  try {
    const compiled = asOneOfMany(rule) ?? rule;
    ruleQuery(compiled, weirSchema);
    scoreQuery(compiled);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error;
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

/** Reads logs and gives what they became to each of their tests.
 *  @throws UserError for logs of which something cannot be read */
async function overLogs(
  { paths, inventory, tests }: LogGroup,
  { content }: RunTestsOptions,
  workDirectory: string,
  run: (
    lake: Pick<Lake, 'engine' | 'directory'>,
    span: TimeSpan | undefined,
    rule: Rule,
    test: RuleTest,
  ) => Promise<void>,
): Promise<void> {
  await mkdir(workDirectory, { recursive: true });
  const options = { paths, content, workDirectory, ...(inventory === undefined ? {} : { inventory }) };
  await read(options, async ({ lake, inputs }) => {
    for (const input of inputs) refuseHalf(input);
    const span = await dataSpan(lake);
    for (const { rule, test } of tests) await run(lake, span, rule, test);
  });
  await rm(workDirectory, { recursive: true, force: true });
}

/** A test over half of its logs would prove nothing.
 *  @throws UserError */
function refuseHalf({ path, complete, reason, rejects, rejectsWhy }: InputReport): void {
  if (!complete) throw new UserError('INPUT_UNREADABLE', path, reason ?? 'cannot be read', 'Correct or remove it.');
  if (rejects === 0) return;
  const [why = ''] = Object.keys(rejectsWhy);
  const message = `${plural(rejects, 'record')} cannot be read: ${why}`;
  throw new UserError('INPUT_REJECTS', path, message, 'Correct or remove them.');
}
