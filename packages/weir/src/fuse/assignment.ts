import type { Engine } from '../engine/engine.ts';

/** Which event a flow is a connection of: `fuse_match(flow, event, confidence, rule, swapped, distance)`.
 *
 *  A flow goes to its best candidate: greatest confidence, then least time difference, then least EventId, so that the
 *  outcome depends on the set of rows alone. An event may own many flows. `fuse_doubled(event)`: events that only found
 *  flows which belong to a better event; they tell of a connection that has its row. */
export async function assignFlows(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_match AS
     WITH several AS (SELECT flow FROM fuse_candidate GROUP BY flow HAVING count(*) > 1)
     SELECT flow, event, confidence, rule, swapped, distance FROM fuse_candidate ANTI JOIN several USING (flow)
     UNION ALL
     SELECT flow, event, confidence, rule, swapped, distance FROM fuse_candidate SEMI JOIN several USING (flow)
     QUALIFY row_number() OVER (PARTITION BY flow ORDER BY confidence DESC, distance, event, swapped) = 1`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_doubled AS
     SELECT DISTINCT event FROM fuse_candidate ANTI JOIN fuse_match USING (event)`,
  );
  for (const spent of ['candidate', 'probe', 'target']) await engine.run(`DROP TABLE fuse_${spent}`);
}

/** The finished rows' skeleton: `fuse_row(row, event, flow, confidence, rule, swapped, own, first, alone)`.
 *
 *  `own`: the event tells of this very flow, and does not only stand for it. `first` marks an event's best flow of its
 *  own, `alone` its only one. Rows without a partner stay: flows without an event, events without a flow of their own,
 *  aggregated reports without any, and those that counted bytes of more connections than were found. `row` is the flow's number, or the event's as a negative number. */
export async function layOutRows(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_matched AS
     SELECT *, NOT (rule = 'aggregated' OR rule LIKE 'repeated%') AS own FROM fuse_match`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_several AS SELECT event FROM fuse_match GROUP BY event HAVING count(*) > 1`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_row ("row" INTEGER, event INTEGER, flow INTEGER, confidence DOUBLE, rule VARCHAR,
       swapped BOOLEAN, own BOOLEAN, first BOOLEAN, alone BOOLEAN)`,
  );
  // One after the other: of a UNION the engine holds every part's hash tables at once.
  for (const rows of [
    `SELECT flow, event, flow, confidence, rule, swapped, own, own, own FROM fuse_matched ANTI JOIN fuse_several USING (event)`,
    `SELECT flow, event, flow, confidence, rule, swapped, own,
       own AND row_number() OVER (PARTITION BY event, own ORDER BY confidence DESC, distance, flow) = 1,
       own AND count(*) OVER (PARTITION BY event, own) = 1
     FROM fuse_matched SEMI JOIN fuse_several USING (event)`,
    `SELECT flow, NULL, flow, NULL, '', false, false, true, true FROM fuse_flow ANTI JOIN fuse_match USING (flow)`,
    `SELECT -event, event, NULL, NULL, '', false, true, true, true
     FROM fuse_event ANTI JOIN (FROM fuse_match WHERE rule NOT LIKE 'repeated%') USING (event)`,
    `SELECT -event, event, NULL, NULL, '', false, true, true, true
     FROM fuse_event JOIN (SELECT event, count(*) AS flows FROM fuse_match WHERE rule = 'aggregated' GROUP BY ALL) USING (event)
     WHERE flows < budget AND (ownSent IS NOT NULL OR ownReceived IS NOT NULL)`,
  ])
    await engine.run(`INSERT INTO fuse_row ${rows}`);
  await engine.run('DROP VIEW fuse_matched');
  for (const spent of ['several', 'match']) await engine.run(`DROP TABLE fuse_${spent}`);
}
