import type { Engine } from '../engine/engine.ts';
import { islands } from './islands.ts';
import { remembered, sessionEnds, silence } from './openers.ts';
import { keySlices } from './slices.ts';

/** Adds to `fuse_flow_name` what was said in a connection to what goes on with it. What a sensor met under way (`joined`) has no
 *  handshake and so no name of its own: it has that of the nearest flow before it in its session (`openers.ts`), within a day of
 *  that, and less surely than what was said in it. Of TCP what has a handshake begins another connection, and
 *  so does what comes after one that was seen to end. */
export async function carryNames(engine: Engine): Promise<void> {
  const nameless =
    '(FROM fuse_flow WHERE joined AND starts IS NOT NULL) f ANTI JOIN fuse_flow_name n ON n.flow = f.flow';
  const [named] = await engine.rows('FROM fuse_flow_name LIMIT 1');
  const [some] = named ? await engine.rows(`FROM ${nameless} LIMIT 1`) : [];
  if (!some) return;
  const columns = sessionEnds.join(', ');
  const begins = `(protocol = 'tcp' AND (NOT joined OR coalesce(lag(closed) OVER (PARTITION BY ${columns} ORDER BY starts, flow), false)))`;
  for (const slice of await keySlices(engine, 'fuse_flow')) {
    const told = `SELECT f.flow, f.starts, greatest(f.ends, f.starts) AS ends, f.joined, f.closed, n.name, ${sessionEnds.map((name) => `f.${name}`).join(', ')}
      FROM (FROM fuse_flow WHERE starts IS NOT NULL AND ${slice(sessionEnds)}) f
      SEMI JOIN (SELECT DISTINCT ${columns} FROM ${nameless} WHERE ${slice(sessionEnds)}) j USING (${columns})
      LEFT JOIN fuse_flow_name n ON n.flow = f.flow`;
    await engine.run(
      `INSERT INTO fuse_flow_name
       WITH session AS (${islands(told, sessionEnds, silence, () => begins)}),
       heard AS (
         SELECT *, last_value(CASE WHEN name IS NOT NULL THEN { name: name, ends: ends } END IGNORE NULLS)
           OVER (PARTITION BY ${columns}, island ORDER BY starts, flow) AS before
         FROM session)
       SELECT flow, { trust: before.name.trust + 4, unsent: before.name.unsent, said: before.name.said, host: before.name.host,
         kind: before.name.kind }, false
       FROM heard WHERE joined AND name IS NULL AND starts - before.ends <= ${remembered}`,
    );
  }
}
