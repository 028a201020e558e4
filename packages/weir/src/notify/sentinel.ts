import { isAggregateLogsUploadError, LogsIngestionClient } from '@azure/monitor-ingestion';
import type { Notice, ToldAlert } from '../model/notice.ts';
import { ticksToIso } from '../report/format.ts';
import { jsonLong } from '../report/harmless.ts';
import { masked } from '../report/presentable.ts';
import { type ClientCredentialOptions, clientCredential } from './credential.ts';
import type { Destination } from './destination.ts';
import { DeliveryFailure } from './failure.ts';
import { retryAfter, unfit } from './post.ts';

export interface SentinelOptions extends ClientCredentialOptions {
  /** Of the data collection endpoint or rule. */
  readonly endpoint: string;
  /** Immutable id of the data collection rule. */
  readonly collectionRule: string;
  readonly stream: string;
  readonly audience: string;
}

/** Microsoft Sentinel by the Logs Ingestion API, with Microsoft's client as the sender. Weir's outbox repeats, so the client
 *  does not. A repeated row has the same NoticeId. */
export function sentinelSender(options: SentinelOptions): Destination['send'] {
  const { endpoint, collectionRule, stream, audience, ca } = options;
  const client = new LogsIngestionClient(endpoint, clientCredential(options), {
    audience,
    retryOptions: { maxRetries: 0 },
    ...(ca !== undefined && { tlsOptions: { ca } }),
  });
  return async ({ notices }, { now, signal }) => {
    const rows = notices.flatMap((notice) => ('alert' in notice.told ? [rowOf(notice, notice.told)] : []));
    if (rows.length === 0) return;
    await client.upload(collectionRule, stream, rows, { abortSignal: signal }).catch((error: unknown) => {
      throw failureOf(error, now);
    });
  };
}

interface RestError extends Error {
  readonly statusCode?: number;
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

function failureOf(error: unknown, now: bigint): DeliveryFailure {
  const cause = (isAggregateLogsUploadError(error) ? (error.errors[0]?.cause ?? error) : error) as RestError;
  const status = cause.statusCode ?? 0;
  const code = status === 0 ? '' : `it answers ${status}: `;
  return new DeliveryFailure(`${code}${cause.message}`, {
    again: !unfit.has(status),
    after: retryAfter(cause.response?.headers.get('retry-after'), now),
  });
}

/** The columns of the stream. */
function rowOf(notice: Notice, about: ToldAlert): Record<string, unknown> {
  const { alert, opened, follows, because, finding } = masked(about);
  const { rule, entities, evidence } = finding;
  const long = (value: bigint | null) => (value === null ? null : jsonLong(value));
  return {
    TimeGenerated: ticksToIso(notice.at),
    NoticeId: notice.id,
    Cause: notice.cause,
    Because: because,
    AlertId: alert,
    Opened: ticksToIso(opened),
    Follows: follows,
    Title: finding.title,
    Severity: finding.severity,
    Score: finding.score,
    Confidence: finding.confidence,
    Reasons: finding.reasons,
    Tactics: finding.tactics,
    Techniques: finding.techniques,
    RuleId: rule.id,
    RuleName: rule.name,
    RuleVersion: rule.version,
    DeviceName: entities.device,
    AccountName: entities.account,
    Process: entities.process,
    CommandLine: entities.commandLine,
    RemoteHost: entities.destination,
    Service: finding.service,
    ServiceCategory: finding.category,
    BytesSent: long(finding.bytesSent),
    BytesReceived: long(finding.bytesReceived),
    BytesKnown: finding.bytesKnown,
    Connections: finding.connections,
    FirstSeen: ticksToIso(finding.firstSeen),
    LastSeen: ticksToIso(finding.lastSeen),
    Evidence: evidence.sample.map(({ timestamp, bytesSent, bytesReceived, ...row }) => ({
      ...row,
      timestamp: ticksToIso(timestamp),
      bytesSent: long(bytesSent),
      bytesReceived: long(bytesReceived),
    })),
  };
}
