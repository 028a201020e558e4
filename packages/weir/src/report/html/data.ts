import type { RuleRun } from '../../model/finding.ts';
import { enoughPairs, type FusionReport } from '../../model/fusionReport.ts';
import type { InputReport } from '../../model/input.ts';
import type { ScanResult } from '../../model/scanResult.ts';
import { blindnessText, unmet } from '../blindness.ts';
import { count, duration, minuteRange, percent, plural } from '../format.ts';
import { fusionGaps } from '../terminal/fusion.ts';
import { blindSpots, windowNote } from '../terminal/summary.ts';
import { bullets, type Html, html, htmlTable } from './markup.ts';
import { bar } from './views.ts';

/** How much of each connection is known, and why the rest is not. */
export function fusionView(fusion: FusionReport): Html {
  const { connections, withBytes, withProcess, withName, matchableFlows, matchedFlows } = fusion;
  const meter = (label: string, part: number, whole: number, of: string) =>
    html`<div><dt>${label}</dt><dd>${percent(part, whole)} <small>${count(part)} of ${plural(whole, of)}</small></dd>${bar(part, whole)}</div>`;
  if (connections === 0) return html`<div class="panel"><p>The inputs hold no connections.</p></div>`;
  const gaps = fusionGaps(fusion);
  const { notes } = fusion;
  return html`<div class="panel"><dl class="meters">
${meter('Bytes known', withBytes, connections, 'connection')}
${meter('Process known', withProcess, connections, 'connection')}
${meter('Host name known', withName, connections, 'connection')}
${matchableFlows === 0 ? '' : meter('Flows that found their process', matchedFlows, matchableFlows, 'flow')}
</dl>
${gaps.length === 0 ? '' : html`<h3>Why the rest is not known</h3>${bullets(gaps)}`}
${notes.length === 0 ? '' : html`<h3>What else to know of the data</h3>${bullets(notes)}`}
${clocks(fusion.clockOffsets)}</div>`;
}

const notableSeconds = 2;
/** Rows of a table before the rest is counted only. */
const rowsShown = 300;

function left(rows: number): Html | string {
  return rows <= rowsShown ? '' : html`<p class="note">and ${count(rows - rowsShown)} more; --format json has all.</p>`;
}

function clocks(offsets: FusionReport['clockOffsets']): Html | string {
  const notable = offsets.filter(({ seconds }) => Math.abs(seconds) >= notableSeconds);
  if (notable.length === 0) return '';
  return html`<details class="more"><summary>${plural(notable.length, 'clock')} of ${count(offsets.length)} differed from the sensor by ${notableSeconds} s or more</summary>${htmlTable(
    'Clock offsets that matching allowed for',
    [
      { head: 'device', cell: ({ device }) => device },
      { head: 'day', cell: ({ day }) => day },
      {
        head: 'offset',
        cell: ({ seconds }) =>
          `${duration(BigInt(Math.round(seconds)) * 10_000_000n)} ${seconds > 0 ? 'ahead' : 'behind'}`,
        figures: true,
      },
      {
        head: 'seen in',
        cell: ({ pairs }) => (pairs < enoughPairs ? 'the day beside it' : plural(pairs, 'pair')),
        figures: true,
      },
    ],
    notable.slice(0, rowsShown),
  )}${left(notable.length)}</details>`;
}

/** What became of every input. */
export function inputsView(inputs: readonly InputReport[]): Html {
  if (inputs.length === 0) return html`<div class="panel"><p>No input was read.</p></div>`;
  const troubled = inputs.filter((input) => !input.complete || input.rejects > 0);
  const fine = inputs.filter((input) => input.complete && input.rejects === 0);
  return html`<div class="panel">${htmlTable<InputReport>(
    'Inputs and what became of their records',
    [
      {
        head: 'input',
        cell: ({ path, reason }) =>
          html`${path}${reason === undefined ? '' : html`<span class="note">${reason}</span>`}`,
      },
      { head: 'format', cell: ({ format }) => (format === null ? html`<span class="failed">skipped</span>` : format) },
      { head: 'records', cell: ({ format, records }) => (format === null ? '–' : count(records)), figures: true },
      { head: 'rows', cell: ({ format, rows }) => (format === null ? '–' : count(rows)), figures: true },
      {
        head: 'rejected',
        cell: ({ rejects }) => (rejects > 0 ? html`<span class="failed">${count(rejects)}</span>` : '0'),
        figures: true,
      },
      {
        head: 'ignored',
        cell: ({ ignored, ignoredWhy }) =>
          html`${count(ignored)}<span class="note">${Object.keys(ignoredWhy).join(', ')}</span>`,
        figures: true,
      },
    ],
    [...troubled, ...fine].slice(0, rowsShown),
  )}${left(inputs.length)}</div>`;
}

/** What every rule did; those that could not run first. */
export function runsView(runs: readonly RuleRun[]): Html {
  if (runs.length === 0) return html`<div class="panel"><p>No rule ran.</p></div>`;
  const failed = runs.filter(({ error }) => error !== undefined);
  const ran = runs.filter(({ error }) => error === undefined);
  return html`<div class="panel">${htmlTable<RuleRun>(
    'Rules and how they ran',
    [
      {
        head: 'rule',
        cell: ({ name, guide }) =>
          html`${name}${guide === undefined ? '' : html`<span class="note">what to do: ${guide}</span>`}`,
      },
      {
        head: 'outcome',
        cell: (run) =>
          run.error === undefined
            ? html`${outcome(run)}${run.blind.map((part) => html`<span class="note">${blindnessText(part)}</span>`)}`
            : html`<span class="failed">could not run:</span> ${run.error}`,
      },
      {
        head: 'how',
        cell: ({ method, shape, shapeReason }) =>
          [method, method && `${shape}: ${shapeReason}`].filter(Boolean).join('; '),
      },
      {
        head: 'time looked at (UTC)',
        cell: ({ from, until }) => (from === null || until === null ? 'none' : minuteRange(from, until)),
      },
    ],
    [...failed, ...ran],
  )}</div>`;
}

function outcome(run: RuleRun): string {
  if (run.findings > 0) return plural(run.findings, 'finding');
  return unmet(run).length > 0 ? 'blind' : run.blind.length > 0 ? 'quiet, partly blind' : 'quiet';
}

/** What nobody should read into this page. */
export function limitsView(result: ScanResult): Html {
  return html`<div class="panel">${bullets([
    ...windowNote(result).map((note) => `Looked back from ${note}.`),
    ...blindSpots(result),
    'Bytes are counted, contents are not seen: an upload is told by who sent how much to where, not by what it held.',
    'A finding is evidence for a person to judge. Whether a service was allowed for this account is not in the logs.',
    'Services are recognised by host name. One that the catalogue does not list is told only where a rule looks for volume or process.',
  ])}</div>`;
}
