import { networkFlows, observedNames } from '../../tables/index.ts';
import { type FlowKind, flow } from '../flow.ts';
import type { Output } from '../mapping.ts';
import { protocolName } from '../sql/protocol.ts';

/** What the modules count whose layer is known; the others' bytes are taken as they are. */
const layers = {
  frame: `('packetbeat', 'suricata', 'network_traffic')`,
  ip: `('netflow', 'zeek', 'aws', 'gcp', 'azure', 'ipfix')`,
};
/** Modules of one-way records and intervals. */
const partial = `module IN ('netflow', 'aws', 'gcp', 'ipfix')`;

const denied = `(outcome = 'failure' OR contains(type, 'denied') OR regexp_matches(action, 'den(y|ied)|drop|block|reject|refuse')
  OR zeek_state IN ('S0', 'REJ', 'RSTOS0'))`;

/** What FortiGate's modules call the start of an event is when it was logged, at the end of what it tells. */
const logsEnds = `starts_with(module, 'fortinet') AND finish IS NULL`;
const logged = 'coalesce("start", ticks)';

/** Whether a firewall's own number is what its reports of one flow have in common: their times come to whole seconds. */
const numbered = `(flow_key = '' AND session <> '')`;

const whole = {
  starts: 'began',
  ends: `CASE WHEN finish IS NOT NULL THEN finish WHEN ${logsEnds} THEN ${logged} WHEN duration >= 0 THEN began + duration END`,
  protocol: protocolName('transport'),
  source: 'source_ip',
  source_port: 'source_port',
  destination: 'destination_ip',
  destination_port: 'destination_port',
  outcome: `CASE WHEN ${denied} THEN 'failed' WHEN source_bytes > 0 AND destination_bytes > 0 THEN 'established' ELSE 'unknown' END`,
  state: `CASE WHEN zeek_state <> '' THEN zeek_state ELSE action END`,
  app: 'application',
  flow_id: `CASE WHEN ${numbered} THEN session || '@' || source_ip || ':' || coalesce(source_port::VARCHAR, '') ELSE flow_key END`,
  community: 'community',
  sensor: 'sensor',
  account: 'source_user',
};
const packets = { packets_sent: 'source_packets', packets_answered: 'destination_packets' };
const inPackets = { ...whole, ...packets, whole_sent: 'source_bytes', whole_answered: 'destination_bytes' };

/** A one-way record's source need not have opened the connection. */
const opener = { destinationWhere: `${partial} AND source_port < destination_port` };
const kinds: readonly (readonly [where: string, kind: FlowKind])[] = [
  [`module IN ${layers.frame}`, { counter: 'ecs', opener, layer: 'frame' }],
  [`module IN ${layers.ip} AND NOT ${partial}`, { counter: 'ecs', opener, layer: 'ip' }],
  [`module IN ${layers.ip} AND ${partial}`, { counter: 'ecs', opener, layer: 'ip', parts: true }],
];
const unstated = flow(
  { counter: 'ecs', opener },
  { ...whole, ...packets, sent: 'source_bytes', answered: 'destination_bytes' },
);

/** Sides as `flow` decides them; they are the same for every layer. */
export const flowFacts = unstated.facts;

/** Where a flow begins: its record may be written at its end. */
export const began = `CASE WHEN ${logsEnds} THEN ${logged} - CASE WHEN duration >= 0 THEN duration ELSE 0 END
  ELSE coalesce("start", finish - duration, ticks) END`;

/** Reports of one flow on its way have one id, so that the last of them is kept. */
const eventId = `'ecs:' || md5(concat_ws('|', lower(sensor), module, CASE WHEN ${numbered} THEN session ELSE flow_key END, transport, source_ip, source_port,
  destination_ip, destination_port, CASE WHEN NOT ${numbered} THEN began END,
  CASE WHEN flow_key = '' AND session = '' THEN concat_ws('|', finish, source_bytes, destination_bytes, action) END))`;

const stated = `(module IN ${layers.frame} OR module IN ${layers.ip})`;

export const flowOutputs: readonly Output[] = [
  {
    table: networkFlows,
    where: `kind = 'flow' AND NOT ${stated}`,
    columns: {
      ...unstated.columns,
      BytesSource: `CASE WHEN coalesce(source_bytes, destination_bytes) IS NOT NULL THEN 'ecs-bytes' END`,
      EventId: eventId,
    },
  },
  ...kinds.map(([where, kind]) => ({
    table: networkFlows,
    where: `kind = 'flow' AND ${where}`,
    columns: { ...flow(kind, inPackets).columns, EventId: eventId },
  })),
  {
    table: observedNames,
    where: `kind IN ('flow', 'name') AND source_ip IS NOT NULL AND destination_ip IS NOT NULL AND coalesce(server_name, url_host) IS NOT NULL`,
    columns: {
      Kind: `CASE WHEN server_name IS NOT NULL THEN CASE WHEN transport = 'udp' THEN 'quic' ELSE 'tls' END ELSE 'http' END`,
      Timestamp: 'began',
      ClientIP: 'source_ip',
      ClientPort: 'source_port',
      ServerIP: 'destination_ip',
      ServerPort: 'destination_port',
      Host: 'coalesce(server_name, url_host)',
      Sensor: 'sensor',
    },
  },
];
