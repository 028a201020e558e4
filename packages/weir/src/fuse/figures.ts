import type { Engine } from '../engine/engine.ts';
import { longSum } from '../tables/index.ts';
import { exact, givenBy, receivedBy, sentBy } from './members.ts';
import { rowSlices } from './slices.ts';

/** `fuse_figure(row, sent, received, source, others)`: the bytes of the rows that more than one flow's counter tells of:
 *  bodies, the endpoint itself, other sensors. Of all other rows the flow's own stand.
 *
 *  A side is the flow's where that is exact, else the greatest of what the flow's sensors estimated, what the endpoint
 *  counted and what bodies were seen to pass. The endpoint's figure is all of its connection's, so that it counts only on
 *  the row of an event with one flow or none; of a report on many, some of which have rows of their own, it is what those
 *  leave. What a proxy refused has no bytes. `others` (DeviceNetworkEvents.OtherFlows)
 *  are the flows of other sensors, the row's own where its figure does not stand, the endpoint's beside a flow, and each
 *  endpoint sensor's where several told of the connection. */
export async function gatherFigures(engine: Engine): Promise<void> {
  const turn = (one: string, other: string) => `CASE WHEN r.swapped THEN ${other} ELSE ${one} END`;
  const own = (column: string, side: string) =>
    `CASE WHEN r.alone AND d.flow IS NULL AND (t.${side} IS NULL OR e.${column} > t.${side}) THEN e.${column} - coalesce(t.${side}, 0) END`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_taken AS
     SELECT r.event, ${longSum('sum(f.sent)')} AS sent, ${longSum('sum(f.received)')} AS received
     FROM fuse_row r JOIN fuse_flow f ON f.flow = r.flow WHERE r.rule = 'aggregated' GROUP BY ALL`,
  );
  await engine.run(
    'CREATE OR REPLACE TABLE fusion.fuse_figure ("row" INTEGER, sent BIGINT, received BIGINT, source VARCHAR, others JSON)',
  );
  // Of most rows one counter tells: they are left out before anything wide is joined to them.
  const concerned = (slice: string) => `CREATE OR REPLACE TEMP TABLE fuse_concerned AS
    FROM fuse_row WHERE ${slice} AND ("row" IN (SELECT "row" FROM fuse_body) OR flow IN (SELECT flow FROM fuse_other)
    OR event IN (SELECT event FROM fuse_event WHERE ownSent IS NOT NULL OR ownReceived IS NOT NULL))`;
  const add = `INSERT INTO fuse_figure
     WITH told AS (
       SELECT r.row, r.flow, r.event,
         ${turn('f.sent', 'f.received')} AS flowSent, ${turn('f.received', 'f.sent')} AS flowReceived,
         ${turn(sentBy('f.source'), receivedBy('f.source'))} AS flowSentBy,
         ${turn(receivedBy('f.source'), sentBy('f.source'))} AS flowReceivedBy,
         ${own('ownSent', 'sent')} AS ownSent, ${own('ownReceived', 'received')} AS ownReceived, e.ownSource,
         ${turn('b.sent', 'b.received')} AS bodiesSent, ${turn('b.received', 'b.sent')} AS bodiesReceived,
         CASE WHEN r.swapped THEN list_transform(o.flows, lambda x: { id: x.id, source: x.source, sent: x.received, received: x.sent })
           ELSE o.flows END AS flows
       FROM fuse_concerned r
       LEFT JOIN fuse_flow f ON f.flow = r.flow LEFT JOIN fuse_event e ON e.event = r.event
       LEFT JOIN fuse_body b ON b.row = r.row LEFT JOIN fuse_other o ON o.flow = r.flow LEFT JOIN fuse_denied d ON d.flow = r.flow
       LEFT JOIN fuse_taken t ON t.event = CASE WHEN r.flow IS NULL THEN r.event END),
     best AS (SELECT *, ${best('Sent')} AS sent, ${best('Received')} AS received FROM told)
     SELECT row, sent, received, ${givenBy(source('Sent'), source('Received'))} AS source,
       to_json(nullif(list_concat(flows,
         CASE WHEN coalesce(flowSent <> sent, false) OR coalesce(flowReceived <> received, false)
           THEN [{ id: i."EventId", source: ${givenBy('flowSentBy', 'flowReceivedBy')}, sent: flowSent, received: flowReceived }] END,
         CASE WHEN (flow IS NOT NULL OR len(k.counts) > 1) AND (ownSent IS NOT NULL OR ownReceived IS NOT NULL)
           THEN coalesce(k.counts, [{ id: o."EventId", source: ownSource, sent: ownSent, received: ownReceived }]) END), [])) AS others
     FROM best LEFT JOIN fuse_flow_id i USING (flow) LEFT JOIN fuse_event_id o USING (event) LEFT JOIN fuse_counted k USING (event)`;
  for (const slice of await rowSlices(engine)) {
    await engine.run(concerned(slice));
    // Their number is known before they are joined: of few rows the engine makes the hash tables, and of no others.
    const [some] = await engine.rows('FROM fuse_concerned LIMIT 1');
    if (some) await engine.run(add);
  }
  await engine.run('DROP TABLE IF EXISTS temp.fuse_concerned; DROP TABLE fuse_taken');
}

type Side = 'Sent' | 'Received';

const best = (side: Side): string =>
  `CASE WHEN flow${side} IS NOT NULL AND flow${side}By = '${exact}' THEN flow${side} ELSE greatest(flow${side}, own${side}, bodies${side}) END`;

const source = (side: Side): string => {
  const figure = side.toLowerCase();
  return `CASE WHEN ${figure} = flow${side} THEN flow${side}By WHEN ${figure} = own${side} THEN ownSource
    WHEN ${figure} IS NOT NULL THEN 'bodies' END`;
};
