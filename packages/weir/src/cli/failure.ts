import { UserError } from '../model/userError.ts';
import { tell } from './stdio.ts';

export const exitCodes = { done: 0, findings: 1, usage: 2, bug: 3 } as const;

/** Says what went wrong on stderr: a user's mistake with its place and the way out, anything else as our bug. */
export function failure(error: unknown): number {
  if (error instanceof UserError) {
    tell(`weir: ${error.place}: ${error.message}\n  ${error.advice} (${error.code})`);
    return exitCodes.usage;
  }
  const circumstance = circumstanceOf(error);
  if (circumstance !== undefined) {
    tell(`weir: ${circumstance}`);
    return exitCodes.usage;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(`weir: this is a bug in Weir, not in your data or your query. Please report it with these lines:\n${text}`);
  return exitCodes.bug;
}

/** The machine's refusals that are nobody's bug. */
function circumstanceOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException)?.code;
  const text = error instanceof Error ? error.message : '';
  if (code === 'ENOSPC' || /No space left on device/i.test(text)) {
    return 'the disk is full.\n  Free some space, or point TMPDIR at a larger disk: Weir needs about the size of the logs there. (DISK_FULL)';
  }
  if (/^Out of Memory Error/i.test(text)) {
    return `the query needs more memory than Weir allows it: ${text}\n  Narrow it by time or device. (MEMORY_LIMIT)`;
  }
  // What the compiler can only refuse once it sees the values.
  const zone = /Unknown TimeZone ('.*')!/.exec(text);
  const refused = /WK002: (.+)/.exec(text)?.[1] ?? (zone && `there is no time zone ${zone[1]}`);
  return refused ? `${refused}\n  Narrow the rows, or convert the values. (WK002)` : undefined;
}
