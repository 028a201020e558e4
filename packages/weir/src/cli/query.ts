import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  type Answer,
  type Compiled,
  compile,
  compileAsking,
  type Plan,
  type Question,
  renderDiagnostic,
  renderPlan,
  unlikePromised,
  walk,
} from '@weir/kql';
import { type Schema, ticksPerSecond } from '@weir/kql/types';
import { type InputReport, nothingReadable } from '../model/input.ts';
import { UserError } from '../model/userError.ts';
import { plural, ticksToIso, ticksToMinute } from '../report/format.ts';
import { renderQueryResult } from '../report/queryResult.ts';
import { inventoryTable } from '../tables/index.ts';
import { isWatchlist } from '../tables/watchlists.ts';
import { dataSpan, type Reading, read, readNothing, schemaOf, shapeOfQuery, unreadable } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { bothGiven, homeOf } from './home.ts';
import { progressLine } from './progress.ts';
import { print, tell, terminal } from './stdio.ts';
import { parseMoment, presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface QueryFlags {
  readonly file?: string;
  readonly data?: string[];
  readonly home?: string;
  readonly inventory?: string;
  readonly now?: string;
  readonly format: 'table' | 'json' | 'ndjson' | 'csv';
  readonly explain?: 'plan' | 'duckdb' | 'clickhouse';
}

/** `weir query`: gives the exit code. */
export async function runQuery(kql: string | undefined, flags: QueryFlags): Promise<number> {
  const query = await queryText(kql, flags);
  const now = flags.now === undefined ? presentTicks() : parseMoment(flags.now, '--now');
  const of = flags.inventory === undefined ? {} : { inventory: flags.inventory };
  const schema = await schemaOf({ content: contentDirectory(), ...of });
  const compiled = compile(query, { schema, dialect: flags.explain === 'clickhouse' ? 'clickhouse' : 'duckdb' });
  // Columns that depend on the data are looked up there; without data there is nothing to explain.
  const open = flags.explain === undefined ? compiled.question : undefined;
  // With a mistake in the query as well, no log would be opened that says so itself.
  if (compiled.plan === undefined && open === undefined)
    for (const { path, reason } of await unreadable(flags.data ?? [])) tell(`weir: ${path}: ${reason}`);
  if (open === undefined) tellDiagnostics(query, compiled);
  const { sql, plan = open?.plan } = compiled;
  if (plan === undefined) return exitCodes.usage;
  if (flags.explain === 'plan') await print(`${explained(plan)}\n`);
  else if (flags.explain !== undefined) await print(`${sql}\n`);
  else return await answer(query, compiled, plan, { schema, now }, flags);
  return exitCodes.done;
}

/** The plan, and how a rule with this query runs over time. */
function explained(plan: Plan): string {
  const { shape, reason } = shapeOfQuery(plan);
  return `${renderPlan(plan)}\n\nover time: ${shape}, as ${reason}`;
}

async function queryText(kql: string | undefined, { file, data = [] }: QueryFlags): Promise<string> {
  if ((kql === undefined) === (file === undefined)) {
    throw new UserError('QUERY_MISSING', 'weir query', 'one query is needed', "Give it as 'KQL' or with -f FILE.");
  }
  if (file === undefined) return kql ?? '';
  if (file === '-' && data.includes('-')) {
    const advice = 'Name a file for one of them.';
    throw new UserError('QUERY_MISSING', 'weir query', 'standard input cannot be both the query and the logs', advice);
  }
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(
      'QUERY_UNREADABLE',
      file,
      error instanceof Error ? error.message : String(error),
      'Name a file with a KQL query.',
    );
  }
}

function tellDiagnostics(query: string, { diagnostics }: Compiled): void {
  for (const diagnostic of diagnostics) tell(renderDiagnostic(query, diagnostic));
}

