import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../model/userError.ts';
import type { ReadOptions } from '../weir.ts';
import { machineClock } from './clock.ts';

/** The folder that the service keeps everything in: what `--home` says, else WEIR_HOME, else a folder of its own where
 *  programs keep their data. */
export function homeDirectory(option: string | undefined, environment: NodeJS.ProcessEnv): string {
  const { WEIR_HOME, XDG_DATA_HOME } = environment;
  return resolve(option ?? WEIR_HOME ?? join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'weir'));
}

/** A home to read in place of logs, where `--home` names one. */
export function homeOf(option: string | undefined): Pick<ReadOptions, 'home'> {
  return option === undefined ? {} : { home: { directory: resolve(option), clock: machineClock } };
}

/** Where logs were named (`by` this option or argument) and a home. */
export function bothGiven(by: string): UserError {
  return new UserError(
    'HOME_AND_LOGS',
    '--home',
    `rows come from a home or from logs (${by}), not from both`,
    'Leave one of them out.',
  );
}
