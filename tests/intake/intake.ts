import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import { Lake } from '../../packages/weir/src/lake/lake.ts';
import type { InputReport, Reject } from '../../packages/weir/src/model/input.ts';
import type { IntakeOptions } from '../../packages/weir/src/normalize/input.ts';
import { intake } from '../../packages/weir/src/normalize/intake.ts';
import type { Table } from '../../packages/weir/src/tables/index.ts';

/** What became of some inputs, with the lake that they are in. */
export interface Taken {
  readonly inputs: readonly InputReport[];
  readonly rejects: readonly Reject[];
  readonly lake: Lake;
  /** A table's rows as text, so that they compare; sorted, for a lake has no order. `columns` is SQL. */
  readonly rows: (table: Table, columns?: string) => Promise<string[]>;
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder for a test, gone afterwards. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function writeFiles(folder: string, files: Files): Promise<string[]> {
  const paths = Object.keys(files).map((name) => join(folder, name));
  for (const [index, content] of Object.values(files).entries()) {
    await mkdir(dirname(paths[index] ?? ''), { recursive: true });
    await writeFile(paths[index] ?? '', content);
  }
  return paths;
}

export type TakingOptions = Partial<IntakeOptions> & { withoutRejects?: boolean; memoryMb?: number };

/** Reads paths into a lake that stands while `use` runs. Every record is accounted for, whatever the test is about. */
export async function withIntake<Result>(
  paths: readonly string[],
  use: (taken: Taken) => Promise<Result>,
  options: TakingOptions = {},
): Promise<Result> {
  return withFolder(async (workDirectory) => {
    const engine = await Engine.open({
      memoryMb: options.memoryMb ?? 500,
      threads: 2,
      spillDirectory: join(workDirectory, 'spill'),
    });
    try {
      const lake = await Lake.create(engine, join(workDirectory, 'lake'));
      const rejectsFile = join(workDirectory, 'rejects.ndjson');
      const { inputs } = await intake(paths, {
        lake,
        workDirectory,
        ...(options.withoutRejects ? {} : { rejectsFile }),
        ...options,
      });
      const lines = options.withoutRejects ? [] : (await readFile(rejectsFile, 'utf8')).split('\n').filter(Boolean);
      const rejects = lines.map((line): Reject => JSON.parse(line));
      const wrong = inputs.filter(({ records, rows, rejects, ignored }) => records !== rows + rejects + ignored);
      if (wrong.length > 0) throw new Error(`records do not balance: ${JSON.stringify(wrong)}`);
      const rejected = inputs.reduce((all, input) => all + input.rejects, 0);
      if (!options.withoutRejects && rejected !== rejects.length) throw new Error('a reject is missing from its file');
      const rows = async (table: Table, columns = '*'): Promise<string[]> => {
        const found = await engine.table(`SELECT ${columns} FROM "${table.name}"`);
        return found.map((row) => row.map((cell) => (cell === null ? 'null' : String(cell))).join('|')).sort();
      };
      return await use({ inputs, rejects, lake, rows });
    } finally {
      engine.close();
    }
  });
}

/** Writes files into a folder of their own and reads them. */
export async function withFiles<Result>(
  files: Files,
  use: (taken: Taken) => Promise<Result>,
  options: TakingOptions = {},
): Promise<Result> {
  return withFolder(async (folder) => withIntake(await writeFiles(folder, files), use, options));
}
