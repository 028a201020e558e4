import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { bound } from './window.ts';

/** So many candidates are few: they are written down, and what asks for them, often twenty statements, does not look through
 *  the table again. More are read where they lie, as a copy of them may not fit into memory. */
const few = 50_000;

/** The candidates of one pass. What they are is found out when they are asked for. */
export class CandidateRows {
  readonly #engine: Engine;
  readonly #columns: (name: string) => ReadonlySet<string>;
  /** SQL of the rows by their name: where they lie, or of their copy. */
  readonly #rows: Map<string, string>;
  readonly #written = new Set<string>();

  /** `columns`: those that are read of candidates of a name. */
  constructor(engine: Engine, rows: ReadonlyMap<string, string>, columns: (name: string) => ReadonlySet<string>) {
    this.#engine = engine;
    this.#rows = new Map(rows);
    this.#columns = columns;
  }

  get names(): readonly string[] {
    return [...this.#rows.keys()];
  }

  /** Looks at the candidates of a name; whether there are none. */
  async areNone(name: string): Promise<boolean> {
    const rows = this.#rows.get(name);
    if (rows === undefined) throw new Error(`no candidates are named ${name}`);
    const copy = sqlName(`detect_${name}`);
    const columns = [...this.#columns(name)].map(sqlName).join(', ') || '*';
    this.#written.add(copy);
    const count = await this.#engine.make(`TEMP TABLE ${copy}`, `SELECT ${columns} FROM (${rows}) LIMIT ${few + 1}`);
    if (count <= few) this.#rows.set(name, `FROM temp.${copy}`);
    return count === 0;
  }

  /** A query with those that it reads in place. */
  bind(query: string, reads: ReadonlySet<string>): string {
    return bound(new Map([...this.#rows].filter(([name]) => reads.has(name))), query);
  }

  async drop(): Promise<void> {
    await this.#engine.dropTemporary([...this.#written]);
  }
}
