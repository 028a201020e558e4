import type { EvidenceRow, Finding } from '../../model/finding.ts';
import { countedText } from '../counted.ts';
import { bytes, count, duration, minuteRange, percent, plural, sentIn, ticksToSecond } from '../format.ts';
import { perSeverity } from '../order.ts';
import { anchor } from './chart.ts';
import { bullets, type Html, html, htmlTable } from './markup.ts';

const openAtFirst = 3;
/** So that the page stays a page: a few megabytes that open at once. */
const cardsShown = 400;
const idsShown = 200;

/** The findings as they are sorted; the first grave ones open, informational ones together behind one line. */
export function findingsView(sorted: readonly Finding[]): Html {
  const numbered = sorted.slice(0, cardsShown).map((finding, index) => ({ finding, index }));
  const rest = perSeverity(sorted.slice(cardsShown)).map(({ severity, count: n }) => `${count(n)} ${severity}`);
  const telling = numbered.filter(({ finding }) => finding.severity !== 'informational');
  const informational = numbered.filter(({ finding }) => finding.severity === 'informational');
  return html`${telling.map(({ finding, index }) => card(finding, index, index < openAtFirst))}
${
  informational.length === 0
    ? ''
    : html`<details class="more"><summary>${plural(informational.length, 'informational finding')}: ordinary use without evidence of an upload</summary><div>${informational.map(
        ({ finding, index }) => card(finding, index, false),
      )}</div></details>`
}
${rest.length === 0 ? '' : html`<p class="note">This page tells the ${count(cardsShown)} gravest of ${plural(sorted.length, 'finding')}. Left out here, though counted in every sum: ${rest.join(', ')}. --format json has all.</p>`}`;
}

function card(finding: Finding, index: number, open: boolean): Html {
  const { severity, entities, evidence } = finding;
  const who = [entities.account || 'account unknown', 'on', entities.device || 'an unknown device'].join(' ');
  const seen = minuteRange(finding.firstSeen, finding.lastSeen);
  const counted = countedText(finding.bytesSources);
  return html`<details class="finding ${severity}" id="${anchor(index)}"${open ? html` open` : ''}>
<summary><span class="title">${index + 1}. ${finding.title}</span><span class="sent">${
    finding.bytesSent === null ? 'bytes unknown' : bytes(finding.bytesSent)
  }</span>
<span class="meta"><span class="badge ${severity}">${severity} ${finding.score}</span><span>${who}</span><span>${seen} UTC</span></span></summary>
<div class="body">
${finding.description === undefined ? '' : html`<p>${finding.description}</p>`}
<div class="why"><strong>Why</strong>${bullets(finding.reasons)}</div>
<dl class="facts">
<dt>Process</dt><dd>${entities.process || 'unknown'}</dd>
${entities.processFolder === '' ? '' : html`<dt>Path</dt><dd><code>${entities.processFolder}</code></dd>`}
${entities.parentProcess === '' ? '' : html`<dt>Started by</dt><dd>${entities.parentProcess}</dd>`}
${entities.processSha256 === '' ? '' : html`<dt>SHA-256</dt><dd><code>${entities.processSha256}</code></dd>`}
<dt>Account</dt><dd>${entities.account || 'unknown'}${entities.accountDomain && ` of ${entities.accountDomain}`}</dd>
<dt>Device</dt><dd>${entities.device || 'unknown'}</dd>
<dt>Destination</dt><dd>${[finding.service, finding.category && `(${finding.category})`, entities.destination].filter(Boolean).join(' ')}</dd>
${finding.services.length < 2 ? '' : html`<dt>Services</dt><dd>${finding.services.join(', ')}</dd>`}
<dt>Sent</dt><dd>${sentIn(finding.bytesSent, finding.bytesKnown, finding.connections)}</dd>
${counted === '' ? '' : html`<dt>Counted</dt><dd>${counted}</dd>`}
<dt>Received</dt><dd>${finding.bytesReceived === null ? 'unknown' : bytes(finding.bytesReceived)}</dd>
<dt>Seen</dt><dd>${seen} UTC, ${duration(finding.lastSeen - finding.firstSeen)}</dd>
${entities.commandLine === '' ? '' : html`<dt>Command</dt><dd><pre><code>${entities.commandLine}</code></pre></dd>`}
${Object.entries(finding.details ?? {}).map(([name, values]) => html`<dt>${name}</dt><dd>${values.join(', ')}</dd>`)}
<dt>Rule</dt><dd>${finding.rule.name}, version ${finding.rule.version} (${[...finding.techniques, `confidence ${finding.confidence}`].join(', ')})</dd>
<dt>Finding id</dt><dd class="code">${finding.id}</dd>
</dl>
${evidence.sample.length === 0 ? '' : sample(finding, index)}
${evidence.eventIds.length === 0 ? '' : eventIds(evidence.eventIds)}
</div></details>
`;
}

function sample({ evidence }: Finding, index: number): Html {
  const unknown = evidence.absence ? 'no results' : 'unknown';
  return html`<details class="more"><summary>Evidence: ${plural(evidence.sample.length, 'row')} of ${count(evidence.count)}</summary>${htmlTable<EvidenceRow>(
    `Evidence of finding ${index + 1}, newest last`,
    [
      { head: 'time (UTC)', cell: ({ timestamp }) => html`<span class="nowrap">${ticksToSecond(timestamp)}</span>` },
      { head: 'host', cell: ({ remoteHost, remoteIp }) => remoteHost || remoteIp },
      {
        head: 'address',
        cell: ({ remoteIp, remotePort }) =>
          [remoteIp, remotePort === null ? '' : `port ${remotePort}`].filter(Boolean).join(' '),
      },
      { head: 'sent', cell: ({ bytesSent }) => (bytesSent === null ? unknown : bytes(bytesSent)), figures: true },
      {
        head: 'received',
        cell: ({ bytesReceived }) => (bytesReceived === null ? unknown : bytes(bytesReceived)),
        figures: true,
      },
      {
        head: 'known from',
        cell: ({ fusion, fusionConfidence }) =>
          fusionConfidence === null ? fusion : `${fusion}, ${percent(Math.round(fusionConfidence * 100), 100)} sure`,
      },
      { head: 'event id', cell: ({ eventId }) => eventId, code: true },
    ],
    evidence.sample,
  )}</details>`;
}

function eventIds(ids: readonly string[]): Html {
  const rest = ids.length - idsShown;
  return html`<details class="more long"><summary>${plural(ids.length, 'event id')}</summary><div><ul class="ids code">${ids
    .slice(0, idsShown)
    .map(
      (id) => html`<li>${id}</li>`,
    )}</ul>${rest > 0 ? html`<p class="note">and ${count(rest)} more; --format json has all.</p>` : ''}</div></details>`;
}
