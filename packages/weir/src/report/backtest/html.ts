import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { Backtest, BacktestDay, BacktestFinding, Comparison, RuleBacktest } from '../../model/backtest.ts';
import { exceptionNotes, hiddenTitles } from '../exceptions.ts';
import { count, duration, minuteRange, plural, ticksToMinute } from '../format.ts';
import { bullets, type Html, html, htmlTable, section } from '../html/markup.ts';
import { style } from '../html/style.ts';
import { readable } from '../presentable.ts';
import { dayChart } from './dayChart.ts';
import {
  blindText,
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

/** `weir backtest --format html` and `--report`: one page that asks the network for nothing and runs no script. */
export function backtestToHtml(whole: Backtest): string {
  const result = readable(whole);
  const { rules, exceptions, data } = result;
  const span = data.from === null || data.until === null ? '' : `, ${minuteRange(data.from, data.until)} UTC`;
  const verdicts = verdictsText(result);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Weir back-test</title>
<style>${raw(style)}</style>
</head>
<body>
<header><p class="brand"><span><strong>Weir</strong> back-test${span}</span></p>
<h1>${headline(rules)}</h1>
<p class="lead">${hostsText(result)}.</p>
<p class="note">Asked: ${questionText(result)}.${verdicts === '' ? '' : ` ${verdicts}.`}</p>
${result.complete ? '' : html`<div class="warning" role="note"><strong>Not complete.</strong> An input was skipped, cut short or had rejected records, or a rule could not run.</div>`}
</header>
<main>
${rules.length > 1 ? section('rules', 'Rules', rulesView(rules)) : ''}
${rules.map((rule, index) => section(`rule-${index + 1}`, rule.run.name, ruleView(rule, index)))}
${exceptions.length === 0 ? '' : section('exceptions', 'Exceptions', exceptionsView(result))}
</main>
<footer><p>Times are UTC. A finding counts on the day of its alert; informational and hidden ones were never told. Rates are of the devices that
the data of a day names.</p></footer>
</body>
</html>
`;
  if (page instanceof Promise) throw new TypeError('the page waits for nothing');
  return page.toString();
}

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

function headline(rules: readonly RuleBacktest[]): string {
  const notified = rules.reduce((sum, { outcomes }) => sum + outcomes.notified, 0);
  const days = Math.max(0, ...rules.map((rule) => rule.days.length));
  const who = rules.length === 1 ? 'This rule' : `These ${rules.length} rules`;
  return `${who} would have alerted ${plural(notified, 'time')} in ${plural(days, 'day')}`;
}

function rulesView(rules: readonly RuleBacktest[]): Html {
  return html`<div class="panel">${htmlTable<RuleBacktest>(
    'Rules and what they would have told',
    [
      {
        head: 'rule',
        cell: ({ run }) => html`<a href="#rule-${rules.findIndex((each) => each.run === run) + 1}">${run.name}</a>`,
      },
      {
        head: 'notified',
        cell: ({ run, outcomes }) => (run.error === undefined ? count(outcomes.notified) : 'could not run'),
        figures: true,
      },
      {
        head: 'per 1,000 hosts a day',
        cell: ({ perThousand }) => (perThousand === null ? '–' : rate(perThousand.mean)),
        figures: true,
      },
      {
        head: 'worst day',
        cell: ({ perThousand }) =>
          perThousand === null
            ? '–'
            : html`${rate(perThousand.worst.rate)}<span class="note">${dayText(perThousand.worst.day)}</span>`,
        figures: true,
      },
      { head: 'informational', cell: ({ outcomes }) => count(outcomes.informational), figures: true },
      { head: 'hidden', cell: ({ outcomes }) => count(outcomes.hidden), figures: true },
      { head: 'to alert', cell: (rule) => timeText(rule) },
    ],
    rules,
  )}</div>`;
}

/** Rows of a table before the rest is counted only. */
const rowsShown = 200;

function ruleView(rule: RuleBacktest, index: number): Html {
  const { run, days, by, findings, against } = rule;
  if (run.error !== undefined)
    return html`<div class="panel"><p><span class="failed">could not run:</span> ${run.error}</p></div>`;
  const notified = findings.filter(({ outcome }) => outcome === 'notified');
  return html`<div class="panel">
<p>${findings.length === 0 ? 'Nothing found.' : html`${outcomesText(rule)}.`}</p>
${notified.length === 0 ? '' : dayChart(days, `days-${index}`)}
${
  notified.length === 0
    ? ''
    : html`<dl class="facts"><dt>Per 1,000 hosts a day</dt><dd>${perThousandText(rule)}</dd><dt>Evidence to alert</dt><dd>${timeText(rule)}</dd>
${(['device', 'account', 'process', 'service'] as const).map((part) => html`<dt>By ${part}</dt><dd>${groupsText(by[part])}</dd>`)}</dl>
${daysTable(days)}
<details class="more"><summary>${plural(notified.length, 'alert')}</summary>${findingsTable('Alerts', notified)}</details>`
}
${run.blind.length === 0 ? '' : bullets(blindText(run).map((text) => `Blind: ${text}`))}
<p class="note">How it ran: ${run.method}; ${run.shape}, as ${run.shapeReason}.</p>
${against === null ? '' : comparisonView(against)}</div>`;
}

function daysTable(days: readonly BacktestDay[]): Html {
  return html`<details class="more long"><summary>As a table (${plural(days.length, 'day')})</summary>${htmlTable<BacktestDay>(
    'Findings a day',
    [
      { head: 'day (UTC)', cell: ({ day }) => dayText(day) },
      { head: 'hosts', cell: ({ hosts }) => count(hosts), figures: true },
      { head: 'notified', cell: ({ outcomes }) => count(outcomes.notified), figures: true },
      { head: 'informational', cell: ({ outcomes }) => count(outcomes.informational), figures: true },
      { head: 'hidden', cell: ({ outcomes }) => count(outcomes.hidden), figures: true },
      {
        head: 'per 1,000 hosts',
        cell: ({ hosts, outcomes }) => (hosts === 0 ? '–' : rate((1000 * outcomes.notified) / hosts)),
        figures: true,
      },
    ],
    days.slice(0, rowsShown),
  )}${days.length > rowsShown ? html`<p class="note">and ${count(days.length - rowsShown)} more.</p>` : ''}</details>`;
}

function findingsTable(caption: string, findings: readonly BacktestFinding[]): Html {
  const rest = findings.length - rowsShown;
  return html`${htmlTable<BacktestFinding>(
    caption,
    [
      { head: 'finding', cell: ({ finding }) => finding.title },
      {
        head: 'severity',
        cell: ({ finding: { severity } }) => html`<span class="badge ${severity}">${severity}</span>`,
      },
      { head: 'alert (UTC)', cell: ({ alertedAt }) => (alertedAt === null ? '–' : ticksToMinute(alertedAt)) },
      { head: 'after', cell: ({ waited }) => (waited === null ? '–' : duration(waited)), figures: true },
      { head: 'verdict', cell: ({ verdicts }) => verdicts.join(', ') },
    ],
    findings.slice(0, rowsShown),
  )}${rest > 0 ? html`<p class="note">and ${count(rest)} more, in --format json.</p>` : ''}`;
}

function comparisonView(comparison: Comparison): Html {
  const { added, gone, changed } = comparison;
  return html`<h3>Against the other version</h3><p>${comparisonText(comparison)}.</p>
${added.length === 0 ? '' : html`<h4>New</h4>${findingsTable('New findings', added)}`}
${gone.length === 0 ? '' : html`<h4>Gone</h4>${findingsTable('Findings that are gone', gone)}`}
${changed.length === 0 ? '' : html`<h4>Changed</h4>${bullets(changed.slice(0, rowsShown).map((each) => `${each.after.finding.title}: ${changeText(each)}`))}`}`;
}

function exceptionsView({ exceptions }: Backtest): Html {
  const titles = new Map(exceptions.map((use) => [use.exception.id, hiddenTitles(use)]));
  return html`<div class="panel">${bullets(
    exceptionNotes(exceptions).map(({ id, text, grave }) => {
      const told = titles.get(id) ?? [];
      return html`${grave ? html`<strong>${id}</strong>` : id}: ${text}${told.slice(0, rowsShown).map(({ title, confirmed }) => html`<span class="note">${title}${confirmed ? ' (confirmed)' : ''}</span>`)}`;
    }),
  )}</div>`;
}
