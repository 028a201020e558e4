import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { islands } from './islands.ts';
import { isProxied } from './proxies.ts';
import { dropSpent } from './spent.ts';
import { second } from './ticks.ts';
import { addTranslations, markTranslations, translated } from './translators.ts';

/** `fuse_outer(row, translated)`: flows that a proxy opened on behalf of a client whose own connection to it, or whose record in the
 *  proxy's log, is a row as well: the proxy's flow goes to the host that the client named, and begins while the client's
 *  lasts (2 s for jitter). So too what a translator of addresses sends on, one connection for one (`translators.ts`). What passes
 *  through is on the wire twice; such a row is marked, so that it need not be counted twice. It is marked only where the client's row knows what was sent. Where that does not (most proxies log no size of
 *  uploads), and one flow of the proxy and one of a client went to the host at the time, the client's row takes the bytes
 *  of the proxy's.
 *
 *  A flow that no proxy made, or that carried far more than the clients did, is a connection of its own: others use a
 *  proxy's machine too, and what is marked no rule looks at. */
export async function findOuterLegs(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_outer ("row" INTEGER, translated BOOLEAN)');
  const [some] = await engine.rows(
    `(SELECT 1 FROM fuse_proxy LIMIT 1) UNION ALL (SELECT 1 FROM fuse_inventory_translator LIMIT 1)
     UNION ALL (SELECT 1 FROM fuse_flow_rows WHERE "ThroughIP" <> '' LIMIT 1)`,
  );
  if (!some) return;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_asked AS
     SELECT f.flow, f.site, f.remoteAddress AS proxy, n.host, f.starts, greatest(f.ends, f.starts) AS ends, coalesce(f.sent, b.sent) AS sent
     FROM fuse_flow f JOIN fuse_name n ON n.row = f.flow LEFT JOIN fuse_body b ON b.row = f.flow
     WHERE n.source IN ('tls', 'http', 'proxy') AND ${isProxied('f')}
     UNION ALL
     SELECT f.flow, f.site, p.address, r.host, f.starts, greatest(f.ends, f.starts), f.sent
     FROM (FROM fuse_proxy_record WHERE NOT denied) r JOIN fuse_flow f ON f.flow = r.flow CROSS JOIN (SELECT DISTINCT address FROM fuse_proxy) p`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_leg AS
     SELECT f.flow, f.site, f.localAddress AS proxy, n.host, f.starts, greatest(f.ends, f.starts) AS ends, f.sent,
       CASE WHEN r.own AND NOT r.swapped THEN r.event END AS event
     FROM (FROM fuse_row WHERE flow IS NOT NULL) r JOIN fuse_flow f ON f.flow = r.flow JOIN fuse_name n ON n.row = r.row
     WHERE f.localAddress IN (SELECT address FROM fuse_proxy) AND NOT f.inbound`,
  );
  await addTranslations(engine);
  await leaveOthers(engine);
  await markTranslations(engine, within);
  await markProxied(engine);
  await lendBytes(engine);
  await dropSpent(engine, 'asked', 'leg');
}

const key = 'site, proxy, host';

const same = (one: string, other: string): string =>
  `${other}.site = ${one}.site AND ${other}.proxy = ${one}.proxy AND ${other}.host = ${one}.host`;

/** Marks the legs of proxies. A proxy asks a host for several clients in one connection, and for one client in several, so
 *  that nobody can say which is whose: each carries no more than all clients sent that were connected while it lasted, and all
 *  together that began since the first of these did, in the order in which they began, no more than was sent since. */
async function markProxied(engine: Engine): Promise<void> {
  await engine.run(
    `INSERT INTO fuse_outer
     WITH known AS (FROM fuse_asked WHERE sent IS NOT NULL AND starts IS NOT NULL AND NOT ${translated('host')}),
     busy AS (
       SELECT ${key}, starts - ${jitter} AS starts,
         max(ends) OVER (PARTITION BY ${key} ORDER BY starts) + ${jitter} AS ends
       FROM (SELECT ${key}, starts, max(ends) AS ends FROM known GROUP BY ALL)),
     begun AS (${sentUntil('starts')}),
     ended AS (${sentUntil('ends')}),
     since AS (
       SELECT ${key}, ends AS moment, min(min(starts)) OVER (PARTITION BY ${key} ORDER BY ends DESC) AS starts
       FROM known GROUP BY ${key}, ends),
     leg AS (
       SELECT o.*, b.sent AS asked, s.starts AS since
       FROM fuse_leg o ASOF JOIN busy w ON ${same('o', 'w')} AND o.starts >= w.starts
       ASOF JOIN begun b ON ${same('o', 'b')} AND o.ends + ${jitter} >= b.moment
       ASOF LEFT JOIN ended e ON ${same('o', 'e')} AND o.starts - ${jitter} > e.moment
       ASOF JOIN since s ON ${same('o', 's')} AND o.starts - ${jitter} <= s.moment
       WHERE o.starts <= w.ends AND ${within('o.sent', '(b.sent - coalesce(e.sent, 0))')}),
     counted AS (
       SELECT *, sum(greatest(coalesce(sent, 0) - ${headers}, 0)) OVER (PARTITION BY ${key} ORDER BY starts, flow) AS made FROM leg),
     before AS (SELECT ${key}, starts AS moment, max(made) AS made FROM counted GROUP BY ${key}, starts)
     SELECT o.flow, false
     FROM counted o ASOF LEFT JOIN ended e ON ${same('o', 'e')} AND o.since - ${jitter} > e.moment
     ASOF LEFT JOIN before m ON ${same('o', 'm')} AND o.since - ${jitter} > m.moment
     WHERE o.sent IS NULL OR ${within('(o.made - coalesce(m.made, 0))', '(o.asked - coalesce(e.sent, 0))')}
     GROUP BY o.flow`,
  );
}

