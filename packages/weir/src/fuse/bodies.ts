import type { Engine } from '../engine/engine.ts';
import { longSum } from '../tables/index.ts';
import { knownFlows } from './flowNames.ts';
import { resolvedSite } from './holdings.ts';
import { seenInside } from './lives.ts';

/** `fuse_body(row, sent, received)`: how much of bodies and files was seen to pass in a row's connection, each side's sum;
 *  null where none was. A lower bound of its payload. A body told twice is one; of several sensors the one that saw most
 *  is believed, never their sum. Joined by the sensor's own flow id, else by addresses, ports and time. What was refused
 *  passed nothing. */
export async function gatherBodies(engine: Engine): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_body ("row" INTEGER, sent BIGINT, received BIGINT)');
  const [some] = await engine.rows('FROM "ObservedBodies" LIMIT 1');
  if (!some) return;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_passed AS
     SELECT row_number() OVER () AS body, *
     FROM (
       SELECT b."FlowId" AS flowId, b."Sensor" AS sensor, b."Site" AS namedSite, ${resolvedSite('b."Site"')} AS site,
         c.address AS clientAddress, b."ClientPort" AS clientPort, s.address AS serverAddress, b."ServerPort" AS serverPort,
         min(b."Timestamp") AS t, max(b."SentByClient") AS byClient, max(b."SentByServer") AS byServer
       FROM "ObservedBodies" b
       LEFT JOIN fuse_address c ON c.text = b."ClientIP" LEFT JOIN fuse_address s ON s.text = b."ServerIP"
       GROUP BY ${body.join(', ')})`,
  );
  await engine.run(
    `INSERT INTO fuse_body
     WITH known AS (
       SELECT b.body, f.flow AS row,
         CASE WHEN b.clientAddress IS NULL OR f.localAddress IS NULL THEN f.inbound
           WHEN b.clientAddress = f.localAddress AND coalesce(b.clientPort = f.localPort, true) THEN false
           ELSE b.clientAddress IS NOT DISTINCT FROM f.remoteAddress END AS turned,
         b.sensor, b.byClient, b.byServer
       FROM fuse_passed b JOIN ${knownFlows} k ON k.flowId = b.flowId AND k.sensor = b.sensor AND k.site = b.namedSite
       JOIN fuse_flow f ON f.flow = k.flow
       WHERE b.flowId <> ''),
     seen AS (
       SELECT body, row, turned, sensor, byClient, byServer
       FROM ${seenInside('fuse_passed', { inspected: false })} ANTI JOIN known USING (body)),
     summed AS (
       SELECT row, sensor, ${longSum('sum(CASE WHEN turned THEN byServer ELSE byClient END)')} AS sent,
         ${longSum('sum(CASE WHEN turned THEN byClient ELSE byServer END)')} AS received
       FROM (FROM known UNION ALL BY NAME FROM seen) GROUP BY ALL)
     SELECT s.row, max(s.sent) AS sent, max(s.received) AS received
     FROM summed s LEFT JOIN fuse_flow f ON f.flow = s.row LEFT JOIN fuse_event e ON e.event = -s.row
     WHERE (f.flow IS NULL OR f.class <> 'failed') AND (e.event IS NULL OR e.told <> 'failed')
     GROUP BY ALL`,
  );
  await engine.run('DROP TABLE fuse_passed');
}

/** One body: what its sensor calls it, or where it does not, all that is known of it. */
const body = [
  'b."FlowId"',
  'b."Sensor"',
  'b."Site"',
  'c.address',
  'b."ClientPort"',
  's.address',
  'b."ServerPort"',
  'b."BodyId"',
  `CASE WHEN b."BodyId" = '' THEN { t: b."Timestamp", sent: b."SentByClient", received: b."SentByServer" } END`,
];
