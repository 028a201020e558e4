import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw, type ZlibOptions, type ZstdOptions, zstdDecompress } from 'node:zlib';
import { errorCode } from '../source/expand.ts';
import type { Reception } from './reception.ts';
import type { Share } from './room.ts';

/** A body that is not taken: the status that HTTP has for it, and what to do. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** Gives a request's body, unpacked, to `use`; its memory counts from before it is unpacked until that ends.
 *  @throws BodyRefused where it is too long, also only when unpacked, or broken; Busy */
export async function withBody<Result>(
  request: IncomingMessage,
  reception: Reception,
  use: (body: Buffer) => Promise<Result>,
): Promise<Result> {
  const { limits, room } = reception;
  if (Number(request.headers['content-length'] ?? 0) > limits.sentBytes) throw tooLong(limits.sentBytes);
  await reception.entrance();
  const share = room.share();
  try {
    return await use(await plainBody(request, reception, share));
  } finally {
    share.end();
  }
}

/** What is received goes when it is unpacked. */
async function plainBody(request: IncomingMessage, reception: Reception, share: Share): Promise<Buffer> {
  const { sentBytes, bodyBytes } = reception.limits;
  const sent = await received(request, sentBytes, share.grow);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return sent;
  const packing = packings.get(encoding);
  if (packing === undefined)
    throw new BodyRefused(
      415,
      `the Content-Encoding ${JSON.stringify(encoding.slice(0, 40))}; send gzip, zstd, deflate or none`,
    );
  await reception.unpacking(share, Math.min(bodyBytes, sent.length * packing.ratio));
  const body = await unpacked(sent, packing, encoding, bodyBytes);
  share.hold(body.length);
  return body;
}

async function received(request: IncomingMessage, longest: number, grow: (bytes: number) => void): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    grow(part.length);
    if (length > longest) throw tooLong(longest);
    parts.push(part);
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, length);
}

function tooLong(longest: number): BodyRefused {
  return new BodyRefused(413, `a body of more than ${longest} bytes; send it in smaller pieces`);
}

async function unpacked(sent: Buffer, packing: Packing, encoding: string, longest: number): Promise<Buffer> {
  // Node ends unpacking at this length, so that a small body cannot fill the memory.
  const options = { maxOutputLength: longest };
  try {
    return await packing.unpack(sent, options);
  } catch (error) {
    if (error instanceof BodyRefused) throw error;
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw new BodyRefused(413, `more than ${longest} bytes when unpacked; send it in smaller pieces`);
    throw new BodyRefused(400, `the body cannot be unpacked as ${encoding}: it is broken or cut off`, error);
  }
}

const gunzipped = promisify<Buffer, ZlibOptions, Buffer>(gunzip);
const inflated = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const inflatedRaw = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);

/** How bodies are packed. */
interface Packing {
  readonly unpack: (sent: Buffer, options: ZlibOptions & ZstdOptions & { maxOutputLength: number }) => Promise<Buffer>;
  /** How many bytes one of it becomes at most. */
  readonly ratio: number;
}

/** What one match of deflate takes, two bits, gives 258 bytes. */
const ofDeflate = 1032;
const gzip: Packing = { unpack: gunzipped, ratio: ofDeflate };

const packings: ReadonlyMap<string, Packing> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { unpack: (sent, options) => (isZlib(sent) ? inflated : inflatedRaw)(sent, options), ratio: ofDeflate }],
  ['zstd', { unpack: unpackedFrames, ratio: Number.POSITIVE_INFINITY }],
]);

/** HTTP's deflate is zlib's form, but some send the bare one. */
function isZlib(bytes: Buffer): boolean {
  return bytes.length > 1 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

/** Node unpacks every member of gzip, but of zstd the first frame alone. */
async function unpackedFrames(sent: Buffer, options: ZstdOptions & { maxOutputLength: number }): Promise<Buffer> {
  const frames: Buffer[] = [];
  let [start, left] = [0, options.maxOutputLength];
  while (start < sent.length) {
    const { plain, taken } = await frameOf(sent.subarray(start), { ...options, maxOutputLength: Math.max(left, 1) });
    frames.push(plain);
    start += taken;
    left -= plain.length;
    if (left < 0)
      throw new BodyRefused(413, `more than ${options.maxOutputLength} bytes when unpacked; send it in smaller pieces`);
  }
  return frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames);
}

function frameOf(sent: Buffer, options: ZstdOptions): Promise<{ plain: Buffer; taken: number }> {
  return new Promise((done, failed) => {
    zstdDecompress(sent, { ...options, info: true }, (error, result) => {
      if (error) return failed(error);
      // With `info`, the result is of this shape; its type does not say so.
      const { buffer, engine } = result as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
      if (engine.bytesWritten === 0) return failed(new Error('no frame'));
      done({ plain: buffer, taken: engine.bytesWritten });
    });
  });
}
