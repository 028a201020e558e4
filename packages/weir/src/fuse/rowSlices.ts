import type { Engine } from '../engine/engine.ts';

/** SQL conditions on `row`, one of which holds for each row of `fuse_row`: so many rows at a time that what is joined to
 *  them fits into memory. A join of all rows with several large tables holds a hash table of each of these at once, and
 *  with a log of 10 GB they leave each other nothing; of a slice the rows themselves are hashed, and the tables stream
 *  past. */
export async function rowSlices(engine: Engine): Promise<string[]> {
  const slices = await engine.rows<{ slice: number }>(
    `SELECT DISTINCT floor("row" / ${sliceRows})::INTEGER AS slice FROM fuse_row ORDER BY slice`,
  );
  return slices.map(({ slice }) => `"row" >= ${slice * sliceRows} AND "row" < ${(slice + 1) * sliceRows}`);
}

const sliceRows = 2_000_000;
