import { bytes, duration } from '../../packages/weir/src/report/format.ts';
import { type Curves, durations, leastFound, services } from './curves.ts';
import type { Alerts, Measures, Row } from './measures.ts';

export interface Result {
  readonly name: string;
  readonly measures: Measures;
  /** What of a grid of amounts and times is told at all, and by what people look at within the budget of 25; absent where
   *  it was not asked. */
  readonly curves?: { readonly told: Curves; readonly within: Curves };
}

/** What came out, as text. */
export function printed(results: readonly Result[], { noise }: { readonly noise: boolean }): string {
  return results.map((result) => `${told(result)}${noise ? noisy(result) : ''}`).join('\n');
}

function told({ name, measures, curves }: Result): string {
  const { tellings, hostDays, budgets, procedures, through, behaviours, alerts, bulk } = measures;
  const all = { name: 'overall', tellings: tellings.length, found: budgets.map(({ found }) => found.size) };
  return [
    '',
    `## ${name}`,
    '',
    `${tellings.length} planted, ${hostDays} host days: 1 for 1,000 hosts a day are ${(hostDays / 1000).toFixed(1)} false alarms in all.`,
    '',
    '| false for 1,000 hosts a day, at most | score from | false | worst day | precision | found | procedures | behaviours |',
    '|---|---|---|---|---|---|---|---|',
    ...budgets.map(({ most, score, noise, worst, precision, mixed }, at) =>
      row([
        Number.isFinite(most) ? String(most) : 'all that is told',
        score ?? '–',
        noise.toFixed(1),
        worst.toFixed(1),
        precision === null ? '–' : `${Math.round(100 * precision)} %`,
        `${all.found[at]} of ${all.tellings}${mixed === 0 ? '' : ` (${mixed} mixed)`}`,
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
    ...(curves === undefined ? [] : leastTable(curves)),
  ].join('\n');
}

/** The least amount that is found within the budget of 25, and that is told at all, by kind of service and time. */
function leastTable({ within, told: all }: NonNullable<Result['curves']>): string[] {
  const least = (curves: Curves, category: string, time: string) => leastFound(curves, category, time) ?? 'none';
  return [
    row(['least found, at 25 and at all', ...durations.map(({ name }) => `over ${name}`)]),
    '|---|---|---|---|---|',
    ...Object.keys(services).map((category) =>
      row([
        category,
        ...durations.map(({ name }) => `${least(within, category, name)}, ${least(all, category, name)}`),
      ]),
    ),
    '',
  ];
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
