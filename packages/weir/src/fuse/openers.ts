import type { Engine } from '../engine/engine.ts';
import { islands } from './islands.ts';
import { protocolFamily } from './keys.ts';
import { keySlices } from './slices.ts';
import { day, hour } from './ticks.ts';

/** Tells who opened a session that a sensor met again. After a silence (Zeek's time-out is a minute for UDP, five for TCP)
 *  what comes next is another record, and who speaks first in it is taken for its opener. The records of the same ends, ports
 *  and all, with silences of no more than two hours are one session. Once our side opened in it, what the peer
 *  spoke first in within a day of that goes on with it: it is no longer `inbound`, but `joined`, and so finds its event
 *  (`continued.ts`).
 *
 *  Asked of UDP and of what was met under way: a handshake says who opened. The other way round only a session is turned in
 *  which our side has a port below 1024 and the peer none, and the peer spoke first: whoever came to our server. It is turned
 *  for a day, as later nobody remembers who came first. Any other server of ours that speaks first after a silence is told as
 *  if it had opened the session; a connection too many is seen. */
export async function tellOpeners(engine: Engine): Promise<void> {
  const met = `(protocol = 'udp' OR joined) AND class <> 'failed' AND starts IS NOT NULL`;
  const doubtful = `${met} AND (inbound OR ${serves})`;
  const [some] = await engine.rows(`FROM fuse_flow WHERE ${doubtful} LIMIT 1`);
  if (!some) return;
  const columns = sessionEnds.join(', ');
  const story = `PARTITION BY ${columns}, island ORDER BY starts`;
  for (const slice of await keySlices(engine, 'fuse_flow'))
    await engine.run(
      `UPDATE fuse_flow AS f SET inbound = NOT f.inbound, joined = true FROM (
         WITH told AS (
           SELECT flow, starts, greatest(ends, starts) AS ends, inbound, class <> 'failed' AS answered, ${met} AS met, ${serves} AS serves, ${columns}
           FROM (FROM fuse_flow WHERE starts IS NOT NULL AND ${slice(sessionEnds)})
           SEMI JOIN (SELECT DISTINCT ${columns} FROM fuse_flow WHERE ${doubtful} AND ${slice(sessionEnds)}) m USING (${columns})),
         session AS (${islands(
           `FROM told SEMI JOIN (
             SELECT ${columns} FROM told GROUP BY ALL HAVING bool_or(inbound) AND NOT bool_and(inbound)) b USING (${columns})`,
           sessionEnds,
           silence,
         )}),
         opened AS (
           SELECT *, max(ends) FILTER (NOT inbound) OVER (${story}) AS until, min(starts) OVER (${story}) AS began,
             min(starts) FILTER (NOT inbound) OVER lately AS ours, min(starts) FILTER (inbound AND answered) OVER lately AS theirs
           FROM session WINDOW lately AS (${story} RANGE BETWEEN ${remembered} PRECEDING AND CURRENT ROW))
         SELECT flow FROM opened
         WHERE met AND inbound <> CASE WHEN serves THEN theirs IS NOT NULL AND coalesce(theirs < ours, true) AND (inbound OR starts - began <= ${remembered})
           ELSE inbound AND coalesce(starts - until > ${remembered}, true) END) t
       WHERE t.flow = f.flow`,
    );
}

/** SQL over a flow: whether by its ports our side is the server. */
const serves = '(localPort < 1024 AND remotePort >= 1024) IS TRUE';

/** The columns of `fuse_flow` in which the records of a session agree. */
export const sessionEnds = ['site', 'protocol', 'localAddress', 'localPort', 'remoteAddress', 'remotePort'];

/** What is silent for longer no firewall lets pass any more from outside: UDP for minutes, TCP for an hour or two. */
export const silence = 2 * hour;

/** SQL over a row of `NetworkFlows`: whether what came before in its session may decide who opened it, or give it a name. */
export const mayGoOn = `("State" = 'OTH' OR (${protocolFamily('"Protocol"')} = 'udp'
  AND ("Direction" = 'inbound' OR ("LocalPort" < 1024 AND "RemotePort" >= 1024)))) IS TRUE`;

/** How long what is known of a session is told of what goes on with it: settling looks no farther for it. */
export const remembered = day;
