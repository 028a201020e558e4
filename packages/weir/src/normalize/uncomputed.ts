import type { Lake } from '../lake/lake.ts';
import { Spool } from '../source/spool.ts';
import { applyMapping, tellingTexts } from './apply.ts';
import type { Care, CarefulRecord } from './carefulRecord.ts';
import type { Shape, ToJob } from './recognised.ts';
import { readCarefully } from './records.ts';

export interface UncomputedOptions {
  readonly lake: Lake;
  /** Where spools go, and what their names begin with. */
  readonly workDirectory: string;
  readonly spoolName: string;
  readonly care: Care;
  /** Whether an error is the engine's, over what a record holds. */
  readonly isOfRecords: (error: unknown) => boolean;
}

/** Why a record is rejected over which the engine stumbles. */
export const notComputed = 'the engine cannot compute what the record holds; please report it';

/** So many records are tried at once, and so many characters. */
const most = { records: 20_000, characters: 8_000_000 };
/** Where more of a file are so it is no slip of one record, and the search would take long. */
const mostFound = 64;

type Sound = Extract<CarefulRecord, { kind: 'sound' }>;

/** The numbers of the records of a file that the engine cannot compute, found by halving; undefined where there are too many.
 *  The lake is left as it was.
 *  @throws what is no error over a record */
export async function uncomputed(
  file: string,
  shape: Shape,
  options: UncomputedOptions,
): Promise<ReadonlySet<number> | undefined> {
  const found = new Set<number>();
  const search = async (records: readonly Sound[], job: ToJob): Promise<void> => {
    if (records.length === 0 || found.size > mostFound || !(await stumbles(records, job, options))) return;
    const [only, ...others] = records;
    if (only && others.length === 0) found.add(only.number);
    else {
      const half = records.length >> 1;
      await search(records.slice(0, half), job);
      await search(records.slice(half), job);
    }
  };
  let { job } = shape;
  let [tried, length]: [Sound[], number] = [[], 0];
  const next = async (): Promise<void> => {
    await search(tried, job);
    [tried, length] = [[], 0];
  };
  for await (const records of readCarefully(file, shape, options.care)) {
    for (const record of records) {
      if (record.kind === 'header') {
        await next();
        job = record.job;
      }
      if (record.kind !== 'sound') continue;
      tried.push(record);
      length += record.spooled.length;
      if (tried.length >= most.records || length >= most.characters) await next();
    }
    if (found.size > mostFound) return undefined;
  }
  await next();
  return found.size > mostFound ? undefined : found;
}

/** The rows were made, and are not to stay. */
class Made extends Error {}

async function stumbles(records: readonly Sound[], toJob: ToJob, options: UncomputedOptions): Promise<boolean> {
  const { lake, workDirectory, spoolName, isOfRecords } = options;
  const spool = await Spool.create(workDirectory, `${spoolName}.tried`);
  try {
    await spool.write(Buffer.from(records.map(({ spooled }) => `${spooled}\n`).join('')));
    await spool.finish();
    const longest = Math.max(...records.map(({ spooled }) => spooled.length)) * 3;
    const job = toJob({ path: spool.path, numbered: true, longest });
    await lake.atomically(async () => {
      await applyMapping(lake, job, records.length, new Set(tellingTexts(job.mapping)));
      throw new Made();
    });
    return false;
  } catch (error) {
    if (error instanceof Made) return false;
    if (isOfRecords(error)) return true;
    throw error;
  } finally {
    await spool.remove();
  }
}
