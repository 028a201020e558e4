import type { KqlType } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { detailsSql } from './details.ts';

/** A query as a rule runs it. */
export interface FiringQuery {
  /** SQL that reads tables by their bare names. */
  readonly sql: string;
  /** The names of its columns in order. */
  readonly columns: readonly string[];
  /** Their types. */
  readonly types: readonly KqlType[];
  /** The position of the column that holds each result row's evidence, a list of EventIds; undefined where the compiler
   *  cannot follow the query back to rows. */
  readonly lineage: number | undefined;
  /** The position of the column that holds the moment of each result row's run; undefined where all are of one run. */
  readonly moment?: number;
  /** Whether a result row can name no row of the data. Where none can, columns that are no key need not be computed. */
  readonly loose: boolean;
}

/** What stands in every part of the key where a run fired without results; in lower case, as keys are compared. */
export const noResults = '(no results)';

const tables = ['fired', 'evidence', 'loose', 'details', 'results', 'judged'] as const;

/** The key column of evidence of several parts (`Evidence.part`). No query gives a column of this name. */
export const partColumn = '$part';

/** What a rule's runs have fired on so far, kept in temporary tables: each row of the data once for each value of the
 *  finding key that results gave it, however many runs and result rows it stands in. One rule at a time.
 *
 *  `detect_evidence`: `id` (EventId) and `result_key_0`…, null for a key column that the result does not have, and
 *  `fired_at`, the first tick whose run named the row.
 *  `detect_loose`: result rows that name no row of the data, as JSON, with the moment of the first run that gave them.
 *  `detect_details`: what a result row says in the columns that the rule wants told (details.ts), with its key values and
 *  the id of its first evidence row, or its fingerprint as a loose one, and the moment of the first run that said so.
 *  `detect_results`: one `fingerprint` for each different result row of a part, by its evidence.
 *  `detect_judged`: the ids that were judged anew (`again`). */
export class Evidence {
  readonly #engine: Engine;
  readonly #keys: readonly string[];
  /** The columns of results that the rule wants told. */
  readonly told: readonly string[];
  #from: bigint | undefined;
  #part: { readonly name: string; readonly sql: string } | undefined;
  /** Nothing was ever kept. */
  #blank = true;

  private constructor(engine: Engine, keys: readonly string[], details: readonly string[]) {
    this.#engine = engine;
    this.#keys = keys;
    this.told = details;
  }

  /** Empty, for a rule with these key columns that wants these columns told. */
  static async create(engine: Engine, keys: readonly string[], details: readonly string[] = []): Promise<Evidence> {
    const columns = keys.map((_, index) => `result_key_${index} VARCHAR, `).join('');
    const made = [
      `detect_fired (${columns}ids VARCHAR[], loose VARCHAR, moment BIGINT, details VARCHAR[])`,
      `detect_details (${columns}id VARCHAR, details VARCHAR[], moment BIGINT)`,
      `detect_evidence (${columns}id VARCHAR, fired_at BIGINT)`,
      `detect_loose (${columns}loose VARCHAR, moment BIGINT)`,
      'detect_results (part VARCHAR, fingerprint VARCHAR)',
      'detect_judged (id VARCHAR)',
    ];
    await engine.run(made.map((table) => `CREATE OR REPLACE TEMP TABLE ${table}`).join('; '));
    return new Evidence(engine, keys, details);
  }

  /** Begins another part, for a rule with `partColumn` as a key column: what is kept from here on has this value there, and
   *  nothing of two parts meets. What is kept of parts is seen after `settle`. `sql` gives the name, where statements are to be
   *  the same for all parts. */
  part(name: string, sql = sqlText(name)): void {
    this.#part = { name, sql };
  }

  /** Takes in what was kept of parts. */
  async settle(): Promise<void> {
    await this.#keep();
    await this.#engine.repeat('DELETE FROM detect_fired');
  }

