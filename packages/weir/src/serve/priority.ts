import { readdir, readFile } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';
import { join } from 'node:path';

/** By how much what works gives way. */
const nicer = 5;
/** What Linux keeps of each thread of this process. */
const threads = '/proc/self/task';

/** Lets answers to senders come before work: Node's pool, in which statements of engines run, gives way to the thread of the
 *  event loop, and so do engines' own threads, as each has the priority of the one that made it. So it is called before one
 *  opens. Only Linux knows priorities of threads: elsewhere nothing changes. */
export async function letAnswersComeFirst(): Promise<void> {
  if (process.platform !== 'linux') return;
  try {
    const priority = Math.min(getPriority() + nicer, constants.priority.PRIORITY_LOW);
    // Reading the folder makes the pool.
    for (const thread of await readdir(threads)) {
      const name = await readFile(join(threads, thread, 'comm'), 'utf8').catch(() => '');
      if (name.trim() === 'libuv-worker') setPriority(Number(thread), priority);
    }
  } catch {
    // Where it is not allowed, or /proc is not there, all are alike.
  }
}
