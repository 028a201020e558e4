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
  /** SQL of these rows, with their table's columns and positions. */
  readonly standing: string;
  /** SQL of the rows that are missing, with their table's columns. */
  readonly fresh: string;
  /** SQL of the rows that should not be and of which no equal one should, with their table's columns. */
  readonly lost: string;
}

export interface KeepRicher {
  readonly but: string | undefined;
}

export interface Compared {
  readonly present: string;
  readonly wanted: string;
  /** The columns that some row may know, of the present ones or the wanted ones. */
  readonly columns: ReadonlySet<string>;
  readonly keepRicher: KeepRicher | undefined;
}

/** Compares rows of a table (`present`, SQL with their positions) with those that should be in their place (`wanted`). Of
 *  equal rows one is kept. With `keepRicher` a row stays that knows of a host, a process or a partner what the one of its id
 *  that should be in its place does not, unless it is made of an id of its `but` (SQL). What `gone` names is worked out here; the others read `present` and `wanted` when
 *  they are run. Rows of one id are told apart by a hash of 64 bits of all that they say: rows themselves are wide. */
export async function difference(
  engine: Engine,
  table: Table,
  { present, wanted, columns, keepRicher }: Compared,
): Promise<Difference> {
  const named = (what: string) => `memory.${sqlName(`${what} of ${table.name}`)}`;
  const [gone, stands, found] = [named('gone'), named('present'), named('wanted')];
  const said = table.stored.filter(({ name }) => columns.has(name) && !given.has(name));
  const content = `hash(${['EventId', ...said.map(({ name }) => name)].map(sqlName).join(', ')})`;
  const richer = keepRicher && table === deviceNetworkEvents;
  const made = richer ? ['"EndpointEventId" AS event'] : [];
  const facts = richer ? Object.entries(known).map(([name, sql]) => `${sql} AS ${name}`) : [];
  const told = ['"EventId"', `${content} AS content`, ...made, ...facts].join(', ');
  await engine.run(`CREATE OR REPLACE TABLE ${stands} AS SELECT segment, "row", ${told} FROM (${present})`);
  const [met] = await engine.rows(`FROM ${stands} LIMIT 1`);
  if (!met)
    return {
      ...{ gone: `SELECT segment, "row" FROM ${stands}`, fresh: wanted },
      standing: `FROM (${present}) LIMIT 0`,
      lost: `SELECT * EXCLUDE (segment, "row") FROM (${present}) LIMIT 0`,
    };
  await engine.run(
    `CREATE OR REPLACE TABLE ${found} AS SELECT ${told} FROM (${wanted}) SEMI JOIN ${stands} AS p USING ("EventId")`,
  );
  const kept = named('richer');
  if (richer) {
    const poorer = Object.keys(known).map((name) => `(p.${name} AND NOT w.${name})`);
    const { but } = keepRicher;
    const own = but ? `AND p."EventId" NOT IN (${but}) AND p.event NOT IN (${but})` : '';
    await engine.run(
      `CREATE OR REPLACE TABLE ${kept} AS
       SELECT DISTINCT "EventId" FROM ${stands} p JOIN ${found} w USING ("EventId") WHERE (${poorer.join(' OR ')}) ${own}`,
    );
    for (const both of [stands, found])
      await engine.run(`DELETE FROM ${both} WHERE "EventId" IN (SELECT "EventId" FROM ${kept})`);
  }
  await engine.run(
    `CREATE OR REPLACE TABLE ${gone} AS
     SELECT segment, "row", false AS again FROM ${stands} ANTI JOIN ${found} AS w USING ("EventId", content)
     UNION ALL
     SELECT segment, "row", true FROM ${stands} SEMI JOIN ${found} AS w USING ("EventId", content)
     QUALIFY row_number() OVER (PARTITION BY "EventId", content ORDER BY segment, "row") > 1`,
  );
  const without = richer ? ` ANTI JOIN ${kept} AS richer USING ("EventId")` : '';
  const standing = (which: string) => `FROM (${present}) SEMI JOIN (${which}) AS gone USING (segment, "row")`;
  return {
    gone: `SELECT segment, "row" FROM ${gone}`,
    standing: standing(`FROM ${gone}`),
    lost: `SELECT * EXCLUDE (segment, "row") ${standing(`FROM ${gone} WHERE NOT again`)}`,
    fresh: `SELECT w.* EXCLUDE (content) FROM (SELECT *, ${content} AS content FROM (${wanted})${without}) w
      ANTI JOIN ${stands} p USING ("EventId", content)`,
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
  { standing: away, fresh, lost }: Difference,
  changed: string,
): Promise<Difference & { readonly held: readonly Span[] }> {
  const left = `memory.${sqlName(`held of ${table.name}`)}`;
  const { a, b } = pairOf(...endsOf(table));
  const key = table === deviceNetworkEvents ? `{a: ${a}, b: ${b}}` : '"EventId"';
  await engine.run(`CREATE OR REPLACE TABLE ${left} AS SELECT DISTINCT ${key} AS key FROM (${changed})`);
  const rows = (sql: string) => `(SELECT *, ${key} AS key FROM (${sql}))`;
  const standing = rows(away);
  const times = timesOf(table);
  const held = await engine.rows<Span & object>(
    `SELECT ${times.from} AS "from", ${times.until} AS until FROM (
       SELECT COLUMNS(c -> c IN (${timeNames(table)})) FROM ${standing} SEMI JOIN ${left} AS l USING (key)
       UNION ALL BY NAME SELECT COLUMNS(c -> c IN (${timeNames(table)})) FROM ${rows(fresh)} SEMI JOIN ${left} AS l USING (key))`,
  );
  return {
    gone: `SELECT segment, "row" FROM ${standing} ANTI JOIN ${left} AS l USING (key)`,
    standing: `SELECT * EXCLUDE (key) FROM ${standing} ANTI JOIN ${left} AS l USING (key)`,
    fresh: `SELECT * EXCLUDE (key) FROM ${rows(fresh)} ANTI JOIN ${left} AS l USING (key)`,
    lost: `SELECT * EXCLUDE (key) FROM ${rows(lost)} ANTI JOIN ${left} AS l USING (key)`,
    held,
  };
}

/** SQL: what a row may know that another of its id does not. */
const known = {
  ...Object.fromEntries(
    ['RemoteHost', 'InitiatingProcessFileName', 'InitiatingProcessCommandLine', 'EndpointEventId'].map((name) => [
      `knows${name}`,
      `${sqlName(name)} <> ''`,
    ]),
  ),
  knowsBytes: '"BytesSent" IS NOT NULL',
};

/** What `difference` and `foundIn` make of a table, to be dropped. */
export function madeOf({ name }: Table): string[] {
  return ['gone', 'present', 'wanted', 'richer', 'held', 'near', 'standing'].map((kind) => `${kind} of ${name}`);
}
