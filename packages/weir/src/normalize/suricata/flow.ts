import { networkFlows } from '../../tables/index.ts';
import { flow } from '../flow.ts';
import { type Output, rejected } from '../mapping.ts';
import { counter, notCounted } from '../sql/counter.ts';
import { isoTicks } from '../sql/time.ts';
import type { Eve, Rules } from './columns.ts';

/** The counters of `flow` records (both ways) and of `netflow` records (one way, two records a flow): Ethernet frames.
 *  Frames that Suricata judges invalid are left out, offloaded ones among them, and a gap (ts_gap, tc_gap) says that data
 *  was not seen: the counters are lower bounds, and how much is missing is not known. */
export function flowStage({ text, member }: Eve): Record<string, string> {
  const either = (name: string): string => `coalesce(${member('flow', name)}, ${member('netflow', name)})`;
  const flags = (name: string): string => `TRY_CAST('0x' || ${member('tcp', name)} AS INTEGER)`;
  const gap = (name: string): string => `CASE WHEN ${member('tcp', name)} = 'true' THEN ' ${name}' ELSE '' END`;
  const protocol = `lower(coalesce(${text('proto')}, ''))`;
  return {
    start_text: either('start'),
    starts: isoTicks(either('start')),
    ends: isoTicks(either('end')),
    protocol: `CASE WHEN ${protocol} = 'ipv6-icmp' THEN 'icmp' ELSE ${protocol} END`,
    app: `coalesce(nullif(${text('app_proto')}, 'failed'), '')`,
    community: `coalesce(${text('community_id')}, '')`,
    flow_state: `coalesce(${member('flow', 'state')}, '')`,
    gaps: `${gap('ts_gap')} || ${gap('tc_gap')}`,
    dropped: `coalesce(${member('flow', 'action')}, '') IN ('drop', 'reject')`,
    tcp_state: `coalesce(${member('tcp', 'state')}, '')`,
    // Flags of all packets to the server, and to the client; null where the record has none.
    flags_sent: flags('tcp_flags_ts'),
    flags_answered: flags('tcp_flags_tc'),
    bytes_sent: counter(`coalesce(${member('flow', 'bytes_toserver')}, ${member('netflow', 'bytes')})`),
    bytes_answered: counter(member('flow', 'bytes_toclient')),
    packets_sent: counter(`coalesce(${member('flow', 'pkts_toserver')}, ${member('netflow', 'pkts')})`),
    packets_answered: counter(member('flow', 'pkts_toclient')),
  };
}

const isFlow = "kind IN ('flow', 'netflow')";

export const flowRules: Rules = [
  [`${isFlow} AND start_text IS NULL`, rejected('the time when the flow started (flow.start) is missing')],
  [`${isFlow} AND starts IS NULL`, rejected('the time when the flow started (flow.start) is no ISO 8601 time')],
  [`${isFlow} AND least(bytes_sent, bytes_answered, packets_sent, packets_answered) < 0`, rejected(notCounted)],
];

const [syn, rst, ack] = [2, 4, 16];
const has = (flags: string, flag: number): string => `(${flags} & ${flag} <> 0)`;

/** Whether the client's first packet was not seen: who is listed first is then no sign of who opened the flow, and the
 *  lesser port is taken for the server's. A port below 1024 is one also where the protocol has no first packet, and in
 *  records of one direction. */
const backwards = `source_port < destination_port AND CASE WHEN kind = 'netflow' THEN true
  WHEN protocol <> 'tcp' THEN source_port < 1024 AND destination_port >= 1024
  WHEN flags_sent IS NOT NULL THEN NOT ${has('flags_sent', syn)} ELSE flow_state = 'new' END`;

const outcome = `CASE WHEN dropped THEN 'failed' WHEN kind = 'netflow' THEN 'unknown'
  WHEN protocol <> 'tcp' THEN CASE WHEN packets_answered = 0 THEN 'failed' WHEN packets_answered > 0 THEN 'established' ELSE 'unknown' END
  WHEN ${has('flags_sent', syn)} AND (packets_answered = 0 OR (${has('flags_answered', rst)} AND NOT ${has('flags_answered', syn)})) THEN 'failed'
  WHEN ${has('flags_sent', syn)} AND ${has('flags_answered', syn)} AND ${has('flags_sent', ack)} THEN 'established'
  WHEN coalesce(NOT ${has('flags_sent', syn)}, true) AND flow_state IN ('established', 'closed', 'bypassed') THEN 'established'
  ELSE 'unknown' END`;

const { facts, columns } = flow(
  { counter: 'suricata', opener: { destinationWhere: backwards }, layer: 'frame' },
  {
    starts: 'starts',
    ends: 'CASE WHEN ends >= starts THEN ends END',
    protocol: 'protocol',
    source: 'source',
    source_port: 'source_port',
    destination: 'destination',
    destination_port: 'destination_port',
    whole_sent: 'bytes_sent',
    whole_answered: 'bytes_answered',
    packets_sent: 'packets_sent',
    packets_answered: 'packets_answered',
    outcome: 'outcome',
    state: 'trim(flow_state || gaps)',
    app: 'app',
    flow_id: 'flow_key',
    community: 'community',
    sensor: 'sensor',
  },
);

export const flowFacts = { outcome, ...facts };

export const flowOutput: Output = {
  table: networkFlows,
  where: isFlow,
  columns: {
    ...columns,
    IsPart: "kind = 'netflow'",
    EventId: `CASE WHEN kind = 'flow' AND flow_key <> '' THEN concat('suricata:', flow_key, '/', starts, CASE WHEN sensor <> '' THEN '@' || sensor END)
      ELSE 'suricata:' || md5(concat_ws('|', kind, flow_key, sensor, starts, ends, source, source_port, destination, destination_port, protocol)) END`,
  },
};
