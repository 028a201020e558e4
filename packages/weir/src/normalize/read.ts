import { stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isOutOfMemory } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { isDiskFull, type Lake } from '../lake/lake.ts';
import type { InputReport } from '../model/input.ts';
import { type Census, takeCensus } from '../source/census.ts';
import { applyMapping, fedAlone, type Job, rejectedRecords, sum, type Tally, tellingTexts } from './apply.ts';
import { type CarefulOptions, rejectText, Spooled, strictCare } from './careful.ts';
import { commentLines } from './carefulRecord.ts';
import { type Context, type Source, skipped } from './input.ts';
import { isFields } from './proxy/w3c/fields.ts';
import { isUnseen, longestInPlace, numberColumn, type ReadingOptions } from './reading.ts';
import { recognise } from './recognise.ts';
import type { Recognised, Shape } from './recognised.ts';
import { sampleColumns } from './sample.ts';
import { seenIn } from './seen.ts';
import { uncomputed } from './uncomputed.ts';

/** Reads a text file that was recognised. The engine reads a clean file in place; a file that is not clean, or that the
 *  engine stumbles over, is read record by record. */
export async function readText(
  source: Source,
  recognised: Recognised,
  bom: boolean,
  context: Context,
): Promise<InputReport> {
  const { shape, format } = recognised;
  const fast = bom && shape.kind !== 'csv' ? undefined : await readFast(source, recognised, context);
  if (fast) return report(source, { format, lacks: fast.lacks ?? recognised.lacks }, fast);
  let failure: Error | undefined;
  for (const strict of [false, true]) {
    const tally = await readSpooled(source, shape, { strict }, context);
    if (!(tally instanceof Error)) return report(source, recognised, tally);
    failure = tally;
  }
  const rest = causeOf(failure) === 'records' ? await readWithoutUncomputed(source, shape, context) : failure;
  if (rest !== undefined && !(rest instanceof Error)) return report(source, recognised, rest);
  if (rest) failure = rest;
  return skipped(source.path, `recognised as ${format}, but ${unread[causeOf(failure)]}`);
}

/** Why the engine read nothing of a file that was recognised, in words of its report. */
export const unread = {
  memory: 'the engine cannot read its records for want of memory: give Weir more, or the file in parts',
  disk: 'the disk failed while its records were read: try again',
  records: 'the engine cannot read its records, for what some of them hold; please report it',
} as const;

function causeOf(failure: Error | undefined): keyof typeof unread {
  if (isOutOfMemory(failure)) return 'memory';
  return failure?.message.startsWith('IO Error:') ? 'disk' : 'records';
}

/** The other records of a file of which the engine cannot compute some; undefined where those are not found. */
async function readWithoutUncomputed(
  source: Source,
  shape: Shape,
  context: Context,
): Promise<FileTally | Error | undefined> {
  const { lake, workDirectory } = context;
  const { file, spoolName } = source;
  const isOfRecords = (error: unknown): boolean => causeOf(ofTheEngine(error)) === 'records';
  try {
    const without = await uncomputed(file, shape, {
      lake,
      workDirectory,
      spoolName,
      care: strictCare(shape),
      isOfRecords,
    });
    return without && without.size > 0 ? readSpooled(source, shape, { strict: true, without }, context) : undefined;
  } catch (error) {
    return ofTheEngine(error);
  }
}

/** An error where the engine stumbles over the records that are sound by themselves; nothing was appended then. */
async function readSpooled(
  source: Source,
  shape: Shape,
  how: Pick<CarefulOptions, 'strict' | 'without'>,
  context: Context,
): Promise<FileTally | Error> {
  const { lake, workDirectory, rejects } = context;
  const onBytes = await byteProgress(source, context);
  const spooled = await Spooled.read(source.file, shape, {
    workDirectory,
    spoolName: source.spoolName,
    ...how,
    onBytes,
  });
  try {
    const tally = await lake.atomically(() => spooled.apply(lake)).catch(ofTheEngine);
    if (!(tally instanceof Error) && rejects) {
      for await (const reject of spooled.rejects(lake, source.path)) await rejects.add(reject);
    }
    return tally;
  } finally {
    await spooled.remove();
  }
}

async function byteProgress({ path, file }: Source, { onProgress }: Context): Promise<(bytesRead: number) => void> {
  const bytesTotal = (await stat(file)).size;
  return (bytesRead) => onProgress?.({ path, bytesRead, bytesTotal, records: 0 });
}

