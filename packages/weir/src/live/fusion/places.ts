import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import type { Table } from '../../tables/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** A table's stored columns with the positions of the rows (`Snapshot.placed`), as SQL. */
export interface Places {
  /** Of the rows that can be meant. */
  readonly all: (table: Table) => string;
  /** Of those of some segments, these or others. */
  readonly of: (table: Table, segments: ReadonlySet<number>) => string;
}

export function placesOf(snapshot: Snapshot, all: Places['all']): Places {
  return { all, of: (table, segments) => snapshot.placedIn(table, segments) };
}

/** SQL of those rows of a table that `from` finds (`FROM …` over `Places.all`, of which it names few columns). Rows are wide,
 *  and most of those that can be meant are not found: where they stand is worked out first, into a table of the kind `into`
 *  (dropped with `madeOf`), and only files that have one are read whole. */
export async function foundIn(
  engine: Engine,
  table: Table,
  places: Places,
  { from, into }: { readonly from: string; readonly into: 'near' | 'standing' },
): Promise<string> {
  const found = `memory.${sqlName(`${into} of ${table.name}`)}`;
  await engine.run(`CREATE OR REPLACE TABLE ${found} AS SELECT segment, "row" ${from}`);
  const segments = await engine.rows<{ segment: bigint }>(`SELECT DISTINCT segment FROM ${found} ORDER BY segment`);
  const rows = places.of(table, new Set(segments.map(({ segment }) => Number(segment))));
  return `SELECT * FROM (${rows}) SEMI JOIN ${found} AS found USING (segment, "row")`;
}
