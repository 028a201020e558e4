import type { EvidenceRow, Finding } from '../model/finding.ts';
import { ticksToIso } from './format.ts';

/** A finding as scripts read it: the documented fields, datetimes as ISO texts, longs still bigints. */
export function findingRecord(finding: Finding) {
  const { id, rule, title, severity, score, reasons, confidence, tactics, techniques, entities, evidence } = finding;
  return {
    id,
    rule,
    title,
    ...(finding.description === undefined ? {} : { description: finding.description }),
    severity,
    score,
    reasons,
    confidence,
    tactics,
    techniques,
    firstSeen: ticksToIso(finding.firstSeen),
    lastSeen: ticksToIso(finding.lastSeen),
    entities,
    service: finding.service,
    category: finding.category,
    services: finding.services,
    bytesSent: finding.bytesSent,
    bytesReceived: finding.bytesReceived,
    bytesKnown: finding.bytesKnown,
    bytesSources: finding.bytesSources,
    connections: finding.connections,
    ...(finding.details === undefined ? {} : { details: finding.details }),
    evidence: { count: evidence.count, eventIds: evidence.eventIds, sample: evidence.sample.map(evidenceRecord) },
  };
}

function evidenceRecord({ timestamp, ...row }: EvidenceRow) {
  return { timestamp: ticksToIso(timestamp), ...row };
}
