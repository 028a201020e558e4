import { ticksPerDay } from '@weir/kql/types';
import type { BacktestDay } from '../../model/backtest.ts';
import type { Severity } from '../../model/finding.ts';
import { count, plural } from '../format.ts';
import { type Html, html } from '../html/markup.ts';
import { dayText } from './words.ts';

const width = 1000;
const left = 44;
const right = 12;
const top = 12;
const plotHeight = 160;
/** From the bottom of a bar to its top. */
const levels: readonly Severity[] = ['high', 'medium', 'low', 'informational'];
const mostLabels = 10;

/** Notified findings a day as stacked bars from zero, by severity, on an axis of all days from the first to the last. The
 *  table beside it has the same figures. */
export function dayChart(days: readonly BacktestDay[], id: string): Html {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const slots = Number((last.day - first.day) / ticksPerDay) + 1;
  const most = Math.max(1, ...days.map(({ outcomes }) => outcomes.notified));
  const step = stepOf(most);
  const limit = Math.ceil(most / step) * step;
  const base = top + plotHeight;
  const slot = (width - left - right) / slots;
  const x = (day: bigint) => left + Number((day - first.day) / ticksPerDay) * slot;
  const y = (n: number) => base - (n / limit) * plotHeight;
  const labelled = Math.max(1, Math.ceil(slots / mostLabels));
  const marks = Array.from(
    { length: Math.ceil(slots / labelled) },
    (_, i) => first.day + BigInt(i * labelled) * ticksPerDay,
  );
  const lines = Array.from({ length: limit / step + 1 }, (_, i) => i * step);
  return html`<div class="scroll" role="region" aria-label="Alerts a day" tabindex="0"><svg class="chart" viewBox="0 0 ${width} ${base + 26}" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">Alerts a day, ${dayText(first.day)} to ${dayText(last.day)}: at most ${count(most)} a day</title>
${lines.map(
  (n) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${px(y(n))}" y2="${px(y(n))}"/>
<text x="${left - 8}" y="${px(y(n) + 4)}" text-anchor="end">${count(n)}</text>`,
)}
${days.map((day) => bar(day, x(day.day), slot, y))}
<line class="axis" x1="${left}" x2="${width - right}" y1="${base}" y2="${base}"/>
${marks.map((day) => html`<text x="${px(x(day) + slot / 2)}" y="${base + 19}" text-anchor="middle">${dayText(day)}</text>`)}
</svg></div>`;
}

function bar(
  { day, hosts, outcomes, severities }: BacktestDay,
  at: number,
  slot: number,
  y: (n: number) => number,
): Html {
  const thick = Math.max(1, Math.min(48, slot * 0.8));
  let below = 0;
  const rects = levels.map((severity) => {
    const n = severities[severity];
    if (n === 0) return '';
    const bottom = y(below);
    below += n;
    return html`<rect class="span ${severity}" x="${px(at + (slot - thick) / 2)}" y="${px(y(below))}" width="${px(thick)}" height="${px(bottom - y(below))}"/>`;
  });
  const told = levels
    .filter((severity) => severities[severity] > 0)
    .map((severity) => `${severities[severity]} ${severity}`);
  return html`<g class="bin"><title>${[dayText(day), `${plural(outcomes.notified, 'alert')}${told.length === 0 ? '' : `: ${told.join(', ')}`}`, plural(hosts, 'host')].join('\n')}</title>${rects}</g>
`;
}

/** A round step that gives no more than five lines. */
function stepOf(most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const part of [1, 2, 5]) if (part * power * 5 >= most) return part * power;
  }
}

function px(n: number): string {
  return n.toFixed(1);
}
