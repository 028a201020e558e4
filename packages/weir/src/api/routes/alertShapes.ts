import { z } from '@hono/zod-openapi';
import type { Alert, TrailEntry } from '../../model/alert.ts';
import { severities } from '../../model/finding.ts';
import { findingRecord } from '../../report/findingRecord.ts';
import { masked } from '../../report/presentable.ts';
import { long, moment, told, toldOrNull } from '../shapes.ts';

export const states = ['new', 'in-progress', 'closed', 'withdrawn', 'merged'] as const;
export const verdicts = ['true-positive', 'benign', 'false-match'] as const;

const texts = z.array(z.string());

/** As `weir scan --format json` has findings; `evidence` of an alert lists neither ids nor rows. */
const finding = z
  .object({
    id: z.string(),
    rule: z.object({ id: z.string(), name: z.string(), version: z.string() }),
    title: z.string(),
    description: z.string().optional(),
    severity: z.enum(severities),
    score: z.number(),
    reasons: texts,
    confidence: z.enum(['low', 'medium', 'high']),
    tactics: texts,
    techniques: texts,
    firstSeen: moment,
    lastSeen: moment,
    /** Empty where it is not known. */
    entities: z.object({
      device: z.string(),
      account: z.string(),
      accountDomain: z.string(),
      process: z.string(),
      processFolder: z.string(),
      processSha256: z.string(),
      parentProcess: z.string(),
      commandLine: z.string(),
      destination: z.string(),
    }),
    service: z.string(),
    category: z.string(),
    services: texts,
    bytesSent: long.nullable(),
    bytesReceived: long.nullable(),
    /** How many of the connections have known bytes. */
    bytesKnown: z.int(),
    bytesSources: texts,
    connections: z.int(),
    details: z.record(z.string(), texts).optional(),
    evidence: z.object({ count: z.int() }),
  })
  .openapi('Finding');

export const alert = z
  .object({
    id: z.int(),
    /** Give it with a change: it is refused where somebody was faster. */
    version: z.int(),
    state: z.enum(states),
    verdict: z.enum(verdicts).nullable(),
    assignee: z.string().nullable(),
    tags: texts,
    touched: z.boolean(),
    retro: z.boolean(),
    canary: z.boolean(),
    hiddenBy: texts,
    finding,
    opened: moment,
    changed: moment,
    closed: moment.nullable(),
    gone: z.object({ at: moment, because: z.string() }).nullable(),
    follows: z.int().nullable(),
    followedBy: z.int().nullable(),
    mergedInto: z.int().nullable(),
  })
  .openapi('Alert');

export const trailEntry = z
  .object({
    id: z.int(),
    at: moment,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .openapi('TrailEntry');

/** An alert for who may read it: secrets in command lines and addresses are cut. */
export function alertRecord(of: Alert): z.input<typeof alert> {
  const { evidence, ...found } = findingRecord(of.finding);
  const record = masked({ ...found, evidence: { count: evidence.count } });
  return {
    ...of,
    tags: [...of.tags],
    hiddenBy: [...of.hiddenBy],
    finding: record as unknown as z.input<typeof finding>,
    opened: told(of.opened),
    changed: told(of.changed),
    closed: toldOrNull(of.closed),
    gone: of.gone === null ? null : { at: told(of.gone.at), because: of.gone.because },
  };
}

export function trailRecord({ at, ...entry }: TrailEntry): z.input<typeof trailEntry> {
  return { ...masked(entry), at: told(at) };
}
