import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { Lake } from '../packages/weir/src/lake/lake.ts';
import { segmentEncoding } from '../packages/weir/src/lake/segments.ts';
import { intake } from '../packages/weir/src/normalize/intake.ts';
import { columnsCounted, columnsWritten } from './floor.ts';
import { inventedLogs, writeInventedLog } from './intakeLogs.ts';
import { line, measure, processorMs } from './measure.ts';
import { defenderLines, zeekLog } from './rows.ts';
import { defenderFloor, zeekFloor } from './scan.ts';

const logs = [
  { name: 'Defender NDJSON', write: defenderLines, floor: defenderFloor },
  { name: 'Zeek conn.log', write: zeekLog, floor: zeekFloor },
  ...inventedLogs.map((log) => ({
    ...log,
    write: (engine: Engine, file: string, rows: number) => writeInventedLog(engine, log, file, rows),
  })),
];

/** Intake of each large format alone, file to lake, against DuckDB reading the same columns of the same file; and, for
 *  intake leaves Parquet behind, against reading them and writing them so. In processor time. */
export async function intakeOfFormats(
  engine: Engine,
  directory: string,
  rows: number,
  runs: number,
): Promise<string[]> {
  const told: string[] = [];
  const workDirectory = join(directory, 'spools');
  for (const log of logs) {
    const file = join(directory, 'log');
    await log.write(engine, file, rows);
    const floor = log.floor(file);
    const copy = join(directory, 'floor.parquet');
    let take = 0;
    const ours = async () => {
      const lakeDirectory = join(directory, `lake-${take++}`);
      const lake = await Lake.create(engine, lakeDirectory);
      const { inputs } = await intake([file], { lake, workDirectory });
      const [input] = inputs;
      if (input?.rows !== rows) throw new Error(`${log.name}: ${JSON.stringify(input)}`);
      if (existsSync(workDirectory)) throw new Error(`${log.name} was not read in place`);
      await rm(lakeDirectory, { recursive: true });
    };
    const megabytes = Math.round((await stat(file)).size / 1e6);
    const what = `intake of ${megabytes} MB of ${log.name}`;
    const comparison = {
      what,
      floor: 'DuckDB reading the same columns',
      target: 1.5,
      clock: processorMs,
      ours,
      theirs: () => engine.rows(columnsCounted(floor)),
      fair: {
        floor: 'and writing them as Parquet',
        theirs: () => engine.run(`COPY (${columnsWritten(floor)}) TO '${copy}' (FORMAT parquet, ${segmentEncoding})`),
      },
    };
    told.push(line(await measure(comparison, runs)));
    await rm(file);
  }
  return told;
}
