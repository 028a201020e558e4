import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Table } from '../tables/index.ts';

/** Shows, as the temporary view `view`, a table's rows with one row an EventId, whatever order and however often they
 *  came. Of several rows with one id the winner is the one with the greatest `latest` (a long connection reported again
 *  with running totals), then with more known facts, then by the columns' content. Certain: ids are the format's own
 *  keys or hashes of the record. Rows whose id is in `except` (a SELECT of ids) are left out. */
export async function showDistinctRows(
  engine: Engine,
  table: Table,
  view: string,
  { latest, except }: { readonly latest?: string; readonly except?: string },
): Promise<void> {
  const source =
    except === undefined ? sqlName(table.name) : `(FROM ${sqlName(table.name)} WHERE "EventId" NOT IN (${except}))`;
  const repeated = `${view}_repeated`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${repeated} AS
     SELECT "EventId" FROM ${source} GROUP BY ALL HAVING count(*) > 1 OR "EventId" = ''`,
  );
  const ids = await engine.rows<{ EventId: string }>(`FROM ${repeated} ORDER BY ALL LIMIT 1`);
  if (ids[0]?.EventId === '') throw new Error(`${table.name} holds rows without an EventId`);
  if (ids.length === 0) {
    await engine.run(`CREATE OR REPLACE TEMP VIEW ${view} AS FROM ${source}`);
    return;
  }
  const order = [
    ...(latest ? [`${sqlName(latest)} DESC NULLS LAST`] : []),
    `${knownFacts(table)} DESC`,
    ...contents(table),
  ];
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${view}_winners AS
     FROM ${source} SEMI JOIN ${repeated} USING ("EventId")
     SELECT * QUALIFY row_number() OVER (PARTITION BY "EventId" ORDER BY ${order.join(', ')}) = 1`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${view} AS
     SELECT * FROM ${source} ANTI JOIN ${repeated} USING ("EventId") UNION ALL BY NAME FROM ${view}_winners`,
  );
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
