import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { signals } from './workDirectory.ts';

/** Editors write a file in several steps. */
const settleMs = 150;

/** Works now, and again whenever a file or folder changes that it depends on: `paths` and what it gives. Ends when the
 *  person interrupts, with the exit code for that. */
export async function whileChanging(paths: readonly string[], work: () => Promise<readonly string[]>): Promise<number> {
  const watchers = new Map<string, FSWatcher>();
  let changed = () => {};
  let interrupted: number | undefined;
  const interrupt = (signal: keyof typeof signals) => {
    interrupted = signals[signal];
    changed();
  };
  for (const signal of Object.keys(signals)) process.on(signal, interrupt);
  try {
    const look = (path: string) => {
      const folder = folderOf(path);
      if (folder === undefined || watchers.has(folder)) return;
      const watcher = watch(folder, { recursive: folder === path }, () => changed());
      // A folder that goes away ends its watching; the next run tells what is missing.
      watcher.on('error', () => watcher.close());
      watchers.set(folder, watcher);
    };
    for (const path of paths) look(path);
    for (;;) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      for (const path of await work()) look(path);
      await change;
      if (interrupted !== undefined) return interrupted;
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    }
  } finally {
    for (const watcher of watchers.values()) watcher.close();
    for (const signal of Object.keys(signals)) process.removeListener(signal, interrupt);
  }
}

/** Of a file its folder: editors put another file in its place. */
function folderOf(path: string): string | undefined {
  const about = statSync(path, { throwIfNoEntry: false });
  return about === undefined ? undefined : about.isDirectory() ? path : dirname(path);
}
