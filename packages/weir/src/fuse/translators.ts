import type { Engine } from '../engine/engine.ts';
import { dropSpent } from './spent.ts';
import { minute, second } from './ticks.ts';

const mark = 'translated ';

/** SQL: whether what stands for the host of a leg says that a translator made it. */
export function translated(host: string): string {
  return `starts_with(${host}, '${mark}')`;
}

/** Adds to `fuse_asked` and `fuse_leg` (`outerLegs.ts`) what is known of translators of addresses that are seen on both sides:
 *  a connection of theirs goes to the very end, port and all, that a machine behind them goes to at the time.
 *
 *  Who is behind one its own interface tells (`NetworkFlows.ThroughIP`, AWS). Of those that the inventory names it may be
 *  any that goes to the same end. Nobody else is taken for a translator, whatever its connections look like. */
export async function addTranslations(engine: Engine): Promise<void> {
  const here = (f: string) =>
    `'${mark}' || ${f}.protocol || ' ' || ${f}.remoteAddress || ' ' || coalesce(${f}.remotePort, 0)`;
  const asked = `f.starts, greatest(f.ends, f.starts), coalesce(f.sent, b.sent)`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_through AS
     SELECT DISTINCT coalesce(m.flow, i.flow) AS flow, a.address
     FROM (FROM fuse_flow_rows WHERE "ThroughIP" <> '') r JOIN fuse_flow_id i ON i.place = r.place
     JOIN fuse_address a ON a.text = r."ThroughIP" LEFT JOIN fuse_member m ON m.member = i.flow`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_translator AS
     SELECT a.address, true AS named FROM fuse_inventory_translator t JOIN fuse_address a ON a.canonical = t.address
     UNION SELECT address, false FROM fuse_through`,
  );
  const [some] = await engine.rows('FROM fuse_translator LIMIT 1');
  if (some) {
    const went = 'site, protocol, remoteAddress, remotePort';
    await engine.run(
      `INSERT INTO fuse_asked
       SELECT f.flow, f.site, t.address, ${here('f')}, ${asked}
       FROM fuse_through t JOIN fuse_flow f ON f.flow = t.flow LEFT JOIN fuse_body b ON b.row = f.flow
       WHERE NOT f.inbound AND t.address NOT IN (SELECT address FROM fuse_translator WHERE named)
       UNION ALL
       SELECT f.flow, f.site, l.translator, ${here('f')}, ${asked}
       FROM fuse_flow f JOIN (
         SELECT DISTINCT ${went}, localAddress AS translator FROM fuse_flow
         WHERE localAddress IN (SELECT address FROM fuse_translator WHERE named) AND NOT inbound) l USING (${went})
       LEFT JOIN fuse_body b ON b.row = f.flow
       WHERE NOT f.inbound AND f.localAddress NOT IN (SELECT address FROM fuse_translator)`,
    );
    await engine.run(
      `INSERT INTO fuse_leg
       SELECT f.flow, f.site, f.localAddress, ${here('f')}, f.starts, greatest(f.ends, f.starts), f.sent,
         CASE WHEN r.own AND NOT r.swapped THEN r.event END
       FROM (FROM fuse_row WHERE flow IS NOT NULL) r JOIN fuse_flow f ON f.flow = r.flow
       WHERE f.localAddress IN (SELECT address FROM fuse_translator) AND NOT f.inbound`,
    );
  }
  await engine.run('DROP TABLE fuse_through; DROP TABLE fuse_translator');
}

/** Adds to `fuse_outer` what translators send on. Of one connection of a machine behind one it makes one, with the same
 *  payload and at the same moment: each is the other's nearest in time of those that begin within the slack, and neither carries
 *  more than `carries` allows, SQL over two counts. What finds no partner is a connection of its own: where many go to
 *  one end, as to a content network's, others' uploads are no part of what one machine sends there. */
