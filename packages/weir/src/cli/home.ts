import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder that the service keeps everything in: what `--home` says, else WEIR_HOME, else a folder of its own where
 *  programs keep their data. */
export function homeDirectory(option: string | undefined, environment: NodeJS.ProcessEnv): string {
  const { WEIR_HOME, XDG_DATA_HOME } = environment;
  return resolve(option ?? WEIR_HOME ?? join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'weir'));
}
