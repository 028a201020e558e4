import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { Lake } from '../packages/weir/src/lake/lake.ts';
import { intake } from '../packages/weir/src/normalize/intake.ts';
import { inventedLogs, writeInventedLog } from './intakeLogs.ts';
import { line, measure } from './measure.ts';

/** Intake of each large format alone, file to lake, against DuckDB reading the same columns of the same file. */
export async function intakeOfFormats(
  engine: Engine,
  directory: string,
  rows: number,
  runs: number,
): Promise<string[]> {
  const told: string[] = [];
  for (const log of inventedLogs) {
    const file = join(directory, 'log');
    await writeInventedLog(engine, log, file, rows);
    const floor = log.floor(file);
    let take = 0;
    const ours = async () => {
      const lakeDirectory = join(directory, `lake-${take++}`);
      const lake = await Lake.create(engine, lakeDirectory);
      const { inputs } = await intake([file], { lake, workDirectory: directory });
      const [input] = inputs;
      if (input?.rows !== rows) throw new Error(`${log.name}: ${JSON.stringify(input)}`);
      await rm(lakeDirectory, { recursive: true });
    };
    const megabytes = Math.round((await stat(file)).size / 1e6);
    const what = `intake of ${megabytes} MB of ${log.name}`;
    const comparison = {
      what,
      floor: 'DuckDB reading the same columns',
      target: 1.5,
      ours,
      theirs: () => engine.rows(floor),
    };
    told.push(line(await measure(comparison, runs)));
    await rm(file);
  }
  return told;
}
