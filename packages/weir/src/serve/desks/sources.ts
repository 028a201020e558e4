import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { unixEpochTicks } from '@weir/kql/types';
import type { RejectInfo, SourceDesk } from '../../api/parts.ts';
import { readInputs } from '../../live/inputs.ts';
import type { Health } from '../../operate/health.ts';
import type { Store } from '../../store/store.ts';

export interface SourceDeskOptions {
  readonly store: Store;
  /** Where a source that has fallen silent is told of, as the part `source NAME`. */
  readonly health: Health;
  /** The folder of rejected records. */
  readonly rejects: string;
}

/** Sources by what came of what they sent. */
export function sourceDesk({ store, health, rejects }: SourceDeskOptions): SourceDesk {
  return {
    list: () =>
      readInputs(store).map(({ firstAt, lastAt, reason, ...given }) => {
        const part = health.parts.get(`source ${given.source}`);
        const told = part === undefined || part.state === 'ok' ? undefined : part;
        return {
          ...given,
          state: told?.state ?? (reason === undefined ? 'ok' : 'degraded'),
          reason: told?.reason ?? reason ?? '',
          firstReceived: firstAt,
          lastReceived: lastAt,
        };
      }),
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
      return found;
    },
  };
}

/** The last records of a file that are wanted, the latest first. What stands behind `bytes` is of a batch that is not
 *  committed. */
async function latestOf(
  path: string,
  bytes: number,
  most: number,
  isWanted: (reject: RejectInfo) => boolean,
): Promise<RejectInfo[]> {
  const found: RejectInfo[] = [];
  if (bytes === 0) return found;
  const lines = createInterface({
    input: createReadStream(path, { end: bytes - 1 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of lines) {
    const { receivedAt, ...rest } = JSON.parse(text);
    const reject: RejectInfo = { ...rest, at: BigInt(Date.parse(receivedAt)) * 10_000n + unixEpochTicks };
    if (!isWanted(reject)) continue;
    found.push(reject);
    if (found.length > most) found.shift();
  }
  return found.reverse();
}
