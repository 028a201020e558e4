import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import type { Table } from '../tables/index.ts';
import { lent } from './clock.ts';
import { deviceKey } from './devices.ts';
import { wrongClocks } from './endpointClocks.ts';
import { lackingColumns, value } from './filled.ts';
import { islands } from './islands.ts';
import { endpointTeller } from './keys.ts';
import { type Sameness, startsAndFiles } from './sameness.ts';
import { keySlices } from './slices.ts';
import { dropSpent } from './spent.ts';
import { streaming } from './streaming.ts';
import { day, hour, second } from './ticks.ts';

/** Leaves one row of a process start, and of a file event, that several endpoint sensors told (`endpointTeller`): Defender
 *  and Sysmon, say. It is the row of the sensor that knows more, with what the others know besides, and their ids in
 *  `OtherEndpointEventIds`.
 *
 *  Of the same tell records of one device, site and key (`startsAndFiles`) within 2 s by one clock, where every sensor has
 *  one only and none contradicts another. What comes closer than that after another of its key, as where a number is
 *  given away again at once, stays as it was told: a row too many is seen, two that were made one are not.
 *
 *  `fuse_same(what, rows)`: how many rows stand for several records. */
export async function joinSameRecords(lake: Lake): Promise<void> {
  const { engine } = lake;
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_same (what VARCHAR, "rows" BIGINT)');
  for (const same of startsAndFiles) {
    if (!(await severalTellers(lake, same.table))) continue;
    await engine.run('CREATE OR REPLACE TABLE fusion.fuse_again (place INTEGER, home INTEGER, nth INTEGER)');
    await dropTold(lake, same.table);
    await gatherRecords(lake, same);
    await correctClocks(engine);
    await findSame(engine);
    await engine.run(`INSERT INTO fuse_same SELECT '${same.what}', count(DISTINCT home) FROM fuse_again`);
    const [some] = await engine.rows('FROM fuse_again LIMIT 1');
    if (some) await writeRows(lake, same.table);
    await dropSpent(engine, 'record', 'record_teller', 'again');
  }
}

/** Whatever lies between two ids begins as both do. */
async function severalTellers(lake: Lake, table: Table): Promise<boolean> {
  if (lake.count(table) === 0) return false;
  const teller = endpointTeller('id');
  const ends = await lake.engine.rows<{ teller: string }>(
    `SELECT DISTINCT ${teller} AS teller FROM (
       SELECT unnest([min("EventId"), max("EventId")]) AS id FROM ${sqlName(table.name)})`,
  );
  if (ends.length !== 1 || ends[0]?.teller !== '') return ends.length > 1;
  const all = `SELECT DISTINCT ${teller} FROM (SELECT "EventId" AS id FROM ${sqlName(table.name)})`;
  return (await lake.engine.rows(`${all} LIMIT 2`)).length > 1;
}

const key = ['device', 'key'];

/** `fuse_record(place, device, key, t, teller, one, other, facts)`, of those alone that several tellers have a record of;
 *  `fuse_record_teller(teller, rank)`. */
async function gatherRecords(
  lake: Lake,
  { table, where, time, key: of, agreeing: [one, other] }: Sameness,
): Promise<void> {
  const { engine } = lake;
  const known = await lake.known(table);
  const facts = table.stored
    .filter(({ name }) => known.has(name))
    .map((column) => `(${value('r', column)} IS NOT NULL)::INTEGER`);
  await streaming(engine, () =>
    engine.run(
      `CREATE OR REPLACE TABLE fusion.fuse_told_record AS
       SELECT place, device, hash("Site", ${of.join(', ')}) AS key, ${time} AS t, ${endpointTeller('"EventId"')} AS teller,
         ${one} AS one, ${other} AS other, (${facts.join(' + ')})::UTINYINT AS facts
       FROM (FROM ${lake.placed(table)} ANTI JOIN fuse_again USING (place) WHERE ${where} AND ${time} IS NOT NULL) r
       JOIN (SELECT key AS spelled, device FROM fuse_device_key) d ON d.spelled = ${deviceKey('r.')}`,
    ),
  );
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_record AS FROM fuse_told_record LIMIT 0');
  for (const slice of await keySlices(engine, 'fuse_told_record'))
    await engine.run(
      `INSERT INTO fuse_record
       FROM fuse_told_record SEMI JOIN (
         SELECT device, key FROM fuse_told_record WHERE ${slice(key)} GROUP BY ALL HAVING min(teller) <> max(teller)
       ) USING (device, key)`,
    );
  await engine.run('DROP TABLE fuse_told_record');
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_record_teller AS
     SELECT teller, row_number() OVER (ORDER BY avg(facts) DESC, count(*) DESC, teller)::INTEGER AS rank
     FROM fuse_record GROUP BY teller`,
  );
}

/** Puts all records on one clock: by what the connections of the day said of it (`fuse_endpoint_clock`), else by the records
 *  that every teller has once, and where there are none by what the connections of a day beside it said. */
async function correctClocks(engine: Engine): Promise<void> {
  const said = `(FROM fuse_endpoint_clock WHERE NOT (${lent}))`;
  await applyClocks(engine, said);
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_record_clock AS FROM fuse_endpoint_clock LIMIT 0');
  await engine.run(
    'CREATE OR REPLACE TABLE fusion.fuse_record_told (teller VARCHAR, device INTEGER, day BIGINT, difference BIGINT)',
  );
  for (const slice of await keySlices(engine, 'fuse_record'))
    await engine.run(
      `INSERT INTO fuse_record_told
       WITH record AS (
         SELECT *, coalesce(one, 0) AS said FROM fuse_record JOIN fuse_record_teller USING (teller) WHERE ${slice(key)}),
       once AS (
         SELECT device, key, said, arg_min(t, rank) AS homet, min(rank) AS home FROM record GROUP BY ALL
         HAVING count(*) > 1 AND count(*) = count(DISTINCT teller))
       SELECT teller, device, t // ${day}, t - homet FROM record JOIN once USING (device, key, said)
       WHERE rank <> home AND abs(t - homet) <= ${26 * hour}`,
    );
  await engine.run(
    `INSERT INTO fuse_record_clock FROM (${wrongClocks('FROM fuse_record_told')})
     ANTI JOIN ${said} AS s USING (teller, device, day)`,
  );
  await engine.run(
    `INSERT INTO fuse_record_clock FROM fuse_endpoint_clock
     ANTI JOIN fuse_record_told USING (teller, device, day) ANTI JOIN fuse_record_clock AS c USING (teller, device, day)
     WHERE ${lent}`,
  );
  await applyClocks(engine, 'fuse_record_clock');
  await engine.run(
    'INSERT INTO fuse_endpoint_clock FROM fuse_record_clock ANTI JOIN fuse_endpoint_clock AS c USING (teller, device, day)',
  );
  await dropSpent(engine, 'record_clock', 'record_told');
}

async function applyClocks(engine: Engine, clocks: string): Promise<void> {
  await engine.run(
    `UPDATE fuse_record AS r SET t = r.t - c.ticks FROM ${clocks} c
     WHERE c.teller = r.teller AND c.device = r.device AND c.day = r.t // ${day}`,
  );
}

