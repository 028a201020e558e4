import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { errorCode } from './expand.ts';

/** A spool could not be written; the message says where and what to do. */
export class SpoolFailed extends Error {
  override readonly name = 'SpoolFailed';
}

/** A temporary file in the work directory that is written once, in order, with little memory. */
export class Spool {
  readonly path: string;
  readonly #file: FileHandle;
  #pending: Buffer[] = [];
  #length = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(directory: string, name: string): Promise<Spool> {
    const path = join(directory, name);
    try {
      await mkdir(directory, { recursive: true });
      return new Spool(path, await open(path, 'w'));
    } catch (error) {
      throw failed(path, error);
    }
  }

  async write(bytes: Buffer): Promise<void> {
    this.#pending.push(bytes);
    this.#length += bytes.length;
    if (this.#length >= 1024 * 1024) await this.#flush();
  }

  /** Ends writing; the file stays until `remove`. */
  async finish(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#file.close();
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#length = 0;
    try {
      await this.#file.writeFile(bytes);
    } catch (error) {
      throw failed(this.path, error);
    }
  }
}

function failed(path: string, error: unknown): SpoolFailed {
  const code = errorCode(error);
  const why = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'the disk is full' : `writing failed (${code})`;
  return new SpoolFailed(
    `${why}: its content did not fit into ${dirname(path)}; free some space there or point TMPDIR at a larger disk`,
  );
}

/** Copies a stream into a spool. Gives the error that ended it early; what came before is kept. */
export async function spoolStream(stream: AsyncIterable<Buffer>, spool: Spool): Promise<Error | undefined> {
  try {
    for await (const chunk of stream) await spool.write(Buffer.from(chunk));
    return undefined;
  } catch (error) {
    if (error instanceof SpoolFailed || !(error instanceof Error)) throw error;
    return error;
  }
}

/** The plain bytes of a compressed file, all members of it. Where the content is broken, all that can be unpacked comes
 *  before the error, however slowly it is read. `onBytes` hears how many compressed bytes have been read. */
export async function* decompressed(
  kind: 'gzip' | 'zstd',
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  let start = 0;
  do {
    const plain = kind === 'gzip' ? createGunzip(onDemand) : createZstdDecompress(onDemand);
    let taken = Promise.withResolvers<void>();
    const compressed = async function* (): AsyncGenerator<Buffer> {
      for await (const part of createReadStream(path, { start })) {
        yield part;
        while (plain.readableLength > 0) await taken.promise;
      }
    };
    // Whoever reads `plain` is told of an error; it only must not go unheard before that.
    pipeline(compressed, plain, () => undefined);
    try {
      for await (const chunk of plain) {
        onBytes(start + plain.bytesWritten);
        yield chunk;
        taken.resolve();
        taken = Promise.withResolvers();
      }
    } finally {
      plain.destroy();
    }
    start += plain.bytesWritten;
    // Node unpacks every member of gzip, but of zstd the first frame alone.
  } while (kind === 'zstd' && start < size);
}

/** An error throws away what waits to be taken, so that nothing may wait: unpacking goes on when a chunk is taken, and
 *  compressed bytes follow when all before them are unpacked. */
const onDemand = { chunkSize: 64 * 1024, readableHighWaterMark: 1, writableHighWaterMark: 1 };
