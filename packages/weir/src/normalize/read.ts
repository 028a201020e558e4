import { stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sqlText } from '../engine/sql.ts';
import type { InputReport } from '../model/input.ts';
import { type Census, takeCensus } from '../source/census.ts';
import { applyMapping, type Tally, tellingTexts } from './apply.ts';
import { Spooled, sum } from './careful.ts';
import { type Context, type Source, skipped } from './input.ts';
import { recognise } from './recognise.ts';
import type { Recognised, Shape } from './recognised.ts';
import { commentLines } from './records.ts';
import { sampleColumns } from './sample.ts';

/** Reads a text file that was recognised. The engine reads a clean file in place; a file that is not clean, or that the
 *  engine stumbles over, is read record by record. */
export async function readText(
  source: Source,
  recognised: Recognised,
  bom: boolean,
  context: Context,
): Promise<InputReport> {
  const { shape, format } = recognised;
  const fast = bom && shape.kind !== 'csv' ? undefined : await readFast(source, shape, context);
  if (fast && (sum(fast.rejected) === 0 || !context.rejects)) return report(source, format, fast);
  const spooled = await Spooled.read(source.file, shape, { ...context, spoolName: source.spoolName });
  try {
    const tally = fast ?? (await spooled.apply(context.lake));
    if (context.rejects) {
      for await (const reject of spooled.rejects(context.lake, source.path)) await context.rejects.add(reject);
    }
    return report(source, format, tally);
  } finally {
    await spooled.remove();
  }
}

/** Reads a Parquet file, whose columns say what it is. */
export async function readParquet(source: Source, { lake, workDirectory }: Context): Promise<InputReport> {
  const path = await plainlyNamed(source, workDirectory);
  const described = await lake
    .atomically(() => lake.engine.table(`DESCRIBE FROM read_parquet(${sqlText(path)})`))
    .catch(unlessOfTheEngine);
  if (!described)
    return skipped(source.path, 'a Parquet file that cannot be read; it may be cut short: get a whole copy');
  const columns = new Map(described.map(([name, type]) => [String(name), String(type)]));
  const recognised = recognise(sampleColumns(columns, source.path));
  if ('reason' in recognised)
    return skipped(source.path, 'a Parquet file whose columns are of no table that Weir knows; see weir sources');
  const { job } = recognised.shape;
  const [counted] = await lake.engine.rows<{ n: bigint }>(`SELECT count(*) AS n FROM read_parquet(${sqlText(path)})`);
  const records = Number(counted?.n ?? 0n);
  const tally = await lake
    .atomically(() => applyMapping(lake, job({ path, numbered: false, longest: 0 }), records, new Set()))
    .catch(unlessOfTheEngine);
  if (!tally) return skipped(source.path, 'a Parquet file that cannot be read to its end: get a whole copy');
  return report(source, recognised.format, { ...tally, records, unfinished: false });
}

interface FileTally extends Tally {
  readonly records: number;
  readonly unfinished: boolean;
}

/** Undefined where the file has to be read with care; nothing was appended then. */
async function readFast(source: Source, shape: Shape, context: Context): Promise<FileTally | undefined> {
  if (shape.kind === 'json-elements') return undefined;
  const { lake, onProgress } = context;
  const path = await plainlyNamed(source, context.workDirectory);
  const job = shape.job({ path, numbered: false, longest: 0 });
  const bytesTotal = (await stat(path)).size;
  const census = await takeCensus(path, tellingTexts(job.mapping), (bytesRead) =>
    onProgress?.({ path: source.path, bytesRead, bytesTotal, records: 0 }),
  );
  if (!isPlain(shape, census)) return undefined;
  const above = 'header' in shape ? shape.header.lines : 0;
  const expected = census.lines - above;
  const tally = await lake
    .atomically(async () => {
      const found = await applyMapping(lake, job, expected, census.found);
      if (found.rows + sum(found.ignored) + sum(found.rejected) !== expected) throw new Unbalanced();
      // What looks like a record without a time may be a header again, and other columns from there on.
      if (shape.kind === 'csv' && sum(found.rejected) > 0) throw new Unbalanced();
      return found;
    })
    .catch(unlessOfTheEngine);
  if (!tally) return undefined;
  const ignored = new Map(tally.ignored);
  if (above > 0) ignored.set(commentLines, (ignored.get(commentLines) ?? 0) + above);
  return { ...tally, ignored, records: census.lines, unfinished: false };
}

/** Whether the engine reads every line of such a file as this code would. */
function isPlain(shape: Shape, census: Census): boolean {
  if (!census.clean || census.longest > 1_900_000) return false;
  switch (shape.kind) {
    case 'zeek-tsv': {
      const below = census.hashLines.slice(shape.header.lines);
      const closing = census.hashes <= shape.header.lines + 1 && below.every((line) => line.startsWith('#close'));
      return closing && census.returns === 'none' && census.blank === 0;
    }
    case 'csv':
      return census.returns !== 'mixed' && census.blank === 0;
    default:
      return census.hashes === 0;
  }
}

/** The engine made more or fewer records of a file than it has lines. */
class Unbalanced extends Error {}

/** What the engine cannot read is read with care instead; a defect of ours is thrown. */
function unlessOfTheEngine(error: unknown): undefined {
  if (error instanceof Unbalanced) return undefined;
  if (
    error instanceof Error &&
    /^(Invalid Input|Conversion|IO|Invalid|Not implemented|Out of Range) Error:/.test(error.message)
  ) {
    return undefined;
  }
  throw error;
}

/** A path that the engine does not take for a pattern. */
async function plainlyNamed({ file, spoolName }: Source, workDirectory: string): Promise<string> {
  if (!/[*?[\]{}]/.test(file)) return file;
  const link = join(workDirectory, `${spoolName}.link`);
  await symlink(resolve(file), link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return link;
}

function report({ path, incomplete }: Source, format: string, tally: FileTally): InputReport {
  const reason =
    incomplete ?? (tally.unfinished ? 'the file ends in the middle of its records: get a whole copy' : undefined);
  return {
    path,
    format,
    records: tally.records,
    rows: tally.rows,
    rejects: sum(tally.rejected),
    ignored: sum(tally.ignored),
    ignoredWhy: Object.fromEntries(tally.ignored),
    ...(reason === undefined ? {} : { reason }),
    complete: reason === undefined,
  };
}
