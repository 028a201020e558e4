import { type Answer as Asked, compileAsking, type Question as Open, type Plan } from '@weir/kql';
import type { Column, Schema } from '@weir/kql/types';
import type { ReadableLake } from '../lake/lake.ts';

export interface Rows {
  readonly columns: readonly Column[];
  /** As the engine gives them, the first of them. */
  readonly rows: readonly (readonly unknown[])[];
  /** How many there are. */
  readonly count: number;
}

/** Runs a query that was checked before. `now` is what the query may ask for as the present. */
export async function rowsOf(
  engine: ReadableLake['engine'],
  query: string,
  { schema, now, most }: { readonly schema: Schema; readonly now?: bigint; readonly most: number },
): Promise<Rows & { readonly plan: Plan }> {
  const given = ({ parameters }: { readonly parameters: readonly string[] }) =>
    now !== undefined && parameters.includes('now') ? { now } : {};
  const lookUp = async (open: Open): Promise<Asked> =>
    (await engine.table(open.sql, given(open))).map((row) => row.map(String));
  const compiled = await compileAsking(query, { schema, dialect: 'duckdb' }, lookUp);
  const { sql, plan, columns, diagnostics } = compiled;
  if (sql === undefined || plan === undefined)
    throw new Error(`a checked query does not compile: ${diagnostics[0]?.message}`);
  const rows: unknown[][] = [];
  let count = 0;
  for await (const chunk of engine.stream(sql, given(compiled))) {
    count += chunk.length;
    rows.push(...chunk.slice(0, most - rows.length));
  }
  return { columns, rows, count, plan };
}
