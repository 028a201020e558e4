import { csvRows } from '../source/csvRecords.ts';
import type { Sample } from './format.ts';
import { objectText, textAt } from './objectText.ts';
import type { CsvHeader, Recognised, ToJob } from './recognised.ts';
import { objectOf } from './sample.ts';
import { carriers, repeats } from './texts.ts';

/** Records of a sample that stand in something else, as a sample of their own. */
export interface Carried {
  readonly sample: Sample;
  /** The whole file, by what its records were recognised as. */
  readonly file: (recognised: Recognised) => Recognised | undefined;
}

/** What may carry the records of a sample that are no rows of it themselves: an answer of Splunk's, with the record below
 *  `result`; and texts that are JSON objects, behind the header of syslog or without: lines, members of objects, cells. */
export function* carriedIn(sample: Sample): Generator<Carried> {
  const { lines, objects, header } = sample;
  if (objects.length > 0) yield* inObjects(sample);
  else
    yield* ofTexts(
      sample,
      lines.filter((line) => line.trim() !== ''),
      (recognised) => fromJson(recognised, 'syslog', 'json-lines', []),
    );
  if (header) yield* inCells(sample, header);
}

/** The key below which Splunk answers with a record. */
const answered = 'result';

function* inObjects(sample: Sample): Generator<Carried> {
  const { objects, layout } = sample;
  const results = objects.flatMap((object) => memberOf(object, answered));
  if (results.length * 2 > objects.length) yield { sample: { ...sample, objects: results }, file: fromAnswers };
  const kind = layout === 'lines' ? 'json-lines' : 'json-elements';
  for (const path of carriers.flatMap((name) => [[name], [answered, name]])) {
    const texts = objects.map((object) => textAt(object, path) ?? '');
    yield* ofTexts(sample, texts, (recognised) => fromJson(recognised, 'text', kind, path));
  }
}

function memberOf(object: object, name: string): object[] {
  const member: unknown = Reflect.get(object, name);
  return typeof member === 'object' && member !== null && !Array.isArray(member) ? [member] : [];
}

function* inCells(sample: Sample, header: CsvHeader): Generator<Carried> {
  const rows = csvRows(sample.lines.slice(header.lines), header.delimiter);
  for (const [place, name] of header.names.entries()) {
    if (!carriers.includes(name)) continue;
    const texts = rows.map((cells) => cells[place] ?? '');
    yield* ofTexts(sample, texts, (recognised) => fromCells(recognised, header, name));
  }
}

/** Other texts may stand among them: not one program alone writes into syslog. */
function* ofTexts(sample: Sample, texts: readonly string[], file: Carried['file']): Generator<Carried> {
  const lines = texts.flatMap((text) => objectText(text) ?? []);
  const objects = lines.flatMap(objectOf);
  if (objects.length === 0 || objects.length * 4 < texts.length) return;
  yield { sample: { ...sample, lines, objects, header: undefined, layout: 'lines' }, file };
}

function fromJson(
  { shape, ...recognised }: Recognised,
  holder: string,
  kind: 'json-lines' | 'json-elements',
  carried: readonly string[],
): Recognised | undefined {
  if (shape.kind !== 'json-lines') return undefined;
  return { ...recognised, format: `${recognised.format} ${holder}`, shape: { kind, carried, job: shape.job } };
}

function fromCells({ shape, ...recognised }: Recognised, header: CsvHeader, carried: string): Recognised | undefined {
  if (shape.kind !== 'json-lines') return undefined;
  const isHeader = (cells: readonly string[]): boolean => repeats(header, cells, carried);
  const { job } = shape;
  return {
    ...recognised,
    format: `${recognised.format} csv`,
    shape: { kind: 'csv', header, carried, job, jobUnder: () => job, isHeader },
  };
}

function fromAnswers({ shape, lacksOf, ...recognised }: Recognised): Recognised | undefined {
  if (shape.kind !== 'json-lines' && shape.kind !== 'json-elements') return undefined;
  const job: ToJob = (options) => shape.job({ ...options, inside: { key: answered, beside: [] } });
  // A format whose records have an inside of their own would look for it in the wrong place.
  if (job({ path: '', numbered: true, longest: 0 }).reading.inside !== answered) return undefined;
  return {
    ...recognised,
    format: `${recognised.format} ${answered}`,
    shape: { ...shape, job },
    ...(lacksOf && { lacksOf: (names) => lacksOf((path) => names([answered, ...path])) }),
  };
}
