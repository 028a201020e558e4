import type { Engine } from '../../engine/engine.ts';
import { sqlName } from '../../engine/sql.ts';
import { deviceNetworkEvents, type Table } from '../../tables/index.ts';

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
    fresh: `SELECT w.* FROM (SELECT *, ${content} AS content FROM (${wanted})) w ANTI JOIN ${stands} p USING (content)`,
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
  for (const kind of ['gone', 'present', 'richer'])
    await engine.run(`DROP TABLE IF EXISTS memory.${sqlName(`${kind} of ${name}`)}`);
}
