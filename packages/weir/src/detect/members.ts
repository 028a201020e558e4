import type { Engine } from '../engine/engine.ts';
import { factRows, hasFacts, looseRows } from './facts.ts';
import { whereabouts } from './whereabouts.ts';

/** Joins a rule's evidence back to the data and cuts it into stories: `detect_members` has one row for each evidence
 *  row of each story, with its facts (facts.ts), `story` (its number), `fired_at` (the first tick whose run named it), `adopted` (its key was not whole) and `rank` (1 is
 *  the row that says most: a connection, most bytes sent, earliest).
 *
 *  A story is the evidence of one key value up to a pause longer than `quiet` (ticks) between what ended and what
 *  starts next. Keys are compared without regard to case, as sensors write one program's name in several ways. An empty
 *  part of a key is unknown, not a value: such a row belongs to the one whole key that agrees in every part it knows,
 *  and stands for itself where there is none or more than one.
 *
 *  `facts` makes `detect_facts` where the rows' facts are kept, and need not be read from the data again. */
export async function tellApart(
  engine: Engine,
  keys: readonly string[],
  tables: readonly string[],
  {
    quiet,
    period,
    facts = () => joinFacts(engine, keys, tables, period),
  }: { readonly quiet: bigint; readonly period: bigint | null; readonly facts?: () => Promise<void> },
): Promise<void> {
  await facts();
  const ownKeys = keys.map((_, index) => `key_${index}`);
  const each = (part: (position: number) => string): string =>
    `[${keys.map((_, index) => part(index + 1)).join(', ')}]`;
  const unknown = each((position) => `written[${position}] = ''`);
  const known = each((position) => `CASE WHEN unknown[${position}] THEN '' ELSE whole.written[${position}] END`);
  const [said] = await engine.rows<{ loose: boolean }>('SELECT count(*) > 0 AS loose FROM temp.detect_loose');
  const looseOnes = `UNION ALL BY NAME
      SELECT * ${ownKeys.length === 0 ? '' : `EXCLUDE (${ownKeys.join(', ')})`},
        ${keyList(ownKeys)} AS written, true AS loose
      FROM (${looseRows(keys)})`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_keyed AS
    SELECT row_number() OVER () AS place, * FROM (
      SELECT facts.* EXCLUDE (${['source', ...ownKeys].join(', ')}),
        ${writtenKey(keys)} AS written, false AS loose, evidence.fired_at AS fired_at
      FROM temp.detect_evidence AS evidence JOIN temp.detect_facts AS facts USING (id)
      ${said?.loose === true ? looseOnes : ''}
    )`);
  await engine.run('DROP TABLE temp.detect_facts');
  // Facts are many columns: they join the rows when these are told apart.
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_members AS
    WITH keyed AS (
      SELECT place, id, start, "end", connection, sent, written FROM temp.detect_keyed
    ), whole AS (
      SELECT DISTINCT written FROM keyed WHERE NOT list_contains(written, '')
    ), parts AS (
      SELECT DISTINCT written, ${unknown} AS unknown FROM keyed WHERE list_contains(written, '')
    ), agreeing AS (
      SELECT whole.written AS owner, ${known} AS written
      FROM whole CROSS JOIN (SELECT DISTINCT unknown FROM parts)
    ), owners AS (
      SELECT written, any_value(owner) AS owner FROM parts JOIN agreeing USING (written)
      GROUP BY written HAVING count(*) = 1
    ), owned AS MATERIALIZED (
      SELECT keyed.* EXCLUDE (written), coalesce(owner, keyed.written) AS key, owner IS NOT NULL AS adopted
      FROM keyed LEFT JOIN owners USING (written)
    ), keys AS (
      SELECT key, row_number() OVER (ORDER BY key) AS key_number FROM (SELECT DISTINCT key FROM owned)
    ), paused AS (
      SELECT *, coalesce(start - max("end") OVER (
        PARTITION BY key_number ORDER BY start, "end", id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) > ${quiet}, false) AS opens
      FROM owned JOIN keys USING (key)
    ), numbered AS (
      SELECT * EXCLUDE (opens), count_if(opens) OVER (
        PARTITION BY key_number ORDER BY start, "end", id ROWS UNBOUNDED PRECEDING
      ) AS episode
      FROM paused
    ), told AS (
      SELECT * EXCLUDE (episode), dense_rank() OVER (ORDER BY key_number, episode) AS story FROM numbered
    ), ranked AS (
      SELECT place, key, adopted, story, row_number() OVER (
        PARTITION BY story ORDER BY connection DESC, sent DESC NULLS LAST, start, id
      ) AS rank
      FROM told
    )
    SELECT rows.* EXCLUDE (place, written), ranked.* EXCLUDE (place)
    FROM temp.detect_keyed AS rows JOIN ranked USING (place)`);
  await engine.run('DROP TABLE temp.detect_keyed');
}

/** SQL of the key that a row of the evidence (`evidence`) with its facts (`facts`) was found under. */
export function writtenKey(keys: readonly string[]): string {
  return keyList(keys.map((_, index) => `coalesce(evidence.result_key_${index}, facts.key_${index})`));
}

function keyList(parts: readonly string[]): string {
  return `[${parts.map((part) => `lower(${part})`).join(', ')}]::VARCHAR[]`;
}

/** `detect_facts`: the rows behind the evidence's ids, each once. A flow and the event that it was fused into share an
 *  id; where a rule reads both, the first of `tables` speaks. */
export async function joinFacts(
  engine: Engine,
  keys: readonly string[],
  tables: readonly string[],
  period: bigint | null,
): Promise<void> {
  const known = tables.filter(hasFacts);
  const [only = 'DeviceNetworkEvents', ...others] = known;
  // The rows that share an id need not share their time.
  const where = others.length > 0 ? 'true' : known.length === 0 ? 'false' : await whereabouts(engine, only, period);
  const sources = [only, ...others].map(
    (table, index) => `SELECT *, ${index} AS source FROM (${factRows(table, keys, where)})`,
  );
  const first = others.length === 0 ? '' : 'QUALIFY rank() OVER (PARTITION BY id ORDER BY source) = 1';
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_facts AS
    SELECT * FROM (${sources.join(' UNION ALL BY NAME ')}) ${first}`);
  const [counts] = await engine.rows<{ rows: bigint; ids: bigint; evidence: bigint }>(`
    SELECT count(*) AS rows, count(DISTINCT id) AS ids,
      (SELECT count(DISTINCT id) FROM temp.detect_evidence) AS evidence
    FROM temp.detect_facts`);
  if (counts === undefined || counts.rows !== counts.ids || counts.ids !== counts.evidence) {
    throw new Error(
      `evidence does not name its rows one to one: ${JSON.stringify(counts, (_, value) => String(value))}`,
    );
  }
}
