import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Engine, type EngineLimits } from '../engine/engine.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { Lake } from '../lake/lake.ts';
import type { Reject } from '../model/input.ts';
import { intake } from '../normalize/intake.ts';
import { unread } from '../normalize/read.ts';
import { type Chunk, writeChunks } from './chunks.ts';
import { BatchInputs } from './inputs.ts';

/** How many rejects of a batch are kept with their text; all are counted. */
const rejectsKept = 10_000;

/** Bodies made rows, not committed yet. */
export interface Batch {
  readonly lake: Lake;
  readonly inputs: BatchInputs;
  /** Rejects as lines to be kept. */
  readonly rejects: readonly string[];
  /** Bodies of which nothing could be read, and why. */
  readonly unread: readonly { readonly entry: JournalEntry; readonly reason: string }[];
}

/** The disk has no room for what reading needs, or fails: the same is to be tried again later. `ofMemory`: it is the engine that
 *  has none, for which less at once may fit. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
  readonly ofMemory: boolean;

  constructor(message: string | undefined, ofMemory = false) {
    super(message);
    this.ofMemory = ofMemory;
  }
}

/** Makes rows of bodies. */
export interface BatchReader {
  /** Into a lake of their own, below a folder that is not there yet.
   *  @throws NoRoom; what a defect throws, or the engine over what an entry holds: then nothing that it has made is used again */
  read(entries: readonly JournalEntry[], folder: string): Promise<Batch>;
  /** Begins anew, after it threw. */
  reset(): void;
}

/** Reads bodies as scan reads files, in an engine of its own. */
export class IntakeReader implements BatchReader {
  readonly #limits: EngineLimits;
  #engine: Engine | undefined;

  constructor(limits: EngineLimits) {
    this.#limits = limits;
  }

  async read(entries: readonly JournalEntry[], folder: string): Promise<Batch> {
    const [work, rejectsFile] = [join(folder, 'work'), join(folder, 'rejects.ndjson')];
    await mkdir(work, { recursive: true });
    this.#engine ??= await Engine.open(this.#limits);
    const lake = await Lake.createUnseen(this.#engine, join(folder, 'lake'));
    const chunks = await writeChunks(entries, join(folder, 'in'));
    const paths = chunks.map(({ path }) => path);
    const { inputs: reports } = await intake(paths, { lake, workDirectory: work, rejectsFile });
    const { lines, rejected } = await readRejects(rejectsFile, chunks);
    const inputs = new BatchInputs();
    const aside: { entry: JournalEntry; reason: string }[] = [];
    for (const [index, chunk] of chunks.entries()) {
      const report = reports[index];
      if (report?.path !== chunk.path) throw new Error('the intake did not report on every file');
      // What a full or failing disk keeps from being read is in the journal still.
      const reason = report.reason ?? '';
      if (/did not fit into|^not readable|^gone:/.test(reason) || reason.includes(unread.disk))
        throw new NoRoom(reason);
      if (reason.includes(unread.memory)) throw new NoRoom(reason, true);
      // One body is at fault, and the others of the file are not.
      if (reason.includes(unread.records)) throw new Error(reason);
      inputs.read(chunk, report, rejected.get(chunk.path) ?? []);
      const blank = chunk.parts.every(({ records }) => records === 0);
      if (report.format === null && !blank)
        for (const { entry } of chunk.parts) aside.push({ entry, reason: report.reason ?? 'it was not read' });
    }
    return { lake, inputs, rejects: lines, unread: aside };
  }

  reset(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }
}

async function readRejects(
  file: string,
  chunks: readonly Chunk[],
): Promise<{ readonly lines: string[]; readonly rejected: ReadonlyMap<string, number[]> }> {
  const byPath = new Map(chunks.map((chunk) => [chunk.path, chunk]));
  const lines: string[] = [];
  const rejected = new Map<string, number[]>();
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const reject: Reject = JSON.parse(text);
    const numbers = rejected.get(reject.path) ?? [];
    numbers.push(reject.line);
    rejected.set(reject.path, numbers);
    const parts = byPath.get(reject.path)?.parts ?? [];
    const part = parts.findLast(({ before }) => before < reject.line) ?? parts[0];
    if (!part || lines.length >= rejectsKept) continue;
    const { door, source, receivedAt } = part.entry;
    const line = reject.line - part.before + part.cut;
    lines.push(
      JSON.stringify({ receivedAt: isoTime(receivedAt), door, source, line, reason: reject.reason, text: reject.text }),
    );
  }
  return { lines, rejected };
}

/** Ticks as ISO 8601 in UTC, to the millisecond. */
function isoTime(ticks: bigint): string {
  return new Date(Number((ticks - 621_355_968_000_000_000n) / 10_000n)).toISOString();
}
