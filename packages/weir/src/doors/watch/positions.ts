import { createHash } from 'node:crypto';
import { ticksPerDay } from '@weir/kql/types';
import type { FilePosition, JournalEntry } from '../../journal/frame.ts';
import type { Store } from '../../store/store.ts';

/** Bytes of something that is read from anywhere. */
export interface Content {
  readonly size: number;
  read(offset: number, length: number): Promise<Buffer>;
}

/** How much of a file's beginning, and of what stands before an offset, tells it from another. */
export const tellingBytes = 1024;

/** How long it is known how far a file was read that is not there any more: it may come back from where it was put. Ticks. */
const unseenKept = 90n * ticksPerDay;

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** The bytes before an offset: a file that was cut off and has grown beyond it since has others there. */
export function markAt(offset: number): { from: number; length: number } {
  const length = Math.min(tellingBytes, offset);
  return { from: offset - length, length };
}

/** How far each file has been read that is or was there, by what tells it apart: what is in segments, and what the journal
 *  holds beyond that. */
export class Positions {
  readonly #known = new Map<string, FilePosition>();

  static async recall(
    store: Store,
    uncommitted: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
  ): Promise<Positions> {
    const positions = new Positions();
    for (const { identity, path, offset, mark } of store.statement('SELECT * FROM position').iterate())
      positions.set({
        identity: String(identity),
        path: String(path),
        offset: Number(offset),
        mark: String(mark),
      });
    for await (const { position } of uncommitted) if (position) positions.set(position);
    return positions;
  }

  set(position: FilePosition): void {
    this.#known.set(position.identity, position);
  }

  /** Gives up what is known of files that are gone: those of `there` are seen now (ticks), and of what was not for longer than
   *  it is kept no more is known. */
  tidy(store: Store, there: (position: FilePosition) => boolean, now: bigint): void {
    store.transaction(() => {
      const seen = store.statement('UPDATE position SET received_at = ? WHERE identity = ?');
      for (const position of this.#known.values()) if (there(position)) seen.run(now, position.identity);
      const gone = store.statement('DELETE FROM position WHERE received_at < ? RETURNING identity');
      for (const { identity } of gone.all(now - unseenKept)) this.#known.delete(String(identity));
    });
  }

  has(identity: string): boolean {
    return this.#known.has(identity);
  }

  get(identity: string): FilePosition | undefined {
    return this.#known.get(identity);
  }

  /** An identity for a file that nothing has been read of: what is known of another stays known. */
  identityFor(inode: string, beginning: Buffer): string {
    const head = beginning.subarray(0, tellingBytes);
    const named = `${inode}:${head.length}:${hashOf(head)}`;
    for (let number = 0; ; number += 1) {
      const identity = number === 0 ? named : `${named}:${number}`;
      if (!this.has(identity)) return identity;
    }
  }

  /** The positions of which a content holds all that was read up to them, the farthest first. `inode` narrows them to those
   *  of one. */
  async within(content: Content, inode?: string): Promise<FilePosition[]> {
    const beginning = await content.read(0, tellingBytes);
    const found: FilePosition[] = [];
    for (const position of this.#known.values()) {
      if (!beginsAs(position, beginning) || position.offset > content.size) continue;
      if (inode !== undefined && inodeOf(position) !== inode) continue;
      const { from, length } = markAt(position.offset);
      if (hashOf(await content.read(from, length)) === position.mark) found.push(position);
    }
    return found.sort((a, b) => b.offset - a.offset);
  }

  /** Those of files that begin as these bytes do. */
  beginningAs(beginning: Buffer): FilePosition[] {
    return [...this.#known.values()].filter((position) => beginsAs(position, beginning));
  }
}

export function inodeOf({ identity }: FilePosition): string {
  return identity.slice(0, identity.indexOf(':'));
}

function beginsAs({ identity }: FilePosition, beginning: Buffer): boolean {
  const [, length, hash] = identity.split(':');
  const bytes = Number(length);
  return bytes <= beginning.length && hashOf(beginning.subarray(0, bytes)) === hash;
}

/** Writes that a file needs no reading up to here, where no body says so. */
export function settle(store: Store, { identity, path, offset, mark }: FilePosition, at: bigint): void {
  store
    .statement(
      `INSERT INTO position (identity, path, offset, mark, received_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET path = excluded.path, offset = excluded.offset, mark = excluded.mark,
         received_at = excluded.received_at`,
    )
    .run(identity, path, offset, mark, at);
}

/** The position at an offset of a content. */
export async function positionAt(content: Content & { readonly path: string }, offset: number): Promise<FilePosition> {
  const { from, length } = markAt(offset);
  return { path: content.path, identity: '', offset, mark: hashOf(await content.read(from, length)) };
}
