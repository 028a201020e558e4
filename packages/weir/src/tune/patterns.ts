import type { Condition } from '../detect/conditions.ts';
import type { Finding } from '../model/finding.ts';

/** What an exception must not hide: asked of every finding, by id. */
export const guards: readonly (Condition & { readonly says: string })[] = [
  { id: 'renamed', rules: null, when: 'ProgramRenamed == true', says: 'a renamed program' },
  {
    id: 'place',
    rules: null,
    when: 'not(ProgramPlace in ("installed", "system"))',
    says: 'a program outside of the folders where installed programs live, or of an unknown one',
  },
  {
    id: 'unknown',
    rules: null,
    when: 'isempty(Process) or isempty(ParentProcess)',
    says: 'an unknown program or parent',
  },
  {
    id: 'script',
    rules: null,
    when: 'ProgramKind in ("transfer-tool", "tunnel-tool")',
    says: 'a transfer or tunnel tool',
  },
];

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
  /** Of one finding; null where it is not known of each. */
  readonly bytes: { readonly least: bigint; readonly most: bigint } | null;
}

/** The patterns of findings that people would be told of, the noisiest first. */
export function patternsOf(findings: readonly Finding[]): Pattern[] {
  const told = findings.filter(({ severity }) => severity !== 'informational');
  return [...Map.groupBy(told, keyOf).values()]
    .map(patternOf)
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

function patternOf(findings: readonly Finding[]): Pattern {
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
    bytes: bytesOf(findings),
  };
}

const day = 864_000_000_000n;

/** Days between the first and the last evidence of each, counted once. */
function daysOf(findings: readonly Finding[]): number {
  const days = new Set<bigint>();
  for (const { firstSeen, lastSeen } of findings)
    for (let at = firstSeen / day; at <= lastSeen / day; at += 1n) days.add(at);
  return days.size;
}

function bytesOf(findings: readonly Finding[]): Pattern['bytes'] {
  const known = findings.flatMap(({ bytesSent, bytesKnown, connections }) =>
    bytesSent === null || bytesKnown < connections ? [] : [bytesSent],
  );
  if (known.length < findings.length) return null;
  const sorted = known.toSorted((a, b) => (a < b ? -1 : 1));
  return { least: sorted[0] ?? 0n, most: sorted.at(-1) ?? 0n };
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
