import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import type { Table } from '../tables/index.ts';
import { isFew } from './slices.ts';

/** Leaves one row of each identity in a table of the lake, whatever order and however often they came, so that a second
 *  copy of a log doubles nothing. Of several rows with one identity the winner is the one with the greatest of the first of the
 *  `latest` columns that differ (a long connection reported again with running totals), then with more known facts, then by the columns' content; it has
 *  the least of each of the `earliest` columns, for events that tell of a connection from its beginning on. Certain: ids are the format's own keys or hashes of the record. */
export async function keepDistinctRows(
  lake: Lake,
  table: Table,
  {
    identity,
    latest = [],
    earliest = [],
  }: {
    readonly identity: readonly ['EventId', ...string[]];
    readonly latest?: readonly string[];
    readonly earliest?: readonly string[];
  },
): Promise<void> {
  if (lake.count(table) === 0) return;
  const { engine } = lake;
  const key = identity.map(sqlName).join(', ');
  if (isFew(engine)) {
    const [some] = await engine.rows(
      `SELECT ${key} FROM ${sqlName(table.name)} GROUP BY ALL HAVING count(*) > 1 OR "EventId" = '' LIMIT 1`,
    );
    if (!some) return;
  }
  // Most ids are there once, which their hashes show in less time and memory than they take themselves.
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_repeated AS
     WITH suspect AS (
       SELECT hash(${key}) AS hash FROM ${sqlName(table.name)} GROUP BY ALL HAVING count(*) > 1 OR bool_or("EventId" = ''))
     SELECT ${key} FROM ${sqlName(table.name)} SEMI JOIN suspect ON suspect.hash = hash(${key})
     GROUP BY ALL HAVING count(*) > 1 OR "EventId" = ''`,
  );
  const [repeated] = await engine.rows<{ EventId: string }>('FROM fuse_repeated ORDER BY "EventId" LIMIT 1');
  if (repeated?.EventId === '') throw new Error(`${table.name} holds rows without an EventId`);
  if (repeated) {
    const order = [
      ...latest.map((name) => `${sqlName(name)} DESC NULLS LAST`),
      `${knownFacts(table)} DESC`,
      ...contents(table),
    ];
    const least = earliest.map((name) => `min(${sqlName(name)}) OVER same AS ${sqlName(name)}`);
    const columns = least.length > 0 ? `* REPLACE (${least.join(', ')})` : '*';
    await lake.replace(
      table,
      `SELECT * FROM ${sqlName(table.name)} ANTI JOIN fuse_repeated USING (${key})
       UNION ALL BY NAME
       (FROM ${sqlName(table.name)} SEMI JOIN fuse_repeated USING (${key})
        SELECT ${columns} WINDOW same AS (PARTITION BY ${key})
        QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY ${order.join(', ')}) = 1)`,
      [...lake.held(table)],
    );
  }
  await engine.run('DROP TABLE fuse_repeated');
}

function knownFacts(table: Table): string {
  return table.stored
    .map(
      ({ name, type }) => `(${type === 'string' ? `${sqlName(name)} <> ''` : `${sqlName(name)} IS NOT NULL`})::INTEGER`,
    )
    .join(' + ');
}

function contents(table: Table): string[] {
  return table.stored.map(({ name, type }) => (type === 'dynamic' ? `${sqlName(name)}::VARCHAR` : sqlName(name)));
}
