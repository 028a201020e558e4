import { isUntested, type Place, type TestError, type TestedRule, type TestReport } from '../../model/ruleTest.ts';
import { presentable } from '../presentable.ts';
import { painter } from '../terminal/text.ts';
import { differenceSentence } from './difference.ts';
import { summaryOf } from './text.ts';

/** `weir test --format github`: workflow commands of GitHub Actions, which show at the line of the file that failed, and a
 *  summary. https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function testsToGitHub(report: TestReport): string {
  const commands = presentable(report).rules.flatMap(commandsOf);
  return `${[...commands, summaryOf(report, painter(false))].join('\n')}\n`;
}

function commandsOf(tested: TestedRule): string[] {
  const { path, rule, tests, lacks, error, notOnClickHouse } = tested;
  const name = rule?.name ?? path;
  return [
    ...(error === undefined ? [] : [command('error', error.at, name, errorText(error))]),
    ...lacks.map(({ at, message }) => command('error', at, name, message)),
    ...tests.flatMap((test) =>
      test.differences.map((difference) =>
        difference.kind === 'error'
          ? command('error', difference.error.at, `${name}: ${test.name}`, errorText(difference.error))
          : command(
              'error',
              'at' in difference ? difference.at : test.at,
              `${name}: ${test.name}`,
              differenceSentence(difference),
            ),
      ),
    ),
    ...(notOnClickHouse === undefined
      ? []
      : [command('notice', notOnClickHouse.at, name, `not on ClickHouse: ${notOnClickHouse.message}`)]),
    ...(isUntested(tested) ? [command('warning', { path, line: 1, column: 1 }, name, 'the rule has no tests')] : []),
  ];
}

function errorText({ message, advice, code }: TestError): string {
  return `${message}. ${advice} (${code})`;
}

function command(level: 'error' | 'warning' | 'notice', at: Place, title: string, message: string): string {
  const properties = { file: at.path, line: at.line, col: at.column, title };
  const written = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${level} ${written.join(',')}::${data(message)}`;
}

/** Nothing of a text ends a command or begins another: the runner also knows commands of an older form, `##[…]`, anywhere
 *  in a line. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('##[', '## [');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
