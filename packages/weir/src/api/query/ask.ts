import { type Answer, type Compiled, compile, compileAsking, type Question, unlikePromised } from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import { type Engine, isOutOfMemory } from '../../engine/engine.ts';
import { jsonOf } from '../../report/queryValue.ts';
import type { Asking, Told } from './protocol.ts';

/** Compiles a person's query and runs it: a SELECT over the tables that the engine shows. */
export async function ask(engine: Engine, schema: Schema, asking: Asking): Promise<Told> {
  try {
    return await answer(engine, schema, asking);
  } catch (error) {
    const failed = failure(error);
    if (failed === undefined) throw error;
    return failed;
  }
}

async function answer(engine: Engine, schema: Schema, { kind, kql, now, rowsMax, sizeMax }: Asking): Promise<Told> {
  const given = ({ parameters }: Pick<Compiled, 'parameters'>) => (parameters.includes('now') ? { now } : {});
  const first = compile(kql, { schema, dialect: 'duckdb' });
  if (kind === 'check') {
    // Its columns depend on the data, which nobody asked for yet.
    const diagnostics = first.question === undefined ? first.diagnostics : [];
    return { kind: 'diagnosed', diagnostics, columns: first.columns };
  }
  const known = async (question: Question): Promise<Answer> => {
    const rows = await engine.table(question.sql, given(question));
    return rows.map((row) => row.map(String));
  };
  const compiled =
    first.question === undefined ? first : await compileAsking(kql, { schema, dialect: 'duckdb' }, known);
  const { sql, columns, diagnostics } = compiled;
  if (sql === undefined) return { kind: 'diagnosed', diagnostics, columns };
  const pieces: string[] = [];
  let size = 0;
  let truncated = false;
  const chunks = engine.stream(sql, given(compiled), (types) => {
    const difference = unlikePromised(columns, types);
    if (difference !== undefined) throw new Error(`the result is not what the compiler promised: ${difference}`);
  });
  for await (const rows of chunks) {
    for (const row of rows) {
      if (pieces.length === rowsMax || size > sizeMax) {
        truncated = true;
        break;
      }
      const piece = `[${columns.map(({ type }, index) => jsonOf(type, row[index])).join(',')}]`;
      size += piece.length + 1;
      pieces.push(piece);
    }
    if (truncated) break;
  }
  return { kind: 'answered', columns, rows: pieces.join(',\n'), count: pieces.length, truncated, diagnostics };
}

/** What is no bug: the limits, and values that Kusto refuses too. */
function failure(error: unknown): Told | undefined {
  const text = error instanceof Error ? error.message : '';
  if (isOutOfMemory(error) || /max_temp_directory_size|No space left on device|Lists larger than/i.test(text))
    return {
      kind: 'failed',
      code: 'QUERY_MEMORY',
      message: 'the query needs more memory than a query may have',
      advice: 'Narrow it by time or device, or summarize earlier; queries.memory in weir.yaml is the limit.',
    };
  const zone = /Unknown TimeZone ('.*')!/.exec(text);
  const refused = /WK002: (.+)/.exec(text)?.[1] ?? (zone && `there is no time zone ${zone[1]}`);
  if (refused)
    return {
      kind: 'failed',
      code: 'QUERY_VALUES',
      message: refused,
      advice: 'Narrow the rows, or convert the values.',
    };
  return undefined;
}
