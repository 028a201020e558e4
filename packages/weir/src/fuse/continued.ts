import type { Engine } from '../engine/engine.ts';
import { agreeing } from './pairs.ts';
import { hour, minute, second } from './ticks.ts';

/** Finds the event of a connection that the sensor met under way, and adds the pair to `fuse_match` as `continued`, at 0.7
 *  times the offer's doubt. A sensor whose time-out for silence ran out tells of what comes then as of another flow
 *  (`fuse_flow.joined`); its ends are those of a connection that an event began up to two hours earlier, and no flow that the
 *  sensor saw begin came in between but the event's own. What an event began earlier stays nameless: ports are used again. */
export async function matchContinued(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_flow WHERE joined LIMIT 1');
  const [offered] = some ? await engine.rows('FROM fuse_offer LIMIT 1') : [];
  if (!offered) return;
  const ends = ['site', 'protocol', 'localAddress', 'localPort', 'remoteAddress', 'remotePort'];
  const same = (one: string, other: string) => ends.map((name) => `${one}.${name} = ${other}.${name}`).join(' AND ');
  const columns = ends.join(', ');
  await engine.run(
    `INSERT INTO fuse_match
     WITH met AS (
       SELECT flow, starts, class, ${columns} FROM (FROM fuse_flow WHERE joined AND starts IS NOT NULL)
       ANTI JOIN fuse_match USING (flow)),
     began AS (
       SELECT ${columns}, t, min({ event: event, doubt: doubt, told: told }) AS first
       FROM (FROM fuse_offer o SEMI JOIN met m ON ${same('o', 'm')})
       WHERE kind IN ('connection', 'found') AND NOT guess GROUP BY ALL),
     opened AS (
       SELECT ${columns}, starts FROM (FROM fuse_flow f SEMI JOIN met m ON ${same('f', 'm')})
       WHERE NOT joined AND starts IS NOT NULL)
     SELECT f.flow, first.event, 0.7 * first.doubt, 'continued', false, f.starts - e.t
     FROM met f ASOF JOIN began e ON ${same('f', 'e')} AND e.t <= f.starts + ${2 * second}
     ASOF LEFT JOIN opened o ON ${same('f', 'o')} AND o.starts <= f.starts
     JOIN ${agreeing} ON w.told = first.told AND w.class = f.class
     WHERE f.starts - e.t <= ${reach} AND coalesce(o.starts <= e.t + ${2 * minute}, true)`,
  );
}

/** With what an event's report may stand for besides (`standing.ts`), as far as one row may bear on another (`reaches.ts`). */
const reach = 2 * hour;
