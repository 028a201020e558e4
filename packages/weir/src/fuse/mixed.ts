import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { keySlices } from './slices.ts';
import { dropSpent } from './spent.ts';

/** The name of a table with what some text columns say in rows that others complete (`filled.ts`), each mixture once;
 *  undefined where there are none. Rows of few kinds meet: what each says is a number until then. */
export async function gatherMixed(
  engine: Engine,
  rows: string,
  columns: readonly string[],
): Promise<string | undefined> {
  const [some] = await engine.rows('FROM fuse_twin LIMIT 1');
  if (!some) return undefined;
  const names = columns.map(sqlName).join(', ');
  const sides = `(SELECT homePlace AS home, place, nth FROM fuse_twin UNION ALL SELECT DISTINCT homePlace, homePlace, 0 FROM fuse_twin)`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_kind_of_row AS
     SELECT row_number() OVER ()::INTEGER AS n, *
     FROM (SELECT DISTINCT ${names} FROM ${rows} e JOIN ${sides} s ON s.place = e.place)`,
  );
  const first = columns
    .map(sqlName)
    .map((name) => `coalesce(arg_min(k.${name}, s.at) FILTER (k.${name} <> ''), '') AS ${name}`);
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_met (kinds INTEGER[])');
  for (const slice of await keySlices(engine, 'fuse_twin'))
    await engine.run(
      `INSERT INTO fuse_met
       SELECT DISTINCT kinds FROM (
         SELECT list(k.n ORDER BY s.nth) AS kinds
         FROM ${rows} e JOIN (FROM ${sides} WHERE ${slice(['home'])}) s ON s.place = e.place
         JOIN fuse_kind_of_row k ON ${columns.map((name) => `k.${sqlName(name)} = e.${sqlName(name)}`).join(' AND ')}
         GROUP BY s.home)`,
    );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_mixed AS
     WITH said AS (
       SELECT kinds, unnest(kinds) AS n, generate_subscripts(kinds, 1) AS at FROM (SELECT DISTINCT kinds FROM fuse_met))
     SELECT DISTINCT * EXCLUDE (kinds)
     FROM (SELECT s.kinds, ${first.join(', ')} FROM said s JOIN fuse_kind_of_row k ON k.n = s.n GROUP BY s.kinds)`,
  );
  await dropSpent(engine, 'kind_of_row', 'met');
  return 'fuse_mixed';
}
