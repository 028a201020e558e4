import { duration, minuteRange, plural } from '../report/format.ts';
import { visible } from '../report/harmless.ts';
import { maskSecrets } from '../report/mask.ts';
import { readable } from '../report/presentable.ts';
import { labelled, type Paint, painter, wrap } from '../report/terminal/text.ts';
import type { Rule } from '../rules/rule.ts';
import type { Answer } from './ask.ts';
import { filled } from './fill.ts';
import { type Guide, type Question, stages } from './guide.ts';
import { tableLines } from './rowsTable.ts';
import type { Subject } from './subject.ts';

export interface TextOptions {
  readonly width: number;
  readonly color: boolean;
}

const widest = 120;
const labelWidth = 11;

/** What a rule watches and how its findings are judged, for a person. `finding` fills the queries, `answers` takes their
 *  place. Every text of a log is masked and harmless. */
export async function explanationText(
  rule: Rule,
  guide: Guide,
  about: { readonly finding?: Subject; readonly answers?: readonly Answer[] },
  options: TextOptions,
): Promise<string> {
  const page = pageOf(options);
  const { finding, answers } = about;
  const questions =
    answers === undefined
      ? guide.questions.map((question, index) => questionLines(question, index, finding, page))
      : await Promise.all(answers.map((answer, index) => answerLines(answer, index, options, page)));
  const sections = [
    finding === undefined ? ruleLines(rule, guide, page) : findingLines(finding, guide, page),
    [page.bold('Questions, the most telling first')],
    ...questions,
    [page.bold('Response')],
    ...playbookLines(guide, page),
    ...(finding === undefined ? [] : [blindLines(guide, page)]),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

interface Page {
  readonly paint: Paint;
  readonly bold: (text: string) => string;
  readonly line: (label: string, text: string, indent?: number) => string;
  readonly text: (text: string) => string[];
  /** Behind a mark, under which the next lines do not stand. */
  readonly item: (mark: string, text: string) => string;
}

function pageOf({ width, color }: TextOptions): Page {
  const paint = painter(color);
  const room = Math.min(width, widest);
  const indented = (lines: readonly string[], indent: number) => lines.map((line) => ' '.repeat(indent) + line);
  return {
    paint,
    bold: (text) => paint('bold', text),
    line: (label, text, indent = 0) =>
      indented(
        labelled(label, labelWidth, flat(text), room - indent, (plain) => paint('dim', plain)).split('\n'),
        indent,
      ).join('\n'),
    text: (text) => wrap(flat(text), room),
    item: (mark, text) => labelled(` ${mark}`, mark.length + 2, flat(text), room),
  };
}

/** A text of several lines in a file is one paragraph. */
function flat(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function ruleLines(rule: Rule, { means, thresholds, blind }: Guide, { bold, line, text }: Page): string[] {
  const { score, finding, needs, falsePositives, confidence, status } = rule.weir;
  const runs =
    rule.schedule === null
      ? 'once, at the end of the data'
      : `every ${duration(rule.schedule.frequency)}, looking back ${duration(rule.schedule.period)}`;
  const list = (label: string, items: readonly string[]) =>
    items.map((item, at) => line(at === 0 ? label : '', items.length === 1 ? item : `- ${item}`));
  return [
    bold(visible(rule.name)),
    ...text(means),
    '',
    line('file', visible(rule.path)),
    line('techniques', rule.techniques.join(', ') || 'none named'),
    line('severity', `at most ${rule.severity}, confidence ${confidence}, ${status}`),
    line('runs', runs),
    line('a finding', `is one of ${finding.key.join(', ')}; it ends after ${duration(finding.quiet)} of silence`),
    line(
      'needs',
      needs.length === 0
        ? 'what its query names'
        : `${needs.map((need) => [need].flat().join(' or ')).join(', ')} of a connection; blind without`,
    ),
    ...list(
      'decides by',
      thresholds.map((part) => `${flat(part.why)} (${flat(part.text)})`),
    ),
    ...list('score', [
      `${score.base} to begin with`,
      ...score.add.map(({ points, because }) => `${points > 0 ? '+' : ''}${points} ${because}`),
    ]),
    ...list('harmless', falsePositives),
    ...list('cannot see', blind),
  ];
}

function findingLines(finding: Subject, { means }: Guide, { bold, line, text }: Page): string[] {
  const { severity, score, title, firstSeen, lastSeen, id, rule } = readable(finding);
  return [
    bold(`${severity.toUpperCase()} ${score}  ${title}`),
    ...text(means),
    '',
    line('rule', rule.name),
    line('seen', `${minuteRange(firstSeen, lastSeen)} UTC`),
    line('id', id),
  ];
}

function blindLines({ blind }: Guide, { bold, item }: Page): string[] {
  return blind.length === 0 ? [] : [bold('What the rule cannot see'), ...blind.map((each) => item('-', each))];
}

function heading(index: number, { ask }: Question, { bold }: Page): string {
  return bold(`${index + 1}  ${flat(ask)}`);
}

function reading({ benign, malicious, next }: Question, { line }: Page): string[] {
  return [line('harmless', benign, 3), line('bad', malicious, 3), ...(next === '' ? [] : [line('then', next, 3)])];
}

/** The query is told where it can be run: with the values of a finding in it. */
function questionLines(question: Question, index: number, finding: Subject | undefined, page: Page): string[] {
  const query = finding === undefined ? [] : maskSecrets(filled(question.query, finding)).trimEnd().split('\n');
  return [
    heading(index, question, page),
    ...query.map((line) => `     ${page.paint('dim', visible(line))}`),
    ...reading(question, page),
  ];
}

async function answerLines(answer: Answer, index: number, { width }: TextOptions, page: Page): Promise<string[]> {
  const { question, lacks } = answer;
  if (lacks.length > 0)
    return [heading(index, question, page), `   Not asked: the finding does not know ${lacks.join(', ')}.`];
  return [
    heading(index, question, page),
    ...(await rowLines(answer, width - 3)).map((line) => `   ${line}`.trimEnd()),
    ...reading(question, page),
  ];
}

async function rowLines(answer: Answer, width: number): Promise<string[]> {
  const { rows, count: all } = answer;
  if (all === 0) return noRowsLines(answer.empty);
  const rest = all - rows.length;
  return [...(await tableLines(answer, width)), ...(rest === 0 ? [] : [`and ${plural(rest, 'more row')}`])];
}

/** That there are no rows, and where that says nothing. */
export function noRowsLines(empty: Answer['empty']): string[] {
  return [
    'No rows.',
    ...empty.map(
      ({ table, ofDevice }) => `The logs have no ${table}${ofDevice ? ' of this device' : ''}, so this says nothing.`,
    ),
  ];
}

function playbookLines({ playbook }: Guide, { paint, line, item }: Page): string[][] {
  return stages.map((stage) => [
    paint('bold', stage.toUpperCase()),
    ...playbook[stage].flatMap((step) => [
      item('[ ]', step.do),
      line('who', step.who, 5),
      line('write down', step.record, 5),
    ]),
  ]);
}
