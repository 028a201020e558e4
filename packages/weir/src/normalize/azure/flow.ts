import { networkFlows } from '../../tables/index.ts';
import { flow, loggedFlow } from '../flow.ts';
import { firstVerdict, type Mapping, rejected } from '../mapping.ts';
import { isAddress, isInside } from '../sql/address.ts';
import { counter, notCounted } from '../sql/counter.ts';
import { isOneOf } from '../sql/words.ts';

/** What both of Azure's forms tell of a flow, as SQL texts; addresses and protocol in `weir_source`, `weir_destination`
 *  and `weir_protocol`, each in the one spelling. */
export interface AzureRecord {
  readonly time_text: string;
  readonly starts: string;
  readonly ends: string;
  readonly source_port: string;
  readonly destination_port: string;
  /** B, C, E or D; or A, where only that it was let through is told. */
  readonly state: string;
  /** Whether the flow left the machine; null where unknown. */
  readonly leaves: string;
  /** Packets and bytes from source to destination, and back. */
  readonly packets: string;
  readonly bytes: string;
  readonly packets_back: string;
  readonly bytes_back: string;
  readonly sensor: string;
  /** What makes the record the one that it is. */
  readonly key: string;
}

/** Azure's flows to `NetworkFlows`. Source and destination are as the connection was opened. Counters are of an interval
 *  of it, headers included; with its beginning or a denial nothing is counted, whatever figures stand there. */
export function azureMapping(
  given: AzureRecord,
  pieces: Mapping['pieces'],
  rules: readonly [condition: string, verdict: string][],
): Mapping {
  const { facts, columns } = flow({ counter: 'azure', opener: 'source', layer: 'ip', parts: true }, record);
  const port = (text: string): string => `CASE WHEN weir_protocol <> 'icmp' THEN TRY_CAST(${text} AS INTEGER) END`;
  const counted = (text: string): string => `CASE WHEN ${given.state} IN ('C', 'E') THEN ${counter(text)} END`;
  return {
    ...(pieces && { pieces }),
    stage: {
      time_text: given.time_text,
      ticks: given.starts,
      ends: given.ends,
      protocol: 'weir_protocol',
      source: 'weir_source',
      source_port: port(given.source_port),
      destination: 'weir_destination',
      destination_port: port(given.destination_port),
      state: given.state,
      packets: counted(given.packets),
      bytes: counted(given.bytes),
      packets_back: counted(given.packets_back),
      bytes_back: counted(given.bytes_back),
      sensor: given.sensor,
      leaves: given.leaves,
      public: `NOT (${isInside('weir_source')}) AND NOT (${isInside('weir_destination')})`,
      key: given.key,
    },
    facts,
    verdict: firstVerdict([
      ...rules,
      ['time_text IS NULL', rejected('the time of the flow is missing')],
      ['ticks IS NULL', rejected('the time of the flow cannot be read')],
      ['source IS NULL OR destination IS NULL', rejected('an address of the flow is missing')],
      [
        `NOT (${isAddress('source')}) OR NOT (${isAddress('destination')})`,
        rejected('an end of the flow is no address'),
      ],
      [`NOT ${isOneOf('state', ['A', 'B', 'C', 'D', 'E'])}`, rejected('a state of the flow that Weir does not know')],
      ['least(packets, bytes, packets_back, bytes_back) < 0', rejected(notCounted)],
    ]),
    outputs: [
      { table: networkFlows, columns: { ...columns, EventId: `'azure:' || md5(concat_ws('|', sensor, key))` } },
    ],
  };
}

const record = {
  ...loggedFlow,
  // Azure tells what its rules let through; that it was answered, the packets back do.
  outcome: `CASE WHEN state = 'D' THEN 'failed' WHEN packets_back > 0 THEN 'established' ELSE 'unknown' END`,
  state: 'state',
  sensor: 'sensor',
  // An inside address is ours, whichever way; only between public ones the way tells which is.
  source_is_ours: 'CASE WHEN public THEN leaves END',
  destination_is_ours: 'CASE WHEN public THEN NOT leaves END',
};
