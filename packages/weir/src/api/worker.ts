import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { constants, getPriority, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Starts a module in a process of its own, which gives way to intake and detection by so much (`nice`), whose JavaScript has so much
 *  memory, and which is told of nothing that the service knows from its environment, secrets among it. What Node keeps of
 *  what it compiled for the service, it keeps for the process: loading the parser takes it two fifths of the time then. */
export function startWorker(
  worker: URL,
  { heapMb, nice, errors }: { readonly heapMb: number; readonly nice: number; readonly errors: 'pipe' | 'ignore' },
): ChildProcess {
  // Of this version's Node, within the folder for all.
  const compiled = getCompileCacheDir();
  const child = fork(fileURLToPath(worker), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', errors, 'ipc'],
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) },
    execArgv: [`--max-old-space-size=${heapMb}`],
  });
  if (child.pid !== undefined && nice > 0)
    setPriority(child.pid, Math.min(getPriority() + nice, constants.priority.PRIORITY_LOW));
  return child;
}
