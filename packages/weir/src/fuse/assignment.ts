import type { Engine } from '../engine/engine.ts';

/** Which event owns which flow, and the finished rows' skeleton:
 *  `fuse_row(row, event, flow, confidence, rule, swapped, first, alone)`.
 *
 *  A flow goes to its best candidate: greatest confidence, then least time difference, then least EventId, so that the
 *  outcome depends on the set of rows alone. An event may own many flows; `first` marks its best one, `alone` its only
 *  one. Rows without a partner stay: flows without an event, events without a flow. `row` is the flow's number, or the
 *  event's as a negative number. */
export async function assignFlows(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_match AS
     FROM fuse_candidate
     SELECT * QUALIFY row_number() OVER (PARTITION BY flow ORDER BY confidence DESC, distance, event, swapped) = 1`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_row AS
     SELECT flow AS row, event, flow, confidence, rule, swapped,
       row_number() OVER (PARTITION BY event ORDER BY confidence DESC, distance, flow) = 1 AS first,
       count(*) OVER (PARTITION BY event) = 1 AS alone
     FROM fuse_match
     UNION ALL
     SELECT flow, NULL, flow, NULL, '', false, true, true FROM fuse_flow ANTI JOIN fuse_match USING (flow)
     UNION ALL
     SELECT -event, event, NULL, NULL, '', false, true, true FROM fuse_event ANTI JOIN fuse_match USING (event)`,
  );
  for (const spent of ['candidate', 'match', 'probe', 'target']) await engine.run(`DROP TABLE fuse_${spent}`);
}
