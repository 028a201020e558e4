import { networkFlows } from '../../tables/index.ts';
import { flow } from '../flow.ts';
import { firstVerdict, type Mapping, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
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
  const { facts, columns } = flow({ counter: 'zeek', opener: 'source' }, record);
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
    facts: { counted, ...facts },
    verdict: firstVerdict([
      ...connectionRules(),
      [`least(${counters.join(', ')}) < 0`, rejected('a byte or packet counter is not a number from 0')],
    ]),
    outputs: [{ table: networkFlows, columns: { ...columns, ...zeekColumns } }],
  };
}

const outcome = `CASE WHEN state IN (${established}) THEN 'established' WHEN state IN (${failed}) THEN 'failed' ELSE 'unknown' END`;
/** Payload of TCP is counted by sequence numbers, which mean something only on an established connection. */
const counted = `(state IN (${established}) OR (protocol <> 'tcp' AND state NOT IN (${failed})))`;
const payload = (counter: string): string => `CASE WHEN counted THEN ${counter} END`;

const record = {
  starts: 'ticks',
  // Zeek leaves the duration of a single packet unset: when such a flow ended is not known, nor where it is below zero.
  ends: 'CASE WHEN length >= 0 THEN ticks + length END',
  protocol: 'protocol',
  source: 'origin',
  source_port: 'origin_port',
  destination: 'responder',
  destination_port: 'responder_port',
  sent: payload('orig_bytes'),
  answered: payload('resp_bytes'),
  whole_sent: 'orig_ip_bytes',
  whole_answered: 'resp_ip_bytes',
  packets_sent: 'orig_pkts',
  packets_answered: 'resp_pkts',
  missed: 'missed',
  outcome,
  state: 'state',
  app: 'service',
  flow_id: 'uid',
  community: 'community',
  sensor: 'sensor',
  source_is_ours: 'local_orig',
  destination_is_ours: 'local_resp',
};

const zeekColumns = {
  EventId: `CASE WHEN uid <> '' AND sensor = '' THEN 'zeek:' || uid
    WHEN uid <> '' THEN 'zeek:' || uid || '@' || sensor
    ELSE 'zeek:' || md5(concat_ws('|', ticks, origin, origin_port, responder, responder_port, protocol, sensor)) END`,
};
