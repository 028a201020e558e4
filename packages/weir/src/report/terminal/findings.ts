import type { Finding, Severity } from '../../model/finding.ts';
import { bytes, duration, knownBytes, minuteRange, plural, sentIn, ticksToMinute } from '../format.ts';
import { fittedWidths, type TableColumn, tableText } from './table.ts';
import { labelled, type Paint, wrap } from './text.ts';

const severityStyle: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  high: ['bold', 'red'],
  medium: ['bold', 'yellow'],
  low: 'cyan',
  informational: 'dim',
};

interface Cell extends TableColumn {
  readonly text: (finding: Finding, number: number) => string;
  /** Where the terminal is narrow the highest figures go first, 0 stays; the details tell what went. */
  readonly goes: number;
}

const dash = '–';
const lastToGo = 5;

const cells: readonly Cell[] = [
  { head: '#', text: (_, number) => String(number), goes: 0, right: true, least: 1 },
  { head: 'severity', text: ({ severity }) => severity, goes: 0, least: 13 },
  { head: 'score', text: ({ score }) => String(score), goes: 1, right: true },
  { head: 'device', text: ({ entities }) => entities.device || dash, goes: 0, least: 14 },
  { head: 'account', text: ({ entities }) => entities.account || dash, goes: 3, least: 16 },
  { head: 'process', text: ({ entities }) => entities.process || dash, goes: 0, least: 16 },
  { head: 'service', text: ({ service }) => service || dash, goes: 0, least: 12 },
  { head: 'destination', text: ({ entities }) => entities.destination || dash, goes: 4, least: 20 },
  {
    head: 'bytes sent',
    text: ({ bytesSent, bytesKnown, connections }) => knownBytes(bytesSent, bytesKnown, connections),
    goes: 0,
    right: true,
    least: 10,
  },
  { head: 'first seen', text: ({ firstSeen }) => ticksToMinute(firstSeen), goes: 2, least: 16 },
  { head: 'last seen', text: ({ lastSeen }) => ticksToMinute(lastSeen), goes: 5, least: 16 },
];

/** One row a finding; columns that do not fit are left to the details. */
export function findingsTable(findings: readonly Finding[], width: number, paint: Paint): string {
  for (let most = lastToGo; most > 0; most -= 1) {
    const fitting = tableOf(
      cells.filter(({ goes }) => goes <= most),
      findings,
      width,
      paint,
    );
    if (fitting !== null) return fitting;
  }
  const squeezed = cells.filter(({ goes }) => goes === 0).map((cell) => ({ ...cell, least: 1 }));
  return tableOf(squeezed, findings, width, paint) ?? '';
}

function tableOf(shown: readonly Cell[], findings: readonly Finding[], width: number, paint: Paint): string | null {
  const rows = findings.map((finding, i) => shown.map(({ text }) => text(finding, i + 1)));
  const widths = fittedWidths(shown, rows, width);
  if (widths === null) return null;
  const severity = shown.findIndex(({ head }) => head === 'severity');
  return tableText(shown, rows, widths, {
    paintHead: (text) => paint('dim', text),
    paint: (text, row, column) =>
      column === severity ? paint(severityStyle[findings[row]?.severity ?? 'low'], text) : text,
  });
}

const labelWidth = 12;
const reasonsShown = 4;

/** Everything a person needs of one finding, its title first. */
export function findingDetails(finding: Finding, number: number, width: number, paint: Paint): string {
  const { entities, reasons } = finding;
  const indent = '   ';
  const inner = width - indent.length;
  const line = (label: string, text: string) =>
    labelled(label, labelWidth, text, inner, (plain) => paint('dim', plain))
      .split('\n')
      .map((part) => indent + part);
  const head = `${finding.severity.toUpperCase()} ${finding.score}`;
  const title = wrap(finding.title, width - labelWidth);
  const seen = `${minuteRange(finding.firstSeen, finding.lastSeen)} UTC (${duration(finding.lastSeen - finding.firstSeen)})`;
  const received = finding.bytesReceived === null ? '' : `; ${bytes(finding.bytesReceived)} received`;
  return [
    `${paint('bold', String(number).padStart(2))} ${paint(severityStyle[finding.severity], head)}  ${paint('bold', title[0] ?? '')}`,
    ...title.slice(1).map((part) => `${indent}${paint('bold', part)}`),
    ...line('who', [entities.account || 'account unknown', `on ${entities.device || 'an unknown device'}`].join(' ')),
    ...line('sent', sentIn(finding.bytesSent, finding.bytesKnown, finding.connections) + received),
    ...line(
      'to',
      [finding.service, entities.destination, finding.category && `(${finding.category})`].filter(Boolean).join('  '),
    ),
    ...line('seen', seen),
    ...(entities.commandLine === '' ? [] : line('command', entities.commandLine)),
    ...reasons.slice(0, reasonsShown).flatMap((reason, i) => line(i === 0 ? 'why' : '', reason)),
    ...(reasons.length > reasonsShown ? line('', `and ${plural(reasons.length - reasonsShown, 'more reason')}`) : []),
    ...line('rule', `${finding.rule.name}  ${finding.techniques.join(', ')}  confidence ${finding.confidence}`),
    ...line('id', finding.id),
  ].join('\n');
}
