import { type FileHandle, open } from 'node:fs/promises';
import type { FilePosition } from '../../journal/frame.ts';
import { longestDocument } from '../../model/bodies.ts';
import { headLength } from '../../source/head.ts';
import type { Parcel } from '../reception.ts';
import { type Cutting, planFor } from './cutting.ts';
import { type Content, hashOf, markAt, type Positions, tellingBytes } from './positions.ts';

const pieceBytes = 4 * 1024 * 1024;
/** A line that is longer is no record: it is given on as it is, and becomes a reject. */
const longestPiece = 20 * 1024 * 1024;

/** So long nothing must have come before a document counts as complete, and a last line without its end that is a whole JSON
 *  object; and any last line. Ticks. */
const quiet = 100_000_000n;
const veryQuiet = 6_000_000_000n;

/** A body of a file, and where it leads. */
export interface Piece {
  readonly parcel: Parcel & { readonly position: FilePosition };
  /** What to learn from it once it is taken. */
  readonly raw: Buffer;
}

/** A plain file that is being read as it grows. It is known by its inode; its handle is kept, so that what is written after
 *  it was renamed or removed is read too. */
export class PlainFile implements Content {
  path: string;
  readonly inode: string;
  size = 0;
  offset = 0;
  /** Why it is not read. */
  problem: string | undefined;
  #handle: FileHandle | undefined;
  #identity: string | undefined;
  #mark = '';
  /** Bytes of the piece that was given and is not taken: the same is given again, for the journal may hold it all the same. */
  #given: number | undefined;
  #cutting: Cutting | undefined;
  #isWhole = false;
  #judged = '';
  /** Up to where the cutting has learned its header. */
  #learned = 0;
  /** When it was last seen to change. */
  #changedAt: bigint;
  #modified = 0n;
  /** When it was last changed before what was read was found in its place. */
  #verified = 0n;

  constructor(path: string, inode: string, now: bigint) {
    this.path = path;
    this.inode = inode;
    this.#changedAt = now;
  }

