import { type FileHandle, open } from 'node:fs/promises';
import type { Reject } from '../model/input.ts';
import { UserError } from '../model/userError.ts';
import { errorCode } from '../source/expand.ts';

/** Every reject as one JSON object a line. */
export class RejectsFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #pending: string[] = [];

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<RejectsFile> {
    try {
      return new RejectsFile(path, await open(path, 'w'));
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  async add(reject: Reject): Promise<void> {
    this.#pending.push(`${JSON.stringify(reject)}\n`);
    if (this.#pending.length >= 256) await this.#flush();
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    try {
      await this.#file.writeFile(this.#pending.join(''));
      this.#pending = [];
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

function unwritable(path: string, error: unknown): UserError {
  return new UserError(
    'REJECTS_UNWRITABLE',
    path,
    `The rejects cannot be written (${errorCode(error)}).`,
    'Name a file in a folder that exists, has room and may be written to.',
  );
}
