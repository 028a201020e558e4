import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
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
export async function spoolStream(
  stream: AsyncIterable<Buffer>,
  spool: Spool,
  onChunk: () => void,
): Promise<Error | undefined> {
  try {
    for await (const chunk of stream) {
      await spool.write(Buffer.from(chunk));
      onChunk();
    }
    return undefined;
  } catch (error) {
    if (error instanceof SpoolFailed || !(error instanceof Error)) throw error;
    return error;
  }
}

/** The plain bytes of a compressed file, all members of it, and how many compressed ones have been read. */
export function decompressed(kind: 'gzip' | 'zstd', path: string): { plain: Readable; bytesRead: () => number } {
  const compressed = createReadStream(path);
  const plain = kind === 'gzip' ? createGunzip() : createZstdDecompress();
  compressed.on('error', (error: Error) => plain.destroy(error));
  return { plain: compressed.pipe(plain), bytesRead: () => compressed.bytesRead };
}
