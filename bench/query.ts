import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '@weir/kql';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { weirSchema } from '../packages/weir/src/tables/index.ts';
import { sharedPath } from '../tests/shared.ts';
import { line, measure } from './measure.ts';
import { dataStart, fusedTable } from './rows.ts';

/** The published T1567 query, compiled, against the same answer in SQL written by hand. */
export async function query(engine: Engine, directory: string, rows: number, runs: number): Promise<string[]> {
  const file = sharedPath('mission', 't1567.kql');
  if (file === undefined) return ['the published query is not beside this checkout: skipped'];
  await fusedTable(engine, join(directory, 'fused.parquet'), rows);
  const now = dataStart + 864_000_000_000n;
  const compiled = compile(readFileSync(file, 'utf8'), { schema: weirSchema, dialect: 'duckdb', now });
  const { sql } = compiled;
  if (sql === undefined)
    throw new Error(`the published query does not compile: ${JSON.stringify(compiled.diagnostics)}`);
  const byHand = readFileSync(new URL('t1567.sql', import.meta.url), 'utf8');
  const measured = await measure(
    {
      what: `published T1567 query over ${rows / 1e6} M rows of Parquet`,
      floor: 'the same answer in SQL by hand',
      target: 1.15,
      ours: () => engine.table(sql),
      theirs: () => engine.table(byHand, { now }),
    },
    runs,
  );
  return [line(measured)];
}
