import { sqlName } from '../../engine/sql.ts';
import type { Sample } from '../format.ts';
import { ignored } from '../mapping.ts';
import { delimitedReading, type RawColumns } from '../reading.ts';
import type { CsvHeader, Recognised, ToJob } from '../recognised.ts';
import { recogniseRows } from '../rows.ts';
import { type NfdumpFields, nfdumpMapping } from './mapping.ts';

const closing = 'the closing summary of nfdump';
const unknown = ['', '<none>'];

/** nfdump's rows: the long CSV of 1.6 and 1.7 (`ts,te,td,sa,…`), CSV with the names that 1.7 gives to `csv:` formats
 *  (`firstSeen,duration,proto,srcAddr,…`), JSON (one array) and NDJSON. */
export function recogniseNfdumpRows(sample: Sample): Recognised | undefined {
  const { header } = sample;
  if (header) return hasNfdumpNames(header.names) ? csv(header) : undefined;
  return recogniseRows(sample, {
    nameOf: (names) => (hasNfdumpNames(names) ? 'nfdump' : undefined),
    mapping: (raw) => nfdumpMapping(fieldsOf(raw)),
    unknown,
  });
}

function hasNfdumpNames(names: readonly string[]): boolean {
  const has = (...wanted: string[]): boolean => wanted.every((name) => names.includes(name));
  return (
    has('ts', 'sa', 'da', 'ibyt') ||
    (has('firstSeen', 'srcAddr', 'dstAddr') && (has('bytes') || has('inBytes'))) ||
    (has('in_bytes', 'proto') && (has('src4_addr', 'dst4_addr') || has('src6_addr', 'dst6_addr')))
  );
}

/** CSV that quotes nothing and ends with lines of other columns: `Summary`, their names, and one of totals. */
function csv(header: CsvHeader): Recognised {
  const jobUnder =
    ({ names, delimiter, lines }: CsvHeader): ToJob =>
    (options) => {
      const [first, last] = [sqlName(names[0] ?? ''), sqlName(names.at(-1) ?? '')];
      const reading = delimitedReading({
        ...options,
        names,
        delimiter,
        quoted: options.numbered,
        skip: options.numbered ? 0 : lines,
        unknown,
        form: `CASE WHEN ${last} IS NULL AND regexp_full_match(${first}, '${summary.source}') THEN ${ignored(closing)}
          WHEN ${last} IS NULL THEN 'r:the line has fewer columns than the header names' END`,
      });
      return { reading, mapping: nfdumpMapping(fieldsOf(reading.columns)) };
    };
  return {
    format: 'nfdump csv',
    shape: {
      kind: 'csv',
      header,
      job: jobUnder(header),
      jobUnder,
      isHeader: hasNfdumpNames,
      aside: ([first = '', ...others]) => (others.length < 6 && summary.test(first) ? closing : undefined),
    },
  };
}

/** First cells of the closing lines. */
const summary = /^(Summary|flows|[0-9]+)$/;

function fieldsOf(raw: RawColumns): NfdumpFields {
  return {
    starts: raw.text('ts', 'firstSeen', 'first', 't_first', 't_event', 'eventTime'),
    ends: raw.text('te', 'lastSeen', 'last', 't_last'),
    duration: raw.text('td', 'duration'),
    protocol: raw.text('pr', 'proto'),
    source: raw.text('sa', 'srcAddr', 'src4_addr', 'src6_addr'),
    source_port: raw.text('sp', 'srcPort', 'src_port'),
    destination: raw.text('da', 'dstAddr', 'dst4_addr', 'dst6_addr'),
    destination_port: raw.text('dp', 'dstPort', 'dst_port'),
    translated_source: raw.text('srcXIP', 'src4_xlt_ip', 'src6_xlt_ip'),
    translated_source_port: raw.text('srcXPort', 'src_xlt_port'),
    translated_destination: raw.text('dstXIP', 'dst4_xlt_ip', 'dst6_xlt_ip'),
    translated_destination_port: raw.text('dstXPort', 'dst_xlt_port'),
    flags: raw.text('flg', 'flags', 'tcp_flags'),
    forwarding: raw.text('fwd', 'fwdStatus', 'fwd_status'),
    packets: raw.text('ipkt', 'packets', 'inPackets', 'in_packets'),
    bytes: raw.text('ibyt', 'bytes', 'inBytes', 'in_bytes'),
    packets_back: raw.text('opkt', 'outPackets', 'out_packets'),
    bytes_back: raw.text('obyt', 'outBytes', 'out_bytes'),
    sampled: raw.text('sampled'),
    router: raw.text('ra', 'routerIP', 'ip4_router', 'ip6_router'),
    account: raw.text('nselUser', 'username'),
  };
}
