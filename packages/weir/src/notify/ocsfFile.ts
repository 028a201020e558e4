import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NoticeCause } from '../model/notice.ts';
import { ocsfLine } from '../report/ocsf.ts';
import { masked } from '../report/presentable.ts';
import type { Destination } from './destination.ts';

export interface OcsfFileOptions {
  readonly path: string;
  /** Bytes: a file that would become larger is put aside as `path.1`, what was that as `path.2` and so on. */
  readonly max: number;
  /** How many files put aside are kept. */
  readonly keep: number;
}

const activityOf = { raised: 'create', grew: 'update', withdrawn: 'close' } as const satisfies Partial<
  Record<NoticeCause, string>
>;

/** A file of OCSF Detection Findings, one a line, on disk before a message counts as delivered. */
export function ocsfFileSender({ path, max, keep }: OcsfFileOptions): Destination['send'] {
  return async ({ notices }) => {
    const lines = notices.flatMap(({ id, at, cause, told }) => {
      if (!('alert' in told) || cause === 'exception-ends') return [];
      const { alert, opened, because, finding } = masked(told);
      const activity = activityOf[cause];
      const event = { activity, uid: `alert-${alert}`, createdAt: opened, at, eventUid: `notice-${id}`, because };
      return [ocsfLine(finding, event)];
    });
    const bytes = Buffer.from(lines.join(''));
    if (bytes.length === 0) return;
    const size = await stat(path).then(
      (file) => file.size,
      () => 0,
    );
    if (size > 0 && size + bytes.length > max) await putAside(path, keep);
    await append(path, bytes);
  };
}

async function append(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'a+', 0o640);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    // Of a line that a crash cut off the rest never comes.
    await file.appendFile(size > 0 && last.toString() !== '\n' ? Buffer.concat([Buffer.from('\n'), bytes]) : bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

async function putAside(path: string, keep: number): Promise<void> {
  await rm(`${path}.${keep}`, { force: true });
  for (let n = keep; n > 1; n--) await rename(`${path}.${n - 1}`, `${path}.${n}`).catch(ignoreMissing);
  await rename(path, `${path}.1`);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
