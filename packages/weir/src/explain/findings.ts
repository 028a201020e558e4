import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isoToTicks } from '../detect/isoTime.ts';
import { severities } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { Subject } from './subject.ts';

const long = z.union([z.number(), z.string(), z.null()]).transform((value) => (value === null ? null : BigInt(value)));
const moment = z.string().transform(isoToTicks).pipe(z.bigint());

/** What a guide needs of a finding as `weir scan --format json` writes it. */
const record = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.string() }),
  title: z.string(),
  severity: z.enum([...severities]),
  score: z.number(),
  firstSeen: moment,
  lastSeen: moment,
  entities: z.object({
    device: z.string(),
    account: z.string(),
    process: z.string(),
    processFolder: z.string(),
    processSha256: z.string(),
    parentProcess: z.string(),
    destination: z.string(),
  }),
  service: z.string(),
  category: z.string(),
  services: z.array(z.string()),
  bytesSent: long,
  bytesReceived: long,
});

const scan = z.object({ findings: z.array(record), hidden: z.array(record).default([]) });

/** The findings in a file that `weir scan` wrote as JSON or NDJSON, hidden ones too.
 *  @throws UserError `FINDINGS_INVALID` */
export async function loadFindings(path: string): Promise<Subject[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(path, `cannot be read (${cause.code ?? cause.message})`);
  });
  try {
    const whole = asJson(text);
    if (whole !== undefined && typeof whole === 'object' && whole !== null && 'findings' in whole) {
      const { findings, hidden } = scan.parse(whole);
      return [...findings, ...hidden];
    }
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => record.parse(JSON.parse(line)));
  } catch {
    throw invalid(path, 'holds no findings as weir scan writes them');
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(path: string, message: string): UserError {
  return new UserError(
    'FINDINGS_INVALID',
    path,
    message,
    'Write it with weir scan LOGS --format json > findings.json.',
  );
}

/** What an id of a finding, or its beginning, looks like. */
export function looksLikeFinding(text: string): boolean {
  return /^[0-9a-f]{6,32}$/i.test(text);
}

/** The finding of an id or of the beginning of one.
 *  @throws UserError `FINDING_UNKNOWN` where there is none, or more than one */
export function findingCalled<Each extends Pick<Subject, 'id' | 'title'>>(findings: readonly Each[], id: string): Each {
  const met = findings.filter((finding) => finding.id.startsWith(id.toLowerCase()));
  const [first, second] = met;
  if (first === undefined) {
    const message = `none of the ${findings.length} findings has this id`;
    const advice = 'Name the logs, rules and inventory that the scan had; the id stands under each finding.';
    throw new UserError('FINDING_UNKNOWN', id, message, advice);
  }
  if (second === undefined) return first;
  const message = `${met.length} findings have an id that begins so`;
  throw new UserError('FINDING_UNKNOWN', id, message, `Write more of it: ${first.id} is ${first.title}.`);
}
