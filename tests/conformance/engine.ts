import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Column, KqlType } from '../../packages/kql/src/index.ts';

/** How DuckDB must hold each of KQL's types (packages/kql/src/types.ts). */
const held: Readonly<Record<KqlType, RegExp>> = {
  bool: /^BOOLEAN$/,
  int: /^INTEGER$/,
  long: /^BIGINT$/,
  real: /^DOUBLE$/,
  decimal: /^DECIMAL/,
  datetime: /^BIGINT$/,
  timespan: /^BIGINT$/,
  string: /^VARCHAR$/,
  guid: /^UUID$/,
  dynamic: /^JSON$/,
};

/** An engine in memory. */
export async function openEngine(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

/** The rows of a compiled query. Throws where the engine does, and where its columns are not what was promised. */
export async function rowsOf(
  engine: DuckDBConnection,
  sql: string,
  columns: readonly Column[],
): Promise<readonly (readonly unknown[])[]> {
  const result = await engine.runAndReadAll(sql);
  const types = result.columnTypes().map((type) => type.alias ?? type.toString());
  const wrong = columns.flatMap(({ name, type }, index) => {
    const actual = types[index] ?? 'nothing';
    return held[type].test(actual) ? [] : [`${name}: ${type} promised, ${actual} returned`];
  });
  if (wrong.length > 0 || types.length !== columns.length)
    throw new WrongTypes(wrong.join('; ') || 'another number of columns');
  return result.getRows();
}

/** The result's columns are not of the promised types: a bug of the compiler. */
export class WrongTypes extends Error {}
