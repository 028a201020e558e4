import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs with a folder of its own under the system's temporary folder (TMPDIR moves it), which is gone afterwards, also
 *  when the person interrupts. */
export async function withWorkDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const interrupted = (signal: keyof typeof signals) => {
    remove();
    process.exit(signals[signal]);
  };
  for (const signal of Object.keys(signals)) process.once(signal, interrupted);
  try {
    return await use(directory);
  } finally {
    for (const signal of Object.keys(signals)) process.removeListener(signal, interrupted);
    remove();
  }
}
