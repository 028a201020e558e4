import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/userError.ts';
import { Store } from '../store/store.ts';
import { LakeReader } from './reader.ts';

/** Where the parts of a service's home are. */
export function homePaths(home: string) {
  return {
    config: join(home, 'weir.yaml'),
    store: join(home, 'weir.db'),
    lock: join(home, 'lock.db'),
    journal: join(home, 'journal'),
    segments: join(home, 'segments'),
    /** What rules have found so far, a file each: made anew where it is missing. */
    evidence: join(home, 'evidence'),
    /** Records that could not be read. */
    rejects: join(home, 'rejects'),
    /** Bodies of which nothing could be read. */
    aside: join(home, 'aside'),
    /** Scratch: emptied when the service starts. */
    work: join(home, 'work'),
  } as const;
}

/** Shows the lake of a home in an engine as it is at this moment, while `use` runs: whether a service has it open or not.
 *  @throws UserError where there is no home */
export async function withHome<Result>(
  home: string,
  { engine, clock, holder }: { readonly engine: Engine; readonly clock: Clock; readonly holder: string },
  use: (segments: string) => Promise<Result>,
): Promise<Result> {
  const { store: path, segments } = homePaths(home);
  if (!existsSync(path))
    throw new UserError(
      'HOME_MISSING',
      home,
      'there is no home of weir serve here',
      'Name the folder that weir serve --home was started with.',
    );
  const store = Store.open(path);
  const reader = new LakeReader({ store, directory: segments, clock, holder });
  try {
    const snapshot = reader.snapshot();
    try {
      await snapshot.show(engine);
      return await use(segments);
    } finally {
      snapshot.release();
    }
  } finally {
    await reader.close();
    store.close();
  }
}