export async function markTranslations(engine: Engine, carries: (one: string, other: string) => string): Promise<void> {
  const [some] = await engine.rows(`FROM fuse_leg WHERE ${translated('host')} LIMIT 1`);
  if (!some) return;
  const side = (table: string, where: string) =>
    `SELECT DISTINCT o.flow, o.site, o.proxy, o.host, o.starts, o.sent, f.part, f.localPort AS port,
       floor(log2(o.sent + 1))::INTEGER AS size, round(log2(o.sent + 1))::INTEGER AS near
     FROM ${table} o JOIN fuse_flow f ON f.flow = o.flow WHERE ${translated('o.host')} AND o.starts IS NOT NULL ${where}`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_behind AS ${side('fuse_asked', 'AND o.sent IS NOT NULL')};
     CREATE OR REPLACE TABLE fusion.fuse_sent_on AS ${side('fuse_leg', '')}`,
  );
  for (const alike of likenesses) await pairNearest(engine, alike, carries);
  await dropSpent(engine, 'behind', 'sent_on');
}

/** What a leg and its client's connection have in common, the surest first: many translators keep the port where they can,
 *  and one sensor counts the same on both sides; of several with equal counts it does not matter which is whose. What two
 *  sensors count, one of them with headers, is of one size, between twos' powers or about one of these. */
const likenesses = ['port', 'sent', 'size', 'near', undefined] as const;

/** How often the nearest of those that are left are paired: the nearest of some are others'. */
const turns = 3;

/** How far before or after a connection others may begin that decide whose partner it is, ticks. */
export const pairedWithin = likenesses.length * turns * 2 * minute;

/** SQL: between two sensors' clocks; flow logs begin a record up to a minute late. */
const slack = `CASE WHEN l.part OR a.part THEN ${minute} ELSE ${5 * second} END`;

async function pairNearest(
  engine: Engine,
  alike: (typeof likenesses)[number],
  carries: (one: string, other: string) => string,
): Promise<void> {
  const key = ['site', 'proxy', 'host', ...(alike ? [alike] : [])];
  const same = [...key, 'nth'].map((name) => `l.${name} = a.${name}`).join(' AND ');
  // Those that begin at one moment are told apart by their order.
  const rows = (table: string) =>
    `(SELECT *, row_number() OVER (PARTITION BY ${key.join(', ')}, starts ORDER BY flow) AS nth FROM ${table})`;
  const nearest = ['l ASOF JOIN a', 'a ASOF JOIN l'].flatMap((both) =>
    ['>=', '<='].map((side) => {
      const [one, other] = both.startsWith('l') ? ['l', 'a'] : ['a', 'l'];
      return `SELECT l.flow AS leg, a.flow AS asked, l.proxy, abs(l.starts - a.starts) AS distance
        FROM ${both} ON ${same} AND ${one}.starts ${side} ${other}.starts
        WHERE distance <= ${slack} AND ${carries('l.sent', 'a.sent')} AND ${carries('a.sent', 'l.sent')}`;
    }),
  );
  for (let turn = 0; turn < turns; turn += 1) {
    const [left] = await engine.rows('FROM fuse_behind SEMI JOIN fuse_sent_on USING (site, proxy, host) LIMIT 1');
    if (!left) return;
    await engine.run(
      `CREATE OR REPLACE TABLE fusion.fuse_paired AS
       WITH a AS ${rows('fuse_behind')}, l AS ${rows('fuse_sent_on')}, near AS (${nearest.join(' UNION ')})
       SELECT leg, asked, proxy FROM near
       QUALIFY row_number() OVER (PARTITION BY leg ORDER BY distance, asked) = 1
         AND row_number() OVER (PARTITION BY asked, proxy ORDER BY distance, leg) = 1`,
    );
    const [some] = await engine.rows('FROM fuse_paired LIMIT 1');
    if (some)
      await engine.run(
        `INSERT INTO fuse_outer SELECT leg, true FROM fuse_paired;
         DELETE FROM fuse_sent_on WHERE flow IN (SELECT leg FROM fuse_paired);
         DELETE FROM fuse_behind WHERE (flow, proxy) IN (SELECT asked, proxy FROM fuse_paired)`,
      );
    await engine.run('DROP TABLE fuse_paired');
    if (!some) return;
  }
}
