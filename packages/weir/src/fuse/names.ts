import type { Engine } from '../engine/engine.ts';
import { gatherAnswers, nameByAnswer } from './answers.ts';
import { bestNames, rankedName, saidInside } from './flowNames.ts';
import { resolvedSite } from './holdings.ts';
import { seenInside } from './lives.ts';
import { isProxied } from './proxies.ts';
import { rowSlices } from './slices.ts';
import { dropSpent } from './spent.ts';
import { day } from './ticks.ts';

/** The best name of each row: `fuse_name(row, host, source)`, in order of trust.
 *
 *  1. endpoint: the host of the endpoint's own RemoteUrl.
 *  2. tls, quic, http, proxy: what was said inside the connection, joined by the sensor's own flow id, or by addresses,
 *     ports and time where an endpoint looked into it (Defender's …Inspected rows). Certain.
 *  3. dns: the answer that this client last got for the address (`answers.ts`). Shared addresses make it less sure.
 *
 *  A name of those who front for others is none (`outerNames.ts`): a connection with an encrypted hello has the answer's.
 *
 *  Two things turn the endpoint's name last among the certain ones. Through a forward proxy its remote side is the proxy,
 *  and its URL may be the proxy's own name, while what is said inside names the real host (`fuse_proxy`). And an event
 *  that only stands for a flow tells of another connection to the same address, which may have gone to another host. */
export async function gatherNames(engine: Engine): Promise<void> {
  await gatherInsideNames(engine);
  await gatherAnswers(engine);
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_name ("row" INTEGER, host VARCHAR, source VARCHAR)');
  const slices = await rowSlices(engine);
  for (const slice of slices) await nameByContent(engine, slice);
  await nameByAnswer(engine, slices);
  await engine.run('DROP VIEW fuse_inside_name; DROP VIEW fuse_life');
  await dropSpent(engine, 'flow_name', 'looked');
}

/** Adds to `fuse_name` what the endpoint itself or the connection's content told of the rows of a slice. */
async function nameByContent(engine: Engine, slice: string): Promise<void> {
  await engine.run(
    `INSERT INTO fuse_name
     WITH told AS (
       SELECT r.row, nullif(e.host, '') AS endpoint, n.name.host AS inside, n.name.kind AS kind,
         NOT r.own OR r.rule LIKE 'proxy%' OR e.event IS NOT NULL AND ${isProxied('e')} AS last
       FROM (FROM fuse_row WHERE ${slice}) r
       LEFT JOIN fuse_event e ON e.event = r.event
       LEFT JOIN (FROM fuse_inside_name WHERE ${slice}) n ON n.row = r.row
       WHERE e.host <> '' OR n.row IS NOT NULL)
     SELECT row, CASE WHEN last THEN coalesce(inside, endpoint) ELSE coalesce(endpoint, inside) END AS host,
       CASE WHEN endpoint IS NULL OR (last AND inside IS NOT NULL) THEN kind ELSE 'endpoint' END AS source
     FROM told`,
  );
}

/** `fuse_inside_name(row, name)`: what was said inside a row's connection, the best of it (`bestNames`). */
async function gatherInsideNames(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_look AS
     SELECT l.address AS clientAddress, n."ClientPort" AS clientPort, r.address AS serverAddress, n."ServerPort" AS serverPort,
       ${resolvedSite('n."Site"')} AS site, n."Timestamp" - coalesce(o.ticks, 0) AS t, n."Host" AS host, n."Kind" AS kind,
       n."BytesSent" AS sent
     FROM (FROM "ObservedNames" WHERE "FlowId" = '' AND ${saidInside}) n
     JOIN fuse_address l ON l.text = n."ClientIP" JOIN fuse_address r ON r.text = n."ServerIP"
     LEFT JOIN fuse_device_key d ON d.key = lower(n."DeviceName")
     LEFT JOIN fuse_offset o ON o.device = d.device AND o.day = n."Timestamp" // ${day}`,
  );
  const [some] = await engine.rows('FROM fuse_look LIMIT 1');
  const looks = [true, false].map(
    (
      inspected,
    ) => `SELECT row AS of, ${rankedName({ said: 't', host: 'host', kind: 'kind' })} AS name, sent, NULL::BIGINT AS passed
      FROM ${seenInside('fuse_look', { inspected })}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_looked AS
     ${some ? `SELECT of AS row, name FROM ${bestNames(looks.join(' UNION ALL '))}` : 'SELECT flow AS row, name FROM fuse_flow_name LIMIT 0'}`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_inside_name AS
     SELECT flow AS row, least(f.name, l.name) AS name FROM fuse_flow_name f LEFT JOIN fuse_looked l ON l.row = f.flow
     UNION ALL FROM fuse_looked l ANTI JOIN fuse_flow_name f ON f.flow = l.row`,
  );
  await engine.run('DROP TABLE fuse_look');
}
