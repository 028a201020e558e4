import {
  isUntested,
  type Place,
  type TestError,
  type TestedRule,
  type TestReport,
  type TestResult,
} from '../../model/ruleTest.ts';
import { presentable } from '../presentable.ts';
import { differenceLines, differenceSentence } from './difference.ts';

/** `weir test --format junit`: a suite for each rule, a case for each test, in the form that continuous integration reads. */
export function testsToJUnit(report: TestReport): string {
  const suites = presentable(report).rules.map(suiteOf);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'weir test' }, suites)}\n`;
}

interface Case {
  readonly name: string;
  readonly at: Place;
  readonly told: readonly {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    readonly text: string;
  }[];
}

function suiteOf(tested: TestedRule): string {
  const { path, rule } = tested;
  const name = rule?.name ?? path;
  const cases = casesOf(tested);
  const count = (kind: string) => cases.filter(({ told }) => told[0]?.kind === kind).length;
  const counts = { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
  return element(
    'testsuite',
    { name, file: path, ...counts },
    cases.map(({ name: title, at, told }) =>
      element(
        'testcase',
        { name: title, classname: name, file: at.path, line: at.line },
        told
          .slice(0, 1)
          .map(({ kind, message }) =>
            kind === 'skipped'
              ? element(kind, { message }, [])
              : element(kind, { message }, [escaped(told.map(({ text }) => text).join('\n'))]),
          ),
      ),
    ),
  );
}

function casesOf(tested: TestedRule): Case[] {
  const { path, tests, lacks, error, notOnClickHouse } = tested;
  const start = { path, line: 1, column: 1 };
  const none = { kind: 'skipped', message: 'the rule has no tests', text: '' } as const;
  return [
    ...(error === undefined ? [] : [{ name: 'can be read', at: error.at, told: [errorTold(error)] }]),
    ...lacks.map(({ at, message }) => ({
      name: message,
      at,
      told: [{ kind: 'failure' as const, message, text: `${at.path}:${at.line}` }],
    })),
    ...tests.map(caseOf),
    ...(notOnClickHouse === undefined
      ? []
      : [
          {
            name: 'runs on ClickHouse',
            at: notOnClickHouse.at,
            told: [{ kind: 'skipped' as const, message: notOnClickHouse.message, text: '' }],
          },
        ]),
    ...(isUntested(tested) ? [{ name: 'has tests', at: start, told: [none] }] : []),
  ];
}

function caseOf({ name, at, differences, run }: TestResult): Case {
  const told = differences.map((difference) =>
    difference.kind === 'error'
      ? errorTold(difference.error)
      : {
          kind: 'failure' as const,
          message: differenceSentence(difference),
          text: [...differenceLines(difference), run].join('\n'),
        },
  );
  return { name, at, told };
}

function errorTold({ code, at, message, advice }: TestError) {
  return {
    kind: 'error' as const,
    message: `${message} (${code})`,
    text: `${at.path}:${at.line}:${at.column}: ${message}\n${advice}`,
  };
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  return content.length === 0 ? `${open}/>` : `${open}>${content.join('\n')}</${name}>`;
}

/** Texts come in presentable, without the controls that XML cannot hold; two more characters are none to it. */
function escaped(text: string): string {
  return text
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
