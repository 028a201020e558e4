import type { Backtest, BacktestDay, Comparison, RuleBacktest } from '../../model/backtest.ts';
import { blindnessText, blindRuns, sharedBlindness } from '../blindness.ts';
import { exceptionNotes, hiddenTitles } from '../exceptions.ts';
import { count, duration, plural, ticksToMinute } from '../format.ts';
import { readable } from '../presentable.ts';
import { tableText } from '../terminal/table.ts';
import { labelled, type Paint, painter } from '../terminal/text.ts';
import { type TableColumn, widthsAnyhow } from '../terminal/widths.ts';
import type { TerminalOptions } from '../terminal.ts';
import {
  changeText,
  comparisonText,
  dayText,
  groupsText,
  hostsText,
  outcomesText,
  perThousandText,
  questionText,
  rate,
  timeText,
  verdictsText,
} from './words.ts';

const narrowest = 76;
const widest = 160;
const labelWidth = 13;

/** `weir backtest --format table`: what was asked of which data, then for each rule how often it would have told somebody
 *  of what. Every text is masked and harmless. */
export function renderBacktest(whole: Backtest, options: TerminalOptions): string {
  const result = readable(whole);
  const width = Math.min(widest, Math.max(narrowest, options.width));
  const paint = painter(options.color);
  const sections = [
    summary(result, width, paint),
    ...(result.rules.length > 1 ? [rulesTable(result.rules, width, paint)] : []),
    ...result.rules.map((rule) => ruleSection(rule, width, paint)),
    blindSection(result.rules, width, paint),
    exceptionsSection(result, width, paint),
    ...(result.complete ? [] : [[paint(['bold', 'yellow'], incompleteText(result))]]),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The same in a few lines, for stderr beside data on stdout. */
export function backtestSummary(whole: Backtest): string {
  const result = readable(whole);
  return [
    ...summary(result, 100, painter(false)),
    ...result.rules.map(({ run, ...rule }) => `${run.name}: ${run.error ?? outcomesText({ run, ...rule })}`),
  ].join('\n');
}

function summary(result: Backtest, width: number, paint: Paint): string[] {
  const { inputs, data, since, until } = result;
  const read = inputs.filter(({ format }) => format !== null);
  const records = read.reduce((sum, input) => sum + input.records, 0);
  const span =
    data.from === null || data.until === null
      ? 'nothing with a time in it'
      : `first evidence ${ticksToMinute(data.from)}, last ${ticksToMinute(data.until)} UTC`;
  const asked = [
    ...(since === null ? [] : [`from ${ticksToMinute(since)}`]),
    ...(until === null ? [] : [`until ${ticksToMinute(until)}`]),
  ].join(' ');
  const line = (label: string, text: string) => headed(label, text, width, paint);
  const verdicts = verdictsText(result);
  return [
    line(
      'Back-test',
      `${plural(result.rules.length, 'rule')} over ${plural(read.length, 'input')}, ${plural(records, 'record')}; ${span}`,
    ),
    ...(asked === '' ? [] : [line('Ticks', `${asked} UTC only`)]),
    line('Question', questionText(result)),
    line('Hosts', hostsText(result)),
    ...(verdicts === '' ? [] : [line('Verdicts', verdicts)]),
  ];
}

const columns: readonly TableColumn[] = [
  { head: 'rule', least: 24 },
  { head: 'notified', right: true },
  { head: 'a day', right: true },
  { head: 'per 1,000 hosts a day', right: true, least: 9 },
  { head: 'worst day', right: true, least: 5 },
  { head: 'informational', right: true },
  { head: 'hidden', right: true, least: 6 },
  { head: 'to alert', least: 16 },
];

function rulesTable(rules: readonly RuleBacktest[], width: number, paint: Paint): string[] {
  const rows = rules.map((rule) => {
    const { run, outcomes, days, perThousand } = rule;
    if (run.error !== undefined) return [run.name, 'could not run', '', '', '', '', '', ''];
    return [
      run.name,
      count(outcomes.notified),
      days.length === 0 ? '–' : rate(outcomes.notified / days.length),
      perThousand === null ? '–' : rate(perThousand.mean),
      perThousand === null ? '–' : rate(perThousand.worst.rate),
      count(outcomes.informational),
      count(outcomes.hidden),
      timeText(rule),
    ];
  });
  const widths = widthsAnyhow(columns, rows, width);
  return [tableText(columns, rows, widths, { paintHead: (text) => paint('dim', text) })];
}

function ruleSection(rule: RuleBacktest, width: number, paint: Paint): string[] {
  const { run, findings, days, by, against, suppression } = rule;
  const head = paint('bold', run.name);
  if (run.error !== undefined) return [head, labelled('  failed', labelWidth, run.error, width)];
  const line = (label: string, text: string) =>
    labelled(`  ${label}`, labelWidth, text, width, (plain) => paint('dim', plain));
  const told = findings.length === 0 ? 'nothing found' : outcomesText(rule);
  const some = rule.outcomes.notified > 0;
  return [
    head,
    line('findings', told),
    ...(some ? ['', ...dayBars(days, width, paint), ''] : []),
    ...(some ? [line('per 1,000', `${perThousandText(rule)} (notified a day for every 1,000 hosts)`)] : []),
    ...(some ? [line('to alert', timeText(rule))] : []),
    ...(some
      ? (['device', 'account', 'process', 'service'] as const).map((part) => line(`by ${part}`, groupsText(by[part])))
      : []),
    ...(suppression === null ? [] : [line('pauses', `for ${duration(suppression)} after each alert`)]),
    line('how', `${run.method} (${run.shape})`),
    ...(against === null ? [] : comparisonLines(against, line)),
  ];
}

const mostBars = 62;
const barWidth = 30;

/** A bar a day, as long as its notified findings; days on which nothing was told are drawn without one. */
function dayBars(days: readonly BacktestDay[], width: number, paint: Paint): string[] {
  const shown = days.length <= mostBars ? days : days.filter(({ outcomes }) => outcomes.notified > 0).slice(-mostBars);
  const most = Math.max(...days.map(({ outcomes }) => outcomes.notified));
  const room = Math.min(barWidth, width - 46);
  const lines = shown.map(({ day, hosts, outcomes, severities }) => {
    const scale = most <= room ? 1 : room / most;
    const part = (severity: 'high' | 'medium' | 'low' | 'informational') =>
      '█'.repeat(severities[severity] === 0 ? 0 : Math.max(1, Math.round(severities[severity] * scale)));
    const bar = `${paint('red', part('high'))}${paint('yellow', part('medium'))}${paint('cyan', part('low'))}${part('informational')}`;
    const levels = (['high', 'medium', 'low'] as const).filter((severity) => severities[severity] > 0);
    const told = levels.map((severity) => `${severities[severity]} ${severity}`).join(', ');
    const of = `${plural(hosts, 'host')}`;
    return `  ${dayText(day)} ${String(outcomes.notified).padStart(4)} ${bar}${bar === '' ? '' : ' '}${told}${told === '' ? '' : '; '}${of}`;
  });
  const left = days.length - shown.length;
  return left === 0
    ? lines
    : [...lines, `  and ${plural(left, 'day')} more${shown.length === mostBars ? '' : ' without an alert'}`];
}

const changesTold = 20;

function comparisonLines(comparison: Comparison, line: (label: string, text: string) => string): string[] {
  const { added, gone, changed } = comparison;
  const told = [
    ...added.map(({ finding, outcome }) => line('  new', `${finding.title} (${finding.severity}, ${outcome})`)),
    ...gone.map(({ finding, outcome }) => line('  gone', `${finding.title} (${finding.severity}, was ${outcome})`)),
    ...changed.map((change) => line('  changed', `${change.after.finding.title}: ${changeText(change)}`)),
  ];
  const rest = told.length - changesTold;
  return [
    line('against', comparisonText(comparison)),
    ...told.slice(0, changesTold),
    ...(rest > 0 ? [line('', `and ${count(rest)} more, in --format json`)] : []),
  ];
}

/** What the rules need and the data does not tell of every connection: so much of their quiet says nothing. */
function blindSection(rules: readonly RuleBacktest[], width: number, paint: Paint): string[] {
  const runs = rules.map(({ run }) => run).filter(({ error }) => error === undefined);
  const needed = (names: readonly string[]) => (names.length === runs.length ? 'every rule' : names.join('; '));
  const lines = [
    ...blindRuns(runs).map(({ lacks, rules: names }) => `${lacks}, without which nothing fires: ${needed(names)}`),
    ...sharedBlindness(runs).map(({ part, rules: names }) => `${blindnessText(part)}: needed by ${needed(names)}`),
  ];
  if (lines.length === 0) return [];
  return [paint('bold', 'Where the data was blind'), ...lines.map((text) => labelled('  -', 4, text, width))];
}

const titlesTold = 8;

/** Each exception, and below it what it hides: whether that is what was meant is seen by reading it. */
function exceptionsSection({ exceptions }: Backtest, width: number, paint: Paint): string[] {
  const notes = exceptionNotes(exceptions);
  if (notes.length === 0) return [];
  const titles = new Map(exceptions.map((use) => [use.exception.id, hiddenTitles(use)]));
  return [
    paint('bold', 'Exceptions'),
    ...notes.flatMap(({ id, text, grave }) => {
      const told = titles.get(id) ?? [];
      const rest = told.length - titlesTold;
      return [
        labelled('  -', 4, `${grave ? paint('yellow', id) : id}: ${text}`, width),
        ...told
          .slice(0, titlesTold)
          .map(({ title, confirmed }) => labelled('', 6, confirmed ? `${title} (confirmed)` : title, width)),
        ...(rest > 0 ? [labelled('', 6, `and ${count(rest)} more, in --format json`, width)] : []),
      ];
    }),
  ];
}

function incompleteText({ inputs, rules }: Backtest): string {
  const skipped = inputs.filter((input) => !input.complete || input.rejects > 0).length;
  const failed = rules.filter(({ run }) => run.error !== undefined).length;
  return `Not complete: ${[
    ...(skipped > 0
      ? [`${plural(skipped, 'input')} skipped, cut short or with rejected records (weir scan tells which)`]
      : []),
    ...(failed > 0 ? [`${plural(failed, 'rule')} could not run`] : []),
  ].join('; ')}`;
}

function headed(label: string, text: string, width: number, paint: Paint): string {
  return labelled(label, labelWidth, text, width, (plain) => paint('bold', plain));
}
