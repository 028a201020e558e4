import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import { deviceNetworkEvents, type Table } from '../../tables/index.ts';
import type { Span } from '../snapshot.ts';
import { endsOf, pairOf } from './pairs.ts';
import { timeColumns, timesOf } from './times.ts';

/** What the lake itself gives a row when it is committed. */
const given = new Set(['ArrivedAt', 'CommitSeq']);

/** How rows as they are now differ from those as they should be, column for column. */
export interface Difference {
  /** SQL of the positions (`segment`, `row`) of rows that should not be. */
  readonly gone: string;
  /** SQL of the rows that are missing, with their table's columns. */
  readonly fresh: string;
  /** SQL of the rows that should not be and of which no equal one should, with their table's columns. */
  readonly lost: string;
}

/** Compares rows of a table (`present`, SQL with their positions) with those that should be in their place (`wanted`). Of
 *  equal rows one is kept. With `keepRicher` a row stays that knows of a host, a process or a partner what the one of its id
 *  that should be in its place does not. What `gone` names is worked out here; `fresh` reads `wanted` when it is run. */
export async function difference(
  engine: Engine,
  table: Table,
  {
    present,
    wanted: all,
    keepRicher,
  }: { readonly present: string; readonly wanted: string; readonly keepRicher: boolean },
): Promise<Difference> {
  const gone = `memory.${sqlName(`gone of ${table.name}`)}`;
  const stands = `memory.${sqlName(`present of ${table.name}`)}`;
  const columns = table.stored.filter(({ name }) => !given.has(name)).map(({ name }) => name);
  const content = `{${columns.map((name) => `${sqlName(name)}: ${sqlName(name)}`).join(', ')}}`;
  await engine.run(
    `CREATE OR REPLACE TABLE ${stands} AS SELECT segment, "row", ${content} AS content FROM (${present})`,
  );
  let wanted = all;
  if (keepRicher && table === deviceNetworkEvents) {
    const richer = `memory.${sqlName(`richer of ${table.name}`)}`;
    await engine.run(
      `CREATE OR REPLACE TABLE ${richer} AS
       SELECT DISTINCT p.content."EventId" AS "EventId" FROM ${stands} p JOIN (${all}) w ON w."EventId" = p.content."EventId" WHERE ${poorer}`,
    );
    wanted = `SELECT * FROM (${all}) ANTI JOIN ${richer} AS richer USING ("EventId")`;
    await engine.run(`DELETE FROM ${stands} WHERE content."EventId" IN (SELECT "EventId" FROM ${richer})`);
  }
  await engine.run(
    `CREATE OR REPLACE TABLE ${gone} AS
     SELECT segment, "row", false AS again FROM ${stands} ANTI JOIN (SELECT ${content} AS content FROM (${wanted})) AS w USING (content)
     UNION ALL
     SELECT segment, "row", true FROM ${stands} SEMI JOIN (SELECT ${content} AS content FROM (${wanted})) AS w USING (content)
     QUALIFY row_number() OVER (PARTITION BY content ORDER BY segment, "row") > 1`,
  );
  return {
    gone: `SELECT segment, "row" FROM ${gone}`,
    lost: `SELECT unnest(content) FROM ${stands} SEMI JOIN (FROM ${gone} WHERE NOT again) AS lost USING (segment, "row")`,
    fresh: `SELECT w.* EXCLUDE (content) FROM (SELECT *, ${content} AS content FROM (${wanted})) w ANTI JOIN ${stands} p USING (content)`,
  };
}

function timeNames(table: Table): string {
  return timeColumns(table)
    .map((name) => `'${name}'`)
    .join(', ');
}

/** The same difference without the rows of what has changed since it was found (`changed`, SQL of rows), and the times of the
 *  rows that are left out. Connections of one pair of addresses bear on each other; other rows are left out by their id. */
export async function withhold(
  engine: Engine,
  table: Table,
  { gone, fresh, lost }: Difference,
  changed: string,
): Promise<Difference & { readonly held: readonly Span[] }> {
  const stands = `memory.${sqlName(`present of ${table.name}`)}`;
  const left = `memory.${sqlName(`held of ${table.name}`)}`;
  const { a, b } = pairOf(...endsOf(table));
  const key = table === deviceNetworkEvents ? `{a: ${a}, b: ${b}}` : '"EventId"';
  await engine.run(`CREATE OR REPLACE TABLE ${left} AS SELECT DISTINCT ${key} AS key FROM (${changed})`);
  const rows = (sql: string) => `(SELECT *, ${key} AS key FROM (${sql}))`;
  const standing = rows(
    `SELECT segment, "row", unnest(content) FROM ${stands} SEMI JOIN (${gone}) AS g USING (segment, "row")`,
  );
  const times = timesOf(table);
  const held = await engine.rows<Span & object>(
    `SELECT ${times.from} AS "from", ${times.until} AS until FROM (
       SELECT COLUMNS(c -> c IN (${timeNames(table)})) FROM ${standing} SEMI JOIN ${left} AS l USING (key)
       UNION ALL BY NAME SELECT COLUMNS(c -> c IN (${timeNames(table)})) FROM ${rows(fresh)} SEMI JOIN ${left} AS l USING (key))`,
  );
  return {
    gone: `SELECT segment, "row" FROM ${standing} ANTI JOIN ${left} AS l USING (key)`,
    fresh: `SELECT * EXCLUDE (key) FROM ${rows(fresh)} ANTI JOIN ${left} AS l USING (key)`,
    lost: `SELECT * EXCLUDE (key) FROM ${rows(lost)} ANTI JOIN ${left} AS l USING (key)`,
    held,
  };
}

const poorer = [
  ...['RemoteHost', 'InitiatingProcessFileName', 'InitiatingProcessCommandLine', 'EndpointEventId'].map(
    (name) => `(p.content."${name}" <> '' AND w."${name}" = '')`,
  ),
  `(p.content."BytesSent" IS NOT NULL AND w."BytesSent" IS NULL)`,
].join(' OR ');

/** Drops what `difference` made. */
export async function forgetDifference(engine: Engine, { name }: Table): Promise<void> {
  for (const kind of ['gone', 'present', 'richer', 'held'])
    await engine.run(`DROP TABLE IF EXISTS memory.${sqlName(`${kind} of ${name}`)}`);
}
