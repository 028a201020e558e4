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
    throw new UserError(
      'HOME_IN_USE',
      home,
      'another weir serve has this home open',
      'Stop that one, or give this one a home of its own with --home.',
    );
  }
  return { release: () => database.close() };
}
