import { join } from 'node:path';
import type { JournalEntry } from '../journal/frame.ts';
import { type KeeperOptions, removeUnknown } from './rejects.ts';

/** How many bodies are kept; of more, the newest. */
const mostKept = 1_000;

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

  /** Writes bodies; what it gives enters them, in the transaction of their batch. */
  async keep(
    bodies: readonly { readonly entry: JournalEntry; readonly reason: string }[],
    at: bigint,
  ): Promise<() => void> {
    if (bodies.length === 0) return () => undefined;
    const { store, disk, directory } = this.#options;
    const last = Number(store.statement('SELECT max(id) AS id FROM aside').get()?.id ?? 0n);
    const named = bodies.map((body, index) => {
      const id = last + 1 + index;
      return { ...body, id, name: `${String(id).padStart(9, '0')}.body` };
    });
    for (const { entry, name } of named) {
      const path = join(directory, name);
      if ((await disk.list(directory)).includes(name)) await disk.truncate(path, 0);
      const file = await disk.openAppend(path);
      try {
        await file.append([entry.body]);
      } finally {
        await file.close();
      }
    }
    await disk.syncFolder(directory);
    return () => {
      const enter = store.statement(
        'INSERT INTO aside (id, file, door, source, received_at, bytes, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      );
      for (const { id, name, reason, entry } of named)
        enter.run(id, name, entry.door, entry.source, entry.receivedAt, entry.body.length, reason, at);
      store.statement('DELETE FROM aside WHERE id <= ?').run(last + named.length - mostKept);
    };
  }
}
