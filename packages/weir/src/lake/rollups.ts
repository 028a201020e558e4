import { join } from 'node:path';
import { sqlName, sqlText } from '../engine/sql.ts';
import { rollups } from '../tables/index.ts';
import type { Lake } from './lake.ts';
import { segmentEncoding } from './segments.ts';

/** Reckons what is rolled up from other tables once and shows that, in a lake whose rows are all there: as a view it would
 *  be reckoned anew at each of the some twenty places where the rules of a pack look back at it. */
export async function settleRollups({ engine, directory }: Pick<Lake, 'engine' | 'directory'>): Promise<void> {
  for (const { name } of rollups) {
    const file = sqlText(join(directory, `${name}.parquet`));
    await engine.run(`COPY (FROM main.${sqlName(name)}) TO ${file} (FORMAT parquet, ${segmentEncoding})`);
    await engine.run(`CREATE OR REPLACE VIEW main.${sqlName(name)} AS FROM read_parquet(${file})`);
  }
}
