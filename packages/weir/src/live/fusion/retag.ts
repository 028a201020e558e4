import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import { tagAnew } from '../../fuse/tags.ts';
import { withFusionDatabase } from '../../lake/database.ts';
import type { Catalogue } from '../../model/catalogue.ts';
import { deviceNetworkEvents, toldTables } from '../../tables/index.ts';
import type { LiveLake } from '../liveLake.ts';
import type { Snapshot, Span } from '../snapshot.ts';
import { inScratch } from './scratch.ts';

/** Rows of a part of history: of evidence times from `from` to before `until`. */
export interface Stretch {
  readonly from: bigint;
  readonly until: bigint;
}

const hour = 36_000_000_000n;
const day = 24n * hour;
/** As many rows as are tagged anew at once, so that passes in between come within seconds. */
const rowsAtOnce = 500_000n;
const table = deviceNetworkEvents;
const time = `coalesce("EvidenceTime", "Timestamp", 0)`;

/** The first stretch from `from` on that has rows; undefined where none is left. */
export async function nextStretch(
  engine: Engine,
  snapshot: Snapshot,
  from: bigint,
  most = rowsAtOnce,
): Promise<Stretch | undefined> {
  for (let at = snapshot.firstTime(table, from); at !== undefined; ) {
    const within = { from: at, until: at + day };
    const hours = await engine.rows<{ hour: bigint; rows: bigint }>(
      `SELECT ${time} // ${hour} AS hour, count(*) AS rows FROM (${snapshot.rows(table, within)})
       WHERE ${time} >= ${at} AND ${time} < ${at + day} GROUP BY hour ORDER BY hour`,
    );
    let [until, rows] = [0n, 0n];
    for (const each of hours) {
      if (rows > 0n && rows + each.rows > most) break;
      until = (each.hour + 1n) * hour;
      rows += each.rows;
    }
    if (rows > 0n) return { from: at, until };
    const [later] = await engine.rows<{ at: bigint | null }>(
      `SELECT min(${time}) AS at FROM (${snapshot.rows(table, { from: at, until: 2n ** 62n })}) WHERE ${time} >= ${at}`,
    );
    at = later?.at ?? undefined;
  }
  return undefined;
}

/** Whether rows of a stretch came in finished: what of their tags is theirs only fusion tells. */
export async function someTold(engine: Engine, snapshot: Snapshot, { from, until }: Stretch): Promise<boolean> {
  const told = toldTables.get(table);
  if (told === undefined || snapshot.count(told) === 0) return false;
  const rows = snapshot.rows(told, { from, until });
  const [some] = await engine.rows(`SELECT 1 FROM (${rows}) WHERE ${time} >= ${from} AND ${time} < ${until} LIMIT 1`);
  return some !== undefined;
}

export interface Retag {
  readonly lake: LiveLake;
  readonly engine: Engine;
  /** A folder that is not there yet, for scratch. */
  readonly directory: string;
  readonly catalogue: Catalogue;
  readonly snapshot: Snapshot;
  readonly stretch: Stretch;
  /** SQL: whether a row is one that fusion has not looked at yet. */
  readonly unpassed: string;
  /** Runs with the commit; `changed`: whether rows were written. */
  readonly also: (seq: bigint, changed: boolean) => void;
}

/** Writes those rows of a stretch that the catalogue tags in another way than they are as new versions. Gives how many. */
export function retag(options: Retag): Promise<number> {
  const { lake, engine, directory, catalogue, snapshot, stretch, unpassed, also } = options;
  const span: Span = stretch;
  const rows = `(FROM (${snapshot.placed(table, span)}) WHERE ${time} >= ${stretch.from} AND ${time} < ${stretch.until} AND NOT ${unpassed})`;
  const changed = 'memory.retagged';
  return inScratch({ engine, directory, made: [changed] }, async (scratch) => {
    const tags = await withFusionDatabase(scratch, () => tagAnew(engine, rows, catalogue, changed));
    const fresh = `SELECT p.* REPLACE (${tags.map((name) => `t.${sqlName(name)} AS ${sqlName(name)}`).join(', ')})
      FROM ${rows} p JOIN ${changed} t USING (segment, "row")`;
    const given = table.stored.map(({ name }) => name).filter((name) => name !== 'ArrivedAt' && name !== 'CommitSeq');
    const written = await scratch.append(table, fresh, given);
    const from = await engine.rows<{ segment: bigint }>(`SELECT DISTINCT segment FROM ${changed}`);
    const keptAt = snapshot.keptAt(table, new Set(from.map(({ segment }) => Number(segment))));
    const replaced = written === 0 ? new Map() : new Map([[table, `SELECT segment, "row" FROM ${changed}`]]);
    await lake.commit({ from: scratch, replaced, keptAt, also: (seq) => also(seq, written > 0) });
    return written;
  });
}
