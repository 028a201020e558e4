import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { columnsCounted, type Floor } from './floor.ts';
import { line, measure } from './measure.ts';
import { peakOfScan } from './peak.ts';
import { defenderLines, zeekLog } from './rows.ts';

const weir = fileURLToPath(new URL('../packages/weir/bin/weir.mjs', import.meta.url));

/** `weir scan` of raw logs as a whole process, against DuckDB reading the same columns of the same files. */
export async function scan(engine: Engine, directory: string, rows: number, runs: number): Promise<string[]> {
  const defender = join(directory, 'defender.json');
  const zeek = join(directory, 'conn.log');
  await defenderLines(engine, defender, rows);
  await zeekLog(engine, zeek, rows);

  const readDefender = () => engine.rows(columnsCounted(defenderFloor(defender)));
  const readZeek = () => engine.rows(columnsCounted(zeekFloor(zeek)));

  const measured = [
    await measure(
      {
        what: `scan of ${megabytes(defender)} MB of Defender NDJSON, no fusion partner`,
        floor: 'DuckDB reading the same columns',
        target: 1.5,
        ours: () => scanProcess([defender]),
        theirs: readDefender,
      },
      runs,
    ),
    await measure(
      {
        what: `scan of ${megabytes(zeek)} MB of Zeek conn.log, no fusion partner`,
        floor: 'DuckDB reading the same columns',
        target: 1.5,
        ours: () => scanProcess([zeek]),
        theirs: readZeek,
      },
      runs,
    ),
    await measure(
      {
        what: 'scan of both, with fusion',
        floor: 'DuckDB reading the same columns of both',
        target: 2.5,
        ours: () => scanProcess([defender, zeek]),
        theirs: async () => {
          await readDefender();
          await readZeek();
        },
      },
      runs,
    ),
  ];
  const memory = await peakOfScan([defender, zeek]);
  return [
    ...measured.map(line),
    `scan of both: peak memory ${(memory / 1024).toFixed(0)} MB for ${megabytes(defender) + megabytes(zeek)} MB of logs (target 1500)`,
  ];
}

const defenderColumns =
  `Timestamp DeviceId DeviceName ActionType RemoteIP RemotePort RemoteUrl LocalIP LocalPort Protocol
  LocalIPType RemoteIPType ReportId InitiatingProcessFileName InitiatingProcessCommandLine
  InitiatingProcessParentFileName InitiatingProcessAccountName InitiatingProcessId AdditionalFields`.split(/\s+/);
/** As much of `defenderLines` as Weir needs. */
export const defenderFloor = (file: string): Floor => ({
  columns: defenderColumns.map((name) => `properties.${name}`),
  from: `read_json('${file}', format = 'newline_delimited',
    columns = {properties: 'STRUCT(${defenderColumns.map((name) => `${name} VARCHAR`).join(', ')})'})`,
});

const zeekColumns = Array.from({ length: 20 }, (_, index) => `c${index}`);

/** The same of `zeekLog`. */
export const zeekFloor = (file: string): Floor => ({
  columns: zeekColumns,
  from: `read_csv('${file}', delim = '\t', quote = '', escape = '', header = false, skip = 8, auto_detect = false,
    columns = {${zeekColumns.map((name) => `'${name}': 'VARCHAR'`).join(', ')}})`,
});

const megabytes = (file: string): number => Math.round(statSync(file).size / 1e6);

async function scanProcess(paths: string[]): Promise<void> {
  const child = spawnSync(process.execPath, [weir, 'scan', ...paths, '--format', 'ndjson'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (child.status !== 0) throw new Error(`scan ended with ${child.status}: ${child.stderr}`);
}