/** Reads a Parquet file, whose columns say what it is. */
export async function readParquet(source: Source, context: Context): Promise<InputReport> {
  const { lake, workDirectory, rejects } = context;
  const path = await plainlyNamed(source, workDirectory);
  const described = await lake.engine
    .table(`DESCRIBE FROM read_parquet(${sqlText(path)}, hive_partitioning = false)`)
    .catch(unlessOfTheEngine);
  if (!described)
    return skipped(source.path, 'a Parquet file that cannot be read; it may be cut short: get a whole copy');
  const columns = new Map(described.map(([name, type]) => [String(name), String(type)]));
  const recognised = recognise(sampleColumns(columns, source.path));
  if ('reason' in recognised)
    return skipped(source.path, 'a Parquet file whose columns are of no table that Weir knows; see weir sources');
  const job = recognised.shape.job({ path, numbered: true, longest: 0 });
  const tally = await lake
    .atomically(async () => {
      const [counted] = await lake.engine.rows<{ n: bigint }>(
        `SELECT count(*) AS n FROM read_parquet(${sqlText(path)})`,
      );
      const records = Number(counted?.n ?? 0n);
      const found = await applyMapping(lake, job, records, new Set(tellingTexts(job.mapping)));
      return { ...found, unfinished: false };
    })
    .catch(unlessOfTheEngine);
  if (!tally) return skipped(source.path, 'a Parquet file that cannot be read to its end: get a whole copy');
  if (rejects && sum(tally.rejected) > 0) {
    for await (const { number, reason, text } of rejectedRecords(lake, job)) {
      await rejects.add({ path: source.path, line: number, reason, text: rejectText(text) });
    }
  }
  return report(source, recognised, tally);
}

export interface FileTally extends Tally {
  readonly records: number;
  readonly unfinished: boolean;
}

/** Undefined where the file has to be read with care; nothing was appended then. */
async function readFast(
  source: Source,
  { shape, lacksOf }: Recognised,
  context: Context,
): Promise<(FileTally & Pick<Recognised, 'lacks'>) | undefined> {
  if (shape.kind === 'json-elements' || ('carried' in shape && shape.carried !== undefined)) return undefined;
  const { lake } = context;
  const path = await plainlyNamed(source, context.workDirectory);
  const seen = shape.kind === 'json-lines' ? await seenIn(path) : undefined;
  const options: ReadingOptions = { path, numbered: false, longest: 0, ...(seen && { seen }) };
  const job = shape.job(options);
  // How many records such a file has is not known before.
  if (job.mapping.opened) return undefined;
  const census = await takeCensus(
    path,
    [...tellingTexts(job.mapping), numberColumn],
    await byteProgress(source, context),
  );
  if (!isPlain(shape, census)) return undefined;
  const above = 'header' in shape ? shape.header.lines : 0;
  const below = census.lines - above;
  const closing = shape.kind === 'zeek-tsv' || shape.kind === 'w3c' ? Math.max(census.hashes - above, 0) : 0;
  const alone = seen && below >= manyRecords ? await aloneIn(seen.lines, shape, options, lake) : undefined;
  const apply = async (job: Job) => {
    const found = await applyMapping(lake, job, below - closing, census.found, alone);
    const judged = found.rows + sum(found.ignored) + sum(found.rejected);
    if (judged !== below && judged !== below - closing) throw new Unbalanced();
    // Of rejects that are to be kept the line and the text are wanted. And what looks like a record of CSV without a
    // time may be a header again, with other columns from there on; a line of XML that is no event, a part of one.
    const isMore = shape.kind === 'csv' || shape.kind === 'xml-events' || isPlainZeek(shape);
    if (sum(found.rejected) > 0 && (context.rejects || isMore)) throw new Unbalanced();
    return { ...found, comments: census.lines - judged };
  };
  // That no record has more than the sample is proven only when all are read.
  const lacks = seen && lacksOf?.(seen.names);
  const tally = await lake
    .atomically(async () => ({ ...(await apply(job)), ...(lacks && lacks.length > 0 && { lacks }) }))
    .catch((error) => {
      if (!isUnseen(error)) throw error;
      return lake.atomically(() => apply(shape.job({ path, numbered: false, longest: 0 })));
    })
    .catch((error) => {
      if (!isNoObject(error)) throw error;
      return lake.atomically(() => apply(shape.job({ path, numbered: false, longest: 0, untyped: true })));
    })
    .catch(unlessOfTheEngine);
  if (!tally) return undefined;
  const ignored = new Map(tally.ignored);
  if (tally.comments > 0) ignored.set(commentLines, (ignored.get(commentLines) ?? 0) + tally.comments);
  return { ...tally, ignored, records: census.lines, unfinished: false };
}

