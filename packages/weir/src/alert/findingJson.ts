import type { EvidenceRow, Finding } from '../model/finding.ts';

/** A finding as the store keeps it, with ids of its evidence kept apart. */
export function findingJson(finding: Finding, sample: readonly EvidenceRow[]): string {
  const { evidence, ...rest } = finding;
  return withLongs({ ...rest, evidence: { ...evidence, eventIds: [], sample } });
}

/** JSON in which longs are texts, as numbers of JSON would be rounded. */
export function withLongs(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item));
}

const longs = new Set('firstSeen lastSeen bytesSent bytesReceived timestamp opened created expires'.split(' '));

/** Reads what `withLongs` wrote of findings, notices and exceptions. */
export function readLongs<Value>(json: string): Value {
  return JSON.parse(json, (key, value) => (longs.has(key) && typeof value === 'string' ? BigInt(value) : value));
}
