import { endpointConnections, observedNames } from '../../tables/index.ts';
import type { Format } from '../format.ts';
import { firstVerdict, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { normalAddress } from '../sql/address.ts';
import { counter } from '../sql/counter.ts';
import { bareHost } from '../sql/host.ts';
import { anyTicks } from '../sql/time.ts';

/** VMConnection of Azure's VM insights: what one process of a machine exchanged with one remote address and port in a minute,
 *  counted by the machine. */
export const vmConnection: Format = {
  id: 'vmconnection',
  title: 'VMConnection of Azure VM insights (JSON, CSV, Parquet)',
  gives: [
    'process by its short name',
    'device',
    'bytes both ways by minute, as the machine counts them',
    'host names from DNS',
  ],
  lacks: ['account', 'command line', 'single connections: a row has all of a process to one address and port'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isVmConnection(names) ? 'vmconnection' : undefined),
      mapping: vmConnectionMapping,
      unknown: ['', '-', 'null'],
    }),
};

/** A record leaves out the counts that it has none of. */
function isVmConnection(names: readonly string[]): boolean {
  const has = (...keys: string[]): boolean => keys.some((key) => names.includes(key));
  return (
    has('Direction') && has('BytesSent', 'BytesReceived') && has('LinksEstablished', 'LinksLive', 'LinksTerminated')
  );
}

const minute = 60 * 10_000_000;

function vmConnectionMapping(raw: RawColumns): Mapping {
  const text = (...names: string[]): string => `coalesce(${raw.text(...names)}, '')`;
  const address = (name: string): string => normalAddress(raw.text(name));
  const count = (name: string): string => counter(raw.text(name));
  const time = raw.text('TimeGenerated', 'TimeGenerated [UTC]');
  return {
    stage: {
      time_text: time,
      ticks: anyTicks(time),
      direction: `lower(${text('Direction')})`,
      device: text('Computer'),
      machine: text('Machine'),
      process: text('Process'),
      process_name: text('ProcessName'),
      source: address('SourceIp'),
      destination: address('DestinationIp'),
      remote: address('RemoteIp'),
      port: `TRY_CAST(${raw.text('DestinationPort')} AS INTEGER)`,
      protocol: `lower(${text('Protocol')})`,
      sent: count('BytesSent'),
      received: count('BytesReceived'),
      established: count('LinksEstablished'),
      live: count('LinksLive'),
      terminated: count('LinksTerminated'),
      failed: count('LinksFailed'),
      connection: text('ConnectionId'),
      names: `list_filter(coalesce(TRY(from_json(${raw.text('RemoteDnsQuestions')}, '["VARCHAR"]')), []), lambda name: name <> '')`,
    },
    facts: {
      inward: `direction = 'inbound'`,
      // None of the minute's connections came about, so that nothing was accepted whatever was counted.
      refused: `direction <> 'inbound' AND coalesce(failed, 0) > 0 AND coalesce(established, 0) = 0 AND coalesce(live, 0) = 0
        AND coalesce(terminated, 0) = 0`,
      local: `CASE WHEN direction = 'inbound' THEN destination ELSE source END`,
      distant: `coalesce(remote, CASE WHEN direction = 'inbound' THEN source ELSE destination END)`,
    },
    verdict: firstVerdict([
      [`time_text IS NULL AND direction = ''`, rejected(otherForm)],
      ['time_text IS NULL', rejected('the time (TimeGenerated) is missing')],
      ['ticks IS NULL', rejected('the time (TimeGenerated) cannot be read')],
      [`direction NOT IN ('inbound', 'outbound')`, rejected('the direction is neither inbound nor outbound')],
      [
        'least(sent, received, established, live, terminated, failed) < 0',
        rejected('a byte or link counter is not a number from 0'),
      ],
    ]),
    outputs: [
      { table: endpointConnections, columns: connectionColumns },
      {
        table: observedNames,
        alongside: 'always',
        where: `len(names) > 0 AND local IS NOT NULL AND distant IS NOT NULL`,
        from: (records) =>
          `(SELECT * FROM (SELECT *, unnest(names) AS name FROM ${records}) WHERE ${bareHost('name')} IS NOT NULL)`,
        columns: {
          Kind: `'dns'`,
          Timestamp: 'ticks',
          ClientIP: 'local',
          ServerIP: 'distant',
          Host: bareHost('name'),
          DeviceName: 'device',
        },
      },
    ],
  };
}

/** How many connections there were in the minute: each was still open at its end, or was closed in it, or failed. A record
 *  leaves out the counts that are 0. */
const links = 'coalesce(terminated, 0) + coalesce(live, 0) + coalesce(failed, 0)';

const connectionColumns: Record<string, string> = {
  Timestamp: 'ticks',
  DeviceName: 'device',
  // Several connections in one row, for which Defender's word is a report. Of what came in, the port is the machine's own.
  ActionType: `CASE WHEN inward THEN 'InboundConnectionAccepted'
    WHEN refused THEN 'ConnectionFailedAggregatedReport'
    ELSE 'ConnectionSuccessAggregatedReport' END`,
  LocalIP: 'local',
  LocalPort: 'CASE WHEN inward THEN port END',
  RemoteIP: 'distant',
  RemotePort: 'CASE WHEN NOT inward THEN port END',
  Protocol: `upper(left(protocol, 1)) || substr(protocol, 2)`,
  InitiatingProcessFileName: 'process_name',
  InitiatingProcessUniqueId: 'process',
  BytesSent: 'CASE WHEN NOT refused THEN sent END',
  BytesReceived: 'CASE WHEN NOT refused THEN received END',
  BytesSource: `CASE WHEN NOT refused AND coalesce(sent, received) IS NOT NULL THEN 'endpoint' END`,
  FlowStart: 'ticks',
  FlowEnd: `ticks + ${minute}`,
  AdditionalFields: `CASE WHEN ${links} > 0 THEN json_object('uniqueEventsAggregated', ${links}) END`,
  EventId: `'vmconnection:' || md5(concat_ws('|', lower(device), machine, process, process_name, direction, connection, ticks, source,
    destination, remote, port, protocol))`,
};
