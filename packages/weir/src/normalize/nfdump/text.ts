import { ignored, type Mapping, otherForm, rejected } from '../mapping.ts';
import type { TextFormat } from '../texts.ts';
import { type NfdumpFields, nfdumpMapping } from './mapping.ts';

const figure = '[0-9][0-9.]*(?: [KMGT])?';
const place = '[^ ]+(?:[(][^)]*[)])?[:.][0-9.]+';

/** nfdump's texts for people, by `-o`: `line` (packets and bytes), `long` and `extended` (flags and type of service
 *  before them), and `biline`, `bilong` (`<->`, and the counters of the answer before each of the source's). */
const pattern = [
  '^([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+) +((?:[0-9]+d )?[0-9:.]+) +([^ ]+) +',
  `(${place}) +(<?->) +(${place}) +(?:([.A-Z]{6,8}|0x[0-9a-f]+) +[0-9]+ +)?`,
  `(${figure}) +(${figure})(?: +(${figure}) +(${figure}))?(?: .*)?$`,
].join('');

const pieces = ['starts', 'duration', 'protocol', 'source', 'arrow', 'destination', 'flags', 'a', 'b', 'c', 'd'];

export const nfdumpText: TextFormat = {
  nameOf: (texts) => {
    const shape = new RegExp(pattern);
    const flows = texts.filter((text) => shape.test(text.trimEnd()));
    const headed = texts[0]?.startsWith('Date first seen') === true;
    return flows.length > 0 && (headed || flows.length * 2 > texts.length) ? 'nfdump text' : undefined;
  },
  mapping: (text) => textMapping(`rtrim(${text})`),
};

function textMapping(text: string): Mapping {
  const list = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;
  const piece = (name: string): string => `nullif(weir_pieces.${name}, '')`;
  const endPart = (side: string, part: string): string => `nullif(weir_${side}.${part}, '')`;
  const ofBoth = (name: string, otherwise: string): string =>
    `CASE WHEN weir_pieces.arrow = '<->' THEN ${piece(name)} ELSE ${otherwise} END`;
  const fields: NfdumpFields = {
    starts: piece('starts'),
    ends: none,
    duration: piece('duration'),
    protocol: piece('protocol'),
    source: `coalesce(${endPart('from', 'four')}, ${endPart('from', 'six')})`,
    source_port: endPart('from', 'port'),
    destination: `coalesce(${endPart('to', 'four')}, ${endPart('to', 'six')})`,
    destination_port: endPart('to', 'port'),
    translated_source: none,
    translated_source_port: none,
    translated_destination: none,
    translated_destination_port: none,
    flags: piece('flags'),
    forwarding: none,
    packets: ofBoth('b', piece('a')),
    bytes: ofBoth('d', piece('b')),
    packets_back: ofBoth('a', none),
    bytes_back: ofBoth('c', none),
    sampled: none,
    router: none,
    account: none,
  };
  const layers = [
    { weir_pieces: `regexp_extract(${text}, '${pattern}', ${list(pieces)})` },
    {
      weir_from: `regexp_extract(weir_pieces.source, '${end}', ${list(['four', 'six', 'port'])})`,
      weir_to: `regexp_extract(weir_pieces.destination, '${end}', ${list(['four', 'six', 'port'])})`,
    },
  ];
  const mapping = nfdumpMapping(fields, layers, [
    [
      `time_text IS NULL AND regexp_matches(line_start, '${headings}')`,
      ignored('the heading and closing lines of nfdump'),
    ],
    ['time_text IS NULL', rejected(otherForm)],
  ]);
  return { ...mapping, stage: { ...mapping.stage, line_start: `left(${text}, 24)` } };
}

const none = 'NULL::VARCHAR';

/** An end with its port: an IPv4 address stands before it with a colon, an IPv6 one with a dot; a country may be between
 *  them. ICMP has a type and code for the port. */
const country = '(?:[(][^)]*[)])?';
const end = `^(?:([0-9.]+)${country}:|([0-9a-fA-F:]*:[0-9a-fA-F:.]*?)${country}[.])([0-9]+(?:[.][0-9]+)?)$`;

const headings =
  '^(Date first seen|Summary|Time window|Total (flows|records)|Sys:|No matching|Top |Aggregated|Byte limit)';
