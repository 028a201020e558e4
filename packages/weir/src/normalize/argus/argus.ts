import { networkFlows } from '../../tables/index.ts';
import { flow, loggedFlow } from '../flow.ts';
import type { Format } from '../format.ts';
import { firstVerdict, ignored, type Mapping, otherForm, rejected } from '../mapping.ts';
import { numberedAmongEquals, type RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { isAddress, normalAddress } from '../sql/address.ts';
import { counter, notCounted } from '../sql/counter.ts';
import { protocolName } from '../sql/protocol.ts';
import { epochSecondsTicks, isoTicks, secondsToTicks } from '../sql/time.ts';
import { isOneOf } from '../sql/words.ts';

/** What Argus' clients (`ra`, `racluster`) write as tables, as the binetflow files of public collections. */
export const argus: Format = {
  id: 'argus',
  title: 'Argus flow records as CSV or tab-separated text (ra, binetflow)',
  gives: ['bytes of Ethernet frames both ways', 'connection state'],
  lacks: [
    'process, account, device, host names',
    'payload bytes: estimated from frames and packets; where no packets of a side are told, the frames as they are',
    'the time zone: times are taken for UTC, so run ra with TZ=UTC and a date in its time format',
  ],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => {
        const has = (...wanted: string[]): boolean => wanted.every((name) => names.includes(name));
        return has('StartTime', 'SrcAddr', 'DstAddr', 'Dir') && (has('TotBytes') || has('SrcBytes'))
          ? 'argus'
          : undefined;
      },
      mapping: argusMapping,
      unknown: ['', '-'],
    }),
};

/** Argus reports a long connection several times; each record is a part of it. */
function argusMapping(raw: RawColumns): Mapping {
  const trimmed = (name: string): string => `nullif(trim(${raw.text(name)}), '')`;
  const number = (name: string): string => counter(trimmed(name));
  const kind = { counter: 'argus', layer: 'frame', parts: true, opener: { destinationOrPorts: opened } } as const;
  const { facts, columns } = flow(kind, record);
  const time = trimmed('StartTime');
  const stage = {
    time_text: time,
    ticks: `CASE WHEN regexp_matches(${time}, '^[0-9]{4}[-/]') THEN ${isoTicks(`replace(${time}, '/', '-')`)} ELSE ${epochSecondsTicks(time)} END`,
    length: secondsToTicks(trimmed('Dur')),
    protocol: 'weir_protocol',
    source: 'weir_source',
    source_port: port(trimmed('Sport')),
    destination: 'weir_destination',
    destination_port: port(trimmed('Dport')),
    way: `coalesce(${trimmed('Dir')}, '')`,
    state: `coalesce(${trimmed('State')}, '')`,
    bytes: `coalesce(${number('SrcBytes')}, ${number('TotBytes')} - ${number('DstBytes')})`,
    bytes_back: `coalesce(${number('DstBytes')}, ${number('TotBytes')} - ${number('SrcBytes')})`,
    packets: `coalesce(${number('SrcPkts')}, ${number('TotPkts')} - ${number('DstPkts')})`,
    packets_back: `coalesce(${number('DstPkts')}, ${number('TotPkts')} - ${number('SrcPkts')})`,
  };
  return {
    pieces: [
      {
        weir_protocol: protocolName(raw.text('Proto')),
        weir_source: normalAddress(trimmed('SrcAddr')),
        weir_destination: normalAddress(trimmed('DstAddr')),
      },
    ],
    stage,
    facts,
    verdict: firstVerdict([
      ["protocol = 'man'", ignored('records of Argus about its own work')],
      ['time_text IS NULL AND source IS NULL AND destination IS NULL', rejected(otherForm)],
      [
        `${isHardware('source')} OR ${isHardware('destination')} OR protocol IN ('arp', 'rarp', 'llc')`,
        ignored('traffic that is not between IP addresses'),
      ],
      ['time_text IS NULL', rejected('the time (StartTime) is missing')],
      ['ticks IS NULL', rejected('the time (StartTime) is none with a date')],
      ['source IS NULL OR destination IS NULL', rejected('an address of the flow is missing')],
      [
        `NOT (${isAddress('source')}) OR NOT (${isAddress('destination')})`,
        rejected('an end of the flow is no address'),
      ],
      ['least(bytes, bytes_back, packets, packets_back) < 0', rejected(notCounted)],
    ]),
    outputs: [
      {
        table: networkFlows,
        columns: { ...columns, EventId: `'argus:' || content || '#' || ordinal` },
        from: (records) => numberedAmongEquals(records, Object.keys(stage)),
      },
    ],
  };
}

/** Whether an address is one of an interface: `00:0c:29:83:3b:6e`. */
function isHardware(address: string): string {
  return `coalesce(regexp_full_match(${address}, '([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}'), false)`;
}

/** Ports that Argus names where it is not told to leave them as numbers. */
const named = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  ntp: 123,
  https: 443,
  imaps: 993,
};

function port(text: string): string {
  const cases = Object.entries(named).map(([name, number]) => `WHEN '${name}' THEN ${number}`);
  return `CASE WHEN weir_protocol <> 'icmp' THEN CASE ${text} ${cases.join(' ')} ELSE TRY_CAST(${text} AS INTEGER) END END`;
}

/** An arrow with a question mark is a guess, one with two heads says nothing. */
const opened = `CASE way WHEN '->' THEN false WHEN '<-' THEN true END`;

/** The state is a word, or the TCP flags that each side set (`FSPA_FSPA`). */
const answer = `split_part(state, '_', 2)`;
const outcome = `CASE
  WHEN contains(state, '_') AND protocol = 'tcp' THEN CASE
    WHEN contains(${answer}, 'S') AND contains(${answer}, 'A') THEN 'established'
    WHEN contains(split_part(state, '_', 1), 'S') AND NOT contains(split_part(state, '_', 1), 'A') THEN 'failed'
    WHEN contains(${answer}, 'P') OR contains(${answer}, 'F') THEN 'established' ELSE 'unknown' END
  WHEN state IN ('EST', 'FIN', 'CLO', 'ACC') THEN 'established'
  WHEN state = 'CON' AND coalesce(packets_back, bytes_back) > 0 THEN 'established'
  WHEN ${isOneOf('state', ['REQ', 'URP', 'URH', 'URN', 'URF'])} THEN 'failed' ELSE 'unknown' END`;

const record = {
  ...loggedFlow,
  ends: 'CASE WHEN length >= 0 THEN ticks + length END',
  outcome,
  state: 'state',
};
