import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { InputReport } from '../model/input.ts';
import { type Census, takeCensus } from '../source/census.ts';
import { applyMapping, type Tally, tellingTexts } from './apply.ts';
import { jobOf, Spooled, sum } from './careful.ts';
import { type Context, type Source, skipped } from './intake.ts';
import type { Recognised, Shape } from './recognised.ts';

/** Reads a text file that was recognised. The engine reads a clean file in place; a file that is not clean, or that the
 *  engine stumbles over, is read record by record. */
export async function readText(
  source: Source,
  recognised: Recognised,
  bom: boolean,
  context: Context,
): Promise<InputReport> {
  const { shape, format } = recognised;
  const fast = await readFast(source, shape, bom, context);
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

interface FileTally extends Tally {
  readonly records: number;
  readonly unfinished: boolean;
}

/** Undefined where the file has to be read with care; nothing was appended then. */
async function readFast(source: Source, shape: Shape, bom: boolean, context: Context): Promise<FileTally | undefined> {
  if (shape.kind !== 'json-lines' && shape.kind !== 'zeek-tsv') return undefined;
  const path = /[*?[\]{}]/.test(source.file) ? await plainlyNamed(source, context) : source.file;
  const job = jobOf(shape, { path, numbered: false, longest: 0 });
  const census = await takeCensus(source.file, tellingTexts(job.mapping), (bytesRead) =>
    context.onProgress?.({ path: source.path, bytesRead, bytesTotal: 0, records: 0 }),
  );
  if (bom || !isPlain(shape, census)) return undefined;
  const above = shape.kind === 'zeek-tsv' ? shape.header.lines : 0;
  const tally = await unlessStumbling(() => applyMapping(context.lake, job, census.lines - above, census.found));
  if (!tally) return undefined;
  const ignored = new Map(tally.ignored);
  if (above > 0) ignored.set(commentLines, (ignored.get(commentLines) ?? 0) + above);
  return { ...tally, ignored, records: census.lines, unfinished: false };
}

/** Whether the engine reads every line of such a file as this code would. */
function isPlain(shape: Shape, census: Census): boolean {
  if (!census.clean || census.longest > 1_900_000) return false;
  return shape.kind === 'json-lines' || (!census.carriageReturns && census.blank === 0);
}
