import { networkFlows } from '../../tables/index.ts';
import { flow, loggedFlow } from '../flow.ts';
import { firstVerdict, ignored, type Mapping, rejected } from '../mapping.ts';
import { numberedAmongEquals, type RawColumns } from '../reading.ts';
import { normalAddress } from '../sql/address.ts';
import { counter, figure, notCounted } from '../sql/counter.ts';
import { ownEnd } from '../sql/nat.ts';
import { protocolName } from '../sql/protocol.ts';
import { flagsOutcome, openedByDestination } from '../sql/tcpFlags.ts';
import { microsecondTicks } from '../sql/time.ts';
import type { lineColumns } from './line.ts';

/** Flows of NetFlow and IPFIX, as `lineOf` writes them, to `NetworkFlows`. Each is a part of a connection: one direction of
 *  it, or both in one interval. */
export function netflowMapping(raw: RawColumns): Mapping {
  const text = (name: (typeof lineColumns)[number]): string => raw.text(name);
  const opener = {
    destinationOrPorts: `CASE two_way WHEN 'yes' THEN false WHEN 'reverse' THEN true ELSE ${openedByDestination} END`,
  };
  const { facts, columns } = flow({ counter: 'netflow', opener, layer: 'ip', parts: true }, record);
  const port = (name: (typeof lineColumns)[number]): string =>
    `CASE WHEN weir_protocol <> 'icmp' THEN TRY_CAST(${text(name)} AS INTEGER) END`;
  const source = ownEnd(
    { address: 'weir_source', port: port('source_port') },
    { address: text('translated_source'), port: port('translated_source_port') },
  );
  const destination = ownEnd(
    { address: 'weir_destination', port: port('destination_port') },
    { address: text('translated_destination'), port: port('translated_destination_port') },
  );
  // A record of a flow without a packet is one of an event, and a sample stands for what was not looked at.
  const counted = (name: (typeof lineColumns)[number]): string =>
    figure(`nullif(${counter(text(name))}, 0)::HUGEINT * nullif(coalesce(weir_sampling, 1), 0)`);
  const counters = (['bytes', 'packets', 'bytes_back', 'packets_back'] as const).map((name) => counter(text(name)));
  const stage = {
    ticks: `coalesce(${microsecondTicks(text('first'))}, ${microsecondTicks(text('exported'))})`,
    ends: microsecondTicks(text('last')),
    protocol: 'weir_protocol',
    source: source.address,
    source_port: source.port,
    destination: destination.address,
    destination_port: destination.port,
    flags: `coalesce(${text('flags')}, '')`,
    bytes: counted('bytes'),
    packets: counted('packets'),
    bytes_back: counted('bytes_back'),
    packets_back: counted('packets_back'),
    two_way: `coalesce(${text('two_way')}, '')`,
    refused: `coalesce(${text('event')} = '3' OR TRY_CAST(${text('forwarding')} AS INTEGER) BETWEEN 128 AND 191, false)`,
    // The flags of a connection that was just created are not all that it will have.
    begun: `coalesce(${text('event')} = '1', false)`,
    sampled: 'weir_sampling IS NOT NULL',
    app: `lower(coalesce(${text('app')}, ''))`,
    account: `coalesce(${text('account')}, '')`,
    sensor: `coalesce(${text('exporter')}, CASE WHEN ${text('domain')} <> '0' THEN 'source ' || ${text('domain')} END, '')`,
    counted_wrong: `coalesce(least(${counters.join(', ')}) < 0, false)`,
  };
  return {
    pieces: [
      {
        weir_protocol: protocolName(text('protocol')),
        weir_source: normalAddress(text('source')),
        weir_destination: normalAddress(text('destination')),
        weir_sampling: `TRY_CAST(TRY_CAST(${text('sampling')} AS DOUBLE) AS BIGINT)`,
      },
    ],
    stage,
    facts,
    verdict: firstVerdict([
      [
        `source IS NULL OR destination IS NULL OR (source IN ${none} AND destination IN ${none})`,
        ignored('records without two IP addresses, which are no flows'),
      ],
      ['counted_wrong', rejected(notCounted)],
    ]),
    outputs: [
      {
        table: networkFlows,
        columns: { ...columns, BytesSource: bytesSource(columns.BytesSource), EventId },
        from: (records) => numberedAmongEquals(records, Object.keys(stage)),
      },
    ],
  };
}

const none = "('0.0.0.0', '::')";

const record = {
  ...loggedFlow,
  outcome: flagsOutcome('refused', 'sampled OR begun', 'packets_back'),
  state: 'flags',
  app: 'app',
  account: 'account',
  sensor: 'sensor',
};

function bytesSource(usual: string): string {
  return `CASE WHEN coalesce(bytes, bytes_back) IS NULL THEN '' WHEN sampled THEN 'netflow-sampled' ELSE ${usual} END`;
}

/** NetFlow's records have no key. A device tells of a flow at each interface that it passed: what is alike in everything,
 *  its times too, is one flow; without times, alike flows are told apart by their order. */
const EventId = `'netflow:' || content || CASE WHEN ends IS NULL THEN '#' || ordinal ELSE '' END`;
