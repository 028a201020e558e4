import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Compiled, compile, renderDiagnostic, renderPlan } from '@weir/kql';
import { UserError } from '../model/userError.ts';
import { renderQueryResult } from '../report/queryResult.ts';
import { weirSchema } from '../tables/index.ts';
import { read } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { progressLine } from './progress.ts';
import { print, terminal } from './stdio.ts';
import { parseMoment, presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface QueryFlags {
  readonly file?: string;
  readonly data?: string[];
  readonly now?: string;
  readonly format: 'table' | 'json' | 'ndjson' | 'csv';
  readonly explain?: 'plan' | 'duckdb';
}

/** `weir query`: gives the exit code. */
export async function runQuery(kql: string | undefined, flags: QueryFlags): Promise<number> {
  const query = await queryText(kql, flags.file);
  const now = flags.now === undefined ? presentTicks() : parseMoment(flags.now, '--now');
  const compiled = compile(query, { schema: weirSchema, dialect: 'duckdb' });
  for (const diagnostic of compiled.diagnostics) process.stderr.write(`${renderDiagnostic(query, diagnostic)}\n`);
  const { sql, plan } = compiled;
  if (sql === undefined || plan === undefined) return exitCodes.usage;
  if (flags.explain === 'plan') await print(renderPlan(plan));
  else if (flags.explain === 'duckdb') await print(sql);
  else await answer(compiled, sql, now, flags);
  return exitCodes.done;
}

async function queryText(kql: string | undefined, file: string | undefined): Promise<string> {
  if ((kql === undefined) === (file === undefined)) {
    throw new UserError('QUERY_MISSING', 'weir query', 'one query is needed', "Give it as 'KQL' or with -f FILE.");
  }
  if (file === undefined) return kql ?? '';
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

async function answer({ columns, parameters }: Compiled, sql: string, now: bigint, flags: QueryFlags): Promise<void> {
  const progress = progressLine();
  await withWorkDirectory((workDirectory) =>
    read(
      { paths: flags.data ?? [], content: contentDirectory(), workDirectory, onProgress: progress.show },
      async ({ lake, inputs }) => {
        progress.stop();
        for (const input of inputs) {
          if (!input.complete) process.stderr.write(`weir: ${input.path}: ${input.reason}\n`);
        }
        const chunks = lake.engine.stream(sql, parameters.includes('now') ? { now } : {});
        for await (const part of renderQueryResult(columns, chunks, flags.format, terminal())) await print(part);
      },
    ),
  ).finally(progress.stop);
}
