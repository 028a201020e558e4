import type { Compiled, Question, Schema } from '../../packages/kql/src/index.ts';
import { Query } from './check.ts';
import type { Engine } from './engine.ts';

export interface Unanswered {
  readonly id: string;
  readonly kql: string;
}

/** What became of one query of which no answer is known. */
export interface Fate<Q extends Unanswered = Unanswered> {
  readonly query: Q;
  /** `rejected`: Microsoft's binder does not take it, mostly for a table without a schema here. `failed`: the compiler
   *  threw, or the engine does not run its SQL over empty tables. */
  readonly outcome: 'compiled' | 'refused' | 'rejected' | 'failed';
  readonly code: string;
  readonly why: string;
}

/** Compiles queries, each against the first of the schemas by which the binder takes it, and runs the SQL over empty
 *  tables. Of each engine one list of fates. */
export async function compileAll<Q extends Unanswered>(
  queries: readonly Q[],
  schemas: readonly Schema[],
  engines: readonly Engine[],
): Promise<readonly (readonly Fate<Q>[])[]> {
  const fates = engines.map(() => new Map<Q, Fate<Q>>());
  for (const schema of schemas) {
    for (const engine of engines) await engine.createTables(schema.tables);
    for (const query of queries) {
      const shared = new Query(query.kql, schema);
      for (const [index, engine] of engines.entries()) {
        const known = fates[index]?.get(query);
        if (known !== undefined && known.outcome !== 'rejected') continue;
        const fate = await fateOf(query, shared, engine);
        if (known === undefined || fate.outcome !== 'rejected') fates[index]?.set(query, fate);
      }
    }
  }
  return fates.map((each) => [...each.values()]);
}

async function fateOf<Q extends Unanswered>(query: Q, shared: Query, engine: Engine): Promise<Fate<Q>> {
  let compiled: Compiled;
  try {
    compiled = shared.for(engine.dialect);
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
    await engine.rows(compiled.sql, compiled.columns);
    return { query, outcome: 'compiled', code: '', why: '' };
  } catch (error) {
    return { query, outcome: 'failed', code: 'engine', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A query whose columns depend on the data compiles as far as it can without any. */
async function fateOfQuestion<Q extends Unanswered>(query: Q, question: Question, engine: Engine): Promise<Fate<Q>> {
  try {
    await engine.rows(question.sql, question.columns);
    return { query, outcome: 'compiled', code: '', why: '' };
  } catch (error) {
    return { query, outcome: 'failed', code: 'engine', why: error instanceof Error ? error.message : String(error) };
  }
}
