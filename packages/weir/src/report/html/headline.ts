import type { Finding } from '../../model/finding.ts';
import type { ScanResult } from '../../model/scanResult.ts';
import { hiddenLine } from '../exceptions.ts';
import { bytes, count, minuteRange, percent, plural, ticksToMinute } from '../format.ts';
import { foremost, perSeverity } from '../order.ts';
import { blindSpots, incompleteReasons, namelessLine, windowNote } from '../terminal/summary.ts';
import { together, totalsBy } from '../totals.ts';
import { bullets, type Html, html, listed } from './markup.ts';

/** What left, how much, by whom, in the reader's first ten seconds. */
export function headline(result: ScanResult, sorted: readonly Finding[]): Html {
  const { findings: shown, severities } = foremost(sorted);
  return html`<p class="brand">${mark}<span><strong>Weir</strong> scan report${spanText(result)}</span></p>
<h1>${shown.length === 0 ? 'Nothing was found in what was looked at' : whatLeft(shown)}</h1>
${shown.length === 0 ? quietLead(result) : mostOfIt(shown)}
${shown.length < sorted.length ? html`<p class="note">The headline is about the ${severities} findings; ${rest(sorted.slice(shown.length))} below.</p>` : ''}
${result.exceptions.length === 0 ? '' : html`<p class="note">${hiddenLine(result.hidden, result.exceptions)}.</p>`}
${result.nameless === null ? '' : html`<p class="note">${namelessLine(result)}: the hunt nameless-addresses shows it.</p>`}
${figures(result, sorted, shown)}
${result.complete ? '' : incomplete(result)}`;
}

/** `15 low and 25 informational ones are` */
function rest(findings: readonly Finding[]): string {
  const levels = perSeverity(findings).map(({ severity, count: n }) => `${count(n)} ${severity}`);
  return `${listed(levels)} ${findings.length === 1 ? 'one is' : 'ones are'}`;
}

const mark = html`<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M3 10c4-4 8 4 13 0s9 4 13 0M6 17h20M3 24c4-4 8 4 13 0s9 4 13 0"/></svg>`;

function spanText({ dataFrom, dataUntil }: ScanResult): string {
  return dataFrom === null || dataUntil === null ? '' : `, ${minuteRange(dataFrom, dataUntil)} UTC`;
}

function whatLeft(findings: readonly Finding[]): string {
  const { bytesSent, bytesKnown, connections, exact } = together(findings);
  const services = totalsBy(findings, ({ service, entities }) => service || entities.destination || 'unnamed services');
  const devices = new Set(findings.map(({ entities }) => entities.device || 'an unknown device'));
  const from = devices.size === 1 ? [...devices][0] : plural(devices.size, 'device');
  const through = listed(services.map(({ name }) => name));
  if (bytesSent === null) {
    const what = connections === 0 ? plural(findings.length, 'finding') : plural(connections, 'connection');
    return `${what} from ${from} to ${through}; how many bytes left is not known`;
  }
  const amount = bytes(bytesSent);
  return `${exact && bytesKnown >= connections ? amount : `At least ${amount}`} left ${from} through ${through}`;
}

/** The largest story, in one sentence. */
function mostOfIt(findings: readonly Finding[]): Html {
  const total = together(findings).bytesSent;
  const largest = findings.reduce((most, f) => ((f.bytesSent ?? -1n) > (most.bytesSent ?? -1n) ? f : most));
  const { entities, bytesSent } = largest;
  const who = [entities.account, entities.account && 'on', entities.device || 'an unknown device']
    .filter(Boolean)
    .join(' ');
  const how = entities.process === '' ? '' : ` with ${entities.process}`;
  const to = largest.service || entities.destination || 'an unnamed destination';
  const seen = minuteRange(largest.firstSeen, largest.lastSeen);
  if (bytesSent === null || total === null || total === 0n) {
    return html`<p class="lead">Gravest: <strong>${who}</strong>${how} to <strong>${to}</strong>, ${seen} UTC.</p>`;
  }
  const share = findings.length === 1 ? '' : ` (${percent(Number(bytesSent), Number(total))})`;
  const start = findings.length === 1 ? 'Sent' : 'The largest part';
  return html`<p class="lead">${start}: <strong>${bytes(bytesSent)}</strong>${share} by <strong>${who}</strong>${how} to <strong>${to}</strong>, ${seen} UTC.</p>`;
}

function quietLead(result: ScanResult): Html {
  return html`<p class="lead">Quiet is not the same as clean. This is where the scan was blind:</p>
${bullets([...windowNote(result).map((note) => `Looked back from ${note}.`), ...blindSpots(result)])}`;
}

function figures(result: ScanResult, sorted: readonly Finding[], shown: readonly Finding[]): Html {
  const { fusion, dataFrom, dataUntil, inputs } = result;
  const total = together(shown);
  const levels = perSeverity(sorted);
  const read = inputs.filter(({ format }) => format !== null);
  const records = read.reduce((sum, input) => sum + input.records, 0);
  const devices = new Set(shown.map(({ entities }) => entities.device).filter(Boolean));
  const accounts = new Set(shown.map(({ entities }) => entities.account).filter(Boolean));
  const known =
    total.connections === 0
      ? 'connections not counted'
      : total.bytesKnown >= total.connections
        ? total.connections === 1
          ? 'bytes known for the 1 connection'
          : `bytes known for all ${count(total.connections)} connections`
        : `known for ${count(total.bytesKnown)} of ${plural(total.connections, 'connection')}`;
  const sent =
    total.bytesSent === null
      ? 'unknown'
      : `${total.exact && total.bytesKnown >= total.connections ? '' : '≥ '}${bytes(total.bytesSent)}`;
  return html`<dl class="figures-strip">
${sorted.length === 0 ? '' : html`<div><dt>Sent</dt><dd>${sent}<small>${known}</small></dd></div>`}
<div><dt>Findings</dt><dd><span id="count-findings">${count(sorted.length)}</span><small>${
    levels.length === 0 ? 'of any severity' : levels.map(({ severity, count: n }) => `${n} ${severity}`).join(', ')
  }</small></dd></div>
${
  sorted.length === 0
    ? ''
    : html`<div><dt>By</dt><dd>${plural(devices.size, 'device')}<small>${plural(accounts.size, 'known account')}</small></dd></div>`
}
<div><dt>Looked at</dt><dd><span id="count-connections">${count(fusion.connections)}</span><small>connections from ${plural(records, 'record')} in ${plural(read.length, 'input')}</small></dd></div>
<div><dt>First and last row</dt><dd>${
    dataFrom === null || dataUntil === null
      ? 'none'
      : html`${ticksToMinute(dataFrom)}<small>to ${ticksToMinute(dataUntil)} UTC</small>`
  }</dd></div>
</dl>`;
}

function incomplete(result: ScanResult): Html {
  return html`<div class="warning" role="note"><strong>Not complete.</strong> What is told here may lack something:
${bullets(incompleteReasons(result))}</div>`;
}
