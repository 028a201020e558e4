import type { Engine } from '../engine/engine.ts';
import { numberSlices } from './slices.ts';

/** Which event a flow is a connection of: `fuse_match(flow, event, confidence, rule, swapped, distance)`.
 *
 *  A flow goes to its best candidate: greatest confidence, then least time difference, then least EventId, so that the
 *  outcome depends on the set of rows alone. An event may own many flows. `fuse_doubled(event)`: events that only found
 *  flows which belong to a better event; they tell of a connection that has its row. */
export async function assignFlows(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_match (
       flow INTEGER, event INTEGER, confidence DOUBLE, rule VARCHAR, swapped BOOLEAN, distance BIGINT)`,
  );
  for (const slice of await numberSlices(engine, 'fuse_candidate', 'flow'))
    await engine.run(
      `INSERT INTO fuse_match
       WITH candidate AS (SELECT flow, event, confidence, rule, swapped, distance FROM fuse_candidate WHERE ${slice('flow')}),
       several AS (SELECT flow FROM candidate GROUP BY flow HAVING count(*) > 1)
       FROM candidate ANTI JOIN several USING (flow)
       UNION ALL
       FROM candidate SEMI JOIN several USING (flow)
       QUALIFY row_number() OVER (PARTITION BY flow ORDER BY confidence DESC, distance, event, swapped) = 1`,
    );
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_doubled (event INTEGER)');
  for (const slice of await numberSlices(engine, 'fuse_candidate', 'event'))
    await engine.run(
      `INSERT INTO fuse_doubled
       SELECT DISTINCT event FROM (FROM fuse_candidate WHERE ${slice('event')})
       ANTI JOIN (FROM fuse_match WHERE ${slice('event')}) USING (event)`,
    );
  await engine.run(
    'DROP TABLE fuse_candidate; DROP TABLE IF EXISTS temp.fuse_probe; DROP TABLE IF EXISTS temp.fuse_target',
  );
}

/** The finished rows' skeleton: `fuse_row(row, event, flow, confidence, rule, swapped, own, first, alone)`.
 *
 *  `own`: the event tells of this very flow, and does not only stand for it. `first` marks an event's best flow of its
 *  own, `alone` its only one. Rows without a partner stay: flows without an event, events without a flow of their own,
 *  aggregated reports without any, and those that counted bytes of more connections than were found. `row` is the flow's number, or the event's as a negative number. */
export async function layOutRows(engine: Engine): Promise<void> {
  const add = (rows: string) => engine.run(`INSERT INTO fuse_row ${rows}`);
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_row ("row" INTEGER, event INTEGER, flow INTEGER, confidence DOUBLE, rule VARCHAR,
       swapped BOOLEAN, own BOOLEAN, first BOOLEAN, alone BOOLEAN)`,
  );
  // One after the other: of a UNION the engine holds every part's hash tables at once.
  for (const slice of await numberSlices(engine, 'fuse_match', 'event')) {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE fuse_several AS
       SELECT event FROM fuse_match WHERE ${slice('event')} GROUP BY event HAVING count(*) > 1`,
    );
    const matched = `(
      SELECT *, NOT (rule = 'aggregated' OR rule LIKE 'repeated%') AS own FROM fuse_match WHERE ${slice('event')})`;
    await add(
      `SELECT flow, event, flow, confidence, rule, swapped, own, own, own FROM ${matched} ANTI JOIN fuse_several USING (event)`,
    );
    await add(
      `SELECT flow, event, flow, confidence, rule, swapped, own,
         own AND row_number() OVER (PARTITION BY event, own ORDER BY confidence DESC, distance, flow) = 1,
         own AND count(*) OVER (PARTITION BY event, own) = 1
       FROM ${matched} SEMI JOIN fuse_several USING (event)`,
    );
  }
  for (const slice of await numberSlices(engine, 'fuse_flow', 'flow'))
    await add(
      `SELECT flow, NULL, flow, NULL, '', false, false, true, true
       FROM (FROM fuse_flow WHERE ${slice('flow')}) ANTI JOIN (FROM fuse_match WHERE ${slice('flow')}) USING (flow)`,
    );
  for (const slice of await numberSlices(engine, 'fuse_event', 'event'))
    await add(
      `SELECT -event, event, NULL, NULL, '', false, true, true, true
       FROM (FROM fuse_event WHERE ${slice('event')})
       ANTI JOIN (FROM fuse_match WHERE rule NOT LIKE 'repeated%' AND ${slice('event')}) USING (event)`,
    );
  await add(
    `SELECT -event, event, NULL, NULL, '', false, true, true, true
     FROM fuse_event JOIN (SELECT event, count(*) AS flows FROM fuse_match WHERE rule = 'aggregated' GROUP BY ALL) USING (event)
     WHERE flows < budget AND (ownSent IS NOT NULL OR ownReceived IS NOT NULL)`,
  );
  await engine.run('DROP TABLE IF EXISTS fuse_several; DROP TABLE fuse_match');
}
