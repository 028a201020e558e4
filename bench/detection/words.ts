import { bytes, duration } from '../../packages/weir/src/report/format.ts';
import type { Alerts, Measures, Row } from './measures.ts';

export interface Result {
  readonly name: string;
  readonly measures: Measures;
}

/** What came out, as text. */
export function printed(results: readonly Result[], { noise }: { readonly noise: boolean }): string {
  return results.map((result) => `${told(result)}${noise ? noisy(result) : ''}`).join('\n');
}

function told({ name, measures }: Result): string {
  const { tellings, hostDays, budgets, procedures, through, behaviours, alerts, bulk } = measures;
  const all = { name: 'overall', tellings: tellings.length, found: budgets.map(({ found }) => found.size) };
  return [
    '',
    `## ${name}`,
    '',
    `${tellings.length} planted, ${hostDays} host days.`,
    '',
    '| false for 1,000 hosts a day, at most | score from | false | worst day | precision | found | procedures | behaviours |',
    '|---|---|---|---|---|---|---|---|',
    ...budgets.map(({ most, score, noise, worst, precision }, at) =>
      row([
        Number.isFinite(most) ? String(most) : 'all that is told',
        score ?? '–',
        noise.toFixed(1),
        worst.toFixed(1),
        precision === null ? '–' : `${Math.round(100 * precision)} %`,
        `${all.found[at]} of ${all.tellings}`,
        metRows(procedures, at),
        metRows(behaviours, at),
      ]),
    ),
    '',
    alertsText('Told of', alerts),
    alertsText('From 100 MB', bulk),
    '',
    ...table('procedure', procedures),
    '',
    ...table('hidden in what is tuned out', through),
    '',
    ...table('behaviour', behaviours),
    '',
  ].join('\n');
}

/** How many of them were found at least once, and how many always. */
function metRows(rows: readonly Row[], at: number): string {
  const once = rows.filter(({ found }) => (found[at] ?? 0) > 0).length;
  const always = rows.filter(({ found, tellings }) => found[at] === tellings).length;
  return once === always ? `${once} of ${rows.length}` : `${once} of ${rows.length} (${always} always)`;
}

function table(name: string, rows: readonly Row[]): string[] {
  return [
    row([name, 'tellings', '1', '5', '25', 'all']),
    '|---|---|---|---|---|---|',
    ...rows.map((each) => row([each.name, each.tellings, ...each.found])),
  ];
}

export function alertsText(what: string, { alerts, waited, sinceFirst, gone, bytesGone }: Alerts): string {
  if (!(waited && sinceFirst && gone && bytesGone)) return `${what}: none.`;
  const two = (median: string, p90: string) => `${median} (p90 ${p90})`;
  return `${what}: ${alerts}. From the evidence that crossed to the alert ${two(duration(waited.median), duration(waited.p90))}; from the first byte ${two(duration(sinceFirst.median), duration(sinceFirst.p90))}; gone by then ${two(share(gone.median), share(gone.p90))}, ${two(size(bytesGone.median), size(bytesGone.p90))}.`;
}

const share = (part: number): string => `${Math.round(100 * part)} %`;
const size = (amount: number): string => bytes(BigInt(Math.round(amount)));

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function noisy({ measures: { noise } }: Result): string {
  return [
    row(['times', 'best score', 'rule', 'process', 'service or host', 'one of them']),
    '|---|---|---|---|---|---|',
    ...noise
      .slice(0, 70)
      .map(({ times, score, rule, process, service, title }) => row([times, score, rule, process, service, title])),
    `${noise.length} kinds.`,
    '',
  ].join('\n');
}
