import { crc32 } from 'node:zlib';
import { aroundBody, longestBody } from '../model/bodies.ts';

/** One body as it was received, with what must be known to read it. */
export interface JournalEntry {
  /** The door that it came through: `http`, `hec`, `bulk`, `syslog`, `file`… */
  readonly door: string;
  /** Who sent it, as the door knows: a token's name, a path, a peer. */
  readonly source: string;
  /** Ticks. */
  readonly receivedAt: bigint;
  /** Of a watched file: up to where this body brings it, so that its cursor moves with its rows. */
  readonly position?: FilePosition;
  /** Of a client that sends again what was not acknowledged: what tells this delivery apart. An entry with a key that is known
   *  is the same again, and its rows are there already. */
  readonly delivery?: string;
  /** What came again and is not taken twice: so many bodies, or documents with names of their own. Such an entry has no body
   *  and only counts. */
  readonly repeated?: number;
  /** Keys that the door needs to answer the same again, kept with the delivery. */
  readonly documents?: string;
  readonly body: Buffer;
}

/** How far a watched file has been read. */
export interface FilePosition {
  readonly path: string;
  /** What tells the file apart from another that takes its name: inode and the hash of its beginning, as the watcher knows. */
  readonly identity: string;
  /** Bytes. */
  readonly offset: number;
  /** What the watcher must know to go on there. */
  readonly mark: string;
}

/** A frame is: four bytes that begin every frame, the length of its head and of its body (32 bits each, little-endian), the
 *  CRC-32 of these eight bytes, head and body; then the head (JSON) and the body. */
export const magic = Buffer.from('WJ1\n', 'latin1');
const prefix = 16;

/** A length beyond these is a broken frame and not a reason to reserve memory. A body may have got a line end. */
const longestHead = aroundBody / 2;
const longest = longestBody + aroundBody / 2;

/** What is written for an entry. */
export interface Frame {
  /** The second is the entry's body itself: bodies are most of what is copied otherwise. */
  readonly parts: readonly [Buffer, Buffer];
  readonly length: number;
}

export function frameOf({ body, receivedAt, ...rest }: JournalEntry): Frame {
  const head = Buffer.from(JSON.stringify({ ...rest, receivedAt: String(receivedAt) }));
  if (body.length > longest || head.length > longestHead) throw new RangeError('a body too long for the journal');
  const begin = Buffer.allocUnsafe(prefix + head.length);
  magic.copy(begin);
  begin.writeUInt32LE(head.length, 4);
  begin.writeUInt32LE(body.length, 8);
  head.copy(begin, prefix);
  begin.writeUInt32LE(crc32(body, checksum(begin)), 12);
  return { parts: [begin, body], length: begin.length + body.length };
}

/** How many bytes the frame at the start of `bytes` has; undefined where no frame begins there or its prefix is cut off. */
export function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < prefix || !bytes.subarray(0, 4).equals(magic)) return undefined;
  const [head, body] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
  return head > longestHead || body > longest ? undefined : prefix + head + body;
}

/** The entry of a whole frame; undefined where its checksum is not that of its bytes. */
export function entryOf(frame: Buffer): JournalEntry | undefined {
  if (frame.readUInt32LE(12) !== checksum(frame)) return undefined;
  const body = prefix + frame.readUInt32LE(4);
  const { receivedAt, ...head } = JSON.parse(frame.toString('utf8', prefix, body));
  return { ...head, receivedAt: BigInt(receivedAt), body: frame.subarray(body) };
}

export const framePrefix = prefix;

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(prefix), crc32(frame.subarray(4, 12)));
}
