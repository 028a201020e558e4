import type { Finding, Severity } from '../../model/finding.ts';
import { countedText } from '../counted.ts';
import { bytes, count, duration, minuteRange, minuteRangeEnds, plural, sentIn } from '../format.ts';
import { tableText } from './table.ts';
import { labelled, type Paint, wrap } from './text.ts';
import { type TableColumn, widthsAnyhow } from './widths.ts';

const severityStyle: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  high: ['bold', 'red'],
  medium: ['bold', 'yellow'],
  low: ['bold', 'cyan'],
  informational: 'dim',
};

/** A finding and the number under which the table and the details tell it. */
export interface Numbered {
  readonly finding: Finding;
  readonly number: number;
}

interface Cell extends TableColumn {
  readonly text: (numbered: Numbered, deviceName: (device: string) => string) => string;
}

const cells: readonly Cell[] = [
  { head: '#', text: ({ number }) => String(number), right: true, least: 1 },
  {
    head: 'device, account',
    text: ({ finding: { entities } }, deviceName) =>
      `${deviceName(entities.device) || 'device unknown'}\n${entities.account || 'account unknown'}`,
    least: 11,
  },
  { head: 'process', text: ({ finding }) => finding.entities.process || 'unknown', least: 9 },
  {
    head: 'service, destination',
    text: ({ finding: { service, entities } }) =>
      [service, entities.destination].filter(Boolean).join('\n') || 'unknown',
    least: 11,
  },
  { head: 'bytes sent', text: ({ finding }) => sentCell(finding), right: true, least: 15 },
  { head: 'seen (UTC)', text: ({ finding }) => minuteRangeEnds(finding.firstSeen, finding.lastSeen), least: 16 },
];

/** The amount, and below it over how many connections, or for how many of them it is known. */
function sentCell({ bytesSent, bytesKnown, connections }: Finding): string {
  const over = connections === 0 ? [] : [plural(connections, 'connection')];
  if (bytesSent === null) return ['unknown', ...over].join('\n');
  if (bytesKnown >= connections) return [bytes(bytesSent), ...over].join('\n');
  return `≥ ${bytes(bytesSent)}\n${count(bytesKnown)} of ${count(connections)} known`;
}

/** Two lines a finding under a heading for each severity; every fact stays however narrow the terminal is. */
export function findingsTable(findings: readonly Numbered[], width: number, paint: Paint): string {
  const deviceName = shortNames(findings.map(({ finding }) => finding.entities.device));
  const rowOf = (numbered: Numbered) => cells.map(({ text }) => text(numbered, deviceName));
  const widths = widthsAnyhow(cells, findings.map(rowOf), width);
  const dim = (text: string) => paint('dim', text);
  const groups = [...Map.groupBy(findings, ({ finding }) => finding.severity)].map(([severity, members]) => {
    const heading = paint(severityStyle[severity], severity.toUpperCase());
    return `${heading}\n${tableText(cells, members.map(rowOf), widths, { head: false })}`;
  });
  return [tableText(cells, [], widths, { paintHead: dim }), ...groups].join('\n');
}

/** Host names without their domain where that tells them apart from each other. */
function shortNames(devices: readonly string[]): (device: string) => string {
  const short = (device: string) => (/^[\d.]+$|:/.test(device) ? device : (device.split('.', 1)[0] ?? device));
  const owners = Map.groupBy(new Set(devices), short);
  return (device) => (owners.get(short(device))?.length === 1 ? short(device) : device);
}

const labelWidth = 10;

/** What the table does not tell of one finding, its title first. */
export function findingDetails({ finding, number }: Numbered, width: number, paint: Paint): string {
  const { entities, reasons } = finding;
  const indent = '   ';
  const inner = width - indent.length;
  const line = (label: string, text: string) =>
    labelled(label, labelWidth, text, inner, (plain) => paint('dim', plain))
      .split('\n')
      .map((part) => indent + part);
  const head = `${finding.severity.toUpperCase()} ${finding.score}`;
  const title = wrap(finding.title, width - indent.length - head.length - 2);
  const pad = indent + ' '.repeat(head.length + 2);
  const domain = entities.accountDomain && `of ${entities.accountDomain}`;
  const who = [entities.account || 'account unknown', domain, `on ${entities.device || 'an unknown device'}`]
    .filter(Boolean)
    .join(' ');
  const program = [
    entities.processFolder,
    entities.parentProcess && `started by ${entities.parentProcess}`,
    entities.processSha256 && `SHA-256 ${entities.processSha256}`,
  ].filter(Boolean);
  const addresses = [...new Set(finding.evidence.sample.map(({ remoteIp }) => remoteIp))].filter(
    (address) => address !== '' && address !== entities.destination,
  );
  const to = [finding.service, finding.category && `(${finding.category})`, entities.destination].filter(Boolean);
  const others = finding.services.filter((service) => service !== finding.service);
  const also = others.length === 0 ? '' : `; also ${others.join(', ')}`;
  const sampled = addresses.length === 0 ? '' : `; addresses of the evidence rows: ${addresses.join(', ')}`;
  const received = finding.bytesReceived === null ? '' : `; ${bytes(finding.bytesReceived)} received`;
  const counted = [countedText(finding.bytesSources)].filter(Boolean).map((text) => `; ${text}`);
  const details = Object.entries(finding.details ?? {}).map(([name, values]) => `${name}: ${values.join(', ')}`);
  const seen = `${minuteRange(finding.firstSeen, finding.lastSeen)} UTC (${duration(finding.lastSeen - finding.firstSeen)})`;
  return [
    `${paint('bold', String(number).padStart(2))} ${paint(severityStyle[finding.severity], head)}  ${paint('bold', title[0] ?? '')}`,
    ...title.slice(1).map((part) => pad + paint('bold', part)),
    ...(finding.description === undefined ? [] : line('says', finding.description)),
    ...line('who', who),
    ...(program.length === 0 ? [] : line('process', program.join(', '))),
    ...line('sent', sentIn(finding.bytesSent, finding.bytesKnown, finding.connections) + received + counted.join('')),
    ...(to.length === 0 && sampled === '' ? [] : line('to', to.join(' ') + also + sampled)),
    ...line('seen', seen),
    ...(entities.commandLine === '' ? [] : line('command', entities.commandLine)),
    ...(reasons.length === 0 ? [] : line('why', reasons.join('; '))),
    ...(details.length === 0 ? [] : line('details', details.join('; '))),
    ...line('rule', `${finding.rule.name} (${[...finding.techniques, `confidence ${finding.confidence}`].join(', ')})`),
    ...line('id', finding.id),
  ].join('\n');
}

const servicesNamed = 8;

/** Informational findings in a sentence: they are use to know of, not to act on. Each service counts where it is in a
 *  finding, also beside others. */
export function informationalLine(findings: readonly Finding[]): string {
  const named = findings.flatMap(({ services, entities }) =>
    services.length > 0 ? services : [entities.destination || 'an unnamed service'],
  );
  const byService = [...Map.groupBy(named, (service) => service)]
    .map(([service, { length }]) => ({ service, length }))
    .sort((a, b) => b.length - a.length || (a.service < b.service ? -1 : 1));
  const told = byService.slice(0, servicesNamed).map(({ service, length }) => `${service} ${count(length)}`);
  const rest = byService.length - told.length;
  if (rest > 0) told.push(plural(rest, 'more service'));
  return `${plural(findings.length, 'informational finding')}, use without evidence of an upload; by service, of which one may have several: ${told.join(', ')}`;
}
