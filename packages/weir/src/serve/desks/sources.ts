import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { unixEpochTicks } from '@weir/kql/types';
import type { RejectInfo, SourceDesk } from '../../api/parts.ts';
import { readInputs } from '../../live/inputs.ts';
import type { Store } from '../../store/store.ts';
import { nameOf, type SourceStates } from '../sourceStates.ts';

export interface SourceDeskOptions {
  readonly store: Store;
  readonly states: SourceStates;
  /** The folders of rejected records, and of bodies of which nothing could be read. */
  readonly rejects: string;
  readonly aside: string;
}

/** Sources by what came of what they sent. */
export function sourceDesk({ store, states, rejects, aside }: SourceDeskOptions): SourceDesk {
  return {
    list: () => {
      const wrong = states.judge();
      return readInputs(store).map(({ firstAt, lastAt, newest = null, reason: _, reasonAt: __, ...given }) => {
        const reason = wrong.get(nameOf(given));
        const state = reason === undefined ? 'ok' : 'degraded';
        return { ...given, newest, state, reason: reason ?? '', firstReceived: firstAt, lastReceived: lastAt };
      });
    },
    rejects: async ({ door, source, limit }) => {
      const files = store.statement('SELECT file, bytes FROM reject_file ORDER BY id DESC').all();
      const found: RejectInfo[] = [];
      for (const { file, bytes } of files) {
        if (found.length >= limit) break;
        const latest = await latestOf(
          join(rejects, String(file)),
          Number(bytes),
          limit - found.length,
          (reject) =>
            (door === undefined || reject.door === door) && (source === undefined || reject.source === source),
        );
        found.push(...latest);
      }
      const whole = await bodiesAside(store, aside, { door, source, limit });
      return [...found, ...whole].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, limit);
    },
  };
}

/** So much of a body is shown. */
const shownBytes = 2_000;

/** Bodies of which nothing could be read, the latest first: each as one record, which begins as it does. */
async function bodiesAside(
  store: Store,
  folder: string,
  { door, source, limit }: { door: string | undefined; source: string | undefined; limit: number },
): Promise<RejectInfo[]> {
  const rows = store
    .statement(
      `SELECT file, door, source, received_at, reason FROM aside
       WHERE door = coalesce(?, door) AND source = coalesce(?, source) ORDER BY id DESC LIMIT ?`,
    )
    .all(door ?? null, source ?? null, limit);
  return Promise.all(
    rows.map(async ({ file, received_at: at, reason, ...of }) => ({
      ...{ at: at as bigint, door: String(of.door), source: String(of.source), line: 1 },
      reason: `the whole body is kept aside as ${file}: ${reason}`,
      text: await beginningOf(join(folder, String(file))),
    })),
  );
}

/** Empty where it has just made room for newer ones. */
async function beginningOf(path: string): Promise<string> {
  const text = createReadStream(path, { end: shownBytes - 1 }).setEncoding('utf8');
  return (await Array.fromAsync(text).catch(() => [])).join('');
}

/** The last records of a file that are wanted, the latest first. What stands behind `bytes` is of a batch that is not
 *  committed. None where it has just made room for newer ones. */
async function latestOf(
  path: string,
  bytes: number,
  most: number,
  isWanted: (reject: RejectInfo) => boolean,
): Promise<RejectInfo[]> {
  const found: RejectInfo[] = [];
  if (bytes === 0) return found;
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (file === undefined) return found;
  for await (const text of file.readLines({ end: bytes - 1 })) {
    const { receivedAt, ...rest } = JSON.parse(text);
    const reject: RejectInfo = { ...rest, at: BigInt(Date.parse(receivedAt)) * 10_000n + unixEpochTicks };
    if (!isWanted(reject)) continue;
    found.push(reject);
    if (found.length > most) found.shift();
  }
  return found.reverse();
}
