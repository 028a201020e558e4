import type { Engine } from '../engine/engine.ts';
import { isOuterName } from './outerNames.ts';

/** SQL: names that were said inside a connection; the others are what DNS answered. */
export const saidInside = `"Kind" IN ('tls', 'quic', 'http', 'proxy') AND "Host" <> '' AND NOT ${isOuterName('"Host"')}`;

interface Said {
  /** SQL: when it was said, the name, and its kind. */
  readonly said: string;
  readonly host: string;
  readonly kind: string;
}

/** SQL: a name with its rank, so that the least is the most trusted, then that to which most was sent, then the first said. */
export function rankedName({ said, host, kind }: Said): string {
  const trust = `CASE ${kind} WHEN 'tls' THEN 1 WHEN 'quic' THEN 2 WHEN 'http' THEN 3 ELSE 4 END`;
  return `{ trust: ${trust}, unsent: 0::BIGINT, said: ${said}, host: ${host}, kind: ${kind} }`;
}

/** SQL: (`of`, name): the best name of each of what `heard` tells of: (of, name, sent, passed), a row each time that one was said;
 *  `sent` is what the client sent with it, `passed` all that it sent in the connection.
 *
 *  Through a proxy, requests to several hosts follow each other on one connection, and the first may be a probe that all
 *  systems make. So of names of one kind that counts to which the bodies of requests went, and one to which more than half
 *  of all went counts before every other. The same request told twice is one: by its moment. */
export function bestNames(heard: string): string {
  return `(
    SELECT of, min({
        trust: CASE WHEN sent * 2 > passed THEN 0 ELSE name.trust END, unsent: -coalesce(sent, 0)::BIGINT,
        said: name.said, host: name.host, kind: name.kind }) AS name
    FROM (
      SELECT of, min(name) AS name, sum(sent) AS sent, any_value(passed) AS passed
      FROM (SELECT of, min(name) AS name, max(sent) AS sent, any_value(passed) AS passed
            FROM (${heard}) GROUP BY of, name.host, name.said)
      GROUP BY of, name.host)
    GROUP BY of)`;
}

/** `fuse_flow_name(flow, name)`: what the sensors heard inside a flow, joined by their own flow ids. */
export async function gatherFlowNames(engine: Engine): Promise<void> {
  const heard = `(FROM "ObservedNames" WHERE "FlowId" <> '' AND ${saidInside}) n
     JOIN ${knownFlows} f ON f.flowId = n."FlowId" AND f.sensor = n."Sensor" AND f.site = n."Site"`;
  const name = rankedName({ said: 'n."Timestamp"', host: 'n."Host"', kind: 'n."Kind"' });
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_flow_name AS
     SELECT f.flow, min(${name}) AS name, bool_or(n."BytesSent" > 0) IS TRUE AS weighed FROM ${heard} GROUP BY f.flow`,
  );
  // Of most connections nobody sees what requests sent.
  const [some] = await engine.rows('FROM fuse_flow_name WHERE weighed LIMIT 1');
  if (!some) return;
  await engine.run(
    `UPDATE fuse_flow_name SET name = best.name
     FROM ${bestNames(
       `SELECT f.flow AS of, ${name} AS name, n."BytesSent" AS sent, CASE WHEN w.inbound THEN w.received ELSE w.sent END AS passed
        FROM ${heard} JOIN fuse_flow w ON w.flow = f.flow SEMI JOIN (FROM fuse_flow_name WHERE weighed) c ON c.flow = f.flow`,
     )} best
     WHERE best.of = fuse_flow_name.flow`,
  );
}

/** SQL: the ids by which a flow is known to its sensors: (flow, flowId, sensor, site). */
export const knownFlows = `(
  SELECT flow, flowId, sensor, site FROM fuse_flow UNION ALL SELECT flow, flowId, sensor, site FROM fuse_member)`;
