import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { Compiled, Question } from './compile.ts';
import type { Answer } from './lower/open-columns.ts';
import { unlikePromised } from './returned.ts';

/** An engine in memory. */
export async function openEngine(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

/** The rows of a compiled query. Throws where the engine does, and where its columns are not what was promised. */
export async function rowsOf(
  engine: DuckDBConnection,
  { sql, columns }: Pick<Compiled, 'sql' | 'columns'>,
  parameters: Record<string, DuckDBValue> = {},
): Promise<DuckDBValue[][]> {
  if (sql === undefined) throw new Error('the query did not compile');
  const result = await engine.runAndReadAll(sql, parameters);
  const types = result.columnTypes().map((type) => type.alias ?? type.toString());
  const wrong = unlikePromised(columns, types);
  if (wrong !== undefined) throw new WrongTypes(wrong);
  return result.getRows();
}

/** The answer to a question of the compiler. */
export async function answerOf(
  engine: DuckDBConnection,
  question: Question,
  parameters: Record<string, DuckDBValue> = {},
): Promise<Answer> {
  return (await rowsOf(engine, question, parameters)).map((row) => row.map(String));
}

/** The result's columns are not of the promised types: a bug of the compiler. */
export class WrongTypes extends Error {}
