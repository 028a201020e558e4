import { ticksPerDay } from '@weir/kql/types';
import type { Condition } from '../detect/conditions.ts';
import type { Finding } from '../model/finding.ts';

/** What an exception must not hide, be it of one row: asked of every finding, by id. */
export const guards: readonly (Condition & { readonly says: string })[] = [
  { id: 'renamed', when: 'ProgramRenamed == true', says: 'a renamed program' },
  {
    id: 'place',
    when: 'not(ProgramPlace in ("installed", "system"))',
    says: 'a program outside of the folders where installed programs live, or of an unknown one',
  },
  {
    id: 'profile',
    when: String.raw`FolderPath matches regex @"(?i)[\\/](users|home|documents and settings)[\\/]|^/root/"`,
    says: "a program in a user's profile, where that user can put another in its place",
  },
  {
    id: 'unknown',
    when: 'isempty(Process) or isempty(ParentProcess)',
    says: 'an unknown program or parent',
  },
  {
    id: 'script',
    when: 'ProgramKind in ("transfer-tool", "tunnel-tool")',
    says: 'a transfer or tunnel tool',
  },
].map((guard) => ({ ...guard, rules: null, some: true }));

/** Findings of one rule that are alike in program, folder, parent and service. */
export interface Pattern {
  readonly findings: readonly Finding[];
  readonly rule: Finding['rule'];
  readonly process: string;
  readonly folder: string;
  readonly parent: string;
  readonly service: string;
  readonly devices: readonly string[];
  readonly accounts: readonly string[];
  /** The one host of all of them; `''` where there are several. */
  readonly host: string;
  readonly days: number;
  /** Of one finding, or of one day where a story spans several; null where it is not known of each. */
  readonly bytes: { readonly least: bigint; readonly most: bigint; readonly of: 'finding' | 'day' } | null;
}

/** What a story sent on each of its days, by finding id. */
export type ByDay = ReadonlyMap<string, readonly bigint[]>;

/** The patterns of findings that people would be told of, the noisiest first. */
export function patternsOf(findings: readonly Finding[], byDay: ByDay): Pattern[] {
  const told = findings.filter(({ severity }) => severity !== 'informational');
  return [...Map.groupBy(told, keyOf).values()]
    .map((alike) => patternOf(alike, byDay))
    .toSorted(
      (a, b) =>
        b.findings.length - a.findings.length ||
        b.days - a.days ||
        (keyOf(a.findings[0]) < keyOf(b.findings[0]) ? -1 : 1),
    );
}

function keyOf(finding: Finding | undefined): string {
  if (finding === undefined) return '';
  const { rule, entities, service } = finding;
  return JSON.stringify([
    rule.id,
    ...[entities.process, folderOf(entities.processFolder), entities.parentProcess].map(lower),
    service,
  ]);
}

function patternOf(findings: readonly Finding[], byDay: ByDay): Pattern {
  const [first] = findings;
  if (first === undefined) throw new Error('a pattern without findings');
  const { rule, entities, service } = first;
  const hosts = distinct(findings.map((finding) => finding.entities.destination));
  return {
    findings,
    rule,
    process: entities.process,
    folder: folderOf(entities.processFolder),
    parent: entities.parentProcess,
    service,
    devices: distinct(findings.map((finding) => finding.entities.device)),
    accounts: distinct(findings.map((finding) => finding.entities.account)),
    host: hosts.length === 1 ? (hosts[0] ?? '') : '',
    days: daysOf(findings),
    bytes: bytesOf(findings, byDay),
  };
}

/** How many UTC days lie between the first and the last evidence, both counted. */
export function daysTouched({ firstSeen, lastSeen }: Finding): bigint {
  return lastSeen / ticksPerDay - firstSeen / ticksPerDay + 1n;
}

/** Days between the first and the last evidence of each, counted once. */
function daysOf(findings: readonly Finding[]): number {
  const days = new Set<bigint>();
  for (const { firstSeen, lastSeen } of findings)
    for (let at = firstSeen / ticksPerDay; at <= lastSeen / ticksPerDay; at += 1n) days.add(at);
  return days.size;
}

function bytesOf(findings: readonly Finding[], byDay: ByDay): Pattern['bytes'] {
  const known = findings.map((finding) => {
    const { id, bytesSent, bytesKnown, connections } = finding;
    if (bytesSent === null || bytesKnown < connections) return [];
    return daysTouched(finding) > 1n ? (byDay.get(id) ?? []) : [bytesSent];
  });
  if (known.some((amounts) => amounts.length === 0)) return null;
  const sorted = known.flat().toSorted((a, b) => (a < b ? -1 : 1));
  const of = findings.some((finding) => daysTouched(finding) > 1n) ? 'day' : 'finding';
  return { least: sorted[0] ?? 0n, most: sorted.at(-1) ?? 0n, of };
}

/** A program's folder, with the mark that ends it; paths of both kinds. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
}

function lower(text: string): string {
  return text.toLowerCase();
}

function distinct(texts: readonly string[]): string[] {
  return [...new Map(texts.map((text) => [lower(text), text])).values()].sort();
}
