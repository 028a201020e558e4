import type { Engine } from '../engine/engine.ts';
import { tellEndpointClocks } from './endpointClocks.ts';
import { pairEndpoints } from './endpointPairs.ts';
import { endpointTeller } from './keys.ts';
import { createSliced, type NumberSlice, numberSlices } from './slices.ts';

/** Leaves one event of a connection that several endpoint sensors of its device told (`pairEndpoints`): Defender and
 *  Sysmon, say. It has what the others know besides; their rows complete its own (`filled.ts`).
 *
 *  Leaves `fuse_endpoint_teller(teller, rank)` and `fuse_endpoint_clock` (`correctEndpointClocks`), both empty where there is
 *  one teller; `fuse_twin(event, place, home, homePlace, nth)`: the events that went into another, by number and by row, `nth`
 *  telling those of one home apart; `fuse_other_event(event, ids)`: their EventIds, by home; `fuse_counted(event, counts)`: what
 *  all of them counted, where one that went into another did. */
export async function joinEndpoints(engine: Engine, rows: string, clocksTold: boolean): Promise<void> {
  const empty = [
    'fuse_twin (event INTEGER, place INTEGER, home INTEGER, homePlace INTEGER, nth INTEGER)',
    'fuse_other_event (event INTEGER, ids VARCHAR[])',
    'fuse_endpoint_teller (teller VARCHAR, rank INTEGER)',
    'fuse_endpoint_clock (teller VARCHAR, device INTEGER, day BIGINT, ticks BIGINT, pairs BIGINT)',
    'fuse_counted (event INTEGER, counts STRUCT(id VARCHAR, source VARCHAR, sent BIGINT, received BIGINT)[])',
  ];
  await engine.run(empty.map((table) => `CREATE OR REPLACE TABLE fusion.${table}`).join('; '));
  if (clocksTold) await tellEndpointClocks(engine);
  if (!(await severalTellers(engine))) return;
  await pairEndpoints(engine, rows, clocksTold);
  const [some] = await engine.rows('FROM fuse_twin LIMIT 1');
  if (!some) return;
  await engine.run(
    `INSERT INTO fuse_counted
     SELECT home, list({ id: i."EventId", source: ownSource, sent: ownSent, received: ownReceived } ORDER BY i."EventId")
     FROM (SELECT home, event FROM fuse_twin UNION SELECT home, home FROM fuse_twin)
     JOIN fuse_event_recorded USING (event) JOIN fuse_event_id i USING (event)
     WHERE ownSent IS NOT NULL OR ownReceived IS NOT NULL
     GROUP BY home HAVING bool_or(event <> home)`,
  );
  const told = (slice: NumberSlice, which: string, of: Record<string, string>): string =>
    `SELECT t.home AS event, ${Object.entries(of)
      .map(([name, sql]) => `${sql} AS ${name}`)
      .join(', ')}
     FROM (FROM fuse_twin WHERE ${slice('home')}) t ${which}
     JOIN fuse_event_recorded e ON e.event = t.event JOIN fuse_event_id i ON i.event = t.event`;
  const several = '(SELECT home FROM fuse_twin GROUP BY home HAVING count(*) > 1)';
  const others = (slice: NumberSlice): string =>
    `${told(slice, `ANTI JOIN ${several} s ON s.home = t.home`, toldByOne)}
     UNION ALL ${told(slice, `SEMI JOIN ${several} s ON s.home = t.home`, toldBySeveral)} GROUP BY t.home`;
  await createSliced(engine, 'fuse_other_event', await numberSlices(engine, 'fuse_twin', 'home'), others);
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_event_joined AS FROM fuse_event_recorded LIMIT 0');
  for (const slice of await numberSlices(engine, 'fuse_event_recorded', 'event'))
    await engine.run(
      `INSERT INTO fuse_event_joined
     SELECT e.* REPLACE (
       coalesce(e.localPort, o.localPort) AS localPort, CASE WHEN o.begun THEN 'connection' ELSE e.kind END::fuse_kind AS kind,
       CASE WHEN e.told = '' AND o.told IS NOT NULL THEN o.told ELSE e.told END AS told,
       CASE WHEN e.host = '' THEN coalesce(o.host, '') ELSE e.host END AS host,
       e.process OR coalesce(o.process, false) AS process, coalesce(e.program, o.program) AS program,
       greatest(e.ownSent, o.ownSent) AS ownSent, greatest(e.ownReceived, o.ownReceived) AS ownReceived,
       coalesce(e.ownSource, o.ownSource) AS ownSource)
     FROM (FROM fuse_event_recorded WHERE ${slice('event')}) e
     LEFT JOIN (FROM fuse_other_event WHERE ${slice('event')}) o ON o.event = e.event
     ANTI JOIN (FROM fuse_twin WHERE ${slice('event')}) t ON t.event = e.event`,
    );
  await engine.run('DROP TABLE fuse_event_recorded');
  await engine.run('ALTER TABLE fuse_event_joined RENAME TO fuse_event_recorded');
}

/** What others tell of a connection, of one other and of several. */
const toldByOne = {
  ids: '[i."EventId"]',
  localPort: 'e.localPort',
  begun: `e.kind = 'connection'`,
  told: 'e.told',
  host: `nullif(e.host, '')`,
  process: 'e.process',
  program: 'e.program',
  ownSent: 'e.ownSent',
  ownReceived: 'e.ownReceived',
  ownSource: 'e.ownSource',
};
const toldBySeveral: typeof toldByOne = {
  ids: 'list(i."EventId" ORDER BY i."EventId")',
  localPort: 'max(e.localPort)',
  begun: `bool_or(e.kind = 'connection')`,
  told: 'max(e.told)',
  host: `min(nullif(e.host, ''))`,
  process: 'bool_or(e.process)',
  program: 'min(e.program)',
  ownSent: 'max(e.ownSent)',
  ownReceived: 'max(e.ownReceived)',
  ownSource: 'min(e.ownSource)',
};

/** Whether events are of more than one teller. Usually they are not, which the first and the last of their ids show: their
 *  numbers are in the order of these. */
async function severalTellers(engine: Engine): Promise<boolean> {
  const tellers = `SELECT DISTINCT ${endpointTeller('"EventId"')} AS teller FROM fuse_event_id`;
  const ends = await engine.rows<{ teller: string }>(
    `${tellers} WHERE event = 1 OR event = (SELECT count(*) FROM fuse_event_id)`,
  );
  if (ends.length !== 1 || ends[0]?.teller !== '') return ends.length > 1;
  return (await engine.rows(`${tellers} LIMIT 2`)).length > 1;
}
