import { readFile } from 'node:fs/promises';
import type { Clock } from '../../model/clock.ts';

const every = 2_500_000n;

/** Waits until a process has more memory than `bytesMax`: the engine's own limit is of what it manages, and some of its
 *  functions take memory beside it. Gives false where the system does not tell; rejects where `signal` ends it. */
export async function overMemory(
  pid: number | undefined,
  bytesMax: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const bytes = await residentBytes(pid);
    if (bytes === undefined) return false;
    if (bytes > bytesMax) return true;
    await clock.sleep(every, signal);
  }
}

/** Linux tells it in kibibytes; elsewhere nothing does without a program of its own. */
async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
