import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Store } from '../store/store.ts';

/** A file that is longer is followed by a new one; the newest are kept. */
const limits = { bytes: 16 * 1024 * 1024, files: 32 };

export interface KeeperOptions {
  readonly store: Store;
  readonly disk: Disk;
  /** A folder that nothing else writes to. */
  readonly directory: string;
}

/** What was written, and is not known to the store yet. */
export interface Kept {
  /** Enters it, in the transaction of its batch. */
  enter(): void;
  /** Once that is committed, removes the files that it took the room of. Where this does not come about, the next start
   *  removes them. */
  makeRoom(): Promise<void>;
}

export const nothingKept: Kept = { enter: () => undefined, makeRoom: async () => undefined };

/** Rejected records, one JSON object a line, so that a person can see what a source sends that Weir cannot use. They are
 *  there with the rows of their batch, once: what a file holds beyond what the store says is cut off. */
export class Rejects {
  readonly #options: KeeperOptions;

  private constructor(options: KeeperOptions) {
    this.#options = options;
  }

  static async open(options: KeeperOptions): Promise<Rejects> {
    const { store, disk, directory } = options;
    await disk.makeFolder(directory);
    await removeUnknown(options, store.statement('SELECT file FROM reject_file').all());
    return new Rejects(options);
  }

  /** Writes lines, without their ends, to the newest file. */
  async keep(lines: readonly string[]): Promise<Kept> {
    if (lines.length === 0) return nothingKept;
    const { store, disk, directory } = this.#options;
    const last = store.statement('SELECT id, file, bytes FROM reject_file ORDER BY id DESC LIMIT 1').get();
    const there = last ? await this.#lengthOf(String(last.file)) : -1;
    const goesOn = last !== undefined && Number(last.bytes) < limits.bytes && there >= Number(last.bytes);
    const id = goesOn ? Number(last.id) : Number(last?.id ?? 0n) + 1;
    const name = `${String(id).padStart(9, '0')}.ndjson`;
    const path = join(directory, name);
    const before = goesOn ? Number(last.bytes) : 0;
    if ((await this.#lengthOf(name)) > before) await disk.truncate(path, before);
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const file = await disk.openAppend(path);
    try {
      await file.append([bytes]);
    } finally {
      await file.close();
    }
    await disk.syncFolder(directory);
    let gone: readonly Record<string, unknown>[] = [];
    return {
      enter: () => {
        store
          .statement(
            `INSERT INTO reject_file (id, file, bytes, rejects) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET bytes = excluded.bytes, rejects = rejects + excluded.rejects`,
          )
          .run(id, name, before + bytes.length, lines.length);
        gone = store.statement('DELETE FROM reject_file WHERE id <= ? RETURNING file').all(id - limits.files);
      },
      makeRoom: () => removeAll(this.#options, gone),
    };
  }

  async #lengthOf(name: string): Promise<number> {
    const { disk, directory } = this.#options;
    return (await disk.list(directory)).includes(name) ? disk.size(join(directory, name)) : -1;
  }
}

/** Removes files that rows named. */
export async function removeAll(
  { disk, directory }: Pick<KeeperOptions, 'disk' | 'directory'>,
  gone: readonly Record<string, unknown>[],
): Promise<void> {
  for (const { file } of gone) await disk.remove(join(directory, String(file)));
}

/** Removes the files of a folder that are not among these. */
export async function removeUnknown(
  { disk, directory }: Pick<KeeperOptions, 'disk' | 'directory'>,
  known: readonly Record<string, unknown>[],
): Promise<void> {
  const names = new Set(known.map(({ file }) => file));
  for (const name of await disk.list(directory)) if (!names.has(name)) await disk.remove(join(directory, name));
}
