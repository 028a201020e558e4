import type { Mapping } from './mapping.ts';
import { isInside } from './sql/address.ts';

/** What a flow record says, as SQL over a mapping's stage columns; what is not given is unknown. Source and destination
 *  are as the record has them. */
export interface FlowRecord {
  /** Ticks. */
  readonly starts: string;
  readonly ends?: string;
  /** Lower case: tcp, udp, icmp…, or '' where unknown. */
  readonly protocol: string;
  /** In the one spelling of `normalAddress`. */
  readonly source: string;
  readonly source_port?: string;
  readonly destination: string;
  readonly destination_port?: string;
  /** Payload that the source sent, and that the destination sent. */
  readonly sent?: string;
  readonly answered?: string;
  /** The same with the headers of `layer`, and packets. */
  readonly whole_sent?: string;
  readonly whole_answered?: string;
  readonly packets_sent?: string;
  readonly packets_answered?: string;
  readonly missed?: string;
  /** established, failed or unknown; `state` is the sensor's own word. */
  readonly outcome: string;
  readonly state?: string;
  readonly app?: string;
  readonly flow_id?: string;
  readonly community?: string;
  readonly sensor?: string;
  readonly account?: string;
  /** What the sensor knows of its own networks: true, false or null. */
  readonly source_is_ours?: string;
  readonly destination_is_ours?: string;
}

export interface FlowKind {
  /** The first word of BytesSource: `zeek`, `suricata`, `nfdump`… */
  readonly counter: string;
  /** Who opened the connection: the source; or nobody can tell from the order of the sides (one-way and mid-stream
   *  records), and the side with the greater port is taken for the client. Else SQL that is true where the destination
   *  opened it; or such SQL that is null where the ports have to say. */
  readonly opener:
    | 'source'
    | 'greater-port'
    | { readonly destinationWhere: string }
    | { readonly destinationOrPorts: string };
  /** What `whole_sent` counts: IP packets, or Ethernet frames. */
  readonly layer?: 'ip' | 'frame';
  /** Each record is a part of a connection (one direction, an interval), whose counters fusion adds up. */
  readonly parts?: boolean;
}

/** The record of a flow log whose mapping names its stage columns so: starts and ends, IP bytes and packets of the
 *  source's side. */
export const loggedDirection = {
  starts: 'ticks',
  ends: 'CASE WHEN ends >= ticks THEN ends END',
  protocol: 'protocol',
  source: 'source',
  source_port: 'source_port',
  destination: 'destination',
  destination_port: 'destination_port',
  whole_sent: 'bytes',
  packets_sent: 'packets',
} satisfies Partial<FlowRecord>;

/** The same with what went the way back. */
export const loggedFlow = {
  ...loggedDirection,
  whole_answered: 'bytes_back',
  packets_answered: 'packets_back',
} satisfies Partial<FlowRecord>;

/** The facts of a mapping with flows, and the columns of `NetworkFlows` over them; the format adds its EventId.
 *
 *  `backwards`: the destination opened the connection. `from_us`: the source is our side, null where nothing says so.
 *  `turned`: the destination is our side. Ours is what the sensor says where it knows its own networks, else what has an
 *  inside address; where both sides are ours, or neither, the one that opened the connection. `failed_flow`: nothing was accepted, whatever the sensor counted of the attempt, so that
 *  no payload is known to have gone either way; what its packets had is still told. */
export function flow(kind: FlowKind, given: FlowRecord) {
  const record = { ...unknown, ...given };
  return { facts: sides(kind, record), columns: flowColumns(kind, record) } satisfies {
    facts: Mapping['facts'];
    columns: Record<string, string>;
  };
}

const unknown = {
  ends: 'NULL::BIGINT',
  source_port: 'NULL::INTEGER',
  destination_port: 'NULL::INTEGER',
  sent: 'NULL::BIGINT',
  answered: 'NULL::BIGINT',
  whole_sent: 'NULL::BIGINT',
  whole_answered: 'NULL::BIGINT',
  packets_sent: 'NULL::BIGINT',
  packets_answered: 'NULL::BIGINT',
  missed: 'NULL::BIGINT',
  state: `''`,
  app: `''`,
  flow_id: `''`,
  community: `''`,
  sensor: `''`,
  account: `''`,
  source_is_ours: 'NULL::BOOLEAN',
  destination_is_ours: 'NULL::BOOLEAN',
} satisfies Partial<FlowRecord>;