  /** Gives up what was kept of the part. */
  async #forgetPart(part: string): Promise<void> {
    const key = `result_key_${this.#keys.indexOf(partColumn)}`;
    for (const table of ['fired', 'evidence', 'loose', 'details'])
      await this.#engine.run(`DELETE FROM detect_${table} WHERE ${key} = ${sqlText(part)}`);
    await this.#engine.run(`DELETE FROM detect_results WHERE part = ${sqlText(part)}`);
  }

  /** SQL of a key column that no result has. */
  absent(index: number): string {
    const part = this.#keys[index] === partColumn ? this.#part : undefined;
    return part === undefined ? 'NULL::VARCHAR' : sqlText(part.name);
  }

  /** Runs a query and, where `fires` says so of the number of its rows, keeps what it fired on. `bind` puts the query's
   *  tables in place; `moment` is the run's, or the last one's where a query answers for many. */
  async collect(
    query: FiringQuery,
    run: {
      readonly bind: (query: string) => string;
      readonly moment: bigint;
      readonly fires: (rows: number) => boolean;
    },
  ): Promise<void> {
    this.#blank = false;
    const fired = run.bind(this.#fired(query, run.moment));
    const rows = await this.#engine.repeat(`INSERT INTO detect_fired ${fired}`);
    if (!run.fires(rows)) {
      if (rows > 0) await this.#engine.run(`DELETE FROM detect_fired ${this.#ofRun(run.moment)}`);
      return;
    }
    if (rows === 0) await this.#engine.run(`INSERT INTO detect_fired ${this.#absence(run.moment)}`);
    if (this.#part === undefined) await this.settle();
  }

  /** The condition for what a run has fired on. */
  #ofRun(moment: bigint): string {
    if (this.#part === undefined) return '';
    return `WHERE result_key_${this.#keys.indexOf(partColumn)} = ${sqlText(this.#part.name)} AND moment = ${moment}`;
  }

  /** The run itself, where it fires on having no results. */
  #absence(moment: bigint): string {
    const keys = this.#keys.map((key, index) => (key === partColumn ? this.absent(index) : sqlText(noResults)));
    return `SELECT ${[...keys, '[]::VARCHAR[]', `json_object('Timestamp', ${moment})::VARCHAR`, moment, 'NULL'].join(', ')}`;
  }

  /** Keeps result rows: SQL of their key values, `ids`, the first `moment` of each and its `details`. */
  async keepRows(rows: string): Promise<void> {
    this.#blank = false;
    const names = this.#names();
    await this.#engine.run(`INSERT INTO detect_fired (${[...names, 'ids', 'moment', 'details'].join(', ')})
      SELECT ${[...names, 'list_sort(list_distinct(ids))', 'moment', 'details'].join(', ')} FROM (${rows})`);
    if (this.#part === undefined) await this.settle();
  }

  /** Keeps results that are groups, over time: of `detect_swept` the key values, `details`, `mark_0` and the values of the
   *  group (`by`), with the moments from `enter` up to `exit`. `members` is SQL of the group's rows: the values, the id, and
   *  the moments at which the id stands in the group. An id is evidence where it stands there while the group fires. */
  async keepGroups(members: string, by: readonly string[]): Promise<void> {
    this.#blank = false;
    const keys = this.#names();
    const told = [...keys, ...by];
    const same = (one: string, other: string, names: readonly string[]) =>
      names.map((name) => `${one}.${name} IS NOT DISTINCT FROM ${other}.${name}`).join(' AND ');
    await this.#engine.run(`INSERT INTO detect_results
      SELECT DISTINCT ${this.#partKey()}, md5(to_json([${[...keys, 'mark_0::VARCHAR'].join(', ')}])::VARCHAR) AS fingerprint
      FROM temp.detect_swept EXCEPT FROM detect_results`);
    await this.#engine.run(`CREATE OR REPLACE TEMP TABLE detect_groups AS
      SELECT row_number() OVER () AS number, * FROM (SELECT DISTINCT ${told.join(', ')} FROM temp.detect_swept)`);
    try {
      // Of each group its firing as few intervals, none of which touch: the first that ends after a row came is the one
      // to look at.
      await this.#engine.run(`INSERT INTO detect_evidence
        WITH firing AS (
          SELECT known.number, enter, exit FROM temp.detect_swept AS swept JOIN detect_groups AS known
            ON ${same('swept', 'known', told)}
        ), followed AS (
          SELECT *, max(exit) OVER (
            PARTITION BY number ORDER BY enter ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ) AS before FROM firing
        ), numbered AS (
          SELECT *, count_if(before IS NULL OR before < enter) OVER (
            PARTITION BY number ORDER BY enter ROWS UNBOUNDED PRECEDING
          ) AS run FROM followed
        ), runs AS (
          SELECT number, min(enter) AS enter, max(exit) AS exit FROM numbered GROUP BY number, run
        ), rows AS (
          SELECT known.number, members.id, members.enter, members.exit
          FROM (${members}) AS members(${[...by, 'id', 'enter', 'exit'].join(', ')}) JOIN detect_groups AS known
            ON ${same('members', 'known', by)}
        ), met AS (
          SELECT rows.number, rows.id, greatest(rows.enter, runs.enter) AS moment
          FROM rows ASOF JOIN runs ON rows.number = runs.number AND rows.enter < runs.exit
          WHERE runs.enter < rows.exit
        ), fired AS (
          SELECT ${[...keys, 'id'].join(', ')}, min(moment) FROM met JOIN detect_groups USING (number) GROUP BY ALL
        )
        SELECT fired.* FROM fired
        WHERE NOT EXISTS (FROM detect_evidence AS known WHERE ${same('known', 'fired', [...keys, 'id'])})`);
    } finally {
      await this.#engine.run('DROP TABLE temp.detect_groups');
    }
    if (this.told.length > 0) await this.#keepDetailsOfGroups(members, by);
  }

  /** What a group says is told by the first of its ids, at its first moment as at all others. */
  async #keepDetailsOfGroups(members: string, by: readonly string[]): Promise<void> {
    const keys = this.#names();
    const same = by.map((name) => `swept.${name} IS NOT DISTINCT FROM members.${name} AND `).join('');
    await this.#engine.run(`INSERT INTO detect_details
      WITH told AS (
        SELECT any_value(struct_pack(${['details', ...keys].map((name) => `${name} := swept.${name}`).join(', ')})) AS said,
          min(members.id) AS id, min(swept.enter) AS moment
        FROM temp.detect_swept AS swept JOIN (${members}) AS members(${[...by, 'id', 'enter', 'exit'].join(', ')})
          ON ${same}members.enter <= swept.enter AND swept.enter < members.exit
        GROUP BY swept.number
      )
      ${this.#firstSaid(`SELECT ${[...keys.map((key) => `said.${key} AS ${key}`), 'id', 'said.details AS details', 'moment'].join(', ')} FROM told`)}`);
  }

  /** SQL of what is said (`said`) and was not before, each at its first moment. */
  #firstSaid(said: string): string {
    const same = [...this.#names(), 'id', 'details'].map((name) => `known.${name} IS NOT DISTINCT FROM said.${name}`);
    return `SELECT * FROM (SELECT * EXCLUDE (moment), min(moment) AS moment FROM (${said}) GROUP BY ALL) AS said
      WHERE NOT EXISTS (FROM detect_details AS known WHERE ${same.join(' AND ')})`;
  }

  /** The first moment that was judged anew altogether (`forgetFrom`); undefined where none was. */
  get from(): bigint | undefined {
    return this.#from;
  }

  /** Gives up what runs fired on at this moment or later: they are to be run again. */
  async forgetFrom(moment: bigint): Promise<void> {
    this.#from = this.#from === undefined || moment < this.#from ? moment : this.#from;
    await this.#engine.run(`DELETE FROM detect_evidence WHERE fired_at >= ${moment}`);
    await this.#engine.run(`DELETE FROM detect_loose WHERE moment >= ${moment}`);
    await this.#engine.run(`DELETE FROM detect_details WHERE moment >= ${moment}`);
  }

  /** Judges some ids anew (SQL of their `id`): what was kept of them is given up, and of what `run` keeps only what is
   *  theirs is. */
  async again(ids: string, run: () => Promise<unknown>): Promise<void> {
    this.#blank = false;
    await this.#engine.run(`CREATE OR REPLACE TEMP TABLE detect_again AS SELECT DISTINCT id FROM (${ids})`);
    // What is kept of all others is much, and is not written anew.
    await this.#engine.run('ALTER TABLE temp.detect_evidence RENAME TO detect_kept');
    await this.#engine.run('CREATE TEMP TABLE detect_evidence AS FROM temp.detect_kept LIMIT 0');
    await this.#engine.run('DELETE FROM temp.detect_kept WHERE id IN (SELECT id FROM temp.detect_again)');
    await this.#engine.run('INSERT INTO detect_judged FROM detect_again');
    try {
      await run();
      await this.#engine.run(
        'INSERT INTO temp.detect_kept FROM temp.detect_evidence WHERE id IN (SELECT id FROM temp.detect_again)',
      );
    } finally {
      await this.#engine.run('DROP TABLE temp.detect_again; DROP TABLE temp.detect_evidence');
      await this.#engine.run('ALTER TABLE temp.detect_kept RENAME TO detect_evidence');
    }
  }

  /** Runs what may fail: where it does, nothing that it kept is left. */
  async allOrNothing<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#part !== undefined) return this.#allOrNothingOfPart(this.#part.name, run);
    const filled = await this.#filled();
    for (const table of filled) {
      await this.#engine.run(`CREATE OR REPLACE TEMP TABLE detect_before_${table} AS FROM temp.detect_${table}`);
    }
    try {
      return await run();
    } catch (error) {
      for (const table of tables) {
        await this.#engine.run(`DELETE FROM temp.detect_${table}`);
        if (filled.has(table))
          await this.#engine.run(`INSERT INTO temp.detect_${table} FROM temp.detect_before_${table}`);
      }
      throw error;
    } finally {
      for (const table of filled) await this.#engine.run(`DROP TABLE IF EXISTS temp.detect_before_${table}`);
    }
  }

  async #allOrNothingOfPart<Result>(part: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      await this.#forgetPart(part);
      throw error;
    }
  }

  /** The tables that hold something. */
  async #filled(): Promise<ReadonlySet<(typeof tables)[number]>> {
    if (this.#blank) return new Set();
    const counts = tables.map((table) => `EXISTS (FROM temp.detect_${table}) AS ${table}`);
    const [row] = await this.#engine.rows<Record<(typeof tables)[number], boolean>>(`SELECT ${counts.join(', ')}`);
    return new Set(tables.filter((table) => row?.[table] === true));
  }

  async resultRows(): Promise<number> {
    if (this.#blank) return 0;
    const [row] = await this.#engine.rows<{ n: bigint }>('SELECT count(*) AS n FROM detect_results');
    return Number(row?.n ?? 0n);
  }

  /** The same for each part that has some. */
  async resultRowsOfParts(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#engine.rows<{ part: string; n: bigint }>(
      'SELECT part, count(*) AS n FROM detect_results GROUP BY part',
    );
    return new Map(rows.map(({ part, n }) => [part, Number(n)]));
  }

  async drop(): Promise<void> {
    await this.#engine.dropTemporary(tables.map((table) => `detect_${table}`));
  }

  #fired(query: FiringQuery, run: bigint): string {
    const { sql, columns, lineage, moment, loose: mayBeLoose } = query;
    const keys = this.#keys.map((key) => {
      if (key === partColumn && this.#part !== undefined) return this.#part.sql;
      const position = columns.indexOf(key);
      return position < 0 || position === lineage ? 'NULL' : `coalesce(c${position}::VARCHAR, '')`;
    });
    const ids = lineage === undefined ? '[]::VARCHAR[]' : `list_sort(list_distinct(c${lineage}))`;
    const pairs = columns.flatMap((name, index) =>
      index === lineage || index === moment ? [] : [`${sqlText(name)}, c${index}`],
    );
    const loose = `json_object(${pairs.join(', ')})::VARCHAR`;
    const whereLoose = lineage === undefined ? loose : `CASE WHEN len(c${lineage}) = 0 THEN ${loose} END`;
    const looseOnly = mayBeLoose ? whereLoose : 'NULL::VARCHAR';
    const names = columns.map((_, index) => `c${index}`).join(', ');
    const at = moment === undefined ? `${run}` : `c${moment}`;
    const named = columns.map((name, index) => ({ name, type: query.types[index] ?? 'string' }));
    const details = detailsSql(named, this.told);
    return `SELECT ${[...keys, ids, looseOnly, at, details].join(', ')} FROM (${sql}) AS result(${names})`;
  }

  #names(): string[] {
    return this.#keys.map((_, index) => `result_key_${index}`);
  }

  #partKey(): string {
    const place = this.#keys.indexOf(partColumn);
    return place < 0 ? "''" : `coalesce(result_key_${place}, '')`;
  }

  async #keep(): Promise<void> {
    const keys = this.#names();
    const fingerprint = `md5(to_json([${[...keys, 'ids::VARCHAR', 'loose'].join(', ')}])::VARCHAR)`;
    await this.#engine.run(
      `INSERT INTO detect_results SELECT DISTINCT ${this.#partKey()}, ${fingerprint} AS fingerprint FROM detect_fired
       EXCEPT FROM detect_results`,
    );
    const known = keys.map((key) => ` AND known.${key} IS NOT DISTINCT FROM fired.${key}`).join('');
    const evidence = [...keys, 'id'].join(', ');
    await this.#engine.run(
      `INSERT INTO detect_evidence
       FROM (SELECT ${evidence}, min(moment) FROM (SELECT ${[...keys, 'unnest(ids) AS id', 'moment'].join(', ')} FROM detect_fired)
         GROUP BY ALL) AS fired
       WHERE NOT EXISTS (FROM detect_evidence AS known WHERE known.id = fired.id${known})`,
    );
    await this.#engine.run(
      `INSERT INTO detect_loose
       FROM (SELECT ${[...keys, 'loose'].join(', ')}, min(moment) FROM detect_fired WHERE loose IS NOT NULL GROUP BY ALL) AS fired
       WHERE NOT EXISTS (FROM detect_loose AS known WHERE known.loose = fired.loose${known})`,
    );
    if (this.told.length === 0) return;
    await this.#engine.run(
      `INSERT INTO detect_details ${this.#firstSaid(
        `SELECT ${[...keys, 'coalesce(ids[1], md5(loose)) AS id', 'details', 'moment'].join(', ')} FROM detect_fired`,
      )}`,
    );
  }
}
