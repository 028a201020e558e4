import type { Lake } from '../lake/lake.ts';

/** Runs `work` while `fuse_event_id(event, place, EventId)`, or the same of flows, tells the numbers of rows: dense, in the
 *  order of EventId, and so a function of the set of rows. Matching carries the number in place of the id, which is wide
 *  and seldom asked for: it stays in the lake's folder. Only ids are sorted, never rows. */
export function numbered<Result>(
  lake: Lake,
  of: 'event' | 'flow',
  rows: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const select = `SELECT row_number() OVER (ORDER BY "EventId")::INTEGER AS ${of}, place, "EventId" FROM ${rows}`;
  return lake.spooled(select, async (relation) => {
    await lake.engine.run(`CREATE OR REPLACE TEMP VIEW fuse_${of}_id AS FROM ${relation}`);
    return work();
  });
}
