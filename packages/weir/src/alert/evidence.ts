import type { KeptEvidence, ToldFinding } from '../model/alert.ts';
import type { EvidenceRow } from '../model/finding.ts';
import { ticksToIso } from '../report/format.ts';
import { jsonText } from '../report/harmless.ts';

const idsMost = 1_000;
const rowsMost = 200;
/** Characters of JSON. */
const lengthMost = 500_000;

type Row = Readonly<Record<string, unknown>>;

/** What is kept of a finding's evidence, beside what was kept before. Where the finding is told whole, rows that it no longer
 *  names are given up; where older logs are gone (`partly`), they stay. */
export function keptEvidence(
  { finding, rows }: ToldFinding,
  before: KeptEvidence | null,
  partly: boolean,
): KeptEvidence {
  const { count, eventIds, sample } = finding.evidence;
  const ids = partly ? [...new Set([...(before?.eventIds ?? []), ...eventIds])] : eventIds;
  const named = new Set(ids);
  const stays = ({ EventId }: Row) => partly || named.size === 0 || named.has(String(EventId));
  const byId = new Map<unknown, Row>();
  for (const row of before?.rows ?? []) if (stays(row)) byId.set(row.EventId, row);
  for (const row of rows ?? sample.map(asRow)) byId.set(row.EventId, row);
  return {
    count: partly ? Math.max(count, before?.count ?? 0) : count,
    eventIds: ends(ids, idsMost),
    rows: short(ends([...byId.values()], rowsMost)),
  };
}

/** All of them, or the first and the last. */
function ends<Item>(items: readonly Item[], most: number): readonly Item[] {
  return items.length <= most ? items : [...items.slice(0, most / 2), ...items.slice(-most / 2)];
}

function short(rows: readonly Row[]): readonly Row[] {
  let kept = rows;
  while (kept.length > 1 && jsonText(kept).length > lengthMost) {
    const half = Math.floor(kept.length / 4);
    kept = half === 0 ? kept.slice(-1) : [...kept.slice(0, half), ...kept.slice(-half)];
  }
  return kept;
}

/** A row of a finding's sample, by the names of its table. */
function asRow(row: EvidenceRow): Row {
  return {
    EventId: row.eventId,
    Timestamp: ticksToIso(row.timestamp),
    RemoteHost: row.remoteHost,
    RemoteIP: row.remoteIp,
    RemotePort: row.remotePort,
    BytesSent: row.bytesSent,
    BytesReceived: row.bytesReceived,
    BytesSource: row.bytesSource,
    InitiatingProcessCommandLine: row.commandLine,
    Fusion: row.fusion,
    FusionConfidence: row.fusionConfidence,
  };
}
