import { ticksPerDay } from '@weir/kql/types';
import type { Finding } from '../../model/finding.ts';
import { bytes, count, knownBytes, minuteRange, plural, sentIn, ticksToMinute } from '../format.ts';
import { displayWidth, wrap } from '../terminal/text.ts';
import type { Timeline, TimelineBar } from '../timeline.ts';
import { byteTicks, timeTicks } from './axis.ts';
import { type Html, html, htmlTable } from './markup.ts';

const width = 1000;
const left = 74;
const right = 40;
const top = 14;
const plotHeight = 220;
const laneHeight = 30;
const mostLanes = 8;
const mostColours = 6;

interface Series {
  readonly name: string;
  readonly colour: number;
  readonly bytesSent: bigint | null;
  readonly bytesKnown: number;
  readonly connections: number;
}

/** Bytes out over time by service: stacked bars from zero, a mark where bytes are unknown, below them the spans of the
 *  gravest findings on the same axis, and the same figures as a table. */
export function timelineView(timeline: Timeline, findings: readonly Finding[]): Html {
  const known = timeline.bars.filter(({ service }) => service !== '');
  const series = seriesOf(known);
  const bars = collected(known, series);
  const drawn = known.some(({ bytesSent }) => bytesSent !== null);
  const other = seriesOf(timeline.bars.filter(({ service }) => service === ''))[0];
  return html`<div class="panel">
${known.length === 0 ? html`<p>No connection to a service of the catalogue was seen.</p>` : ''}
${known.length === 0 || drawn ? '' : html`<p>Nothing counted the bytes of these connections, so there is no amount to draw.</p>`}
${drawn ? html`<div class="scroll" role="region" aria-label="Timeline of bytes sent" tabindex="0">${drawing(timeline, bars, series, findings)}</div>` : ''}
<ul class="legend">${series.map(
    (s) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="s${s.colour}" width="10" height="10" rx="2"/></svg>${s.name}: ${drawn ? knownBytes(s.bytesSent, s.bytesKnown, s.connections) : plural(s.connections, 'connection')}</li>`,
  )}</ul>
<p class="note">${
    drawn
      ? `Each bar is ${binText(timeline.binTicks)}; a connection counts where it ended. A ring above a bar marks
connections without a byte count: the true bar may be higher. ${lanesNote(findings.length)}`
      : ''
  }${
    other === undefined
      ? ''
      : ` ${drawn ? 'Not drawn, to' : 'To'} public addresses that the catalogue does not list: ${drawn ? sentIn(other.bytesSent, other.bytesKnown, other.connections) : plural(other.connections, 'connection')}.`
  }</p>
