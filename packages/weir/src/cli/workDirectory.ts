import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../model/userError.ts';

export const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs with a folder of its own under the system's temporary folder (TMPDIR moves it), which is gone afterwards, also
 *  when the person interrupts or the reader of stdout goes away.
 *  @throws UserError where no folder can be made */
export async function withWorkDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  let directory: string | undefined;
  const remove = () => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  };
  const interrupted = (signal: keyof typeof signals) => process.exit(signals[signal]);
  process.once('exit', remove);
  for (const signal of Object.keys(signals)) process.once(signal, interrupted);
  try {
    // The handlers stand before the folder does, so that no moment is left in which a signal leaves it behind.
    directory = made();
    return await use(directory);
  } finally {
    for (const signal of Object.keys(signals)) process.removeListener(signal, interrupted);
    process.removeListener('exit', remove);
    remove();
  }
}

function made(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'weir-'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError('WORK_FOLDER', tmpdir(), message, 'Point TMPDIR at a folder that can be written.');
  }
}