async function answer(
  query: string,
  compiled: Compiled,
  plan: Plan,
  { schema, now }: { readonly schema: Schema; readonly now: bigint },
  { data = [], home, format, inventory, now: nowGiven }: QueryFlags,
): Promise<number> {
  const given = ({ parameters }: Pick<Compiled, 'parameters'>) => (parameters.includes('now') ? { now } : {});
  let refused = false;
  const rowsOf = async ({ engine }: Pick<Reading['lake'], 'engine'>): Promise<void> => {
    const ask = async (question: Question): Promise<Answer> => {
      const rows = await engine.table(question.sql, given(question));
      return rows.map((row) => row.map(String));
    };
    const whole =
      compiled.question === undefined ? compiled : await compileAsking(query, { schema, dialect: 'duckdb' }, ask);
    if (compiled.question !== undefined) tellDiagnostics(query, whole);
    const { sql, columns } = whole;
    refused = sql === undefined;
    if (sql === undefined) return;
    const chunks = engine.stream(sql, given(whole), (types) => {
      const difference = unlikePromised(columns, types);
      if (difference !== undefined) throw new Error(`the result is not what the compiler promised: ${difference}`);
    });
    for await (const part of renderQueryResult(columns, chunks, format, terminal())) await print(part);
  };
  const content = contentDirectory();
  const of = inventory === undefined ? {} : { inventory };
  if (home === undefined) tellEmpty(tablesOf(plan), data.length > 0, inventory !== undefined);
  if (home !== undefined && data.length > 0) throw bothGiven('--data');
  if (data.length === 0 && home === undefined) {
    await withWorkDirectory((workDirectory) => readNothing({ content, workDirectory, ...of }, rowsOf));
    return refused ? exitCodes.usage : exitCodes.done;
  }
  const progress = progressLine();
  return await withWorkDirectory((workDirectory) =>
    read(
      { paths: data, ...homeOf(home), stdin: process.stdin, content, workDirectory, ...of, onProgress: progress.show },
      async ({ lake, inputs, fusion }) => {
        progress.stop();
        if (home !== undefined) for (const note of fusion.notes) tell(`weir: ${note}`);
        for (const input of inputs) tellTrouble(input);
        if (compiled.parameters.includes('now') && !nowGiven) tellOldData((await dataSpan(lake)).until, now);
        await rowsOf(lake);
        return refused || (home === undefined && nothingReadable(inputs)) ? exitCodes.usage : exitCodes.done;
      },
    ),
  ).finally(progress.stop);
}

/** Says of tables for which nothing was given that they are empty. */
function tellEmpty(tables: readonly string[], logs: boolean, inventory: boolean): void {
  const events = tables.filter((table) => table !== inventoryTable.name && !isWatchlist(table));
  if (!logs && events.length > 0) {
    const are = events.length > 1 ? 'are' : 'is';
    tell(`weir: no logs were given (--data PATH), so ${events.join(' and ')} ${are} empty`);
  }
  if (!inventory && tables.includes(inventoryTable.name))
    tell(`weir: no inventory was given (--inventory FILE), so ${inventoryTable.name} is empty`);
}

/** Says of data that ended more than an hour before the present that now() and ago() count from the present. */
function tellOldData(end: bigint | null, present: bigint): void {
  if (end === null || end > present - 3600n * ticksPerSecond) return;
  // The first whole second that sees all of the data.
  const moment = ticksToIso(((end + ticksPerSecond - 1n) / ticksPerSecond) * ticksPerSecond).replace('.0000000', '');
  tell(
    `weir: the data ends ${ticksToMinute(end)} UTC; now() and ago() count from the present: --now ${moment} asks as of then`,
  );
}

/** The tables that a query reads, each once. */
function tablesOf(plan: Plan): string[] {
  const tables = new Set<string>();
  walk(plan.relation, (node) => {
    if (node.kind === 'scan') tables.add(node.table);
  });
  return [...tables];
}

function tellTrouble({ path, reason, complete, rejects }: InputReport): void {
  if (!complete && reason !== undefined) tell(`weir: ${path}: ${reason}`);
  if (rejects > 0) tell(`weir: ${path}: ${plural(rejects, 'record')} rejected; weir scan --rejects FILE tells why`);
}
