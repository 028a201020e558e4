import type { Finding } from '../../model/finding.ts';
import { count, knownBytes, minuteRange } from '../format.ts';
import { perSeverity } from '../order.ts';
import { totalsBy } from '../totals.ts';
import { type Html, html, htmlTable } from './markup.ts';

type Group = ReturnType<typeof totalsBy>[number];

const groupsShown = 20;

/** Findings by device and by service, the most bytes first. */
export function viewsBy(findings: readonly Finding[]): Html {
  const devices = totalsBy(findings, ({ entities }) => entities.device || 'unknown device');
  const services = totalsBy(findings, ({ service, entities }) => service || entities.destination || 'unnamed');
  const accountsOf = (group: Group) => named(group, ({ entities }) => entities.account);
  const devicesOf = (group: Group) => named(group, ({ entities }) => entities.device);
  return html`<div class="views">
<div class="panel"><h3>By device</h3>${view('Findings by device', 'device', devices, accountsOf)}</div>
<div class="panel"><h3>By service</h3>${view('Findings by service', 'service', services, devicesOf)}</div>
</div>`;
}

function view(caption: string, head: string, groups: readonly Group[], beside: (group: Group) => string): Html {
  const largest = Number(groups[0]?.total.bytesSent ?? 0n);
  const rest = groups.length - groupsShown;
  return html`${htmlTable<Group>(
    caption,
    [
      { head, cell: (group) => html`${group.name}<span class="note">${beside(group)}</span>` },
      { head: 'findings', cell: ({ findings }) => badges(findings) },
      { head: 'bytes sent', cell: (group) => sent(group, largest) },
    ],
    groups.slice(0, groupsShown),
  )}${rest > 0 ? html`<p class="note">and ${count(rest)} more${largest > 0 ? ' with fewer bytes' : ''}.</p>` : ''}`;
}

function sent({ total, findings }: Group, largest: number): Html {
  const amount = knownBytes(total.bytesSent, total.bytesKnown, total.connections);
  const first = findings.reduce(
    (least, f) => (f.firstSeen < least ? f.firstSeen : least),
    findings[0]?.firstSeen ?? 0n,
  );
  const last = findings.reduce((most, f) => (f.lastSeen > most ? f.lastSeen : most), 0n);
  return html`${total.exact ? '' : 'at least '}${amount}${
    total.bytesSent === null ? '' : bar(Number(total.bytesSent), largest)
  }<span class="note">${minuteRange(first, last)}</span>`;
}

/** A bar from zero; its length is the value's part of `whole`. */
export function bar(value: number, whole: number): Html {
  const length = whole === 0 ? 0 : Math.max(0.5, (100 * value) / whole);
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="4"/><rect class="value" width="${length.toFixed(1)}" height="4"/></svg>`;
}

function badges(findings: readonly Finding[]): Html {
  return html`${perSeverity(findings).map(({ severity, count: n }) => html`<span class="badge ${severity}">${n} ${severity}</span> `)}`;
}

function named({ findings }: Group, name: (finding: Finding) => string): string {
  const names = [...new Set(findings.map(name).filter(Boolean))];
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} others` : names.join(', ');
}
