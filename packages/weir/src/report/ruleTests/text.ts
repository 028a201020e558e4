import {
  type Difference,
  isError,
  isUntested,
  type Place,
  type TestError,
  type TestedRule,
  type TestReport,
  type TestResult,
  totalsOf,
} from '../../model/ruleTest.ts';
import { plural } from '../format.ts';
import { readable } from '../presentable.ts';
import { type Paint, painter } from '../terminal/text.ts';
import { differenceLines } from './difference.ts';

/** `weir test`: a line for each rule, what failed in full, and how many there are of each. */
export function testsToText(report: TestReport, { color }: { readonly color: boolean }): string {
  const paint = painter(color);
  const shown = readable(report);
  const blocks = shown.rules.map((tested) => ruleBlock(tested, paint));
  return `${[...blocks, '', summaryOf(report, paint)].join('\n')}\n`;
}

/** `4 rules, 76 tests: 75 passed, 1 failed`. */
export function summaryOf(report: TestReport, paint: Paint): string {
  const { rules, passed, failed, errors, untested, notOnClickHouse } = totalsOf(report);
  const parts = [
    paint('green', `${passed} passed`),
    ...(failed > 0 ? [paint('red', `${failed} failed`)] : []),
    ...(errors > 0 ? [paint('red', `${errors} could not be run`)] : []),
    ...(untested > 0 ? [paint('yellow', `${plural(untested, 'rule')} without tests`)] : []),
    ...(notOnClickHouse > 0 ? [paint('yellow', `${plural(notOnClickHouse, 'rule')} not on ClickHouse`)] : []),
  ];
  return `${plural(rules, 'rule')}: ${parts.join(', ')}`;
}

function ruleBlock(tested: TestedRule, paint: Paint): string {
  const { path, rule, tests, lacks, error, leftOut, notOnClickHouse } = tested;
  const bad = tests.filter(({ differences }) => differences.length > 0);
  const isGood = bad.length === 0 && lacks.length === 0 && error === undefined;
  const mark = isUntested(tested) ? paint('yellow', '?') : isGood ? paint('green', '✓') : paint('red', '✗');
  const count = isUntested(tested) ? 'no tests' : error ? 'not tested' : plural(tests.length, 'test');
  const rest = leftOut > 0 ? `, ${leftOut} left out` : '';
  return [
    `${mark} ${paint('bold', rule?.name ?? path)}  ${count}${rest}`,
    ...(error === undefined ? [] : errorLines(error).map((line) => `    ${line}`)),
    ...(notOnClickHouse === undefined
      ? []
      : [`    ${paint('yellow', 'not on ClickHouse')} ${placeText(notOnClickHouse.at)}: ${notOnClickHouse.message}`]),
    ...lacks.map(({ at, message }) => `    ${paint('red', '✗')} ${message}  ${placeText(at)}`),
    ...bad.map((test) => testBlock(test, paint)),
  ].join('\n');
}

function testBlock(test: TestResult, paint: Paint): string {
  const head = `    ${paint('red', isError(test) ? '!' : '✗')} ${test.name}  ${placeText(test.at)}`;
  const lines = test.differences.flatMap((difference) => tellOf(difference));
  return [head, ...lines.map((line) => `        ${line}`), `        ${test.run}`].join('\n');
}

function tellOf(difference: Difference): string[] {
  return difference.kind === 'error' ? errorLines(difference.error) : differenceLines(difference);
}

function errorLines({ at, message, advice, code }: TestError): string[] {
  return [`${placeText(at)}: ${message}`, `  ${advice} (${code})`];
}

function placeText({ path, line, column }: Place): string {
  return `${path}:${line}:${column}`;
}
