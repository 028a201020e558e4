import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/userError.ts';
import { Store } from '../store/store.ts';
import { LakeReader } from './reader.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the parts of a service's home are. */
export function homePaths(home: string) {
  return {
    config: join(home, 'weir.yaml'),
    /** Rules that are the home's own, where the config names no others. */
    rules: join(home, 'rules'),
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

/** Makes a home's folders, and lets nobody but their owner in: whoever made the home may have left it open, and logs are in
 *  them. */
export async function makeFolders({
  journal,
  segments,
  evidence,
  rejects,
  aside,
  work,
}: ReturnType<typeof homePaths>): Promise<void> {
  for (const folder of [journal, segments, evidence, rejects, aside, work]) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o700);
  }
}

/** Shows the lake of a home in an engine as it is at this moment, while `use` runs: whether a service has it open or not.
 *  @throws UserError where there is no home, or it is of another version */
export async function withHome<Result>(
  home: string,
  { engine, ...reading }: Reading & { readonly engine: Engine },
  use: (read: { readonly segments: string; readonly store: Store }) => Promise<Result>,
): Promise<Result> {
  return withSnapshot(home, reading, async ({ snapshot, store, paths }) => {
    await snapshot.show(engine);
    return await use({ segments: paths.segments, store });
  });
}

export interface Reading {
  readonly clock: Clock;
  /** What the lease is kept under: who reads. */
  readonly holder: string;
}

/** Runs `use` over a home in use or not, while the files of its present snapshot stay.
 *  @throws UserError where there is no home, where it is of another version, where files of it are gone, or where the snapshot ended before `use` had read it */
export async function withSnapshot<Result>(
  home: string,
  { clock, holder }: Reading,
  use: (read: {
    readonly snapshot: Snapshot;
    readonly store: Store;
    readonly paths: ReturnType<typeof homePaths>;
  }) => Promise<Result>,
): Promise<Result> {
  const paths = homePaths(home);
  if (!existsSync(paths.store))
    throw new UserError(
      'HOME_MISSING',
      home,
      'there is no home of weir serve here',
      'Name the folder that weir serve --home was started with.',
    );
  const store = Store.openAsIs(paths.store);
  const reader = new LakeReader({ store, directory: paths.segments, clock, holder });
  try {
    const snapshot = reader.snapshot();
    try {
      return await use({ snapshot, store, paths });
    } catch (error) {
      if (!reader.ended) throw lacking(snapshot.files) ?? error;
      throw new UserError(
        'SNAPSHOT_ENDED',
        home,
        'what was being read is gone by now: this process stood still for more than a minute, as on a machine that slept',
        'Run it again.',
      );
    } finally {
      snapshot.release();
    }
  } finally {
    await reader.close();
    store.close();
  }
}

/** Why reading a lake failed, where files of it are gone. */
function lacking(files: readonly string[]): UserError | undefined {
  const [first, ...others] = files.filter((file) => !existsSync(file));
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return new UserError(
    'SEGMENT_MISSING',
    first,
    `this file of the lake is gone${more}: its rows cannot be read`,
    'weir lake check says all that is wrong; weir lake restore makes a home of a backup.',
  );
}
