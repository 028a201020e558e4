import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../model/userError.ts';

/** Keeps a home for this process alone until it is let go or the process ends, however it ends: the lock is the operating
 *  system's, which SQLite holds on a file of its own.
 *  @throws UserError where another process has it */
export function holdHome(home: string, file: string): { release(): void } {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!(error instanceof Error) || !/locked|busy/i.test(error.message)) throw error;
    const pid = holderOf(file);
    throw new UserError(
      'HOME_IN_USE',
      home,
      `another weir serve has this home open${pid === undefined ? '' : ` (process ${pid})`}`,
      'Stop that one, or give this one a home of its own with --home.',
    );
  }
  // Beside it: what stands in a locked file nobody else can read.
  writeFileSync(pidFile(file), `${process.pid}\n`);
  return { release: () => database.close() };
}

const pidFile = (file: string) => `${file}-pid`;

/** Who wrote last that it has the home: the one that has it, but for the moment in which it takes it. */
function holderOf(file: string): string | undefined {
  try {
    return /^\d+$/.exec(readFileSync(pidFile(file), 'utf8').trim())?.[0];
  } catch {
    return undefined;
  }
}