${bars.length === 0 ? '' : tableView(timeline, bars, series)}
</div>`;
}

function lanesNote(findings: number): string {
  if (findings === 0) return '';
  return findings > mostLanes ? `Below: the ${mostLanes} gravest findings.` : 'Below: the findings.';
}

/** Services with the most bytes get a colour of their own, the rest share the last. */
function seriesOf(bars: readonly TimelineBar[]): Series[] {
  const sums = [...Map.groupBy(bars, ({ service }) => service)]
    .map(([name, members]) => ({ name, ...summed(members) }))
    .sort((a, b) => Number((b.bytesSent ?? -1n) - (a.bytesSent ?? -1n)) || b.connections - a.connections);
  const own = sums.slice(0, mostColours).map((sum, colour) => ({ ...sum, colour }));
  const rest = sums.slice(mostColours);
  if (rest.length === 0) return own;
  const known = rest.flatMap(({ bytesSent }) => (bytesSent === null ? [] : [bytesSent]));
  return [
    ...own,
    {
      name: plural(rest.length, 'other service'),
      colour: mostColours,
      bytesSent: known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0n),
      bytesKnown: rest.reduce((sum, s) => sum + s.bytesKnown, 0),
      connections: rest.reduce((sum, s) => sum + s.connections, 0),
    },
  ];
}

interface Stack {
  readonly start: bigint;
  readonly parts: readonly { readonly series: Series; readonly bar: Omit<TimelineBar, 'start' | 'service'> }[];
}

/** Bars of one bin, in the order of the series. */
function collected(bars: readonly TimelineBar[], series: readonly Series[]): Stack[] {
  const own = new Map(series.map((s) => [s.name, s]));
  const rest = series.at(-1);
  return [...Map.groupBy(bars, ({ start }) => start)].map(([start, members]) => {
    const groups = Map.groupBy(members, ({ service }) => own.get(service) ?? rest);
    const parts = series.flatMap((s) => {
      const group = groups.get(s);
      return group === undefined ? [] : [{ series: s, bar: summed(group) }];
    });
    return { start, parts };
  });
}

function summed(bars: readonly TimelineBar[]): Omit<TimelineBar, 'start' | 'service'> {
  const known = bars.flatMap(({ bytesSent }) => (bytesSent === null ? [] : [bytesSent]));
  return {
    bytesSent: known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0n),
    bytesKnown: bars.reduce((sum, bar) => sum + bar.bytesKnown, 0),
    connections: bars.reduce((sum, bar) => sum + bar.connections, 0),
  };
}

function drawing(
  timeline: Timeline,
  stacks: readonly Stack[],
  series: readonly Series[],
  findings: readonly Finding[],
): Html {
  const highest = stacks.reduce((most, stack) => {
    const sum = stack.parts.reduce((total, { bar }) => total + (bar.bytesSent ?? 0n), 0n);
    return sum > most ? sum : most;
  }, 0n);
  const ticks = byteTicks(highest);
  const limit = Number(ticks.at(-1) ?? 1n);
  const base = top + plotHeight;
  const x = (at: bigint) =>
    left + (Number(at - timeline.from) / Number(timeline.until - timeline.from)) * (width - left - right);
  const y = (n: bigint) => base - (Number(n) / limit) * plotHeight;
  const lanes = findings.slice(0, mostLanes);
  const lanesTop = base + 46;
  const height = lanesTop + lanes.length * laneHeight;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="group" aria-labelledby="chart-title chart-text">
<title id="chart-title">Bytes sent over time, by service</title>
<desc id="chart-text">${description(timeline, series)} The table below has the same figures.</desc>
${ticks.map(
  (tick) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>
<text x="${left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${bytes(tick).replace('.0 ', ' ')}</text>`,
)}
${stacks.map((stack) => drawnStack(stack, x, y, timeline.binTicks))}
<line class="axis" x1="${left}" x2="${width - right}" y1="${base}" y2="${base}"/>
${timeTicks(timeline.from, timeline.until).map(
  ({ at, label, day }) => html`<line class="axis" x1="${px(x(at))}" x2="${px(x(at))}" y1="${base}" y2="${base + 5}"/>
<text x="${px(x(at))}" y="${base + 19}" text-anchor="middle">${label}</text>${
    day === '' ? '' : html`<text x="${px(x(at))}" y="${base + 34}" text-anchor="middle">${day}</text>`
  }`,
)}
${lanes.map((finding, i) => lane(finding, i, lanesTop + 14 + i * laneHeight, x, timeline))}
</svg>`;
}

function drawnStack(
  { start, parts }: Stack,
  x: (at: bigint) => number,
  y: (n: bigint) => number,
  binTicks: bigint,
): Html {
  const from = x(start);
  const to = x(start + binTicks);
  const gap = Math.min(2, (to - from) / 6);
  let below = 0n;
  const rects = parts.map(({ series, bar }) => {
    const bottom = y(below);
    below += bar.bytesSent ?? 0n;
    const height = bottom - y(below);
    return height <= 0
      ? ''
      : html`<rect class="s${series.colour}" x="${px(from + gap / 2)}" y="${px(y(below))}" width="${px(to - from - gap)}" height="${px(Math.max(0.5, height))}"/>`;
  });
  const unknown = parts.reduce((sum, { bar }) => sum + bar.connections - bar.bytesKnown, 0);
  const told = parts.map(
    ({ series, bar }) => `${series.name}: ${knownBytes(bar.bytesSent, bar.bytesKnown, bar.connections)}`,
  );
  return html`<g class="bin"><title>${[`${minuteRange(start, start + binTicks)} UTC`, ...told].join('\n')}</title>${rects}${
    unknown === 0 ? '' : html`<circle class="unknown" cx="${px((from + to) / 2)}" cy="${px(y(below) - 7)}" r="3"/>`
  }</g>
