import type { Engine } from '../engine/engine.ts';
import { matchOtherClocks } from './otherClocks.ts';
import { any, bothEnds, contradicting, gatherManners, pair } from './pairs.ts';
import { isProxied } from './proxies.ts';

/** Every pair of a flow and an endpoint event that may be one connection:
 *  `fuse_candidate(flow, event, confidence, distance, rule, swapped)`.
 *
 *  | rule | what agrees | confidence |
 *  |---|---|---|
 *  | five-tuple | site, protocol, both addresses and ports | 1 |
 *  | five-tuple-swapped | the same, the endpoint being the flow's remote side | 0.95 |
 *  | five-tuple-disputed | the same at the same moment, but one side saw it fail and the other saw it carry data | 0.8 |
 *  | no-local-port | all but the local port, which the endpoint does not know; where several programs went there within
 *    two minutes, only at the same moment | 0.7 |
 *  | no-flow-port | the same, where the sensor does not know it, and the event has no better flow | 0.7 |
 *  | five-tuple-other-clock | the five-tuple at the same moment, by another clock than that of the event's day, where nothing
 *    else fits either (`otherClocks.ts`) | 0.7 |
 *  | proxy | a proxy's record and a connection to a proxy: site, protocol, client address and port | 1 |
 *  | proxy-port | the same, where nothing else says that the connection goes to a proxy | 0.85 |
 *  | proxy-host | a record that does not know the client's port, and a connection to a proxy: the host instead; of
 *    several programs as without a local port | 0.7 |
 *
 *  times the offer's doubt (`fuse_offer`), times how well the times agree (`timeFactor`). `standing.ts` has the rules
 *  for the flows that find nothing here. What a proxy did with a request says nothing of the connection to it, so that the
 *  outcomes need not agree, and a connection that a sensor saw is no record's (`proxyRecords.ts`). */
export async function gatherCandidates(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_candidate (
       flow INTEGER, event INTEGER, confidence DOUBLE, distance BIGINT, rule VARCHAR, swapped BOOLEAN)`,
  );
  const [some] = await engine.rows('FROM fuse_offer LIMIT 1');
  if (!some) return;
  await gatherManners(engine);
  const exact = `FROM fuse_offer WHERE kind <> 'aggregated' AND localPort IS NOT NULL`;
  const ends = bothEnds;
  await pair(engine, { name: 'five-tuple', trust: 1, offers: exact, ends });
  await pair(engine, { name: 'five-tuple-swapped', trust: 0.95, offers: exact, ends, swapped: true });
  await pair(engine, {
    name: 'five-tuple-disputed',
    trust: 0.8,
    offers: exact,
    ends,
    outcomes: contradicting,
    moment: true,
  });
  const portless = { name: 'no-local-port', trust: 0.7, ends: ['localAddress', 'remoteAddress', 'remotePort'] };
  const nameless = `FROM fuse_offer WHERE kind <> 'aggregated' AND localPort IS NULL AND NOT guess`;
  const [portlessOffer] = await engine.rows(`${nameless} LIMIT 1`);
  if (portlessOffer)
    for (const programs of ['one', 'several'] as const) await pair(engine, { ...portless, offers: nameless, programs });
  const [portlessFlow] = await engine.rows(`${flowsWithoutPort} LIMIT 1`);
  if (portlessFlow) {
    const whole = { ...portless, name: 'no-flow-port', flows: flowsWithoutPort };
    for (const programs of ['one', 'several'] as const) {
      // Before a rule, not a slice of it: an event may have offers in several.
      await engine.run('CREATE OR REPLACE TABLE fusion.fuse_met AS SELECT DISTINCT event FROM fuse_candidate');
      const unmet = `${exact} AND NOT guess AND event NOT IN (FROM fuse_met)`;
      await pair(engine, { ...whole, offers: unmet, programs });
    }
    await engine.run('DROP TABLE fuse_met');
  }
  await matchOtherClocks(engine);
  await pairRecords(engine);
  await dropGuesses(engine);
  await engine.run('DROP TABLE fuse_manner');
}

const flowsWithoutPort = 'FROM fuse_flow WHERE localPort IS NULL AND remoteAddress IS NOT NULL';

async function pairRecords(engine: Engine): Promise<void> {
  const [some] = await engine.rows('FROM fuse_proxy_record LIMIT 1');
  if (!some) return;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_unseen AS
     SELECT o.*, nullif(e.host, '') AS host, ${isProxied('o')} AS proxied
     FROM fuse_offer o JOIN fuse_event e ON e.event = o.event
     WHERE o.kind <> 'aggregated' AND NOT o.guess AND o.event NOT IN (SELECT event FROM fuse_candidate)`,
  );
  const ported = {
    flows: 'SELECT f.* FROM fuse_flow f SEMI JOIN fuse_proxy_record r ON r.flow = f.flow WHERE localPort IS NOT NULL',
    ends: ['localAddress', 'localPort'],
    outcomes: any,
  };
  await pair(engine, { ...ported, name: 'proxy', trust: 1, offers: 'FROM fuse_unseen WHERE proxied' });
  await pair(engine, { ...ported, name: 'proxy-port', trust: 0.85, offers: 'FROM fuse_unseen WHERE NOT proxied' });
  const named = {
    name: 'proxy-host',
    trust: 0.7,
    flows: 'SELECT f.*, r.host FROM fuse_flow f JOIN fuse_proxy_record r ON r.flow = f.flow WHERE f.localPort IS NULL',
    ends: ['localAddress', 'host'],
    outcomes: any,
  } as const;
  for (const programs of ['one', 'several'] as const)
    await pair(engine, { ...named, offers: 'FROM fuse_unseen WHERE proxied', programs });
  await engine.run('DROP TABLE fuse_unseen');
}

/** A site that one side does not name is settled by the pairs themselves: where they lie in several sites, the same
 *  address may be two machines, and none of them is believed. */
async function dropGuesses(engine: Engine): Promise<void> {
  const crossing = (nameless: string, other: string) =>
    `SELECT ${nameless} FROM fuse_candidate JOIN fuse_flow f USING (flow) JOIN fuse_event e USING (event)
     WHERE ${nameless[0]}.site = '' GROUP BY ${nameless} HAVING count(DISTINCT ${other[0]}.site) > 1`;
  const [guess] = await engine.rows('FROM fuse_offer WHERE guess LIMIT 1');
  if (guess === undefined) return;
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_candidate AS
     FROM fuse_candidate WHERE event NOT IN (${crossing('event', 'flow')}) AND flow NOT IN (${crossing('flow', 'event')})`,
  );
}
