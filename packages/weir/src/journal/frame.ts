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

/** A frame is: four bytes that begin every frame (`magic`), the length of its head and of its body as they stand here (32 bits
 *  each, little-endian), the CRC-32 of these eight bytes, head and body; then the head (JSON) and the body.
 *
 *  Nowhere else does a frame hold those four bytes, so that after damage the next place that has them begins a frame that the
 *  journal wrote: what a sender put into a body is never one. A body's own are stuffed, a zero byte behind the first
 *  three; the first is none of UTF-8, so no head has it; as lengths they are longer than any frame, and where the checksum
 *  should be they, no length follows them. Files of before are read as they were written, with magic and bodies of their own. */
export interface Framing {
  readonly magic: Buffer;
  readonly stuffs: boolean;
}

const framing: Framing = { magic: Buffer.from([0xff, 0x57, 0x4a, 0x32]), stuffs: true };
const before: Framing = { magic: Buffer.from('WJ1\n', 'latin1'), stuffs: false };

/** How the frames of a file are written, by its first bytes (`framingPrefix` of them). */
export function framingOf(start: Buffer): Framing {
  return start.equals(before.magic) ? before : framing;
}

export const framingPrefix = 4;
const prefix = 16;

/** A length beyond these is a broken frame and not a reason to reserve memory. A body may have got a line end. */
const longestHead = aroundBody / 2;
const longest = longestBody + aroundBody / 2;
const longestStuffed = longest + Math.ceil(longest / 3);

/** What is written for an entry. */
export interface Frame {
  /** The second is the entry's body itself, but where it is stuffed: bodies are most of what is copied otherwise. */
  readonly parts: readonly [Buffer, Buffer];
  readonly length: number;
  /** Its length without what stuffing adds: for the longest body there is room, whatever is in it. */
  readonly bare: number;
}

export function frameOf({ body, receivedAt, ...rest }: JournalEntry): Frame {
  const head = Buffer.from(JSON.stringify({ ...rest, receivedAt: String(receivedAt) }));
  if (body.length > longest || head.length > longestHead) throw new RangeError('a body too long for the journal');
  const written = stuffed(body);
  const begin = Buffer.allocUnsafe(prefix + head.length);
  framing.magic.copy(begin);
  begin.writeUInt32LE(head.length, 4);
  begin.writeUInt32LE(written.length, 8);
  head.copy(begin, prefix);
  begin.writeUInt32LE(crc32(written, checksum(begin)), 12);
  const [length, bare] = [begin.length + written.length, begin.length + body.length];
  return { parts: [begin, written], length, bare };
}

/** How many bytes the frame at the start of `bytes` has; undefined where no frame begins there or its prefix is cut off. */
export function frameLength(bytes: Buffer, { magic }: Framing): number | undefined {
  if (bytes.length < prefix || !bytes.subarray(0, 4).equals(magic)) return undefined;
  const [head, body] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
  return head > longestHead || body > longestStuffed ? undefined : prefix + head + body;
}

/** The entry of a whole frame; undefined where its checksum is not that of its bytes, or its head is none of an entry. */
export function entryOf(frame: Buffer, { stuffs }: Framing): JournalEntry | undefined {
  if (frame.readUInt32LE(12) !== checksum(frame)) return undefined;
  const at = prefix + frame.readUInt32LE(4);
  const head = headOf(frame.toString('utf8', prefix, at));
  if (head === undefined) return undefined;
  const body = frame.subarray(at);
  return { ...head, body: stuffs ? unstuffed(body) : body };
}

export const framePrefix = prefix;

function headOf(text: string): Omit<JournalEntry, 'body'> | undefined {
  let head: Record<string, unknown> | null;
  try {
    head = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { door, source, receivedAt, ...rest } = head ?? {};
  if (typeof door !== 'string' || typeof source !== 'string') return undefined;
  if (typeof receivedAt !== 'string' || !/^\d+$/.test(receivedAt)) return undefined;
  return { ...rest, door, source, receivedAt: BigInt(receivedAt) };
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(prefix), crc32(frame.subarray(4, 12)));
}

const [first, second, third] = framing.magic as unknown as readonly [number, number, number];
const begun = framing.magic.subarray(0, 3);

/** A body in which the magic does not stand: behind its first three bytes comes a zero byte. */
function stuffed(body: Buffer): Buffer {
  const from = body.indexOf(begun);
  if (from === -1) return body;
  const written = Buffer.allocUnsafe(body.length + Math.ceil((body.length - from) / 3));
  body.copy(written, 0, 0, from);
  let to = from;
  // Byte by byte: a body of nothing else has millions of them.
  for (let at = from; at < body.length; at += 1) {
    const byte = body[at] as number;
    written[to++] = byte;
    if (byte === third && body[at - 1] === second && body[at - 2] === first) written[to++] = 0;
  }
  return written.subarray(0, to);
}

function unstuffed(written: Buffer): Buffer {
  const from = written.indexOf(begun);
  if (from === -1) return written;
  const body = Buffer.allocUnsafe(written.length);
  written.copy(body, 0, 0, from);
  let to = from;
  for (let at = from; at < written.length; at += 1) {
    const byte = written[at] as number;
    body[to++] = byte;
    if (byte === third && written[at - 1] === second && written[at - 2] === first) at += 1;
  }
  return body.subarray(0, to);
}
