import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { Compiled } from '@weir/kql';
import { scriptFiles } from '@weir/kql/scripts';
import type { DetectionQuery } from './compiled.ts';

// What a pack of rules was compiled to, in a file, for the processes that come later: to load the parser and to compile is most
// of what a scan of few rows takes. Nothing of this is ever told: without it everything works, only later.

/** Packs at once, those that were compiled last. */
const most = 8;

/** Where the queries' answers stand in a folder that only this user can write to: they hang on the compiler, the
 *  parser, the texts and the tables, to the byte. */
export class KeptQueries {
  readonly #folder: string;
  readonly #file: string;

  constructor(folder: string, queries: readonly DetectionQuery[]) {
    this.#folder = folder;
    this.#file = join(folder, nameOf(queries));
  }

  /** In the queries' order; undefined where they are not there, or damaged. */
  read(): readonly Compiled[] | undefined {
    try {
      const bytes = readFileSync(this.#file);
      const [sum, body] = [bytes.subarray(0, sumLength), bytes.subarray(sumLength)];
      if (!sum.equals(sumOf(body))) return undefined;
      return deserialize(body) as readonly Compiled[];
    } catch {
      return undefined;
    }
  }

  write(answers: readonly Compiled[]): void {
    try {
      const made = `${this.#file}.${process.pid}`;
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const body = serialize(answers);
      writeFileSync(made, Buffer.concat([sumOf(body), body]), { mode: 0o600 });
      renameSync(made, this.#file);
      for (const file of newestFirst(this.#folder).slice(most)) rmSync(file, { force: true });
    } catch {
      // A file that was left half made goes as the packs do.
    }
  }
}

const sumLength = 32;

function sumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function nameOf(queries: readonly DetectionQuery[]): string {
  const hash = createHash('sha256');
  for (const file of compilerFiles()) hash.update(readFileSync(file));
  const schemas = [...new Set(queries.map(({ schema }) => schema))];
  const asked = queries.map(({ text, schema, lineage }) => [text, schemas.indexOf(schema), lineage]);
  return hash
    .update(process.version)
    .update(JSON.stringify([asked, schemas]))
    .digest('hex')
    .slice(0, 32);
}

/** All that answers hang on beside what is asked: the compiler as it runs here, TypeScript or built, and the parser. */
function compilerFiles(): string[] {
  const kind = extname(import.meta.url);
  const home = kind === '.ts' ? import.meta.resolve('@weir/kql') : import.meta.url;
  const folder = fileURLToPath(new URL('.', home));
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => extname(name) === kind && !name.endsWith(`.test${kind}`));
  return [...files.toSorted().map((name) => join(folder, name)), ...scriptFiles()];
}

function newestFirst(folder: string): string[] {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const made = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
  return files.toSorted((a, b) => (made.get(b) ?? 0) - (made.get(a) ?? 0));
}
