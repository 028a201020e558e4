import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { type Mapping, type Output, readVerdict } from './mapping.ts';
import { numberColumn, type Reading } from './reading.ts';
import { Spoken } from './spoken.ts';

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

/** Appends a reading's rows to the lake. `records` of the tally is `expected`, unless they were opened.
 *
 *  The first table is written at once. Only where it did not take all `expected` records, or where a text was `found`
 *  that speaks of rows of other tables, is the file read again to see what the rest was. Records that feed several
 *  tables in any case are judged once, for all of them: reading such a file again for each table took up to three times as
 *  long. Of those `alone` is the output that all of a sample feed and no other: it is written at once, and only what feeds
 *  others, or nothing, is judged for all. */
export async function applyMapping(
  lake: Lake,
  job: Job,
  expected: number,
  found: ReadonlySet<string>,
  alone?: number,
): Promise<Tally & { records: number }> {
  const { outputs, isMixed, opened } = job.mapping;
  const records: Records = (...sql) => judged(job, sql);
  if (!isMixed && !opened && outputs.every(({ alongside }) => alongside !== 'always'))
    return { ...(await appendInTurn(lake, records, outputs, expected, found)), records: expected };
  const wanted = ['verdict', ...spokenOf(job.mapping)].map(sqlName).join(', ');
  const judgedOnce = (where: string) =>
    lake.spooled(`SELECT ${wanted} FROM ${records(wanted)}${where}`, (spool) => appendFed(lake, () => spool, outputs));
  if (alone !== undefined)
    return { ...(await appendAlone(lake, records, outputs, { alone, expected, judgedOnce })), records: expected };
  const tally = await judgedOnce('');
  return { ...tally, records: opened ? tally.rows + sum(tally.ignored) + sum(tally.rejected) : expected };
}

/** The relation of judged records, with the columns that this SQL speaks of, and maybe others. */
type Records = (...sql: readonly string[]) => string;

/** The columns of the judged records that the outputs may speak of. */
function spokenOf({ stage, facts, outputs }: Mapping): string[] {
  const spoken = new Spoken(...outputs.flatMap(saidBy));
  const names = (columns: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.keys(columns).map((name) => [name, '']));
  return Object.keys(spoken.of(names({ ...stage, ...facts })));
}

function saidBy({ columns, where = '', from }: Output): string[] {
  return [...Object.values(columns), where, from?.('') ?? ''];
}

async function appendInTurn(
  lake: Lake,
  records: Records,
  outputs: readonly Output[],
  expected: number,
  found: ReadonlySet<string>,
): Promise<Tally> {
  const [main, ...rest] = outputs;
  const appended = main ? await append(lake, records, main) : 0;
  const signed = rest.some(({ alongside }) => typeof alongside === 'object' && found.has(alongside.text));
  if (appended === expected && !signed) return { rows: appended, ignored: new Map(), rejected: new Map() };
  return appendFed(lake, records, outputs, main);
}

/** Appends the records that feed one output and no other; only where these were not all is the file read again. */
async function appendAlone(
  lake: Lake,
  records: Records,
  outputs: readonly Output[],
  {
    alone,
    expected,
    judgedOnce,
  }: { readonly alone: number; readonly expected: number; readonly judgedOnce: (where: string) => Promise<Tally> },
): Promise<Tally> {
  const [main] = outputs.slice(alone, alone + 1);
  if (!main) throw new Error('a sample feeds an output that the file has not');
  const feeds = ({ where = 'true' }: Output): string => `coalesce(${where}, false)`;
  const others = outputs.filter((output) => output !== main).map(feeds);
  const only = [feeds(main), ...others.map((other) => `NOT ${other}`)].join(' AND ');
  const appended = await append(lake, records, { ...main, where: only });
  if (appended === expected) return { rows: appended, ignored: new Map(), rejected: new Map() };
  const rest = await judgedOnce(` WHERE verdict IS NOT NULL OR NOT (${only})`);
  return { ...rest, rows: appended + rest.rows };
}

/** The one output that the records of a mixed sample feed, where they feed one. */
export async function fedAlone(lake: Lake, job: Job): Promise<number | undefined> {
  const { outputs } = job.mapping;
  const { fed, tally } = await classify(lake, (...sql) => judged(job, sql), outputs);
  const [only, ...others] = fed;
  // What is counted among equals is so over all records.
  if (!only || only.from || others.length > 0 || sum(tally.ignored) + sum(tally.rejected) > 0) return undefined;
  return outputs.indexOf(only);
}

