import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Members, RuleQuery } from './ruleQuery.ts';
import { bound } from './window.ts';

/** Finds the rows of a table that stand in one group with some others, while `use` asks something of them alone: of those
 *  `among` (SQL, over `main`) the ones in a group with one of `touching` (SQL each). `use` is given the SQL of their rows
 *  and that of their `id` (EventId). */
export async function withTouched<Result>(
  engine: Engine,
  { candidates: [candidates], members }: Pick<RuleQuery, 'candidates'> & { readonly members: Members },
  { touching, among }: { readonly touching: readonly string[]; readonly among: string },
  use: (touched: { readonly rows: string; readonly ids: string }) => Promise<Result>,
): Promise<Result> {
  if (candidates === undefined) throw new Error('the groups of a query are of no table');
  const by = Array.from({ length: members.by }, (_, index) => `by_${index}`);
  const grouped = (rows: string) =>
    bound(
      new Map([
        [candidates.table, rows],
        [candidates.name, candidates.sql],
      ]),
      `SELECT * FROM (${members.sql}) AS members(${[...by, 'ids'].map(sqlName).join(', ')})`,
    );
  const groups = touching.map((rows) => `SELECT ${by.join(', ')} FROM (${grouped(rows)})`).join(' UNION ');
  // A group may be that of nothing: null is a value like others.
  const same = by.map((name) => `members.${name} IS NOT DISTINCT FROM touched.${name}`).join(' AND ');
  try {
    await engine.run(`CREATE OR REPLACE TEMP TABLE detect_touched AS
      SELECT unnest(ids) AS id FROM (${grouped(among)}) AS members SEMI JOIN (SELECT DISTINCT * FROM (${groups})) AS touched ON ${same}`);
    const ids = 'SELECT id FROM temp.detect_touched';
    return await use({ rows: `(FROM (${among}) WHERE "EventId" IN (${ids}))`, ids });
  } finally {
    await engine.run('DROP TABLE IF EXISTS temp.detect_touched');
  }
}
