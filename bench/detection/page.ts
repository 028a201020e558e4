import { createHash } from 'node:crypto';
import { plural } from '../../packages/weir/src/report/format.ts';
import { type Html, html, htmlTable, raw, section } from '../../packages/weir/src/report/html/markup.ts';
import { style } from '../../packages/weir/src/report/html/style.ts';
import { curveCharts, recallChart } from './charts.ts';
import { budgets, type Measures, type Row } from './measures.ts';
import { alertsText, type Result } from './words.ts';

export interface Setting {
  readonly hosts: number;
  readonly days: number;
  readonly quiet: number;
  readonly seeds: number;
  readonly rows: number;
}

/** One page that asks the network for nothing and runs no script. */
export function page(results: readonly Result[], { hosts, days, quiet, seeds, rows }: Setting): string {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Weir detection benchmark</title>
<style>${raw(style)}</style>
</head>
<body>
<header><p class="brand"><span><strong>Weir</strong> detection benchmark</span></p>
<h1>What is found, and what it costs to look</h1>
<p class="lead">${plural(seeds, 'invented company', 'invented companies')} of ${hosts} hosts, ${days} days each (${quiet} of them quiet), ${rows.toLocaleString('en')} connections.</p>
</header>
<main>
${section('recall', 'Recall against noise', recallChart(results))}
${results.map((result, index) => section(`result-${index}`, result.name, contestant(result)))}
</main>
<footer><p>Noise is notified findings with no planted connection among their evidence, for 1,000 hosts and day.</p></footer>
</body>
</html>
`;
  if (whole instanceof Promise) throw new TypeError('the page waits for nothing');
  return whole.toString();
}

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

function contestant({ measures, curves }: Result): Html {
  const { procedures, through, behaviours, alerts, bulk } = measures;
  return html`<div class="panel">
${budgetTable(measures)}
<p>${alertsText('Told of', alerts)}</p>
<p>${alertsText('From 100 MB', bulk)}</p>
<details class="more"><summary>By procedure</summary>${rowTable('procedure', procedures)}</details>
<details class="more"><summary>Hidden in what is tuned out</summary>${rowTable('scenario', through)}</details>
<details class="more"><summary>By behaviour</summary>${rowTable('behaviour', behaviours)}</details>
${
  curves === undefined
    ? ''
    : html`<h3>Amounts and times that are told</h3>${curveCharts(curves.told)}
<h3>Those that people see within the budget of 25</h3>${curveCharts(curves.within)}`
}</div>`;
}

function budgetTable({ budgets: within, tellings }: Measures): Html {
  return htmlTable(
    'Recall within budgets',
    [
      { head: 'false, at most', cell: ({ most }) => (Number.isFinite(most) ? String(most) : 'all that is told') },
      { head: 'score from', cell: ({ score }) => String(score ?? '–'), figures: true },
      { head: 'false', cell: ({ noise }) => noise.toFixed(1), figures: true },
      { head: 'worst day', cell: ({ worst }) => worst.toFixed(1), figures: true },
      {
        head: 'precision',
        cell: ({ precision }) => (precision === null ? '–' : `${Math.round(100 * precision)} %`),
        figures: true,
      },
      { head: 'found', cell: ({ found }) => `${found.size} of ${tellings.length}`, figures: true },
    ],
    within,
  );
}

function rowTable(head: string, rows: readonly Row[]): Html {
  return htmlTable<Row>(
    head,
    [
      { head, cell: ({ name }) => name },
      { head: 'tellings', cell: ({ tellings }) => String(tellings), figures: true },
      ...budgets.map((most, at) => ({
        head: Number.isFinite(most) ? `at ${most}` : 'told',
        cell: ({ found }: Row) => String(found[at] ?? 0),
        figures: true,
      })),
    ],
    rows,
  );
}
