import { rm } from 'node:fs/promises';
import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import { type FuseOptions, fuseAnd } from '../../fuse/fuse.ts';
import { Lake } from '../../lake/lake.ts';
import { deviceNetworkEvents, intakeTables, publicTables, type Table, toldTables } from '../../tables/index.ts';
import type { LiveLake } from '../liveLake.ts';
import { learnClocks } from './clocks.ts';
import { type Difference, difference, forgetDifference } from './differences.ts';
import { decided, gather, type Part } from './gather.ts';
import type { ClockOffset } from './remembered.ts';

/** What fusing a part again changed: rows written, and rows that these replaced. */
export interface Fused {
  readonly fresh: number;
  readonly gone: number;
}

export interface Again {
  readonly lake: LiveLake;
  readonly engine: Engine;
  /** A folder that is not there yet, for scratch. */
  readonly directory: string;
  readonly part: Part;
  /** SQL of a table's present rows with their positions, those that the part may decide among them. */
  readonly present: (table: Table) => string;
  /** Whether a row stays that knows more than the one that was found. */
  readonly keepRicher: boolean;
  readonly options: FuseOptions;
  /** Whether what was found may stand, with these clocks. */
  readonly stands: (clocks: readonly ClockOffset[]) => boolean;
  /** Runs with the commit. */
  readonly also: (seq: bigint, changed: boolean) => void;
}

/** Fuses a part of the lake again, compares, and commits what is different; undefined, and nothing, where it may not stand.
 *  What logs told and is no more as they told it is kept apart. */
export async function refuse({
  lake,
  engine,
  directory,
  part,
  present,
  keepRicher,
  options,
  stands,
  also,
}: Again): Promise<Fused | undefined> {
  const scratch = await Lake.create(engine, directory);
  try {
    await gather(scratch, part);
    if (!stands(await fuseAnd(scratch, options, { after: learnClocks }))) return undefined;
    const found = new Map<Table, Difference>();
    for (const table of publicTables) {
      if (scratch.count(table) === 0 && !(await decides(engine, table))) continue;
      const wanted = `SELECT * FROM ${sqlName(table.name)} SEMI JOIN (${decided(table)}) AS decided USING ("EventId")`;
      const standing = `SELECT * FROM (${present(table)}) SEMI JOIN (${decided(table)}) AS decided USING ("EventId")`;
      found.set(table, await difference(engine, table, { present: standing, wanted, keepRicher }));
    }
    const replaced = new Map<Table, string>();
    const changed = { fresh: 0, gone: 0, kept: 0 };
    for (const table of intakeTables) {
      const { fresh, gone, lost } = found.get(table) ?? {};
      if (fresh === undefined || gone === undefined) {
        await scratch.clear(table);
        continue;
      }
      await scratch.replace(table, fresh);
      changed.fresh += scratch.count(table);
      const rows = await count(engine, gone);
      if (rows > 0) replaced.set(table, gone);
      changed.gone += rows;
      const keep = table === deviceNetworkEvents ? part.keep : rows > 0 ? unkept(table, lost, part) : undefined;
      const told = toldTables.get(table);
      if (told && keep)
        changed.kept += await scratch.append(
          told,
          keep,
          told.stored.map(({ name }) => name),
        );
    }
    const { fresh, gone, kept } = changed;
    await lake.commit({ from: scratch, replaced, also: (seq) => also(seq, fresh + gone + kept > 0) });
    return { fresh, gone };
  } finally {
    for (const table of publicTables) await forgetDifference(engine, table);
    for (const made of ['pair', 'core', 'clock']) await engine.run(`DROP TABLE IF EXISTS memory.fusion_${made}`);
    await rm(directory, { recursive: true, force: true });
  }
}

/** SQL: the rows that are lost as logs told them, and of which that is not kept yet. */
function unkept(table: Table, lost: string | undefined, { rows }: Part): string | undefined {
  const told = toldTables.get(table);
  return told && lost && `SELECT * FROM (${lost}) ANTI JOIN ${rows(told)} AS kept USING ("EventId", "Timestamp")`;
}

async function decides(engine: Engine, table: Table): Promise<boolean> {
  const [some] = await engine.rows(`${decided(table)} LIMIT 1`);
  return some !== undefined;
}

async function count(engine: Engine, from: string): Promise<number> {
  const [counted] = await engine.rows<{ rows: bigint }>(`SELECT count(*) AS rows FROM (${from})`);
  return Number(counted?.rows ?? 0n);
}