/** SQL: what all of a host's clients sent whose connections had begun, or were over, at a moment: of the two the difference
 *  is what was sent by those that were alive in between. */
const sentUntil = (moment: 'starts' | 'ends'): string =>
  `SELECT ${key}, ${moment} AS moment, sum(sum(sent)) OVER (PARTITION BY ${key} ORDER BY ${moment}) AS sent
   FROM known GROUP BY ${key}, ${moment}`;

/** SQL: whether legs carried no more than clients sent; one that knows no count is not known to.
 *
 *  What passes is the same payload, and counters of frames are some hundredths off: a quarter leaves them room. What a proxy
 *  adds is headers, some hundred bytes a request (Via, X-Forwarded-For), and where a client's are compressed (HTTP/2) and the
 *  proxy's are not, one or two thousand: a mebibyte is room for some hundred of these, and less than a share of files. A
 *  client that does not know what it sent is no room for anything: its bytes would be counted by nobody. */
const within = (legs: string, asked: string): string =>
  `coalesce(${legs} <= ${asked} * ${moreByShare} + ${moreAtAll}, true)`;
const moreByShare = 1.25;
const moreAtAll = 2 ** 20;

/** What of a leg is not added to the others': of many that ask for little, most is headers. */
const headers = 2 ** 14;

/** How far beside a client's connection the proxy's may be. */
const jitter = 2 * second;

/** Drops the legs that an endpoint event says another program than a proxy made. Which program the proxy is cannot be seen by
 *  what it does: a tool on its machine that uploads to where clients go does the same. So its name counts, and what is no
 *  proxy by its name, an unknown one too, has made a connection of its own: better twice on a list than on none. An event that only stands
 *  for a flow says no such thing: what a proxy makes nobody may log. */
async function leaveOthers(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_leg WHERE event IS NOT NULL LIMIT 1');
  if (!some) return;
  const program = `regexp_replace(lower(e."InitiatingProcessFileName"), '[.]exe$', '')`;
  await engine.run(
    `DELETE FROM fuse_leg WHERE event IN (
       SELECT t.event
       FROM (SELECT event, place FROM fuse_event UNION ALL SELECT home, place FROM fuse_twin) t
       SEMI JOIN fuse_leg l ON l.event = t.event
       JOIN fuse_endpoint_rows e ON e.place = t.place
       WHERE e."InitiatingProcessFileName" <> '' AND ${program} NOT IN (${proxyPrograms.map(sqlText).join(', ')}))`,
  );
}

/** Programs that are forward proxies, by their file's name in lower case and without `.exe`. */
const proxyPrograms: readonly string[] = [
  ...['squid', '(squid-1)', 'tinyproxy', 'privoxy', 'polipo', 'ziproxy', 'e2guardian', 'dansguardian', '3proxy'],
  ...['traffic_server', 'traffic_manager', 'envoy', 'httpd', 'apache2', 'sockd', 'danted'],
  ...['mitmproxy', 'mitmdump', 'ccproxy', 'wingate', 'winroute', 'kwinroute', 'wspsrv', 'mwg-core', 'content_gateway'],
];

/** Gives rows of clients that do not know what was sent the bytes of the one proxy's flow that there is at the time. */
async function lendBytes(engine: Engine): Promise<void> {
  const unknown = `(SELECT DISTINCT ${key} FROM fuse_asked SEMI JOIN (FROM fuse_flow WHERE sent IS NULL) f USING (flow)) u`;
  const [some] = await engine.rows(`FROM ${unknown} LIMIT 1`);
  if (!some) return;
  const both = `FROM (
      SELECT flow, site, proxy, host, starts, ends, true AS asked FROM fuse_asked
      UNION ALL SELECT flow, site, proxy, host, starts, ends, false FROM fuse_leg)
    SEMI JOIN ${unknown} USING (${key})`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_lent AS
     WITH pair AS (
       SELECT host, max(flow) FILTER (asked) AS flow, max(flow) FILTER (NOT asked) AS leg
       FROM (${islands(both, ['site', 'proxy', 'host'], jitter)})
       GROUP BY site, proxy, host, island HAVING count(*) = 2 AND count(*) FILTER (asked) = 1)
     SELECT p.flow, l.flow AS leg, p.host, i."EventId", l.flowId, l.sensor, l.site, l.source, l.sent, l.received
     FROM pair p JOIN fuse_flow f ON f.flow = p.flow JOIN fuse_flow l ON l.flow = p.leg JOIN fuse_flow_id i ON i.flow = l.flow
     WHERE f.sent IS NULL AND l.sent IS NOT NULL
     QUALIFY count(*) OVER (PARTITION BY p.flow) = 1`,
  );
  await engine.run(`INSERT INTO fuse_outer
     SELECT leg, bool_and(${translated('host')}) FROM fuse_lent WHERE leg NOT IN (SELECT "row" FROM fuse_outer) GROUP BY leg`);
  await engine.run(
    `INSERT INTO fuse_member
     SELECT flow, leg, true, "EventId", flowId, sensor, site, source, sent, received FROM fuse_lent
     UNION ALL
     SELECT flow, flow, true, i."EventId", f.flowId, f.sensor, f.site, f.source, f.sent, f.received
     FROM fuse_lent JOIN fuse_flow f USING (flow) JOIN fuse_flow_id i USING (flow) WHERE f.received IS NOT NULL`,
  );
  await engine.run(
    `UPDATE fuse_flow SET sent = l.sent, received = coalesce(l.received, fuse_flow.received), source = l.source
     FROM fuse_lent l WHERE l.flow = fuse_flow.flow`,
  );
  await engine.run('DROP TABLE fuse_lent');
}
