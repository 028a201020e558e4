import type { Engine, Parameters } from '../../engine/engine.ts';

/** A statement that another process runs. */
export interface Statement {
  readonly sql: string;
  readonly parameters?: Parameters;
}

/** What `work` would run in an engine, for an engine of another process. */
export async function recorded(work: (engine: Pick<Engine, 'run'>) => Promise<void>): Promise<Statement[]> {
  const statements: Statement[] = [];
  await work({
    run: async (sql, parameters) => {
      statements.push(parameters === undefined ? { sql } : { sql, parameters });
      return 0;
    },
  });
  return statements;
}