function sides({ opener }: FlowKind, record: Required<FlowRecord>) {
  const { source, source_port, destination, destination_port, source_is_ours, destination_is_ours } = record;
  // Symmetric, so that both one-way records of a connection say the same: the lesser port listens; of equal ports, and
  // where there are none, the lesser address.
  const lesserFirst = `CASE WHEN ${source_port} <> ${destination_port} THEN ${source_port} < ${destination_port}
    ELSE ${source} < ${destination} END`;
  const backwards =
    opener === 'source'
      ? 'false'
      : opener === 'greater-port'
        ? lesserFirst
        : 'destinationWhere' in opener
          ? `(${opener.destinationWhere}) IS TRUE`
          : `coalesce(${opener.destinationOrPorts}, ${lesserFirst})`;
  return {
    source_inside: isInside(source),
    destination_inside: isInside(destination),
    source_ours: source_is_ours,
    destination_ours: destination_is_ours,
    told: 'source_ours IS DISTINCT FROM destination_ours',
    from_us: `CASE WHEN told AND source_ours THEN true WHEN told AND destination_ours THEN false
      WHEN source_inside <> destination_inside THEN source_inside END`,
    backwards,
    turned: 'coalesce(NOT from_us, backwards)',
    internal: `(source_ours AND destination_ours) IS TRUE OR (told IS NOT TRUE AND source_inside AND destination_inside)`,
    failed_flow: `(${record.outcome}) = 'failed'`,
  };
}

function flowColumns({ counter, layer, parts = false }: FlowKind, record: Required<FlowRecord>) {
  const ours = (source: string, destination: string): string =>
    `CASE WHEN turned THEN ${destination} ELSE ${source} END`;
  const payload = (known: string, whole: string, packets: string): string =>
    layer ? `coalesce(${known}, ${payloadOf(record, whole, packets, layer)})` : known;
  const ip = (whole: string, packets: string): string =>
    layer === 'frame' ? atLeastZero(`${whole} - ${packets} * ${ethernetHeader}`) : whole;
  const accepted = (bytes: string): string => `CASE WHEN NOT failed_flow THEN ${bytes} END`;
  const { sent, answered, whole_sent, whole_answered, packets_sent, packets_answered } = record;
  const bytesSent = payload(sent, whole_sent, packets_sent);
  const bytesAnswered = payload(answered, whole_answered, packets_answered);
  const [ipSent, ipAnswered] = [ip(whole_sent, packets_sent), ip(whole_answered, packets_answered)];
  const estimated = layer
    ? `WHEN coalesce(${whole_sent}, ${whole_answered}) IS NOT NULL THEN '${counter}-${layer}'`
    : '';
  return {
    Timestamp: record.starts,
    FlowStart: record.starts,
    FlowEnd: record.ends,
    Protocol: record.protocol,
    LocalIP: ours(record.source, record.destination),
    LocalPort: ours(record.source_port, record.destination_port),
    RemoteIP: ours(record.destination, record.source),
    RemotePort: ours(record.destination_port, record.source_port),
    Direction: `CASE WHEN turned <> backwards THEN 'inbound' WHEN internal THEN 'internal' ELSE 'outbound' END`,
    BytesSent: accepted(ours(bytesSent, bytesAnswered)),
    BytesReceived: accepted(ours(bytesAnswered, bytesSent)),
    IpBytesSent: ours(ipSent, ipAnswered),
    IpBytesReceived: ours(ipAnswered, ipSent),
    PacketsSent: ours(packets_sent, packets_answered),
    PacketsReceived: ours(packets_answered, packets_sent),
    MissedBytes: record.missed,
    BytesSource: `CASE WHEN coalesce(${sent}, ${answered}) IS NOT NULL THEN '${counter}-payload' ${estimated} ELSE '' END`,
    Outcome: record.outcome,
    State: record.state,
    AppProtocol: record.app,
    FlowId: record.flow_id,
    CommunityId: record.community,
    Sensor: record.sensor,
    AccountName: record.account,
    IsPart: String(parts),
  };
}

const ethernetHeader = 14;

/** Payload that packets counted with their headers can have carried at most: less 20 bytes of IPv4 or 40 of IPv6, 20 of
 *  TCP or 8 of UDP and ICMP, and 14 of Ethernet where frames were counted. Without a packet count the whole is what is
 *  known. */
function payloadOf({ protocol, source }: FlowRecord, whole: string, packets: string, layer: 'ip' | 'frame'): string {
  const headers = [
    `CASE WHEN ${protocol} = 'tcp' THEN 20 ELSE 8 END`,
    `CASE WHEN contains(${source}, ':') THEN 40 ELSE 20 END`,
    ...(layer === 'frame' ? [ethernetHeader] : []),
  ];
  return atLeastZero(`${whole} - coalesce(${packets}, 0) * (${headers.join(' + ')})`);
}

/** `greatest` passes over nulls: it would make zero of what is unknown. */
function atLeastZero(bytes: string): string {
  return `CASE WHEN ${bytes} < 0 THEN 0 ELSE ${bytes} END`;
}
