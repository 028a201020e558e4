import { csvCells } from '../../source/csvRecords.ts';
import type { Sample } from '../format.ts';
import type { Mapping } from '../mapping.ts';
import { delimitedReading, type RawColumns } from '../reading.ts';
import type { CsvHeader, Recognised, ToJob } from '../recognised.ts';

/** A product's CSV that names no columns: their order is documented, later versions add some at the end, and a record's
 *  own values must bear it out. */
export interface HeadlessFormat {
  readonly name: string;
  /** The columns of every version, and those that newer ones add. */
  readonly columns: readonly string[];
  readonly added: readonly string[];
  readonly is: (cells: readonly string[]) => boolean;
  readonly mapping: (raw: RawColumns) => Mapping;
}

export function recogniseHeadless({ lines, objects }: Sample, format: HeadlessFormat): Recognised | undefined {
  if (objects.length > 0) return undefined;
  const { name, columns, added, is, mapping } = format;
  const filled = lines.slice(0, 50).filter((line) => line.trim() !== '');
  const records = filled.map((line) => csvCells(line, ',') ?? []);
  const own = records.filter((cells) => cells.length >= columns.length && is(cells.map((cell) => cell.trim())));
  if (own.length * 2 <= records.length) return undefined;
  const known = [...columns, ...added];
  const names = (own[0] ?? []).map((_, at) => known[at] ?? `column ${at + 1}`);
  const header: CsvHeader = { delimiter: ',', names, lines: 0, least: columns.length };
  const job: ToJob = (options) => {
    const reading = delimitedReading({ ...options, names, delimiter: ',', quoted: true, skip: 0 });
    return { reading, mapping: mapping(reading.columns) };
  };
  return { format: `${name} csv`, shape: { kind: 'csv', header, job, jobUnder: () => job, isHeader: () => false } };
}
