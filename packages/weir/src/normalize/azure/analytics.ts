import type { Format } from '../format.ts';
import { ignored, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { normalAddress } from '../sql/address.ts';
import { protocolName } from '../sql/protocol.ts';
import { anyTicks } from '../sql/time.ts';
import { azureMapping } from './flow.ts';

/** Rows of `NTANetAnalytics`, into which Azure's traffic analytics adds up flow logs. A row about public addresses names
 *  them in one column with each one's figures (`address|begun|ended|packets out|packets in|bytes out|bytes in`, parted by
 *  blanks, out and in as the machine has them); each of them is a record. */
export const azureAnalytics: Format = {
  id: 'azure-analytics',
  title: "NTANetAnalytics of Log Analytics: what Azure's traffic analytics adds up from flow logs",
  gives: ['IP bytes both ways of the connections of an interval', 'what was denied'],
  lacks: [
    'process, account, device: the network interface is the sensor',
    'single connections: one row is all of an interval between two addresses and a port, without the port of the client',
    'host names',
    'payload bytes: estimated from IP bytes and packets',
  ],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => {
        const has = (...wanted: string[]): boolean => wanted.every((name) => names.includes(name));
        const told = has('BytesSrcToDest') || has('FaSchemaVersion') || has('FlowStatus', 'FlowType');
        return has('SrcIp', 'DestIp', 'DestPort') && told ? 'azure-analytics' : undefined;
      },
      mapping: analyticsMapping,
      unknown: ['', '-', 'null'],
    }),
};

function analyticsMapping(raw: RawColumns): Mapping {
  const time = raw.text('FlowStartTime', 'FlowStartTime [UTC]', 'FlowIntervalStartTime', 'FlowIntervalStartTime [UTC]');
  const end = raw.text('FlowEndTime', 'FlowEndTime [UTC]');
  const [source, destination] = [raw.text('SrcIp'), raw.text('DestIp')];
  const [sourceList, destinationList] = [raw.text('SrcPublicIps'), raw.text('DestPublicIps')];
  const part = (place: number): string => `nullif(split_part(weir_part, '|', ${place}), '')`;
  // The machine is the source where the destination is in the list.
  const figure = (column: string, out: number, into: number): string =>
    `CASE WHEN contains(weir_part, '|') THEN CASE WHEN ${source} IS NULL THEN ${part(into)} ELSE ${part(out)} END
      ELSE ${raw.text(column)} END`;
  const way = raw.text('FlowDirection');
  const protocol = raw.text('L4Protocol');
  const status = `lower(coalesce(${raw.text('FlowStatus')}, ''))`;
  const figures = {
    packets: figure('PacketsSrcToDest', 4, 5),
    bytes: figure('BytesSrcToDest', 6, 7),
    packets_back: figure('PacketsDestToSrc', 5, 4),
    bytes_back: figure('BytesDestToSrc', 7, 6),
  };
  const told = [time, end, 'weir_source', 'weir_destination', raw.text('DestPort'), protocol, way, status];
  const key = [...told, ...Object.values(figures)].map((text) => `coalesce(${text}, '')`);
  const list = `CASE WHEN ${source} IS NULL THEN ${sourceList} WHEN ${destination} IS NULL THEN ${destinationList} END`;
  const mapping = azureMapping(
    {
      ...figures,
      time_text: time,
      starts: 'weir_start',
      ends: 'weir_end',
      source_port: raw.text('SrcPort'),
      destination_port: raw.text('DestPort'),
      state: `CASE WHEN starts_with(${status}, 'd') THEN 'D' ELSE 'E' END`,
      leaves: `CASE upper(left(${way}, 1)) WHEN 'O' THEN true WHEN 'I' THEN false END`,
      sensor: `concat_ws(' ', 'azure-analytics', ${raw.text('MacAddress')})`,
      key: `concat_ws('|', ${key.join(', ')})`,
    },
    [
      {
        weir_start: anyTicks(time),
        weir_end: anyTicks(end),
        weir_protocol: protocolName(`CASE ${protocol} WHEN 'T' THEN 'tcp' WHEN 'U' THEN 'udp' ELSE ${protocol} END`),
        weir_source: normalAddress(`coalesce(${source}, ${part(1)})`),
        weir_destination: normalAddress(
          `coalesce(${destination}, CASE WHEN ${source} IS NOT NULL THEN ${part(1)} END)`,
        ),
      },
    ],
    [
      ["kind = 'StatusMessage'", ignored('messages of traffic analytics about its own work')],
      ['kind IS NULL AND time_text IS NULL AND source IS NULL AND destination IS NULL', rejected(otherForm)],
    ],
  );
  return {
    ...mapping,
    opened: `string_split(trim(${list}), ' ')`,
    stage: { ...mapping.stage, kind: raw.text('SubType') },
  };
}
