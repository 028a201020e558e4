import { networkFlows } from '../../tables/index.ts';
import { firstVerdict, type Mapping, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { isInside } from '../sql/address.ts';
import { secondsToTicks } from '../sql/time.ts';
import { connectionRules, connectionStage } from './columns.ts';

const counters = ['orig_bytes', 'resp_bytes', 'orig_ip_bytes', 'resp_ip_bytes', 'orig_pkts', 'resp_pkts'] as const;

/** Answered connections; the others of Zeek's states say that nothing was accepted, or not enough to know. */
const established = "'SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR'";
const failed = "'S0', 'REJ', 'RSTOS0'";

/** Zeek's conn.log to `NetworkFlows`. */
export function connMapping(raw: RawColumns): Mapping {
  // -1 where what is recorded is no number; such records are rejected.
  const counter = (name: string): string => {
    const text = raw.text(name);
    return `CASE WHEN ${text} IS NOT NULL THEN coalesce(TRY_CAST(${text} AS BIGINT), -1) END`;
  };
  const flag = (name: string): string => {
    const text = raw.text(name);
    return `CASE WHEN ${text} IN ('T', 'true') THEN true WHEN ${text} IN ('F', 'false') THEN false END`;
  };
  return {
    stage: {
      ...connectionStage(raw),
      protocol: `lower(coalesce(${raw.text('proto')}, ''))`,
      service: `coalesce(${raw.text('service')}, '')`,
      state: `coalesce(${raw.text('conn_state')}, '')`,
      length: secondsToTicks(raw.text('duration')),
      missed: `TRY_CAST(${raw.text('missed_bytes')} AS BIGINT)`,
      community: `coalesce(${raw.text('community_id')}, '')`,
      local_orig: flag('local_orig'),
      local_resp: flag('local_resp'),
      ...Object.fromEntries(counters.map((name) => [name, counter(name)])),
    },
    facts: { turned, internal, counted },
    verdict: firstVerdict([
      ...connectionRules(),
      [`least(${counters.join(', ')}) < 0`, rejected('a byte or packet counter is not a number from 0')],
    ]),
    outputs: [{ table: networkFlows, columns: flowColumns }],
  };
}

/** Which side is ours: what the sensor says where it knows its own networks, else by address; where both sides are
 *  ours, or neither, the one that opened the connection. */
const turned = `CASE WHEN local_orig AND NOT local_resp THEN false WHEN local_resp AND NOT local_orig THEN true
  ELSE NOT ${isInside('origin')} AND ${isInside('responder')} END`;
const internal = `(local_orig AND local_resp) IS TRUE
  OR ((local_orig IS DISTINCT FROM local_resp) IS NOT TRUE AND ${isInside('origin')} AND ${isInside('responder')})`;

const outcome = `CASE WHEN state IN (${established}) THEN 'established' WHEN state IN (${failed}) THEN 'failed' ELSE 'unknown' END`;
/** Payload of TCP is counted by sequence numbers, which mean something only on an established connection. */
const counted = `(state IN (${established}) OR (protocol <> 'tcp' AND state NOT IN (${failed})))`;

const sides = (ours: string, theirs: string): string => `CASE WHEN turned THEN ${theirs} ELSE ${ours} END`;

const flowColumns: Record<string, string> = {
  Timestamp: 'ticks',
  FlowStart: 'ticks',
  // Zeek leaves the duration of a single packet unset: when such a flow ended is not known, nor where it is below zero.
  FlowEnd: 'CASE WHEN length >= 0 THEN ticks + length END',
  Protocol: 'protocol',
  LocalIP: sides('origin', 'responder'),
  LocalPort: sides('origin_port', 'responder_port'),
  RemoteIP: sides('responder', 'origin'),
  RemotePort: sides('responder_port', 'origin_port'),
  Direction: `CASE WHEN turned THEN 'inbound' WHEN internal THEN 'internal' ELSE 'outbound' END`,
  BytesSent: `CASE WHEN counted THEN ${sides('orig_bytes', 'resp_bytes')} END`,
  BytesReceived: `CASE WHEN counted THEN ${sides('resp_bytes', 'orig_bytes')} END`,
  IpBytesSent: sides('orig_ip_bytes', 'resp_ip_bytes'),
  IpBytesReceived: sides('resp_ip_bytes', 'orig_ip_bytes'),
  PacketsSent: sides('orig_pkts', 'resp_pkts'),
  PacketsReceived: sides('resp_pkts', 'orig_pkts'),
  MissedBytes: 'missed',
  BytesSource: "'zeek-payload'",
  Outcome: outcome,
  State: 'state',
  AppProtocol: 'service',
  FlowId: 'uid',
  CommunityId: 'community',
  Sensor: 'sensor',
  EventId: `CASE WHEN uid <> '' AND sensor = '' THEN 'zeek:' || uid
    WHEN uid <> '' THEN 'zeek:' || uid || '@' || sensor
    ELSE 'zeek:' || md5(concat_ws('|', ticks, origin, origin_port, responder, responder_port, protocol, sensor)) END`,
};
