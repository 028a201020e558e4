import { networkFlows } from '../../tables/index.ts';
import { flow, loggedFlow } from '../flow.ts';
import { firstVerdict, ignored, type Mapping, rejected } from '../mapping.ts';
import { numberedAmongEquals } from '../reading.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { isScaled, notCounted, scaledCounter } from '../sql/counter.ts';
import { ownEnd } from '../sql/nat.ts';
import { protocolName } from '../sql/protocol.ts';
import { flagsOutcome, openedByDestination } from '../sql/tcpFlags.ts';
import { epochSecondsTicks, isoTicks } from '../sql/time.ts';
import { durationTicks } from './time.ts';

/** SQL texts of one of nfdump's records, whichever of its outputs it stands in. */
export interface NfdumpFields {
  readonly starts: string;
  readonly ends: string;
  readonly duration: string;
  readonly protocol: string;
  readonly source: string;
  readonly source_port: string;
  readonly destination: string;
  readonly destination_port: string;
  readonly translated_source: string;
  readonly translated_source_port: string;
  readonly translated_destination: string;
  readonly translated_destination_port: string;
  /** `...AP.SF`: those that the source set. */
  readonly flags: string;
  /** RFC 7270: 128 to 191 is dropped. */
  readonly forwarding: string;
  readonly packets: string;
  readonly bytes: string;
  readonly packets_back: string;
  readonly bytes_back: string;
  /** 1 where the exporter sampled; nfdump has multiplied then. */
  readonly sampled: string;
  readonly router: string;
  readonly account: string;
}

/** nfdump's records to `NetworkFlows`. Each is a part of a connection: one direction of it, or both (`-b`) in one
 *  interval of the exporter; and the source is only who sent, not who opened it. */
export function nfdumpMapping(
  fields: NfdumpFields,
  layers: readonly Record<string, string>[] = [],
  setAside: [condition: string, verdict: string][] = [],
): Mapping {
  const { facts, columns } = flow(
    { counter: 'nfdump', opener: { destinationOrPorts: openedByDestination }, layer: 'ip', parts: true },
    record,
  );
  const stage = stageOf(fields);
  const telling = Object.keys(stage).filter((name) => !['time_text', 'rounded', 'counted_wrong'].includes(name));
  return {
    pieces: [...layers, piecesOf(fields)],
    stage,
    facts,
    verdict: firstVerdict([
      ...setAside,
      ['time_text IS NULL', rejected('the time of the first packet is missing')],
      ['ticks IS NULL', rejected('the time of the first packet cannot be read')],
      ['source IS NULL OR destination IS NULL', rejected('an address of the flow is missing')],
      [`NOT (${isAddress('source')}) OR NOT (${isAddress('destination')})`, rejected(noAddress)],
      ['counted_wrong', rejected(notCounted)],
      [
        `protocol IN ('', '0') AND coalesce(source_port, 0) = 0 AND coalesce(destination_port, 0) = 0`,
        ignored('sums over several connections (nfdump -a or -A), not a connection'),
      ],
    ]),
    outputs: [
      {
        table: networkFlows,
        columns: { ...columns, BytesSource: bytesSource(columns.BytesSource), EventId },
        from: (records) => numberedAmongEquals(records, telling),
      },
    ],
  };
}

const noAddress =
  'an end of the flow is no address; where nfdump shortened an IPv6 address with dots, write the flows as CSV or with -6';

/** What the stage is made of. */
function piecesOf(fields: NfdumpFields): Record<string, string> {
  return {
    weir_protocol: protocolName(fields.protocol),
    weir_ticks: ticks(fields.starts),
    weir_ends: ticks(fields.ends),
    weir_length: durationTicks(fields.duration),
    weir_packets: scaledCounter(fields.packets),
    weir_bytes: scaledCounter(fields.bytes),
    weir_packets_back: scaledCounter(fields.packets_back),
    weir_bytes_back: scaledCounter(fields.bytes_back),
    weir_source: normalAddress(fields.source),
    weir_destination: normalAddress(fields.destination),
    weir_other_source: normalAddress(fields.translated_source),
    weir_other_destination: normalAddress(fields.translated_destination),
  };
}

function stageOf(fields: NfdumpFields): Record<string, string> {
  const counters = ['weir_packets', 'weir_bytes', 'weir_packets_back', 'weir_bytes_back'];
  // Nothing counts a flow of no packets: zero is another row's, or an event's. Releases of 2024 write the packets for the
  // bytes of NDJSON; no IP packet is shorter than its header.
  const bytes = (bytes: string, packets: string): string =>
    `CASE WHEN ${bytes} >= 20 * coalesce(${packets}, 0) THEN nullif(${bytes}, 0) END`;
  const port = (text: string): string => `CASE WHEN weir_protocol <> 'icmp' THEN TRY_CAST(${text} AS INTEGER) END`;
  const source = ownEnd(
    { address: 'weir_source', port: port(fields.source_port) },
    { address: 'weir_other_source', port: port(fields.translated_source_port) },
  );
  const destination = ownEnd(
    { address: 'weir_destination', port: port(fields.destination_port) },
    { address: 'weir_other_destination', port: port(fields.translated_destination_port) },
  );
  return {
    time_text: fields.starts,
    ticks: 'weir_ticks',
    // Times of CSV are cut to the second, the duration is not.
    ends: 'greatest(weir_ends, weir_ticks + weir_length)',
    protocol: 'weir_protocol',
    source: source.address,
    source_port: source.port,
    destination: destination.address,
    destination_port: destination.port,
    packets: 'nullif(weir_packets, 0)',
    bytes: bytes('weir_bytes', 'weir_packets'),
    packets_back: 'nullif(weir_packets_back, 0)',
    bytes_back: bytes('weir_bytes_back', 'weir_packets_back'),
    flags: `coalesce(${fields.flags}, '')`,
    dropped: `coalesce(TRY_CAST(${fields.forwarding} AS INTEGER) BETWEEN 128 AND 191, false)`,
    sampled: `coalesce(${fields.sampled} = '1', false)`,
    sensor: `coalesce(nullif(nullif(${fields.router}, '0.0.0.0'), '::'), '')`,
    account: `coalesce(${fields.account}, '')`,
    rounded: [fields.bytes, fields.bytes_back].map(isScaled).join(' OR '),
    counted_wrong: `coalesce(least(${counters.join(', ')}) < 0, false)`,
  };
}

/** Local text without a zone, taken for UTC, or seconds or milliseconds since 1970. */
function ticks(text: string): string {
  const milliseconds = `TRY_CAST(${text} AS BIGINT) > 100000000000`;
  return `CASE WHEN contains(${text}, '-') THEN ${isoTicks(text)}
    WHEN ${milliseconds} THEN ${epochSecondsTicks(`(TRY_CAST(${text} AS BIGINT) / 1000)`)} ELSE ${epochSecondsTicks(text)} END`;
}

const record = {
  ...loggedFlow,
  outcome: flagsOutcome('dropped', 'sampled', 'packets_back'),
  state: 'flags',
  sensor: 'sensor',
  account: 'account',
};

function bytesSource(usual: string): string {
  return `CASE WHEN coalesce(bytes, bytes_back) IS NULL THEN '' WHEN sampled THEN 'nfdump-sampled'
    WHEN rounded THEN 'nfdump-rounded' ELSE ${usual} END`;
}

/** nfdump's records have no key; those alike in everything that is told are told apart by their order. */
const EventId = `'nfdump:' || content || '#' || ordinal`;
