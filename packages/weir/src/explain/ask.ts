import { type Plan, walk } from '@weir/kql';
import { sqlName } from '../engine/sql.ts';
import type { ReadableLake } from '../lake/lake.ts';
import { publicTables, weirSchema } from '../tables/index.ts';
import { filled } from './fill.ts';
import type { Question } from './guide.ts';
import { type Rows, rowsOf } from './rows.ts';
import { placeholders, type Subject } from './subject.ts';

/** A question with the rows that answer it. */
export interface Answer extends Rows {
  readonly question: Question;
  /** With the finding's values in it. */
  readonly query: string;
  /** What the finding does not know and the question needs; then it was not asked. */
  readonly lacks: readonly string[];
  /** Tables that the question reads and that hold no row at all, or none of the finding's device: there, no answer says
   *  nothing. */
  readonly empty: readonly { readonly table: string; readonly ofDevice: boolean }[];
}

/** Asks the logs in the lake each question about a finding. */
export async function ask(
  { engine }: ReadableLake,
  questions: readonly Question[],
  finding: Subject,
  rowsMost: number,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) {
    const query = filled(question.query, finding);
    const lacks = question.needs.filter((name) => placeholders[name]?.isKnown(finding) === false);
    const blank: Answer = { question, query, columns: [], rows: [], count: 0, lacks, empty: [] };
    answers.push(lacks.length > 0 ? blank : { ...blank, ...(await answerOf(engine, query, finding, rowsMost)) });
  }
  return answers;
}

async function answerOf(engine: ReadableLake['engine'], query: string, { entities }: Subject, most: number) {
  const { plan, ...answer } = await rowsOf(engine, query, { schema: weirSchema, most });
  return { ...answer, empty: await emptyOf(engine, plan, entities.device) };
}

/** The tables of events that a query reads and that hold no row at all, or none of the device where one is named. */
export async function emptyOf(engine: ReadableLake['engine'], plan: Plan, device?: string): Promise<Answer['empty']> {
  const empty: { table: string; ofDevice: boolean }[] = [];
  for (const table of tablesOf(plan)) {
    const [rows] = await engine.rows<{ all: bigint; own: bigint }>(
      `SELECT count(*) AS "all", count(*) FILTER (lower("DeviceName") = lower($device)) AS "own" FROM ${sqlName(table)}`,
      { device: device ?? '' },
    );
    if (rows?.all === 0n) empty.push({ table, ofDevice: false });
    else if (device !== undefined && rows?.own === 0n && table !== 'DnsEvents') empty.push({ table, ofDevice: true });
  }
  return empty;
}

/** The tables of events that tell of devices, as far as a query reads them, each once. */
export function tablesOf({ relation }: Pick<Plan, 'relation'>): string[] {
  const tables = new Set<string>();
  const told = publicTables.filter(({ stored }) => stored.some(({ name }) => name === 'DeviceName'));
  walk(relation, (node) => {
    if (node.kind === 'scan' && told.some(({ name }) => name === node.table)) tables.add(node.table);
  });
  return [...tables];
}
