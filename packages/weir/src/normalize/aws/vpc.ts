import { sqlName } from '../../engine/sql.ts';
import type { Format, Sample } from '../format.ts';
import { delimitedReading, type RawColumns } from '../reading.ts';
import type { CsvHeader, Recognised, ToJob } from '../recognised.ts';
import { recogniseRows } from '../rows.ts';
import { trimmed } from '../sql/words.ts';
import { recogniseTexts, type TextFormat } from '../texts.ts';
import { type VpcField, vpcFields, vpcMapping } from './mapping.ts';

/** VPC flow logs in all the forms in which AWS and others keep them. */
export const awsVpc: Format = {
  id: 'aws-vpc',
  title: 'AWS VPC flow logs, versions 2 to 5: text, CSV, Parquet, CloudWatch (JSON), AWSVPCFlow of Sentinel',
  gives: [
    'IP bytes of one direction an interval; the answer is in records of its own',
    'what was rejected',
    'the AWS service of the remote address, in State',
  ],
  lacks: [
    'process, account, device: the network interface is the sensor',
    'host names',
    'payload bytes: estimated from IP bytes and packets',
    'whether an accepted connection was answered, where no TCP flags are logged',
    'connections of intervals that AWS skipped (SKIPDATA)',
  ],
  recognise: (sample) =>
    recogniseHeaded(sample) ??
    recogniseRows(sample, vpcRows) ??
    recogniseTexts(sample, defaultOrder) ??
    unordered(sample),
};

/** Rows whose columns have AWS's names, with hyphens, with underscores (Parquet), or as Sentinel spells them. */
const vpcRows = {
  nameOf: (names: readonly string[]) => (hasVpcNames(names) ? 'aws-vpc' : undefined),
  mapping: (raw: RawColumns, names: readonly string[]) => vpcMapping((field) => named(raw, names, field)),
  unknown: ['', '-'],
};

function named(raw: RawColumns, names: readonly string[], field: VpcField): string {
  const underscored = names.some((name) => plain(name) !== name.toLowerCase() && name.includes('_'));
  const spelled = names.find((name) => plain(name) === plain(field)) ?? field.replaceAll('-', underscored ? '_' : '-');
  // Sentinel has the start of the interval as the time of the row.
  const also = field === 'start' ? ['TimeGenerated', 'TimeGenerated [UTC]'] : field === 'end' ? ['End [UTC]'] : [];
  return raw.text(spelled, ...also);
}

/** A name as all spellings have it. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Names of which other logs with `srcaddr` have not two. */
const telling = [
  'accountid',
  'interfaceid',
  'logstatus',
  'vpcid',
  'tcpflags',
  'pktsrcaddr',
  'pktdstaddr',
  'flowdirection',
];

function hasVpcNames(names: readonly string[]): boolean {
  const plainly = new Set(names.map(plain));
  const ends = ['srcaddr', 'dstaddr'].every((end) => plainly.has(end) || plainly.has(`pkt${end}`));
  return ends && telling.filter((name) => plainly.has(name)).length >= 2;
}

/** Text with a header line that names the fields, in any order. */
function recogniseHeaded({ lines, objects, columns }: Sample): Recognised | undefined {
  if (objects.length > 0 || columns) return undefined;
  const at = lines.findIndex((line) => line.trim() !== '');
  const names = cellsOf(lines[at] ?? '');
  if (names.length < 2 || !hasVpcNames(names)) return undefined;
  const header = { delimiter: ' ', names, lines: at + 1 };
  const jobUnder =
    ({ names, delimiter, lines }: CsvHeader): ToJob =>
    (options) => {
      const reading = delimitedReading({
        ...options,
        names,
        delimiter,
        quoted: options.numbered,
        skip: options.numbered ? 0 : lines,
        unknown: vpcRows.unknown,
        form: `CASE WHEN ${sqlName(names.at(-1) ?? '')} IS NULL THEN 'r:the line has fewer columns than the header names' END`,
      });
      return { reading, mapping: vpcRows.mapping(reading.columns, names) };
    };
  return {
    format: 'aws-vpc text',
    shape: { kind: 'csv', header, job: jobUnder(header), jobUnder, isHeader: hasVpcNames },
  };
}

function cellsOf(line: string): string[] {
  return line.trim().split(' ');
}

const number = '([0-9]+|-)';
/** A record in the order that AWS uses where none is chosen; an export of CloudWatch has a time in front. */
const inOrder = new RegExp(
  `^(\\S+T\\S+Z )?2 \\S+ \\S+ \\S+ \\S+ ${number} ${number} ${number} ${number} ${number} [0-9]+ [0-9]+ (ACCEPT|REJECT|-) (OK|NODATA|SKIPDATA)$`,
);

/** Records without a header line, as lines or in a text that a collector keeps. */
const defaultOrder: TextFormat = {
  nameOf: (texts) => {
    const found = texts.filter((text) => inOrder.test(text.trim()));
    return found.length * 2 > texts.length ? 'aws-vpc text' : undefined;
  },
  mapping: (text) => {
    // Hardly a line has a time in front.
    const record = `CASE WHEN contains(${text}, 'Z ') THEN regexp_replace(${trimmed(text)}, '^[^ ]+T[^ ]+Z ', '') ELSE ${trimmed(text)} END`;
    const cell = (field: VpcField): string => {
      const place = vpcFields.indexOf(field) + 1;
      return place > 14 ? 'NULL::VARCHAR' : `nullif(weir_cells[${place}], '-')`;
    };
    // A line of another length is of another form: none of its cells means anything.
    return vpcMapping(cell, [
      { weir_split: `string_split(${record}, ' ')` },
      { weir_cells: `CASE WHEN len(weir_split) = 14 THEN weir_split END` },
    ]);
  },
};

/** Records in an order of the customer's own, without the header line that would name it. */
function unordered({ lines, objects }: Sample): { reason: string } | undefined {
  const messages = objects.map((object) => Reflect.get(object, 'message')).filter((text) => typeof text === 'string');
  const [first = ''] = objects.length > 0 ? messages : lines;
  const looks = /(^| )eni-[0-9a-f]{8,}( |$)/.test(first) && /(^| )(ACCEPT|REJECT|NODATA|OK)( |$)/.test(first.trim());
  const reason =
    'looks like AWS VPC flow logs in an order of their own without the header line, so which column is which is not known: put the field names above them as a line';
  return looks ? { reason } : undefined;
}
