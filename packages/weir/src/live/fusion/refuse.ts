import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import { type FuseOptions, fuseAnd } from '../../fuse/fuse.ts';
import type { Lake } from '../../lake/lake.ts';
import {
  deviceNetworkEvents,
  endpointConnections,
  intakeTables,
  publicTables,
  type Table,
  toldTables,
} from '../../tables/index.ts';
import type { LiveLake } from '../liveLake.ts';
import type { Span } from '../snapshot.ts';
import { type Difference, difference, madeOf, withhold } from './differences.ts';
import { finishedIds } from './finishedIds.ts';
import { decided, gather, type Part } from './gather.ts';
import type { Rows } from './pairs.ts';
import { foundIn, type Places } from './places.ts';
import { inScratch } from './scratch.ts';

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
  /** The present rows, those that the part may decide among them. */
  readonly present: Places;
  /** From when on retention counts for rows that are made of what is there, ticks. */
  readonly keptAt: bigint | undefined;
  /** Whether a row stays that knows more than the one that was found. */
  readonly keepRicher: boolean;
  readonly options: FuseOptions;
  /** Runs what changes the lake while no other fusion does, and gives it SQL of the rows of a table that others changed since
   *  the snapshot; undefined where none did. */
  readonly alone: <Result>(work: (changed: Rows | undefined) => Promise<Result>) => Promise<Result>;
  /** Runs with the commit. `held` are the times of rows that are not written, because what they hang on has changed. */
  readonly also: (seq: bigint, changed: boolean, held: readonly Span[]) => void;
}

/** Fuses a part of the lake again, compares, and commits what is different.
 *  What logs told and is no more as they told it is kept apart. */
export function refuse({
  lake,
  engine,
  directory,
  part,
  present,
  keptAt,
  keepRicher,
  options,
  alone,
  also,
}: Again): Promise<Fused> {
  const own = ['pair', 'near', 'core', 'clock', 'repeated'].map((name) => `fusion_${name}`);
  const made = [...intakeTables.flatMap(madeOf), ...own].map((name) => `memory.${sqlName(name)}`);
  return inScratch({ engine, directory, made }, async (scratch) => {
    await gather(scratch, part);
    const gathered = new Map(publicTables.map((table) => [table, scratch.segments(table)]));
    await fuseAnd(scratch, options, { after: async () => undefined });
    const found = new Map<Table, Difference>();
    for (const table of publicTables) {
      // What fusion left as it was gathered is as it stands.
      if (!toldTables.has(table) && scratch.segments(table) === gathered.get(table)) continue;
      if (scratch.count(table) === 0 && !(await decides(engine, table))) continue;
      const wanted = `SELECT * FROM ${sqlName(table.name)} SEMI JOIN (${decided(table)}) AS decided USING ("EventId")`;
      const standing = await foundIn(engine, table, present, {
        from: `FROM (${present.all(table)}) SEMI JOIN (${decided(table)}) AS decided USING ("EventId")`,
        into: 'standing',
      });
      // What a row that came in finished is made of has that row alone.
      const but = part.finished && finishedIds(`(${part.finished})`);
      const richer = keepRicher ? { but } : undefined;
      const columns = part.holds(table).union(carried(scratch, table));
      found.set(table, await difference(engine, table, { present: standing, wanted, columns, keepRicher: richer }));
    }
    return await alone((changed) => write(scratch, found, { lake, part, keptAt, changed, also }));
  });
}

/** Commits what is different. */
async function write(
  scratch: Lake,
  found: ReadonlyMap<Table, Difference>,
  {
    lake,
    part,
    keptAt,
    changed,
    also,
  }: Pick<Again, 'lake' | 'part' | 'keptAt' | 'also'> & { readonly changed: Rows | undefined },
): Promise<Fused> {
  const { engine } = scratch;
  const replaced = new Map<Table, string>();
  const held: Span[] = [];
  const rows = { fresh: 0, gone: 0, kept: 0 };
  for (const table of intakeTables) {
    const whole = found.get(table);
    if (whole === undefined) {
      await scratch.clear(table);
      continue;
    }
    const rest = changed && (await withhold(engine, table, whole, changed(table)));
    if (rest) held.push(...rest.held);
    const { fresh, gone, lost } = rest ?? whole;
    const columns = [...carried(scratch, table)];
    if (columns.length > 0) await scratch.replace(table, fresh, columns);
    rows.fresh += scratch.count(table);
    const away = await count(engine, gone);
    if (away > 0) replaced.set(table, gone);
    rows.gone += away;
    const keep = table === deviceNetworkEvents ? part.keep : away > 0 ? unkept(table, lost, part) : undefined;
    const told = toldTables.get(table);
    const names = table.stored.map(({ name }) => name);
    if (told && keep) rows.kept += await scratch.append(told, keep, names);
  }
  const { fresh, gone, kept } = rows;
  await lake.commit({ from: scratch, replaced, keptAt, also: (seq) => also(seq, fresh + gone + kept > 0, held) });
  return { fresh, gone };
}

/** The columns that what fusion made of a table may know: of a connection all that endpoint rows have, so that what one pass
 *  writes has the columns of what the next one writes, and is read with it. */
function carried(scratch: Lake, table: Table): ReadonlySet<string> {
  const held = scratch.held(table);
  if (table !== deviceNetworkEvents) return held;
  const names = new Set(table.stored.map(({ name }) => name));
  return held.union(scratch.held(endpointConnections).intersection(names));
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
