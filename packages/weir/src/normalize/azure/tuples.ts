import type { Format, Sample } from '../format.ts';
import { ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import { jsonReading, type RawColumns } from '../reading.ts';
import { normalAddress } from '../sql/address.ts';
import { protocolName } from '../sql/protocol.ts';
import { epochSecondsTicks } from '../sql/time.ts';
import { azureMapping } from './flow.ts';

/** Flow logs of network security groups (versions 1 and 2) and of virtual networks (version 4), as Azure writes them into
 *  a storage account (`PT1H.json`) and as Event Hub delivers them: what was flushed together is one record with up to
 *  thousands of tuples. **A record of Weir is a tuple**: each has a time of its own, and is a row, ignored or rejected by
 *  itself. A record of Azure's without any counts as one. */
export const azureFlowLogs: Format = {
  id: 'azure-flow',
  title: 'Azure flow logs: network security groups (versions 1 and 2) and virtual networks (version 4)',
  gives: ['IP bytes both ways, an interval at a time (version 1 has none)', 'what was denied'],
  lacks: [
    'process, account, device: the network interface (its MAC address) is the sensor',
    'host names',
    'payload bytes: estimated from IP bytes and packets',
    'when an interval began: its row has the time at which it was closed',
  ],
  recognise: (sample) => {
    const kind = kindOf(sample);
    if (kind === undefined) return undefined;
    return {
      format: `azure-flow ${kind} json`,
      shape: {
        kind: sample.layout === 'lines' ? 'json-lines' : 'json-elements',
        job: (options) => {
          const reading = jsonReading(options);
          return { reading, mapping: tuplesMapping(reading.columns) };
        },
      },
    };
  },
};

const categories = { nsg: 'NetworkSecurityGroupFlowEvent', vnet: 'FlowLogFlowEvent' } as const;
const kinds = ['nsg', 'vnet'] as const;

/** A busy minute's record is longer than what recognition sees, so that the text alone has to tell. */
function kindOf({ objects, lines }: Sample): (typeof kinds)[number] | undefined {
  if (objects.length > 0) {
    const found = new Set(objects.map((object) => Reflect.get(object, 'category')));
    return kinds.find((kind) => found.has(categories[kind]));
  }
  const text = lines.join('\n');
  if (!text.includes('"flowTuples"')) return undefined;
  return kinds.find((kind) => new RegExp(`"category"\\s*:\\s*"${categories[kind]}"`).test(text));
}

function tuplesMapping(raw: RawColumns): Mapping {
  const [nsg, vnet] = [raw.verbatim('properties'), raw.verbatim('flowRecords')];
  const cell = (place: number): string => `nullif(trim(weir_cells[${place}]), '')`;
  const number = `TRY_CAST(${cell(1)} AS BIGINT)`;
  // Seconds, or milliseconds.
  const ticks = epochSecondsTicks(`CASE WHEN ${number} > 100000000000 THEN ${number} / 1000 ELSE ${number} END`);
  const category = raw.text('category');
  const mapping = azureMapping(
    {
      time_text: cell(1),
      starts: 'weir_ticks',
      // A beginning has no end; else the time is that at which an interval, or the try, was over.
      ends: `CASE WHEN weir_state NOT IN ('A', 'B') THEN weir_ticks END`,
      source_port: cell(4),
      destination_port: cell(5),
      state: 'weir_state',
      leaves: `CASE ${cell(7)} WHEN 'O' THEN true WHEN 'I' THEN false END`,
      packets: cell(10),
      bytes: cell(11),
      packets_back: cell(12),
      bytes_back: cell(13),
      // One connection between two machines is logged at the interface of each, and a network's log repeats what that of
      // a group says.
      sensor: `concat_ws(' ', CASE WHEN weir_vnet THEN 'azure-vnet' ELSE 'azure-nsg' END, ${raw.text('macAddress')})`,
      key: 'weir_part',
    },
    [
      { weir_cells: `string_split(weir_part, ',')`, weir_vnet: `${vnet} IS NOT NULL` },
      {
        weir_ticks: ticks,
        weir_state: `coalesce(CASE WHEN weir_vnet OR ${cell(8)} = 'D' THEN ${cell(8)} ELSE coalesce(${cell(9)}, ${cell(8)}) END, '')`,
        weir_protocol: protocolName(`CASE ${cell(6)} WHEN 'T' THEN 'tcp' WHEN 'U' THEN 'udp' ELSE ${cell(6)} END`),
        weir_source: normalAddress(cell(2)),
        weir_destination: normalAddress(cell(3)),
      },
    ],
    [
      ["key IS NULL AND category = ''", rejected(otherForm)],
      [
        `key IS NULL AND category NOT IN ('${categories.nsg}', '${categories.vnet}')`,
        ignoredBy(`'Weir does not use the category ' || left(category, 60)`),
      ],
      ['key IS NULL AND NOT held', rejected(otherForm)],
      ['key IS NULL AND empty', ignoredBy(`'a record without flows'`)],
      ['key IS NULL', rejected('a group of flows without its list of tuples')],
      [`parts NOT IN (8, 9, 13)`, rejected('a tuple with too few or too many parts')],
    ],
  );
  const groups = `CASE WHEN ${vnet} IS NOT NULL THEN ${groupsIn(vnet, 'flowGroups')} ELSE ${groupsIn(nsg, 'flows')} END`;
  return {
    ...mapping,
    opened: `CASE WHEN ${vnet} IS NOT NULL THEN ${tuplesIn(vnet, 'flowGroups')} ELSE ${tuplesIn(nsg, 'flows')} END`,
    stage: {
      ...mapping.stage,
      category: `coalesce(${category}, '')`,
      parts: 'len(weir_cells)',
      held: `${vnet} IS NOT NULL OR ${nsg} IS NOT NULL`,
      empty: `CASE WHEN weir_part IS NULL THEN coalesce(len(${groups}), 0) = 0 END`,
    },
  };
}

function groupsIn(column: string, groups: string): string {
  return `TRY(json_extract(${column}, '$.flows[*].${groups}[*]'))`;
}

/** The tuples of all groups, and a null where a group has no list of them, which must not pass for one without traffic. */
function tuplesIn(column: string, groups: string): string {
  const tuples = `TRY(json_extract_string(${column}, '$.flows[*].${groups}[*].flowTuples[*]'))`;
  const lists = `list_filter(TRY(json_type(${column}, '$.flows[*].${groups}[*].flowTuples')), lambda t: t = 'ARRAY')`;
  return `CASE WHEN len(${lists}) < len(${groupsIn(column, groups)}) THEN list_append(${tuples}, NULL) ELSE ${tuples} END`;
}
