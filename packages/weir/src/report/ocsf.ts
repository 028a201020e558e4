import { isIP } from 'node:net';
import type { Confidence, EvidenceRow, Finding, Severity } from '../model/finding.ts';
import type { ScanResult } from '../model/scanResult.ts';
import { techniqueNames } from '../model/techniques.ts';
import { ticksToUnixMs } from './format.ts';
import { jsonText } from './harmless.ts';
import { gravestFirst } from './order.ts';
import { masked } from './presentable.ts';

/** OCSF 1.8.0, Detection Finding: class 2004 of category 2, activity 1 (create). */
const classUid = 2004;
/** A resource's role. */
const affected = 3;

const severityId: Readonly<Record<Severity, number>> = { informational: 1, low: 2, medium: 3, high: 4 };
const confidenceId: Readonly<Record<Confidence, number>> = { low: 1, medium: 2, high: 3 };

/** `weir scan --format ocsf`: one Detection Finding a line. `createdAt` is when the findings came to be, ticks. */
export function scanToOcsf(result: ScanResult, { createdAt }: { readonly createdAt: bigint }): string {
  return gravestFirst(masked(result).findings)
    .map((finding) => ocsfLine(finding, { activity: 'create', uid: finding.id, createdAt, at: createdAt }))
    .join('');
}

export interface OcsfEvent {
  /** `close`: it turned out not to hold. */
  readonly activity: keyof typeof activities;
  /** What all events of one finding share. */
  readonly uid: string;
  /** Ticks: when the finding was made, and when this was told of it. */
  readonly createdAt: bigint;
  readonly at: bigint;
  /** This event's own id. */
  readonly eventUid?: string;
  /** In words, why it was told. */
  readonly because?: string;
}

/** Activity, its name, and the status that it leaves. */
const activities = {
  create: [1, 'Create', 1, 'New'],
  update: [2, 'Update', 1, 'New'],
  close: [3, 'Close', 4, 'Resolved'],
} as const;

/** A finding, without secrets, as one line. */
export function ocsfLine(finding: Finding, event: OcsfEvent): string {
  return `${jsonText(detectionFinding(finding, event))}\n`;
}

/** `time` is when this was told, `start_time` and `end_time` are the activity's; all in epoch milliseconds. */
function detectionFinding(finding: Finding, { activity, uid, createdAt, at, eventUid, because = '' }: OcsfEvent) {
  const { rule, entities, evidence } = finding;
  const [activityId, activityName, statusId, status] = activities[activity];
  const createdTime = ticksToUnixMs(createdAt);
  const firstSeen = ticksToUnixMs(finding.firstSeen);
  const lastSeen = ticksToUnixMs(finding.lastSeen);
  return {
    class_uid: classUid,
    class_name: 'Detection Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: activityId,
    activity_name: activityName,
    type_uid: classUid * 100 + activityId,
    severity_id: severityId[finding.severity],
    severity: capital(finding.severity),
    status_id: statusId,
    status,
    ...(because !== '' && { status_detail: because }),
    confidence_id: confidenceId[finding.confidence],
    confidence: capital(finding.confidence),
    is_alert: finding.severity !== 'informational',
    time: ticksToUnixMs(at),
    start_time: firstSeen,
    end_time: lastSeen,
    message: finding.title,
    metadata: {
      version: '1.8.0',
      product: { name: 'Weir', vendor_name: 'Weir' },
      ...(eventUid !== undefined && { uid: eventUid }),
    },
    finding_info: {
      uid,
      title: rule.name,
      desc: finding.reasons.join('\n'),
      created_time: createdTime,
      first_seen_time: firstSeen,
      last_seen_time: lastSeen,
      analytic: { type_id: 1, type: 'Rule', uid: rule.id, name: rule.name, version: rule.version },
      attacks: finding.techniques.map(attack),
    },
    evidences: evidence.sample.length > 0 ? evidence.sample.map((row) => evidenceOf(row, finding)) : [storyOf(finding)],
    resources: [
      ...(entities.device === ''
        ? []
        : [{ name: entities.device, ...located(entities.device), type: 'Device', role_id: affected }]),
      ...(entities.account === '' ? [] : [{ name: entities.account, type: 'Account', role_id: affected }]),
    ],
    unmapped: {
      score: finding.score,
      service: finding.service,
      category: finding.category,
      services: finding.services,
      bytes_sent: finding.bytesSent,
      bytes_received: finding.bytesReceived,
      bytes_known: finding.bytesKnown,
      bytes_sources: finding.bytesSources,
      connections: finding.connections,
      evidence_count: evidence.count,
    },
  };
}

/** An ATT&CK id: a sub-technique is told with its technique, and those that Weir is about by name. */
function attack(uid: string) {
  const technique = uid.split('.', 1)[0] ?? uid;
  return {
    ...(technique === 'T1567' && { tactic: { uid: 'TA0010', name: 'Exfiltration' } }),
    technique: named(technique),
    ...(technique !== uid && { sub_technique: named(uid) }),
  };
}

function named(uid: string) {
  const name = techniqueNames[uid];
  return name === undefined ? { uid } : { uid, name };
}

/** One connection; OCSF has no room for "unknown", so what is unknown is left out rather than told as 0. */
function evidenceOf(row: EvidenceRow, finding: Finding) {
  const traffic = {
    ...(row.bytesSent !== null && { bytes_out: row.bytesSent }),
    ...(row.bytesReceived !== null && { bytes_in: row.bytesReceived }),
    ...(row.bytesSent !== null && row.bytesReceived !== null && { bytes: row.bytesSent + row.bytesReceived }),
  };
  return {
    uid: row.eventId,
    ...actorOf(finding, row.commandLine),
    dst_endpoint: {
      ...(row.remoteHost !== '' && located(row.remoteHost)),
      ...(row.remoteIp !== '' && { ip: row.remoteIp }),
      ...(row.remotePort !== null && { port: row.remotePort }),
      svc_name: finding.service,
    },
    data: {
      time: ticksToUnixMs(row.timestamp),
      fusion: row.fusion,
      fusion_confidence: row.fusionConfidence,
      ...(row.bytesSource !== '' && { bytes_source: row.bytesSource }),
      ...traffic,
    },
  };
}

/** What is left to tell where no row was kept. */
function storyOf(finding: Finding) {
  return {
    ...actorOf(finding, ''),
    dst_endpoint: { ...located(finding.entities.destination), svc_name: finding.service },
  };
}

function actorOf({ entities }: Finding, commandLine: string) {
  const command = commandLine || entities.commandLine;
  return {
    ...(entities.device !== '' && { src_endpoint: located(entities.device) }),
    ...(entities.process !== '' && {
      process: { name: entities.process, ...(command !== '' && { cmd_line: command }) },
    }),
    ...(entities.account !== '' && { actor: { user: { name: entities.account } } }),
  };
}

/** A device that nobody named, and a destination without a name, are known by their address. */
function located(name: string): { readonly ip: string } | { readonly hostname: string } {
  return isIP(name) === 0 ? { hostname: name } : { ip: name };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
