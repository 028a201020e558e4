import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TestReport, totalsOf } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import { plural } from '../report/format.ts';
import { testsToGitHub } from '../report/ruleTests/github.ts';
import { testsToJson } from '../report/ruleTests/json.ts';
import { testsToJUnit } from '../report/ruleTests/junit.ts';
import { testsToText } from '../report/ruleTests/text.ts';
import { ClickHouseProcess, chdbSeenFrom } from '../ruletest/clickhouse.ts';
import { type KnownRule, type RuleTests, ruleTests } from '../ruletest/ruleTests.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes, failure } from './failure.ts';
import { progressLine } from './progress.ts';
import { print, tell, terminal } from './stdio.ts';
import { whileChanging } from './whileChanging.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface TestFlags {
  readonly filter?: string;
  readonly watch?: boolean;
  readonly format: 'text' | 'junit' | 'github' | 'json';
  readonly engine: 'duckdb' | 'clickhouse';
}

const engineOption = '--engine clickhouse';

/** How many engines run at most: each may take its share of the memory. */
const workersMost = 4;

/** `weir test`: gives the exit code, 1 where a test failed, 2 where something could not be tested. */
export async function runTest(paths: readonly string[], flags: TestFlags): Promise<number> {
  // A missing engine is told before anything runs.
  if (flags.engine === 'clickhouse') chdbFolder();
  if (flags.watch !== true) return exitCodeOf(await testOnce(paths, flags, new Map()));
  const known = new Map<string, KnownRule>();
  return await whileChanging(paths, async () => {
    try {
      const { dependsOn } = await testOnce(paths, flags, known);
      return dependsOn;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failure(error);
      return [];
    } finally {
      tell('waiting for changes; Ctrl-C ends');
    }
  });
}

async function testOnce(
  paths: readonly string[],
  { filter, format, engine }: TestFlags,
  known: Map<string, KnownRule>,
): Promise<RuleTests> {
  const progress = progressLine();
  const report = await withWorkDirectory(async (workDirectory) => {
    const clickhouse =
      engine === 'clickhouse'
        ? new ClickHouseProcess(chdbFolder(), { directory: join(workDirectory, 'clickhouse') })
        : undefined;
    await clickhouse?.ready(engineOption);
    return await ruleTests({
      paths,
      content: contentDirectory(),
      workDirectory,
      workers: Math.min(availableParallelism(), workersMost),
      known,
      ...(filter === undefined ? {} : { filter }),
      ...(clickhouse === undefined ? {} : { clickhouse }),
      onTest: ({ name }) => progress.show({ stage: 'detect', what: name }),
    }).finally(() => clickhouse?.close());
  }).finally(progress.stop);
  await print(rendered(report, format));
  const { skipped } = report;
  if (skipped.length > 0) tell(`${plural(skipped.length, 'YAML file')} without a query: ${skipped.join(', ')}`);
  return report;
}

/** As seen from the working folder, or from where Weir is installed. */
function chdbFolder(): string {
  return chdbSeenFrom([process.cwd(), dirname(fileURLToPath(import.meta.url))], engineOption);
}

function rendered(report: TestReport, format: TestFlags['format']): string {
  switch (format) {
    case 'text':
      return testsToText(report, terminal());
    case 'junit':
      return testsToJUnit(report);
    case 'github':
      return testsToGitHub(report);
    case 'json':
      return testsToJson(report);
  }
}

function exitCodeOf(report: TestReport): number {
  const { failed, errors } = totalsOf(report);
  return errors > 0 ? exitCodes.usage : failed > 0 ? exitCodes.findings : exitCodes.done;
}
