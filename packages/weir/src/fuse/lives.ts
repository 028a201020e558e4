import type { Engine } from '../engine/engine.ts';
import { resolvedSite } from './holdings.ts';
import { second } from './ticks.ts';

/** `fuse_life(row, inspected, site, localAddress, localPort, remoteAddress, remotePort, begins, ends)`: from when to when
 *  a row's connection was seen alive, on the sensors' clock. `inspected`: the row only tells that an endpoint looked into
 *  a connection, which has a row of its own, and does not stand for it (`fuse_only_look`). */
export async function showLives(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_life AS
     SELECT r.row, coalesce(e.kind = 'inspected' AND f.flow IS NULL, false) AND e.event NOT IN (FROM fuse_only_look) AS inspected,
       coalesce(f.site, ${resolvedSite('e.site')}) AS site,
       coalesce(f.localAddress, e.localAddress) AS localAddress, coalesce(f.localPort, e.localPort) AS localPort,
       coalesce(f.remoteAddress, e.remoteAddress) AS remoteAddress, coalesce(f.remotePort, e.remotePort) AS remotePort,
       coalesce(f.starts, e.t) AS begins, greatest(f.starts, f.ends, e.t) AS ends
     FROM fuse_row r LEFT JOIN fuse_flow f ON f.flow = r.flow LEFT JOIN fuse_event e ON e.event = r.event
     WHERE e.kind IS NULL OR e.kind <> 'listening'`,
  );
}

/** SQL: what was seen inside connections, the rows of the table `looks(site, t, clientAddress, clientPort, serverAddress,
 *  serverPort, …)`, each with the `row` that had these ends when it was seen (5 s before its begin to 30 s after its end)
 *  and with `turned`, where the client is its remote side. Inspected rows are asked apart from those of connections. */
export function seenInside(looks: string, { inspected }: { readonly inspected: boolean }): string {
  const sides = ['client', 'server'].map((local) => {
    const remote = local === 'client' ? 'server' : 'client';
    const key = `n.site = r.site AND n.${local}Address = r.localAddress AND n.${local}Port = r.localPort
      AND n.${remote}Address = r.remoteAddress AND n.${remote}Port = r.remotePort`;
    // Of rows with one key and moment a flow's is meant: ASOF takes any of several equals.
    return `SELECT r.row, ${local === 'server'} AS turned, n.*
      FROM ${looks} n ASOF JOIN (
        SELECT max(row) AS row, max(ends) AS ends, * EXCLUDE (row, ends)
        FROM (FROM fuse_life WHERE ${inspected ? '' : 'NOT '}inspected) r SEMI JOIN ${looks} n ON ${key}
        GROUP BY ALL) r ON ${key} AND n.t >= r.begins - ${5 * second}
      WHERE n.t <= r.ends + ${30 * second}`;
  });
  return `(${sides.join(' UNION ALL ')})`;
}
