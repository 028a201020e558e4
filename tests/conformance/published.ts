import type { DuckDBConnection } from '@duckdb/node-api';
import { answerOf, rowsOf } from '../../packages/kql/src/duckdb.fixture.ts';
import { type Compiled, compile, type Question, type Schema } from '../../packages/kql/src/index.ts';
import { createTables } from './schemas.ts';

export interface Query {
  readonly id: string;
  readonly kql: string;
}

/** What became of one query of which no answer is known. */
export interface Fate<Q extends Query = Query> {
  readonly query: Q;
  /** `rejected`: Microsoft's binder does not take it, mostly for a table without a schema here. `failed`: the compiler
   *  threw, or the engine does not run its SQL over empty tables. */
  readonly outcome: 'compiled' | 'refused' | 'rejected' | 'failed';
  readonly code: string;
  readonly why: string;
}

/** Compiles queries, each against the first of the schemas by which the binder takes it, and runs the SQL over empty
 *  tables. */
export async function compileAll<Q extends Query>(
  queries: readonly Q[],
  schemas: readonly Schema[],
  engine: DuckDBConnection,
): Promise<readonly Fate<Q>[]> {
  const fates = new Map<Q, Fate<Q>>();
  for (const schema of schemas) {
    await createTables(schema, engine);
    for (const query of queries) {
      const known = fates.get(query);
      if (known !== undefined && known.outcome !== 'rejected') continue;
      const fate = await fateOf(query, schema, engine);
      if (known === undefined || fate.outcome !== 'rejected') fates.set(query, fate);
    }
  }
  return [...fates.values()];
}

async function fateOf<Q extends Query>(query: Q, schema: Schema, engine: DuckDBConnection): Promise<Fate<Q>> {
  let compiled: Compiled;
  try {
    const external = addressesIn(query.kql);
    compiled = compile(query.kql, { schema, dialect: 'duckdb', now: 639_028_224_000_000_000n, external });
  } catch (error) {
    return { query, outcome: 'failed', code: 'threw', why: String(error instanceof Error ? error.stack : error) };
  }
  if (compiled.question !== undefined) return await fateOfQuestion(query, compiled.question, engine);
  const first = compiled.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (compiled.sql === undefined) {
    const code = first?.code ?? 'none';
    const outcome = code.startsWith('WK') ? 'refused' : code.startsWith('KS') ? 'rejected' : 'failed';
    return { query, outcome, code, why: first?.message ?? 'no diagnostic' };
  }
  try {
    await rowsOf(engine, compiled);
    return { query, outcome: 'compiled', code: '', why: '' };
  } catch (error) {
    return { query, outcome: 'failed', code: 'engine', why: error instanceof Error ? error.message : String(error) };
  }
}

/** An empty list for each address that the query may read with `externaldata`: allowed, and read by nobody. */
function addressesIn(kql: string): Readonly<Record<string, { readonly rows: readonly [] }>> {
  const addresses = [...kql.matchAll(/["'](https?:[^"']+)["']/g)].map(([, address = '']) => address);
  return Object.fromEntries(addresses.map((address) => [address, { rows: [] }]));
}

/** A query whose columns depend on the data compiles as far as it can without any. */
async function fateOfQuestion<Q extends Query>(
  query: Q,
  question: Question,
  engine: DuckDBConnection,
): Promise<Fate<Q>> {
  try {
    await answerOf(engine, question);
    return { query, outcome: 'compiled', code: '', why: '' };
  } catch (error) {
    return { query, outcome: 'failed', code: 'engine', why: error instanceof Error ? error.message : String(error) };
  }
}
