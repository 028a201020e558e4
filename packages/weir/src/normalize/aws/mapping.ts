import { networkFlows } from '../../tables/index.ts';
import { flow, loggedDirection } from '../flow.ts';
import { firstVerdict, ignored, type Mapping, otherForm, rejected } from '../mapping.ts';
import { numberedAmongEquals } from '../reading.ts';
import { isAddress, isInside, normalAddress } from '../sql/address.ts';
import { counter, notCounted } from '../sql/counter.ts';
import { protocolName } from '../sql/protocol.ts';
import { anyTicks, epochSecondsTicks } from '../sql/time.ts';

/** Fields of a VPC flow log as AWS names them; a mapping is given SQL of each one's text, null where unknown. */
export const vpcFields = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
  'tcp-flags',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'pkt-src-aws-service',
  'pkt-dst-aws-service',
  'flow-direction',
] as const;

export type VpcField = (typeof vpcFields)[number];

/** Records of VPC flow logs (versions 2 to 5) to `NetworkFlows`. Each counts what one side of a connection sent in one
 *  aggregation interval at one network interface, which is the sensor: what two interfaces saw is not to be added. */
export function vpcMapping(text: (field: VpcField) => string, layers: readonly Record<string, string>[] = []): Mapping {
  const kind = { counter: 'aws-vpc', layer: 'ip', parts: true, opener: { destinationOrPorts: opened } } as const;
  const { facts, columns } = flow(kind, record);
  const port = (field: VpcField): string =>
    `CASE WHEN weir_protocol <> 'icmp' THEN TRY_CAST(${text(field)} AS INTEGER) END`;
  const name = (field: VpcField): string => `coalesce(${text(field)}, '')`;
  // Of a format of the customer's own without a port, several connections may have equal records.
  const unnumbered = [text('srcport'), text('dstport')].some((port) => port === notLogged);
  const id = unnumbered ? `${EventId} || '#' || ordinal` : EventId;
  const from = (records: string): string => numberedAmongEquals(records, telling);
  const service = `coalesce(${text('pkt-dst-aws-service')}, ${text('pkt-src-aws-service')})`;
  return {
    pieces: [
      ...layers,
      {
        weir_start: ticks(text('start')),
        weir_end: ticks(text('end')),
        weir_protocol: protocolName(text('protocol')),
        // The interface's own view names a gateway or a balancer where the packet went further.
        weir_source: normalAddress(`coalesce(${text('pkt-srcaddr')}, ${text('srcaddr')})`),
        weir_destination: normalAddress(`coalesce(${text('pkt-dstaddr')}, ${text('dstaddr')})`),
        weir_source_seen: seenInstead(text('pkt-srcaddr'), text('srcaddr')),
        weir_destination_seen: seenInstead(text('pkt-dstaddr'), text('dstaddr')),
      },
    ],
    stage: {
      status: name('log-status'),
      time_text: text('start'),
      ticks: 'weir_start',
      ends: 'weir_end',
      protocol: 'weir_protocol',
      source: 'weir_source',
      source_port: port('srcport'),
      destination: 'weir_destination',
      destination_port: port('dstport'),
      source_seen: 'weir_source_seen',
      destination_seen: 'weir_destination_seen',
      packets: counter(text('packets')),
      bytes: counter(text('bytes')),
      action: name('action'),
      tcp_flags: `TRY_CAST(${text('tcp-flags')} AS INTEGER)`,
      service: `coalesce(${service}, '')`,
      way: name('flow-direction'),
      account: name('account-id'),
      sensor: name('interface-id'),
      seen: `concat_ws(' ', ${text('srcaddr')}, ${text('dstaddr')})`,
      // An inside address is ours, whatever the interface; only between public ones does the flow's direction tell.
      public: `NOT (${isInside('weir_source')}) AND NOT (${isInside('weir_destination')})`,
    },
    facts,
    verdict: firstVerdict([
      ["status = 'NODATA'", ignored('NODATA: nothing passed the interface in the interval')],
      ["status = 'SKIPDATA'", rejected('SKIPDATA: AWS lost records of the interval, whose connections are not known')],
      ['time_text IS NULL AND source IS NULL AND destination IS NULL', rejected(otherForm)],
      ['time_text IS NULL', rejected('the start of the interval is missing')],
      ['ticks IS NULL', rejected('the start of the interval cannot be read')],
      ['source IS NULL OR destination IS NULL', rejected('an address of the flow is missing')],
      [
        `NOT (${isAddress('source')}) OR NOT (${isAddress('destination')})`,
        rejected('an end of the flow is no address'),
      ],
      ['least(packets, bytes) < 0', rejected(notCounted)],
    ]),
    outputs: [
      {
        table: networkFlows,
        columns: { ...columns, State: state, ThroughIP, EventId: id },
        ...(unnumbered && { from }),
      },
    ],
  };
}

function ticks(text: string): string {
  return `CASE WHEN regexp_matches(${text}, '[-/]') THEN ${anyTicks(text)} ELSE ${epochSecondsTicks(text)} END`;
}

const has = (flags: number): string => `tcp_flags & ${flags} = ${flags}`;
/** AWS gives SYN, SYN with ACK, FIN and RST of those that the source set; an ACK alone it does not. */
const [syn, synAck, fin] = [2, 18, 1];
const opened = `CASE WHEN ${has(synAck)} THEN true WHEN ${has(syn)} THEN false END`;

/** Accepted is what the rules let pass, answered or not. An answer is sure where the server accepted, where the flow began
 *  before the interval, where it was closed in order, or where there is more than the headers of SYNs. */
const outcome = `CASE WHEN action = 'REJECT' THEN 'failed'
  WHEN protocol = 'tcp' AND (${has(synAck)} OR ${has(fin)} OR tcp_flags = 0 OR bytes > 80 * packets) THEN 'established'
  ELSE 'unknown' END`;

const record = {
  ...loggedDirection,
  outcome,
  sensor: 'sensor',
  source_is_ours: `CASE WHEN public AND way <> '' THEN way = 'egress' END`,
  destination_is_ours: `CASE WHEN public AND way <> '' THEN way = 'ingress' END`,
};

/** The address that an interface showed where the packet had another, else null. */
function seenInstead(packet: string, shown: string): string {
  return `CASE WHEN ${packet} <> ${shown} THEN ${normalAddress(shown)} END`;
}

/** A NAT gateway logs what passes at its interface between a machine and itself, with the far end in the packet's address, and
 *  then between itself and the far end. In the place of our own end stands but another address of the same machine. */
const ThroughIP = `coalesce(CASE WHEN turned THEN source_seen ELSE destination_seen END, '')`;

/** With the AWS service whose address the remote side has (S3, CLOUDFRONT…). */
const state = `rtrim(concat_ws(' ', action, service))`;

/** SQL of a field that a file does not have. */
const notLogged = 'NULL::VARCHAR';

const telling = [
  ...['account', 'sensor', 'ticks', 'ends', 'protocol', 'source', 'source_port', 'destination', 'destination_port'],
  ...['packets', 'bytes', 'action', 'way', 'tcp_flags', 'seen'],
];
const key = telling.map((name) => `coalesce(${name}::VARCHAR, '')`);
const EventId = `'aws-vpc:' || md5(concat_ws('|', ${key.join(', ')}))`;
