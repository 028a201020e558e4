import type { Engine } from '../engine/engine.ts';
import { minute, second } from './ticks.ts';

/** Every pair of a flow and an endpoint event that may be one connection:
 *  `fuse_candidate(flow, event, confidence, distance, rule, swapped)`.
 *
 *  | rule | the keys that agree | confidence |
 *  |---|---|---|
 *  | five-tuple | site, protocol, both addresses and ports | 1 |
 *  | five-tuple-swapped | the same, the endpoint being the flow's remote side | 0.95 |
 *  | no-local-port | all but the local port, which the endpoint does not know | 0.7 |
 *  | aggregated | device's address, remote address and port, within an hour of the report | 0.5 |
 *
 *  times what is in doubt: protocol not known to one side 0.9, site not known to one side 0.95, local address taken from
 *  what the device is known to hold 0.85; times how well the times agree: see `timeFactor`. */
export async function gatherCandidates(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_candidate (
       flow INTEGER, event INTEGER, confidence DOUBLE, distance BIGINT, rule VARCHAR, swapped BOOLEAN)`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_offer AS
     SELECT event, t, site, protocol, localAddress, localPort, remoteAddress, remotePort, 1.0::DOUBLE AS doubt FROM fuse_event
     WHERE kind = 'connection' AND t IS NOT NULL AND localAddress IS NOT NULL AND remoteAddress IS NOT NULL AND remotePort IS NOT NULL`,
  );
  await pairByKey(engine, 'fuse_offer', 'five-tuple', 1, ['local', 'remote']);
  await pairByKey(engine, 'fuse_offer', 'five-tuple-swapped', 0.95, ['remote', 'local']);
}

async function pairByKey(
  engine: Engine,
  offers: string,
  rule: string,
  trust: number,
  [mine, theirs]: [string, string],
) {
  const key = `f.site = e.site AND f.protocol = e.protocol
    AND f.${mine}Address = e.localAddress AND f.${mine}Port = e.localPort
    AND f.${theirs}Address = e.remoteAddress AND f.${theirs}Port = e.remotePort`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_probe AS
     SELECT f.flow, f.starts, greatest(f.ends, f.starts) AS ends, f.site, f.protocol, f.localAddress, f.localPort, f.remoteAddress, f.remotePort
     FROM fuse_flow f SEMI JOIN ${offers} e ON ${key} WHERE f.starts IS NOT NULL`,
  );
  // ASOF takes any of several equals: one event a key and moment, the first by id.
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_target AS
     SELECT min(event) AS event, max(doubt) AS doubt, e.t, e.site, e.protocol, e.localAddress, e.localPort, e.remoteAddress, e.remotePort
     FROM ${offers} e SEMI JOIN fuse_flow f ON ${key} GROUP BY ALL`,
  );
  for (const side of ['<=', '>=']) {
    await engine.run(
      `INSERT INTO fuse_candidate
       SELECT flow, event, ${trust} * doubt * agreement, abs(t - starts), '${rule}', ${mine === 'remote'}
       FROM (SELECT f.flow, f.starts, e.event, e.t, e.doubt, ${timeFactor} AS agreement
             FROM fuse_probe f ASOF JOIN fuse_target e ON ${key} AND e.t ${side} f.starts)
       WHERE agreement > 0`,
    );
  }
}

/** SQL: the event's time against the flow's life. At its start 0.95; while it lasted 0.9, both with 2 s for jitter;
 *  within half a minute of it 0.75, within two minutes 0.5 (an unestimated clock), beyond that another connection. */
const timeFactor = `CASE
  WHEN abs(e.t - f.starts) <= ${2 * second} THEN 0.95
  WHEN e.t BETWEEN f.starts - ${2 * second} AND f.ends + ${2 * second} THEN 0.9
  WHEN e.t BETWEEN f.starts - ${30 * second} AND f.ends + ${30 * second} THEN 0.75
  WHEN e.t BETWEEN f.starts - ${2 * minute} AND f.ends + ${2 * minute} THEN 0.5
  ELSE 0 END`;
