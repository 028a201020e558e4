import type { Format } from '../format.ts';
import type { Mapping } from '../mapping.ts';
import { otherLog, otherText } from '../otherLogs.ts';
import { connectionMapping } from '../session/mapping.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { unknownWords } from '../session/words.ts';
import { unlessUnknown } from '../sql/words.ts';
import { recogniseTexts } from '../texts.ts';
import { offsetOf } from './cefTimes.ts';
import { cefConnection } from './fields.ts';

/** PAN-OS's own syslog: values by position, whose order has only ever grown at the end. */
export const paloAlto: Format = {
  id: 'paloalto',
  title: 'PAN-OS traffic, threat and URL logs in its own syslog form (values by position)',
  gives: [...whatFirewallsTell, 'bytes in both directions, of IP packets; payload where packets are counted too'],
  lacks: ['process', "the firewall's time zone before PAN-OS 10: times without one are taken for UTC"],
  recognise: (sample) =>
    recogniseTexts(sample, {
      nameOf: (texts) => {
        const records = texts.filter((text) => new RegExp(record).test(text));
        return records.length * 2 > texts.length ? 'paloalto' : undefined;
      },
      mapping: (text) => paloAltoMapping(text),
    }),
};

/** A number, the time of receipt, the serial number, the type and the subtype. */
const record =
  '(?:^|[ >:])([0-9]*,[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ T][0-9:.]+Z?,[0-9A-Za-z-]*,[A-Z][A-Z-]+,[A-Za-z0-9_-]*,.*)$';

const common = { generated: 6, src: 7, dst: 8, natDst: 10, user: 12, app: 14, session: 22, spt: 24, dpt: 25 };
const positions = { ...common, serial: 2, type: 3, subtype: 4, proto: 29, action: 30 };
const traffic = { sent: 32, received: 33, start: 35, elapsed: 36, packetsSent: 44, packetsReceived: 45, device: 52 };
const threat = { url: 31, device: 59 };

function paloAltoMapping(text: string): Mapping {
  const cells: Record<string, string> = {
    ...Object.fromEntries(Object.entries(positions).map(([name, place]) => [name, cell(place)])),
    ...Object.fromEntries(Object.entries(traffic).map(([name, place]) => [name, cell(place, `= 'TRAFFIC'`)])),
    url: cell(threat.url, `<> 'TRAFFIC'`),
    device: `CASE weir_type WHEN 'TRAFFIC' THEN ${cell(traffic.device)} WHEN 'THREAT' THEN ${cell(threat.device)} END`,
  };
  const own: Readonly<Record<string, string>> = {
    PanOSPacketsReceived: 'packetsReceived',
    PanOSPacketsSent: 'packetsSent',
    PanOSSessionStartTime: 'start',
    act: 'action',
    app: 'app',
    cn1: 'session',
    cn3: 'elapsed',
    destinationTranslatedAddress: 'natDst',
    deviceExternalId: 'serial',
    dpt: 'dpt',
    dst: 'dst',
    dvchost: 'device',
    in: 'received',
    out: 'sent',
    proto: 'proto',
    request: 'url',
    rt: 'generated',
    spt: 'spt',
    src: 'src',
    suser: 'user',
  };
  const value = (key: string): string => {
    if (key === 'cn3Label') return `'Elapsed time in seconds'`;
    if (key === 'dtz') return 'weir_zone';
    return own[key] === undefined ? 'NULL::VARCHAR' : `weir_cell_${own[key]}`;
  };
  const given = cefConnection({
    vendor: `'Palo Alto Networks'`,
    product: `'syslog'`,
    eventClass: `coalesce(weir_cell_type, '')`,
    name: `coalesce(weir_cell_subtype, '')`,
    value: (...keys) => (keys.length === 1 ? keys.map(value).join() : `coalesce(${keys.map(value).join(', ')})`),
    received: 'NULL::VARCHAR',
    verbatim: true,
  });
  const unused = `CASE WHEN weir_record = '' THEN ${otherText('weir_is_other', 'texts that are no PAN-OS logs; give Weir logs of other forms as files of their own')} ELSE ${given.unused} END`;
  const mapping = connectionMapping({ ...given, unused });
  const named = Object.entries(cells);
  return {
    ...mapping,
    pieces: [
      { weir_record: `coalesce(regexp_extract(${text}, '${record}', 1), '')` },
      {
        weir_is_other: otherLog(text, `(weir_record <> '')`),
        weir_cells: `regexp_extract_all(',' || weir_record, ',("(?:[^"]|"")*"|[^,]*)', 1)`,
      },
      {
        weir_type: `upper(${cell(positions.type)})`,
        // Which column has the high resolution time differs by version; it stands after all that records have always had.
        weir_zone: `nullif(list_max(list_transform(weir_cells[${traffic.packetsReceived + 2}:], lambda cell: ${offsetOf(`trim(cell, '"')`)})), '')`,
      },
      Object.fromEntries(named.map(([name, sql]) => [`weir_text_of_${name}`, sql])),
      Object.fromEntries(
        named.map(([name]) => [`weir_cell_${name}`, unlessUnknown(`weir_text_of_${name}`, unknownWords)]),
      ),
      ...mapping.pieces,
    ],
  };
}

/** The value at a place, counted from 0, in records of these types. */
function cell(place: number, types = 'IS NOT NULL'): string {
  return `CASE WHEN ${place === positions.type ? 'true' : `weir_type ${types}`} THEN trim(weir_cells[${place + 1}], ' "') END`;
}
