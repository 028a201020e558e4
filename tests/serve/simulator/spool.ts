import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Draws } from './draws.ts';
import type { Written } from './records.ts';

/** A sensor's folder: its log grows, also by parts of lines, is rotated, packed and copied. */
export class Spool {
  readonly folder: string;
  readonly records: readonly Written[];
  readonly #text: Buffer;
  #written = 0;
  #rotated = 0;

  constructor(folder: string, records: readonly Written[]) {
    this.folder = folder;
    this.records = records;
    this.#text = Buffer.from(records.map(({ line }) => `${line}\n`).join(''));
    mkdirSync(folder, { recursive: true });
  }

  get isWritten(): boolean {
    return this.#written === this.#text.length;
  }

  /** Something that happens to it; gives what. */
  go(draws: Draws): string {
    const log = join(this.folder, 'conn.log');
    const old = readdirSync(this.folder).filter((name) => /^conn-\d+\.log$/.test(name));
    const happens = draws.next();
    if (happens < 0.3 && existsSync(log) && this.#isAtLine) {
      this.#rotated += 1;
      renameSync(log, join(this.folder, `conn-${this.#rotated}.log`));
      return 'rotated';
    }
    if (happens < 0.4 && old.length > 0) {
      const file = join(this.folder, draws.one(old));
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
      rmSync(file);
      return 'packed';
    }
    if (happens < 0.47 && old.length > 0) {
      const file = join(this.folder, draws.one(old));
      copyFileSync(file, file.replace('conn-', 'copy-'));
      return 'copied';
    }
    const most = 1 + draws.whole(900);
    const line = this.#text.indexOf(10, this.#written + most) + 1 - this.#written;
    return this.write(draws.chance(0.7) && line > 0 ? line : most);
  }

  write(most: number): string {
    const part = this.#text.subarray(this.#written, this.#written + most);
    appendFileSync(join(this.folder, 'conn.log'), part);
    this.#written += part.length;
    return `grew by ${part.length}`;
  }

  get #isAtLine(): boolean {
    return this.#written === 0 || this.#text[this.#written - 1] === 10;
  }
}