/** Appends to each table that has rows among the records, but for the output that is `done`. */
async function appendFed(lake: Lake, records: Records, outputs: readonly Output[], done?: Output): Promise<Tally> {
  const { tally, fed } = await classify(lake, records, outputs);
  for (const output of outputs) if (output !== done && fed.has(output)) await append(lake, records, output);
  return tally;
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, number) => all + number, 0);
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
  const text = textColumn(job) ?? "''";
  const sql = `SELECT ${numberColumn}, verdict, ${text} FROM ${judged(job, [numberColumn, text])} WHERE starts_with(verdict, 'r:') ORDER BY ${numberColumn}`;
  for await (const chunk of lake.engine.stream(sql)) {
    for (const [number, verdict, text] of chunk)
      yield { number: Number(number), reason: readVerdict(String(verdict)).reason, text: String(text ?? '') };
  }
}

/** The column with a record's own text, where there is one. */
function textColumn({ reading, mapping }: Job): string | undefined {
  return mapping.opened ? 'weir_part' : reading.record;
}

async function append(lake: Lake, records: Records, output: Output): Promise<number> {
  const usable = `(SELECT * FROM ${records(...saidBy(output))} WHERE verdict IS NULL${output.where ? ` AND ${output.where}` : ''})`;
  const columns = Object.entries(output.columns).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  const select = `SELECT ${columns.join(', ')} FROM ${output.from ? output.from(usable) : usable}`;
  return lake.append(output.table, select, Object.keys(output.columns));
}

async function classify(
  lake: Lake,
  records: Records,
  outputs: readonly Output[],
): Promise<{ tally: Tally; fed: Set<Output> }> {
  const feeds = outputs.map((output, index) => `coalesce(${output.where ?? 'true'}, false) AS feeds${index}`);
  const groups = await lake.engine.table(
    `SELECT ${['verdict', ...feeds].join(', ')}, count(*) FROM ${records(...feeds)} GROUP BY ALL`,
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

/** The records with the verdict, and of their stage columns and facts those that `sql` speaks of. Blank lines are no
 *  records. */
function judged({ reading, mapping }: Job, sql: readonly string[]): string {
  const { opened, pieces = [], verdict } = mapping;
  const text = textColumn({ reading, mapping });
  const number = [...(reading.numbered ? [numberColumn] : []), ...(text ? [text] : [])];
  // From the last layer to the first, as each speaks of those before it.
  const spoken = new Spoken(...sql);
  const facts = spoken.of(mapping.facts ?? {});
  spoken.add(verdict);
  const stage = Object.entries(spoken.of(mapping.stage)).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  spoken.add(reading.form, opened ?? '', ...number);
  const layers = pieces.toReversed().map((layer) => spoken.of(layer));
  let records = reading.from(spoken);
  if (opened) {
    records = `(SELECT *, unnest(CASE WHEN len(${opened}) > 0 THEN ${opened} ELSE [NULL] END) AS weir_part FROM ${records})`;
  }
  for (const layer of layers.reverse()) records = withColumns(records, layer);
  const staged = `SELECT ${[...stage, `${reading.form} AS form`, ...number].join(', ')} FROM ${records}`;
  const judged = `(SELECT *, coalesce(form, ${verdict}) AS verdict FROM (${staged}))`;
  return layersOf(facts).reduce((below, layer) => withColumns(below, layer), judged);
}

function withColumns(relation: string, columns: Readonly<Record<string, string>>): string {
  const added = Object.entries(columns).map(([name, sql]) => `, ${sql} AS ${sqlName(name)}`);
  return added.length === 0 ? relation : `(SELECT *${added.join('')} FROM ${relation})`;
}

/** Columns in layers, so that one that speaks of others before it stands above them. */
function layersOf(columns: Readonly<Record<string, string>>): Record<string, string>[] {
  const layers: Record<string, string>[] = [];
  const levels = new Map<string, number>();
  for (const [name, sql] of Object.entries(columns)) {
    const below = (sql.match(/\w+/g) ?? []).map((word) => levels.get(word) ?? -1);
    const level = Math.max(-1, ...below) + 1;
    levels.set(name, level);
    layers[level] = { ...layers[level], [name]: sql };
  }
  return layers;
}
