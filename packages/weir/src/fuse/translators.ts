import type { Engine } from '../engine/engine.ts';

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