function isPlainZeek(shape: Shape): boolean {
  return shape.kind === 'zeek-tsv' && shape.header.isPlain === true;
}

/** Of so many records it is worth to ask a sample which table they feed. */
const manyRecords = 20_000;

/** The one output that a sample of a mixed file's lines feed, if they do. It is a guess about the others. */
async function aloneIn(
  lines: readonly string[],
  shape: Shape,
  options: ReadingOptions,
  lake: Lake,
): Promise<number | undefined> {
  if (!shape.job(options).mapping.isMixed) return undefined;
  return lake.beside(`${lines.join('\n')}\n`, (path) => {
    const job = shape.job({ ...options, path });
    return fedAlone(lake, job).catch((error) =>
      isUnseen(error) || isNoObject(error) ? undefined : unlessOfTheEngine(error),
    );
  });
}

/** Whether the engine reads every line of such a file as this code would. */
function isPlain(shape: Shape, census: Census): boolean {
  if (!census.clean || census.longest > longestInPlace || census.found.has(numberColumn)) return false;
  switch (shape.kind) {
    case 'zeek-tsv': {
      const below = census.hashLines.slice(shape.header.lines);
      const closing = census.hashes <= shape.header.lines + 1 && below.every((line) => line.startsWith('#close'));
      return closing && census.returns === 'none' && census.blank === 0;
    }
    case 'w3c': {
      const named = census.hashLines.filter(isFields).length === 1 && census.hashes === census.hashLines.length;
      return named && census.returns !== 'mixed' && census.blank === 0;
    }
    case 'csv':
      return census.returns !== 'mixed' && census.blank === 0;
    default:
      return census.hashes === 0;
  }
}

/** The engine made more or fewer records of a file than it has lines. */
class Unbalanced extends Error {}

/** Whether the engine met something else where the first records have an object. */
function isNoObject(error: unknown): boolean {
  return error instanceof Error && error.message.includes('JSON transform error');
}

/** What the engine cannot read is read with care instead; a defect of ours is thrown. */
function unlessOfTheEngine(error: unknown): undefined {
  ofTheEngine(error);
}

function ofTheEngine(error: unknown): Error {
  if (error instanceof Unbalanced) return error;
  if (isDiskFull(error)) throw error;
  if (
    error instanceof Error &&
    /^(Invalid Input|Conversion|IO|Invalid|Not implemented|Out of Range|Out of Memory) Error:/.test(error.message)
  ) {
    return error;
  }
  throw error;
}

/** A path that the engine does not take for a pattern. */
async function plainlyNamed({ file, spoolName }: Source, workDirectory: string): Promise<string> {
  if (!/[*?[\]{}\\]/.test(file)) return resolve(file);
  const link = join(workDirectory, `${spoolName}.link`);
  await symlink(resolve(file), link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return link;
}

/** Reasons that an input's report tells apart; logs name tables and actions as they like. */
const reasonsKept = 100;

/** The most frequent reasons, and the others as one. */
function foremost(reasons: ReadonlyMap<string, number>): [reason: string, records: number][] {
  const sorted = [...reasons].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const others = sorted.slice(reasonsKept).reduce((all, [, number]) => all + number, 0);
  return [...sorted.slice(0, reasonsKept), ...(others > 0 ? [['other reasons', others] as [string, number]] : [])];
}

/** What became of an input of which records were read. */
export function report(
  { path, incomplete }: Source,
  { format, lacks }: { readonly format: string; readonly lacks?: Recognised['lacks'] | undefined },
  tally: FileTally,
): InputReport {
  const reason =
    incomplete ?? (tally.unfinished ? 'the file ends in the middle of its records: get a whole copy' : undefined);
  return {
    path,
    format,
    records: tally.records,
    rows: tally.rows,
    rejects: sum(tally.rejected),
    rejectsWhy: Object.fromEntries(foremost(tally.rejected)),
    ignored: sum(tally.ignored),
    ignoredWhy: Object.fromEntries(foremost(tally.ignored)),
    ...(lacks === undefined ? {} : { lacks }),
    ...(reason === undefined ? {} : { reason }),
    complete: reason === undefined,
  };
}
