import type { Engine } from '../engine/engine.ts';
import { keySlices } from './slices.ts';
import { hour } from './ticks.ts';

/** Tells who opened a session that a sensor met again by the server's packet. After a silence (Zeek's time-out is a minute
 *  for UDP, five for TCP) what comes next is another record, and who speaks first in it is taken for its opener. Where the ends,
 *  ports and all, are those of a connection that our side opened and that was alive in the two hours before, it goes on: it is
 *  no longer `inbound`, but `joined`, and so finds its event (`continued.ts`).
 *
 *  Asked of UDP and of what was met under way: a handshake says who opened. Nothing is turned the other way round. A server of
 *  ours that speaks first after a silence is told as if it had opened the session; a connection too many is seen. */
export async function tellOpeners(engine: Engine): Promise<void> {
  const doubtful = `inbound AND (protocol = 'udp' OR joined) AND class <> 'failed' AND starts IS NOT NULL`;
  const [some] = await engine.rows(`FROM fuse_flow WHERE ${doubtful} LIMIT 1`);
  if (!some) return;
  const ends = ['site', 'protocol', 'localAddress', 'localPort', 'remoteAddress', 'remotePort'];
  const columns = ends.join(', ');
  const same = (one: string, other: string) => ends.map((name) => `${one}.${name} = ${other}.${name}`).join(' AND ');
  for (const slice of await keySlices(engine, 'fuse_flow'))
    await engine.run(
      `UPDATE fuse_flow AS f SET inbound = false, joined = true FROM (
         WITH met AS (SELECT flow, starts, ${columns} FROM fuse_flow WHERE ${doubtful} AND ${slice(ends)}),
         opened AS (
           SELECT ${columns}, starts, max(greatest(ends, starts)) OVER (PARTITION BY ${columns} ORDER BY starts) AS until
           FROM (FROM fuse_flow o SEMI JOIN met m ON ${same('o', 'm')}) WHERE NOT inbound AND starts IS NOT NULL)
         SELECT m.flow FROM met m ASOF JOIN opened o ON ${same('o', 'm')} AND m.starts >= o.starts
         WHERE m.starts - o.until <= ${silence}) t
       WHERE t.flow = f.flow`,
    );
}

/** What is silent for longer no firewall lets pass any more from outside: UDP for minutes, TCP for an hour or two. */
const silence = 2 * hour;
