import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { type Mapping, type Output, readVerdict } from './mapping.ts';
import { numberColumn, type Reading } from './reading.ts';

/** What became of the records of one reading. */
export interface Tally {
  readonly rows: number;
  readonly ignored: ReadonlyMap<string, number>;
  readonly rejected: ReadonlyMap<string, number>;
}

export interface Job {
  readonly reading: Reading;
  readonly mapping: Mapping;
}

/** Appends a reading's rows to the lake.
 *
 *  The first table is written at once. Only where it did not take all `expected` records, or where a text was `found`
 *  that speaks of rows of other tables, is the file read again to see what the rest was. */
export async function applyMapping(lake: Lake, job: Job, expected: number, found: ReadonlySet<string>): Promise<Tally> {
  const [main, ...rest] = job.mapping.outputs;
  const appended = main ? await append(lake, job, main) : 0;
  const signed = rest.some(({ alongside }) => typeof alongside === 'object' && found.has(alongside.text));
  if (appended === expected && !signed) {
    for (const output of rest) if (output.alongside === 'always') await append(lake, job, output);
    return { rows: appended, ignored: new Map(), rejected: new Map() };
  }
  const { tally, fed } = await classify(lake, job);
  for (const output of rest) if (fed.has(output)) await append(lake, job, output);
  return tally;
}

/** The texts to look for in a file before its mapping is applied. */
export function tellingTexts(mapping: Mapping): string[] {
  return [
    ...new Set(mapping.outputs.flatMap(({ alongside }) => (typeof alongside === 'object' ? [alongside.text] : []))),
  ];
}

/** The rejects of a numbered reading in order, with their texts where the reading has them. */
export async function* rejectedRecords(
  lake: Lake,
  job: Job,
): AsyncGenerator<{ number: number; reason: string; text: string }> {
  const text = job.reading.record ?? "''";
  const sql = `SELECT ${numberColumn}, verdict, ${text} FROM ${judged(job)} WHERE starts_with(verdict, 'r:') ORDER BY ${numberColumn}`;
  for await (const chunk of lake.engine.stream(sql)) {
    for (const [number, verdict, text] of chunk)
      yield { number: Number(number), reason: readVerdict(String(verdict)).reason, text: String(text) };
  }
}

async function append(lake: Lake, job: Job, output: Output): Promise<number> {
  const usable = `(SELECT * FROM ${judged(job)} WHERE verdict IS NULL${output.where ? ` AND ${output.where}` : ''})`;
  const columns = Object.entries(output.columns).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  const select = `SELECT ${columns.join(', ')} FROM ${output.from ? output.from(usable) : usable}`;
  return lake.append(output.table, select, Object.keys(output.columns));
}

async function classify(lake: Lake, job: Job): Promise<{ tally: Tally; fed: Set<Output> }> {
  const { outputs } = job.mapping;
  const feeds = outputs.map((output, index) => `coalesce(${output.where ?? 'true'}, false) AS feeds${index}`);
  const groups = await lake.engine.table(
    `SELECT ${['verdict', ...feeds].join(', ')}, count(*) FROM ${judged(job)} GROUP BY ALL`,
  );
  let rows = 0;
  const fed = new Set<Output>();
  const ignored = new Map<string, number>();
  const rejected = new Map<string, number>();
  for (const [verdict, ...cells] of groups) {
    const count = Number(cells.pop());
    if (verdict === null) {
      const taken = outputs.filter((_, index) => cells[index] === true);
      if (taken.length === 0) throw new Error('A record was judged usable and no table takes it.');
      for (const output of taken) fed.add(output);
      rows += count;
    } else {
      const { kind, reason } = readVerdict(String(verdict));
      const counts = kind === 'ignored' ? ignored : rejected;
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  return { tally: { rows, ignored, rejected }, fed };
}

/** The records with their stage columns and the verdict. Blank lines are no records. */
function judged({ reading, mapping }: Job): string {
  const stage = Object.entries(mapping.stage).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  const facts = Object.entries(mapping.facts ?? {}).map(([name, sql]) => `, ${sql} AS ${sqlName(name)}`);
  const number = [...(reading.numbered ? [numberColumn] : []), ...(reading.record ? [reading.record] : [])];
  let records = reading.from();
  for (const layer of mapping.pieces ?? []) {
    const columns = Object.entries(layer).map(([name, sql]) => `, ${sql} AS ${name}`);
    records = `(SELECT *${columns.join('')} FROM ${records})`;
  }
  const staged = `SELECT ${stage.join(', ')}, ${reading.form} AS form${number.map((name) => `, ${name}`).join('')} FROM ${records}`;
  return `(SELECT *, coalesce(form, ${mapping.verdict}) AS verdict${facts.join('')} FROM (${staged}))`;
}
