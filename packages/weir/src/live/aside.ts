import { join } from 'node:path';
import type { JournalEntry } from '../journal/frame.ts';
import { type KeeperOptions, type Kept, nothingKept, removeAll, removeUnknown } from './rejects.ts';

/** How many bodies are kept, and of how many bytes together; of more, the newest. No body is longer than the bytes of all. */
const most = { bodies: 1_000, bytes: 1024 * 1024 * 1024 };

/** Bodies that could not be made rows: unrecognised, or such that reading them failed. Their bytes are kept until a person
 *  has seen why. */
export class Aside {
  readonly #options: KeeperOptions;

  private constructor(options: KeeperOptions) {
    this.#options = options;
  }

  static async open(options: KeeperOptions): Promise<Aside> {
    const { store, disk, directory } = options;
    await disk.makeFolder(directory);
    await removeUnknown(options, store.statement('SELECT file FROM aside').all());
    return new Aside(options);
  }

  /** Writes bodies, as many of the last ones as are kept at all. */
  async keep(bodies: readonly { readonly entry: JournalEntry; readonly reason: string }[], at: bigint): Promise<Kept> {
    if (bodies.length === 0) return nothingKept;
    const { store, disk, directory } = this.#options;
    const last = Number(store.statement('SELECT max(id) AS id FROM aside').get()?.id ?? 0n);
    const named = bodies.slice(-most.bodies).map((body, index) => {
      const id = last + 1 + index;
      return { ...body, id, name: `${String(id).padStart(9, '0')}.body` };
    });
    for (const { entry, name } of named) {
      const path = join(directory, name);
      // A batch that was not committed may have left it.
      await disk.truncate(path, 0).catch(unlessGone);
      const file = await disk.openAppend(path);
      try {
        await file.append([entry.body]);
      } finally {
        await file.close();
      }
    }
    await disk.syncFolder(directory);
    let gone: readonly Record<string, unknown>[] = [];
    return {
      enter: () => {
        const enter = store.statement(
          'INSERT INTO aside (id, file, door, source, received_at, bytes, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        );
        for (const { id, name, reason, entry } of named)
          enter.run(id, name, entry.door, entry.source, entry.receivedAt, entry.body.length, reason, at);
        gone = store
          .statement(
            `DELETE FROM aside WHERE id IN (
               SELECT id FROM (
                 SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS held
                 FROM aside WINDOW newest AS (ORDER BY id DESC))
               WHERE place > ? OR held > ?)
             RETURNING file`,
          )
          .all(most.bodies, most.bytes);
      },
      makeRoom: () => removeAll(this.#options, gone),
    };
  }
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