  get identity(): string | undefined {
    return this.#identity;
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /** Whether it is read as one document. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Goes on behind what was read of it as another file: a copy of one that is gone or was cut off. */
  async follow({ offset, mark }: FilePosition, positions: Positions): Promise<FilePosition> {
    const identity = positions.identityFor(this.inode, await this.read(0, Math.min(tellingBytes, offset)));
    this.resume({ identity, offset, mark });
    return { path: this.path, identity, offset, mark };
  }

  /** Goes on behind what was read before. */
  resume({ identity, offset, mark }: Omit<FilePosition, 'path'>): void {
    this.#given = undefined;
    this.#identity = identity;
    this.offset = offset;
    this.#mark = mark;
  }

  /** Looks at the file anew. False where another file stands in its place by now, or none.
   *  @throws what opening throws */
  async look(now: bigint): Promise<boolean> {
    this.#handle ??= await open(this.path, 'r');
    const { dev, ino, size, mtimeNs } = await this.#handle.stat({ bigint: true });
    if (`${dev}.${ino}` !== this.inode) {
      await this.close();
      return false;
    }
    if (Number(size) !== this.size || mtimeNs !== this.#modified) this.#changedAt = now;
    this.size = Number(size);
    this.#modified = mtimeNs;
    return true;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    this.#handle ??= await open(this.path, 'r');
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  quietSince(now: bigint): bigint {
    return now - this.#changedAt;
  }

  /** The next body. `isOver` says that nothing more will be written. `replaced` where what was read is not there any more:
   *  the file was cut off, and holds something else by now. */
  async next(positions: Positions, now: bigint, isOver: boolean): Promise<Piece | 'replaced' | undefined> {
    if (this.size < this.offset) return 'replaced';
    if (this.size === this.offset) return (await this.#isAsRead()) ? undefined : 'replaced';
    if (!this.#cutting && !this.#isWhole && !(await this.#plan(now, isOver))) return undefined;
    const before = markAt(this.offset);
    if (this.#given !== undefined && this.offset + this.#given <= this.size) {
      const bytes = await this.read(before.from, before.length + this.#given);
      if (hashOf(bytes.subarray(0, before.length)) !== this.#mark && before.length > 0) return 'replaced';
      return this.#piece(positions, bytes.subarray(before.length), bytes);
    }
    for (let length = pieceBytes; ; length = longestPiece) {
      const bytes = await this.read(before.from, before.length + Math.min(length, this.size - this.offset));
      if (before.length > 0 && hashOf(bytes.subarray(0, before.length)) !== this.#mark) return 'replaced';
      const piece = bytes.subarray(before.length);
      if (this.#isWhole) return this.#whole(positions, now, isOver);
      const end = this.#cutting?.end(piece) ?? 0;
      const isLast = this.offset + piece.length >= this.size;
      if (end > 0) return this.#piece(positions, piece.subarray(0, end), bytes);
      if (isLast) return this.#lastLine(piece, now, isOver) ? this.#piece(positions, piece, bytes) : undefined;
      if (length === longestPiece) return this.#piece(positions, piece, bytes);
    }
  }

  /** After the body of `next` is taken. */
  taken({ parcel, raw }: Piece): void {
    this.resume(parcel.position);
    this.#cutting?.header.learn(raw);
    this.#learned = this.offset;
  }

  /** Whether what was read is still there: a file may be cut off and grow to the same length between two looks. */
  async #isAsRead(): Promise<boolean> {
    if (this.#verified === this.#modified || this.offset === 0) return true;
    this.#verified = this.#modified;
    const { from, length } = markAt(this.offset);
    return hashOf(await this.read(from, length)) === this.#mark;
  }

  async #plan(now: bigint, isOver: boolean): Promise<boolean> {
    const head = await this.read(0, headLength);
    const isAll = head.length < headLength && (isOver || this.quietSince(now) >= quiet);
    // What could not be judged is judged again when there is more of it.
    const judged = `${head.length} ${isAll}`;
    if (judged === this.#judged) return false;
    this.#judged = judged;
    const plan = planFor(this.path, head, isAll);
    if (plan.kind === 'refused') this.problem = plan.reason;
    if (plan.kind === 'whole') this.#isWhole = true;
    if (plan.kind !== 'cut') return plan.kind === 'whole';
    this.#cutting = plan.cutting;
    this.problem = undefined;
    while (!plan.cutting.header.isComplete && this.#learned < this.offset) {
      const piece = await this.read(this.#learned, Math.min(pieceBytes, this.offset - this.#learned));
      if (piece.length === 0) break;
      const lines = this.#learned + piece.length < this.offset ? piece.lastIndexOf(10) + 1 : piece.length;
      plan.cutting.header.learn(piece.subarray(0, lines));
      this.#learned += lines === 0 ? piece.length : lines;
    }
    return true;
  }

  #lastLine(line: Buffer, now: bigint, isOver: boolean): boolean {
    if (isOver || this.quietSince(now) >= veryQuiet) return true;
    return this.quietSince(now) >= quiet && line[0] === 0x7b && isJson(line);
  }

  async #whole(positions: Positions, now: bigint, isOver: boolean): Promise<Piece | undefined> {
    if (!isOver && this.quietSince(now) < quiet) return undefined;
    if (this.offset > 0) {
      this.problem = 'has grown since it was read: a document is read once, when nothing was added for ten seconds';
      return undefined;
    }
    if (this.size > longestDocument) {
      this.problem = `a document of more than ${longestDocument} bytes; give it to weir scan, or write a record a line`;
      return undefined;
    }
    const bytes = await this.read(0, this.size);
    return this.#piece(positions, bytes, bytes);
  }

  /** `seen` are the bytes that end with the piece's file content, as they were read. */
  #piece(positions: Positions, raw: Buffer, seen: Buffer): Piece {
    this.#given = raw.length;
    const offset = this.offset + raw.length;
    const { length } = markAt(offset);
    const end = markAt(this.offset).length + raw.length;
    const mark = hashOf(seen.subarray(Math.max(end - length, 0), end));
    const identity = this.#identity ?? positions.identityFor(this.inode, raw.subarray(0, tellingBytes));
    const above = this.offset === 0 ? Buffer.alloc(0) : (this.#cutting?.header.above(raw) ?? Buffer.alloc(0));
    const body = above.length === 0 ? Buffer.from(raw) : Buffer.concat([above, raw]);
    return {
      parcel: { door: 'file', source: this.path, position: { path: this.path, identity, offset, mark }, body },
      raw,
    };
  }
}

function isJson(text: Buffer): boolean {
  try {
    JSON.parse(text.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
