import type { Lake } from '../lake/lake.ts';
import type { Reject } from '../model/input.ts';
import { Spool } from '../source/spool.ts';
import { applyMapping, type Job, rejectedRecords, sum, type Tally, tellingTexts } from './apply.ts';
import type { Care } from './carefulRecord.ts';
import type { Shape, ToJob } from './recognised.ts';
import { readCarefully } from './records.ts';
import { notComputed } from './uncomputed.ts';

export interface CarefulOptions {
  /** Where spools go, and what their names begin with. */
  readonly workDirectory: string;
  readonly spoolName: string;
  readonly onBytes?: (bytes: number) => void;
  /** Whether every record is looked at for what makes the engine refuse a whole file. */
  readonly strict: boolean;
  /** Numbers of records that the engine cannot compute. */
  readonly without?: ReadonlySet<number>;
}

export interface CarefulTally extends Tally {
  readonly records: number;
  readonly unfinished: boolean;
}

/** The sound records of a file, or of the part of it that has the same columns and is not too much at once. */
interface Part {
  readonly spool: Spool;
  readonly job: ToJob;
  sound: number;
  longest: number;
  length: number;
}

/** Characters of records to be opened that the engine gets at once: it holds two thousand of them with all that is in
 *  them, however long they are. */
const openedAtOnce = 8_000_000;

/** The sound records of a file spooled for the engine, with what the others were. */
export class Spooled {
  readonly #file: string;
  readonly #shape: Shape;
  readonly #care: Care;
  readonly #parts: Part[] = [];
  readonly #broken = new Map<string, number>();
  readonly #ignored = new Map<string, number>();
  readonly #without: ReadonlySet<number>;
  #unfinished = false;

  private constructor(file: string, shape: Shape, { strict, without = new Set() }: CarefulOptions) {
    this.#file = file;
    this.#shape = shape;
    this.#care = strict ? strictCare(shape) : {};
    this.#without = without;
  }

  static async read(file: string, shape: Shape, options: CarefulOptions): Promise<Spooled> {
    const spooled = new Spooled(file, shape, options);
    try {
      await spooled.#fill(options);
    } catch (error) {
      await spooled.remove();
      throw error;
    }
    return spooled;
  }

  async #fill({ workDirectory, spoolName, onBytes }: CarefulOptions): Promise<void> {
    const begin = async (job: ToJob): Promise<Part> => {
      await this.#parts.at(-1)?.spool.finish();
      const spool = await Spool.create(workDirectory, `${spoolName}.${this.#parts.length}`);
      const part = { spool, job, sound: 0, longest: 0, length: 0 };
      this.#parts.push(part);
      return part;
    };
    const most = isOpened(this.#shape) ? openedAtOnce : Number.POSITIVE_INFINITY;
    let part = await begin(this.#shape.job);
    const care = { ...this.#care, ...(onBytes && { onBytes }) };
    for await (const records of readCarefully(this.#file, this.#shape, care)) {
      const lines: string[] = [];
      const next = async (job: ToJob): Promise<void> => {
        await part.spool.write(Buffer.from(lines.splice(0).join('')));
        part = await begin(job);
      };
      for (const record of records) {
        if (record.kind === 'sound' && this.#without.has(record.number)) count(this.#broken, notComputed);
        else if (record.kind === 'sound') {
          if (part.length > most) await next(part.job);
          lines.push(record.spooled, '\n');
          part.sound += 1;
          part.length += record.spooled.length;
          part.longest = Math.max(part.longest, record.spooled.length * 3);
        } else if (record.kind === 'header') await next(record.job);
        else if (record.kind === 'unfinished') this.#unfinished = true;
        else count(record.kind === 'broken' ? this.#broken : this.#ignored, record.reason);
      }
      await part.spool.write(Buffer.from(lines.join('')));
    }
    await part.spool.finish();
  }

  /** Appends the rows of the sound records to the lake. */
  async apply(lake: Lake): Promise<CarefulTally> {
    const ignored = new Map(this.#ignored);
    const rejected = new Map(this.#broken);
    let rows = 0;
    let records = sum(this.#broken) + sum(this.#ignored);
    for (const { job, sound } of this.#jobs()) {
      const tally = await applyMapping(lake, job, sound, new Set(tellingTexts(job.mapping)));
      rows += tally.rows;
      records += tally.records;
      for (const [reason, number] of tally.ignored) count(ignored, reason, number);
      for (const [reason, number] of tally.rejected) count(rejected, reason, number);
    }
    return { records, rows, ignored, rejected, unfinished: this.#unfinished };
  }

  /** Every reject with its line and text, in the order of the lines. */
  async *rejects(lake: Lake, path: string): AsyncGenerator<Reject> {
    const judged = this.#judged(lake);
    let next = await judged.next();
    for await (const records of readCarefully(this.#file, this.#shape, this.#care)) {
      for (const record of records) {
        if (record.kind === 'broken') yield reject(path, record);
        else if (record.kind === 'sound' && this.#without.has(record.number))
          yield reject(path, { ...record, reason: notComputed });
        else if (record.kind === 'sound') {
          for (; !next.done && next.value.number === record.number; next = await judged.next()) {
            yield reject(path, { ...record, reason: next.value.reason, text: next.value.text || record.text });
          }
        }
      }
    }
  }

  async remove(): Promise<void> {
    for (const { spool } of this.#parts) await spool.remove();
  }

  async *#judged(lake: Lake): AsyncGenerator<{ number: number; reason: string; text: string }> {
    for (const { job } of this.#jobs()) yield* rejectedRecords(lake, job);
  }

  #jobs(): { job: Job; sound: number }[] {
    return this.#parts.flatMap(({ spool, job, sound, longest }) =>
      sound === 0 ? [] : [{ job: job({ path: spool.path, numbered: true, longest }), sound }],
    );
  }
}

/** Care for what makes the engine refuse a whole file. */
export function strictCare(shape: Shape): Care {
  return { once: usedKeys(shape) };
}

/** The keys that the engine reads from each record of a shape. */
function usedKeys(shape: Shape): NonNullable<Care['once']> {
  const { reading } = shape.job({ path: '', numbered: true, longest: 0 });
  const keys = new Set(reading.columns.used);
  return reading.inside === undefined ? { keys } : { keys, inside: reading.inside };
}

function isOpened(shape: Shape): boolean {
  return shape.job({ path: '', numbered: true, longest: 0 }).mapping.opened !== undefined;
}

function reject(path: string, record: { line: number; reason: string; text: string }): Reject {
  return { path, line: record.line, reason: record.reason, text: rejectText(record.text) };
}

/** What is kept of a reject's text. */
export function rejectText(text: string): string {
  return text.slice(0, 4096).toWellFormed();
}

function count(counts: Map<string, number>, reason: string, number = 1): void {
  counts.set(reason, (counts.get(reason) ?? 0) + number);
}
