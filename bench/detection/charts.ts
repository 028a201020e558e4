import { type Html, html } from '../../packages/weir/src/report/html/markup.ts';
import { type Curves, durations, foundAt, services, sizes } from './curves.ts';
import type { Result } from './words.ts';

const width = 1000;
const left = 60;
const right = 20;
const top = 14;
const height = 300;

/** Recall over noise, a line for each contestant: a point is what is found where people look from one score up. Noise is
 *  on a logarithmic axis that begins at one finding for 10,000 hosts and day. */
export function recallChart(results: readonly Result[]): Html {
  const most = Math.max(30, ...results.flatMap(({ measures }) => measures.curve.map(({ noise }) => noise)));
  const [low, high] = [Math.log10(0.1), Math.ceil(Math.log10(most))];
  const x = (noise: number) =>
    left + ((Math.log10(Math.max(0.1, noise)) - low) / (high - low)) * (width - left - right);
  const y = (recall: number) => top + (1 - recall) * height;
  const powers = Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at));
  return html`<div class="panel"><div class="scroll" role="region" aria-label="Recall against noise" tabindex="0">
<svg class="chart" viewBox="0 0 ${width} ${top + height + 44}" role="img" aria-labelledby="recall-title">
<title id="recall-title">Share of planted scenarios that is found, over false findings for 1,000 hosts and day</title>
${[0, 0.25, 0.5, 0.75, 1].map(
  (recall) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${px(y(recall))}" y2="${px(y(recall))}"/>
<text x="${left - 8}" y="${px(y(recall) + 4)}" text-anchor="end">${Math.round(100 * recall)} %</text>`,
)}
${powers.map((noise) => html`<text x="${px(x(noise))}" y="${top + height + 20}" text-anchor="middle">${noise}</text>`)}
${[1, 5, 25].map((noise) => html`<line class="axis" stroke-dasharray="3 4" x1="${px(x(noise))}" x2="${px(x(noise))}" y1="${top}" y2="${top + height}"/>`)}
<text x="${(left + width) / 2}" y="${top + height + 40}" text-anchor="middle">false findings for 1,000 hosts and day</text>
${results.map(({ name, measures }, at) =>
  measures.curve.map(
    ({ noise, recall, score }) =>
      html`<g class="bin"><title>${`${name}\nscore from ${score}: ${Math.round(100 * recall)} % found, ${noise.toFixed(1)} false`}</title><circle class="s${at}" cx="${px(x(noise))}" cy="${px(y(recall))}" r="5"/></g>`,
  ),
)}
</svg></div>
<ul class="legend">${results.map(({ name }, at) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><circle class="s${at}" cx="5" cy="5" r="5"/></svg>${name}</li>`)}</ul></div>`;
}

/** Amounts over times, a field for each kind of service: the fuller, the more companies it was found in. */
export function curveCharts(curves: Curves): Html {
  const [cell, tall] = [58, 24];
  const wide = durations.length * cell;
  return html`<div class="meters">${Object.keys(services).map(
    (
      category,
    ) => html`<div><h4>${category}</h4><svg viewBox="0 0 ${wide + 62} ${sizes.length * tall + 40}" role="img" aria-label="${category}: what is found of each amount over each time">
${sizes.map(
  (
    size,
    up,
  ) => html`<text x="56" y="${(sizes.length - up) * tall - 7}" text-anchor="end" font-size="11" fill="currentColor">${size}</text>
${durations.map(({ name }, at) => {
  const share = foundAt(curves, category, size, name);
  return html`<g class="bin"><title>${`${size} in ${name}: found in ${Math.round(100 * share)} % of the companies`}</title><rect class="s0" x="${62 + at * cell}" y="${(sizes.length - up - 1) * tall + 2}" width="${cell - 3}" height="${tall - 3}" fill-opacity="${(0.08 + 0.92 * share).toFixed(2)}"/></g>`;
})}`,
)}
${durations.map(({ name }, at) => html`<text x="${62 + at * cell + cell / 2}" y="${sizes.length * tall + 16}" text-anchor="middle" font-size="11" fill="currentColor">${name}</text>`)}
</svg></div>`,
  )}</div>`;
}

function px(at: number): string {
  return at.toFixed(1);
}
