import type { Engine } from '../engine/engine.ts';
import { longSum } from '../tables/index.ts';
import { jointOutcome, outcomeClass, teller } from './flows.ts';
import { dropSpent } from './spent.ts';

/** `fuse_member(flow, member, told, EventId, flowId, sensor, site, source, sent, received)`: the flows that went into
 *  another, as they were. `told`: another sensor's telling of the same connection, which the finished row shows; the
 *  others are parts. `sent` is what the local side of `flow` sent. */
export async function prepareMembers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_member (
       flow INTEGER, member INTEGER, told BOOLEAN, "EventId" VARCHAR, flowId VARCHAR, sensor VARCHAR, site VARCHAR,
       source VARCHAR, sent BIGINT, received BIGINT)`,
  );
}

/** SQL for `BytesSource` where one may have counted what was sent and another what was received: `one`, or `one+other`. */
export function givenBy(sent: string, received: string): string {
  return `CASE WHEN ${sent} IS NULL OR ${sent} = ${received} THEN coalesce(${received}, '')
    WHEN ${received} IS NULL THEN ${sent} ELSE ${sent} || '+' || ${received} END`;
}

/** SQL: who counted what was sent, and what was received, by a flow's `source`. */
export const sentBy = (source: string): string => side(source, 1);
export const receivedBy = (source: string): string => side(source, -1);
const side = (source: string, at: number): string =>
  `CASE WHEN contains(${source}, '+') THEN split_part(${source}, '+', ${at}) ELSE ${source} END`;

/** Zeek counts payload by sequence numbers, right to the byte; all other counters of a wire are estimates and lower
 *  bounds, so that the larger is nearer (telemetry: offloaded frames are left out of them). */
export const exact = 'zeek-payload';

/** SQL: whether another figure is better than a flow's own, which `ownSource` gave. */
function better(own: string, ownSource: string, other: string): string {
  return `(${own} IS NULL OR ((${ownSource}) <> '${exact}' AND ${other} > ${own})) AND ${other} IS NOT NULL`;
}

/** Puts flows into others that tell of the same connection: the pairs of `fuse_same(flow, home, turned, whole, twin)`.
 *  Nothing is added up but the flows of one teller: a row keeps the figure of Zeek's payload, else the largest of all
 *  tellers'.
 *
 *  `turned`: local and remote are swapped between the two. Not `whole`: the flow tells of more connections than the one it
 *  is put into, so that its bytes are not that one's. `twin`: both are of one teller that does not name its sensor, so
 *  that their figures are not added either. */
export async function joinMembers(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_same LIMIT 1');
  if (!some) return;
  await followToTheEnd(engine);
  const turn = (one: string, other: string) => `CASE WHEN s.turned THEN f.${other} ELSE f.${one} END`;
  const source = (side: string, by: string) => `CASE WHEN ${side} IS NOT NULL THEN ${by} END`;
  const turnedSource = `CASE WHEN s.turned AND contains(f.source, '+') THEN ${receivedBy('f.source')} || '+' || ${sentBy('f.source')} ELSE f.source END`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_telling AS
     SELECT s.home AS flow, f.flow AS member, s.whole, ${teller('f')} AS teller, CASE WHEN s.twin THEN f.flow END AS twin, ${turn('sent', 'received')} AS sent,
       ${turn('received', 'sent')} AS received, ${turnedSource} AS source,
       i."EventId", f.flowId, f.sensor, f.site, f.ends, f.outcome, f.account, f.app
     FROM fuse_same s JOIN fuse_flow f ON f.flow = s.flow JOIN fuse_flow_id i ON i.flow = f.flow`,
  );
  // Figures as structs whose greatest is the best: exact ones first, then the larger.
  const figure = (side: string, by: string) =>
    `max({ exact: (${by}) = '${exact}', bytes: ${side}, source: ${by} }) FILTER (${side} IS NOT NULL)`;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_best AS
     WITH told AS (
       SELECT flow, teller, twin, ${longSum('sum(sent) FILTER (whole)')} AS sent, ${longSum('sum(received) FILTER (whole)')} AS received,
         min(source) FILTER (whole AND sent IS NOT NULL) AS sentSource, min(source) FILTER (whole AND received IS NOT NULL) AS receivedSource
       FROM fuse_telling GROUP BY ALL),
     best AS (
       SELECT flow, ${figure('sent', sentBy('sentSource'))} AS sent, ${figure('received', receivedBy('receivedSource'))} AS received
       FROM told GROUP BY ALL),
     rest AS (
       SELECT flow, max(ends) AS ends, ${jointOutcome('outcome')} AS outcome,
         CASE WHEN min(nullif(account, '')) = max(nullif(account, '')) THEN min(nullif(account, '')) END AS account,
         min(nullif(app, '')) AS app
       FROM fuse_telling GROUP BY ALL)
     FROM best JOIN rest USING (flow)`,
  );
  const ownSent = sentBy('f.source');
  const ownReceived = receivedBy('f.source');
  const takesSent = better('f.sent', ownSent, 'g.sent.bytes');
  const takesReceived = better('f.received', ownReceived, 'g.received.bytes');
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_joined AS
     SELECT f.flow, CASE WHEN ${takesSent} THEN g.sent.bytes ELSE f.sent END AS sent,
       CASE WHEN ${takesReceived} THEN g.received.bytes ELSE f.received END AS received,
       CASE WHEN ${takesSent} THEN g.sent.source ELSE ${source('f.sent', ownSent)} END AS sentSource,
       CASE WHEN ${takesReceived} THEN g.received.source ELSE ${source('f.received', ownReceived)} END AS receivedSource,
       (${takesSent} AND f.sent IS NOT NULL) OR (${takesReceived} AND f.received IS NOT NULL) AS corrected,
       coalesce(f.ends, g.ends) AS ends,
       CASE WHEN 'established' IN (f.outcome, g.outcome) THEN 'established' WHEN f.outcome = g.outcome THEN f.outcome
         ELSE 'unknown' END::fuse_word AS outcome,
       CASE WHEN f.account <> '' THEN f.account ELSE coalesce(g.account, '') END AS account,
       CASE WHEN f.app <> '' THEN f.app ELSE coalesce(g.app, '') END AS app
     FROM fuse_best g JOIN fuse_flow f ON f.flow = g.flow`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_member AS
     SELECT coalesce(s.home, m.flow) AS flow, m.member, m.told, m."EventId", m.flowId, m.sensor, m.site, m.source,
       CASE WHEN s.turned THEN m.received ELSE m.sent END AS sent, CASE WHEN s.turned THEN m.sent ELSE m.received END AS received
     FROM fuse_member m LEFT JOIN fuse_same s ON s.flow = m.flow
     UNION ALL
     SELECT flow, member, true, "EventId", flowId, sensor, site, source, sent, received FROM fuse_telling
     UNION ALL
     -- A flow whose own figure did not stand tells it beside the others.
     SELECT flow, flow, true, i."EventId", f.flowId, f.sensor, f.site, f.source, f.sent, f.received
     FROM fuse_joined j JOIN fuse_flow f USING (flow) JOIN fuse_flow_id i USING (flow) WHERE j.corrected`,
  );
  const joined = ['sent', 'received', 'ends', 'outcome', 'account', 'app'];
  // Most flows stay as they are, and are not written again.
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_renewed AS
     SELECT f.* REPLACE (${joined.map((name) => `j.${name} AS ${name}`).join(', ')},
       ${givenBy('j.sentSource', 'j.receivedSource')} AS source,
       ${outcomeClass({ outcome: 'j.outcome', sent: 'j.sent', received: 'j.received' })} AS class)
     FROM fuse_joined j JOIN fuse_flow f ON f.flow = j.flow ANTI JOIN fuse_same s ON s.flow = f.flow`,
  );
  await engine.run(
    'DELETE FROM fuse_flow WHERE flow IN (SELECT flow FROM fuse_same UNION ALL SELECT flow FROM fuse_joined)',
  );
  await engine.run('INSERT INTO fuse_flow BY NAME FROM fuse_renewed');
  await dropSpent(engine, 'telling', 'best', 'joined', 'renewed');
}

/** A flow may be put into one that is itself put into another: all go into the last. */
async function followToTheEnd(engine: Engine): Promise<void> {
  for (;;) {
    const [chained] = await engine.rows('FROM fuse_same a SEMI JOIN fuse_same b ON b.flow = a.home LIMIT 1');
    if (!chained) return;
    await engine.run(
      `CREATE OR REPLACE TABLE fusion.fuse_same AS
       SELECT a.flow, coalesce(b.home, a.home) AS home, a.turned <> coalesce(b.turned, false) AS turned,
         a.whole AND (b.flow IS NULL OR (b.whole AND NOT a.twin)) AS whole, a.twin AND b.flow IS NULL AS twin
       FROM fuse_same a LEFT JOIN fuse_same b ON b.flow = a.home`,
    );
  }
}

/** `fuse_other(flow, flows)`: what others told of a flow: a list of what DeviceNetworkEvents.OtherFlows has. */
export async function gatherOthers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_other AS
     SELECT flow, list({ id: "EventId", source: source, sent: sent, received: received } ORDER BY source, "EventId") AS flows
     FROM fuse_member WHERE told GROUP BY ALL`,
  );
}
