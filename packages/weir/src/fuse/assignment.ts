import type { Engine } from '../engine/engine.ts';

/** Which event a flow is a connection of: `fuse_match(flow, event, confidence, rule, swapped, distance)`.
 *
 *  A flow goes to its best candidate: greatest confidence, then least time difference, then least EventId, so that the
 *  outcome depends on the set of rows alone. An event may own many flows. `fuse_doubled(event)`: events that only found
 *  flows which belong to a better event; they tell of a connection that has its row. */
export async function assignFlows(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_match AS
     WITH several AS (SELECT flow FROM fuse_candidate GROUP BY flow HAVING count(*) > 1)
     SELECT flow, event, confidence, rule, swapped, distance FROM fuse_candidate ANTI JOIN several USING (flow)
     UNION ALL
     SELECT flow, event, confidence, rule, swapped, distance FROM fuse_candidate SEMI JOIN several USING (flow)
     QUALIFY row_number() OVER (PARTITION BY flow ORDER BY confidence DESC, distance, event, swapped) = 1`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_doubled AS
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
    `CREATE OR REPLACE TEMP TABLE fuse_row AS
     WITH matched AS (SELECT *, NOT (rule = 'aggregated' OR rule LIKE 'repeated%') AS own FROM fuse_match),
     several AS (SELECT event FROM fuse_match GROUP BY event HAVING count(*) > 1)
     SELECT flow AS row, event, flow, confidence, rule, swapped, own, own AS first, own AS alone
     FROM matched ANTI JOIN several USING (event)
     UNION ALL
     SELECT flow, event, flow, confidence, rule, swapped, own,
       own AND row_number() OVER (PARTITION BY event, own ORDER BY confidence DESC, distance, flow) = 1,
       own AND count(*) OVER (PARTITION BY event, own) = 1
     FROM matched SEMI JOIN several USING (event)
     UNION ALL
     SELECT flow, NULL, flow, NULL, '', false, false, true, true FROM fuse_flow ANTI JOIN fuse_match USING (flow)
     UNION ALL
     SELECT -event, event, NULL, NULL, '', false, true, true, true
     FROM fuse_event ANTI JOIN (FROM matched WHERE rule NOT LIKE 'repeated%') USING (event)
     UNION ALL
     SELECT -event, event, NULL, NULL, '', false, true, true, true
     FROM fuse_event JOIN (SELECT event, count(*) AS flows FROM matched WHERE rule = 'aggregated' GROUP BY ALL) USING (event)
     WHERE flows < budget AND (ownSent IS NOT NULL OR ownReceived IS NOT NULL)`,
  );
  await engine.run('DROP TABLE fuse_match');
}