`;
}

/** A finding's span on the time axis, at least so wide that it can be seen, below its label. */
function lane(finding: Finding, i: number, at: number, x: (at: bigint) => number, { from, until }: Timeline): Html {
  const inside = (ticks: bigint) => (ticks < from ? from : ticks > until ? until : ticks);
  const start = x(inside(finding.firstSeen));
  const length = Math.max(4, x(inside(finding.lastSeen)) - start);
  const label = short(
    `${i + 1} · ${finding.entities.device || 'unknown device'} to ${finding.service || finding.entities.destination}`,
  );
  const labelAt = Math.max(left, Math.min(start, width - right - displayWidth(label) * characterWidth));
  return html`<g class="lane"><title>${finding.title}</title><a href="#${anchor(i)}"><text x="${px(labelAt)}" y="${at}">${label}</text>
<rect class="span ${finding.severity}" x="${px(start)}" y="${at + 5}" width="${px(length)}" height="7" rx="2"/></a></g>
`;
}

/** How wide a character of a label may be at most, and how many there is room for. */
const characterWidth = 7;
const labelColumns = Math.floor((width - left - right) / characterWidth / 2);

function short(label: string): string {
  if (displayWidth(label) <= labelColumns) return label;
  return `${wrap(label.replaceAll(' ', '\u00a0'), labelColumns)[0]}…`;
}

/** The fragment under which the page shows a finding; findings are numbered in the page's order. */
export function anchor(index: number): string {
  return `finding-${index + 1}`;
}

function description(timeline: Timeline, series: readonly Series[]): string {
  const parts = series.map((s) => `${s.name} ${knownBytes(s.bytesSent, s.bytesKnown, s.connections)}`);
  return `${minuteRange(timeline.from, timeline.until)} UTC. ${parts.join('; ')}.`;
}

function tableView(timeline: Timeline, stacks: readonly Stack[], series: readonly Series[]): Html {
  const rows = stacks.flatMap(({ start, parts }) => parts.map((part) => ({ start, ...part })));
  return html`<details class="more long"><summary>As a table (${plural(rows.length, 'row')})</summary>${htmlTable(
    `Bytes sent per ${binText(timeline.binTicks)}, ${plural(series.length, 'service')}`,
    [
      { head: 'from (UTC)', cell: ({ start }) => ticksToMinute(start) },
      { head: 'service', cell: (row) => row.series.name },
      {
        head: 'bytes sent',
        cell: ({ bar }) => (bar.bytesSent === null ? 'unknown' : bytes(bar.bytesSent)),
        figures: true,
      },
      { head: 'connections', cell: ({ bar }) => count(bar.connections), figures: true },
      { head: 'with known bytes', cell: ({ bar }) => count(bar.bytesKnown), figures: true },
    ],
    rows,
  )}</details>`;
}

function binText(ticks: bigint): string {
  const minutes = Number(ticks / 600_000_000n);
  if (ticks % (7n * ticksPerDay) === 0n) return plural(minutes / 10_080, 'week');
  if (minutes % 1440 === 0) return plural(minutes / 1440, 'day');
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}

function px(n: number): string {
  return n.toFixed(1);
}