const tolerance = 2 * second;

/** `fuse_again(place, home, nth)`: the records that another row stands for, by place, and the order in which they complete
 *  it. */
async function findSame(engine: Engine): Promise<void> {
  const agree = ['one', 'other'].map((name) => `coalesce(min(${name}) = max(${name}), true)`).join(' AND ');
  for (const slice of await keySlices(engine, 'fuse_record'))
    await engine.run(
      `INSERT INTO fuse_again
       WITH record AS (
         SELECT *, place AS flow, t AS starts, t AS ends
         FROM (FROM fuse_record WHERE ${slice(key)}) JOIN fuse_record_teller USING (teller)),
       told AS (${islands('FROM record', key, tolerance)}),
       same AS (
         SELECT device, key, island, arg_min(place, rank) AS home FROM told GROUP BY ALL
         HAVING count(*) > 1 AND count(*) = count(DISTINCT teller) AND max(t) - min(t) <= ${tolerance} AND ${agree})
       SELECT place, home, rank FROM told JOIN same USING (device, key, island) WHERE place <> home`,
    );
}

/** Into `fuse_again`, without a home: what a row that came in finished stands for already. */
async function dropTold(lake: Lake, table: Table): Promise<void> {
  if (!(await lake.known(table)).has('OtherEndpointEventIds')) return;
  await lake.engine.run(
    `INSERT INTO fuse_again
     SELECT place, NULL, NULL FROM ${lake.placed(table)} SEMI JOIN (
       SELECT unnest(${ids('"OtherEndpointEventIds"')}) AS "EventId" FROM ${sqlName(table.name)}) USING ("EventId")`,
  );
}

const ids = (json: string): string => `json_extract_string(${json}, '$[*]')`;

/** What a row has of itself alone. */
const own = new Set(['Timestamp', 'ActionType', 'EventId', 'OtherEndpointEventIds', 'Site']);

async function writeRows(lake: Lake, table: Table): Promise<void> {
  const { engine } = lake;
  const rows = lake.placed(table);
  const known = await lake.known(table);
  const lacking = await lackingColumns(engine, {
    rows,
    records: `SELECT place, true AS other FROM fuse_again WHERE home IS NOT NULL
      UNION ALL SELECT DISTINCT home, false FROM fuse_again WHERE home IS NOT NULL`,
    columns: table.stored.filter(({ name }) => known.has(name) && !own.has(name)),
  });
  const filled = lacking.map((column) => `, arg_min(${value('r', column)}, t.nth) AS ${sqlName(column.name)}`);
  await streaming(engine, () =>
    engine.run(
      `CREATE OR REPLACE TABLE fusion.fuse_other_record AS
       SELECT t.home, flatten(list([r."EventId"] || coalesce(${ids('r."OtherEndpointEventIds"')}, []))) AS ids${filled.join('')}
       FROM ${rows} r JOIN (FROM fuse_again WHERE home IS NOT NULL) t ON t.place = r.place GROUP BY t.home`,
    ),
  );
  const replaced = lacking.map((column) => {
    const name = sqlName(column.name);
    return `, coalesce(${value('r', column)}, o.${name}, r.${name}) AS ${name}`;
  });
  await streaming(engine, () =>
    lake.replace(
      table,
      `SELECT r.* EXCLUDE (place) REPLACE (
         CASE WHEN o.home IS NULL THEN r."OtherEndpointEventIds" ELSE to_json(list_sort(list_distinct(
           o.ids || coalesce(${ids('r."OtherEndpointEventIds"')}, [])))) END AS "OtherEndpointEventIds"${replaced.join('')})
       FROM ${rows} r LEFT JOIN fuse_other_record o ON o.home = r.place ANTI JOIN fuse_again t ON t.place = r.place`,
    ),
  );
  await engine.run('DROP TABLE fuse_other_record');
}
