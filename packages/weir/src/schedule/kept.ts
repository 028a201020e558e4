import { rm } from 'node:fs/promises';
import { Evidence } from '../detect/evidence.ts';
import { factRows, hasFacts, looseTime } from '../detect/facts.ts';
import { joinFacts, writtenKey } from '../detect/members.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { closeOver } from './agreeing.ts';
import type { Renamed, StoryOf } from './identity.ts';
import type { Looked } from './spans.ts';

/** What a run has changed of a rule's evidence. */
export interface Touched {
  /** Keys of the stories that may not be as they were. */
  readonly keys: readonly (readonly string[])[];
  readonly renamed: readonly Renamed[];
}

export interface KeptFor {
  readonly keys: readonly string[];
  /** The columns of results that the rule wants told. */
  readonly told: readonly string[];
  /** The tables that its query reads. */
  readonly tables: readonly string[];
  readonly period: bigint;
}

/** How far the evidence reaches: what the store says of a run once its transaction is over. */
export interface Reached {
  readonly stamp: bigint;
  readonly looked: Looked;
  readonly seq: bigint;
  readonly timeless: string;
}

/** What a rule fired on, from run to run, in a database file of its own that stands open as `kept` while a run lasts: the
 *  evidence (detect/evidence.ts) with the key that each row was found under, and the facts of its rows, so that a story is
 *  told without reading the lake again, and outlives what retention takes.
 *
 *  A run begins with empty evidence; `merge` puts what it judged in the place of what was kept. All of that and the stamp
 *  is one transaction of the file. The store's transaction follows it: where a crash or a full disk comes between, the stamps
 *  differ, and the evidence itself says how far it reaches (`reached`). */
export class Kept {
  readonly #engine: Engine;
  readonly #for: KeptFor;
  readonly evidence: Evidence;

  private constructor(engine: Engine, rule: KeptFor, evidence: Evidence) {
    this.#engine = engine;
    this.#for = rule;
    this.evidence = evidence;
  }

  static async open(engine: Engine, file: string, rule: KeptFor): Promise<Kept> {
    const evidence = await Evidence.create(engine, rule.keys, rule.told);
    await engine.run(`ATTACH ${sqlText(file)} AS kept`);
    const kept = new Kept(engine, rule, evidence);
    try {
      await kept.#make();
    } catch (error) {
      await kept.close();
      throw error;
    }
    return kept;
  }

  static async remove(file: string): Promise<void> {
    for (const each of [file, `${file}.wal`]) await rm(each, { force: true });
  }

  async #make(): Promise<void> {
    const { keys, tables } = this.#for;
    const none = factRows(tables.find(hasFacts) ?? deviceNetworkEvents.name, keys, 'false');
    for (const [name, columns] of [
      ['evidence', 'SELECT *, NULL::VARCHAR[] AS written FROM temp.detect_evidence'],
      ['loose', 'FROM temp.detect_loose'],
      ['details', 'FROM temp.detect_details'],
      ['facts', none],
      ['stamp', 'SELECT 0::BIGINT AS stamp'],
      ['reached', `SELECT 0::BIGINT AS stamp, 0::BIGINT AS first, 0::BIGINT AS last, 0::BIGINT AS seq, '' AS timeless`],
    ] as const)
      await this.#engine.run(`CREATE TABLE IF NOT EXISTS kept.${name} AS SELECT * FROM (${columns}) LIMIT 0`);
  }

  /** The stamp of the last run whose evidence is here; undefined where there was none. */
  async stamp(): Promise<bigint | undefined> {
    const [row] = await this.#engine.rows<{ stamp: bigint }>('FROM kept.stamp');
    return row?.stamp;
  }

  /** How far it says that it reaches; undefined where a run left something out that only the store was to say. */
  async reached(): Promise<Reached | undefined> {
    const [row] = await this.#engine.rows<Omit<Reached, 'looked'> & Looked>('FROM kept.reached');
    return (
      row && { stamp: row.stamp, looked: { first: row.first, last: row.last }, seq: row.seq, timeless: row.timeless }
    );
  }

  /** Says how far it reaches. Within a transaction. */
  async reach(reached: Reached | undefined): Promise<void> {
    await this.#engine.run('DELETE FROM kept.reached');
    if (reached === undefined) return;
    const { stamp, looked, seq, timeless } = reached;
    await this.#engine.run(
      `INSERT INTO kept.reached VALUES (${stamp}, ${looked.first}, ${looked.last}, ${seq}, ${sqlText(timeless)})`,
    );
  }

  /** Gives up the evidence of stories that are over for good: rows of their keys and their time, with those that lent
   *  themselves to them, and so results that name no row. Within a transaction. */
  async forget(stories: readonly StoryOf[]): Promise<void> {
    if (stories.length === 0) return;
    const over = stories.map(
      ({ key, firstSeen, lastSeen }) => `([${key.map(sqlText).join(', ')}]::VARCHAR[], ${firstSeen}, ${lastSeen})`,
    );
    await this.#forgetOver(
      `(VALUES ${over.join(', ')}) AS over(key, first, last) ON told.start >= over.first AND told."end" <= over.last`,
    );
  }

  /** Gives up the evidence of stories that are too many to be told (`detect_untold`). Within a transaction. */
  async forgetUntold(): Promise<void> {
    await this.#forgetOver('temp.detect_untold AS over ON told.id = over.id');
    await this.#engine.run('DROP TABLE temp.detect_untold');
  }

  /** Gives up the evidence that meets `over`, SQL of what is joined with its `key`s. */
  async #forgetOver(over: string): Promise<void> {
    const agrees = this.#for.keys.map((_, index) => ` AND written[${index + 1}] IN ('', over.key[${index + 1}])`);
    await this.#engine.run(`CREATE OR REPLACE TEMP TABLE kept_over AS
      SELECT DISTINCT told.id, written, loose
      FROM (
        SELECT evidence.id, written, facts.start, facts."end", false AS loose
        FROM kept.evidence AS evidence JOIN kept.facts AS facts USING (id)
        UNION ALL
        SELECT md5(loose), ${this.#looseKey}, ${looseTime}, ${looseTime}, true FROM kept.loose
      ) AS told
      JOIN ${over}${agrees.join('')}`);
    await this.#engine.run(
      'DELETE FROM kept.evidence WHERE (id, written) IN (SELECT (id, written) FROM temp.kept_over WHERE NOT loose)',
    );
    await this.#engine.run(
      `DELETE FROM kept.loose WHERE (md5(loose), ${this.#looseKey}) IN (SELECT (id, written) FROM temp.kept_over WHERE kept_over.loose)`,
    );
    const unused = `id IN (SELECT id FROM temp.kept_over)
      AND id NOT IN (SELECT id FROM kept.evidence UNION ALL SELECT md5(loose) FROM kept.loose)`;
    for (const name of ['facts', 'details']) await this.#engine.run(`DELETE FROM kept.${name} WHERE ${unused}`);
  }

  /** Puts what a run judged in its place, and gives the keys of stories that may have changed. Within a transaction. */
  async merge(all: boolean): Promise<Touched> {
    const engine = this.#engine;
    const { keys, tables, period } = this.#for;
    const { from } = this.evidence;
    const again = from === undefined ? 'false' : `fired_at >= ${from}`;
    const judged = `(id IN (SELECT id FROM temp.detect_judged) OR ${again})`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE kept_gone AS
      SELECT gone.id, gone.written, facts.start, facts."end"
      FROM (FROM kept.evidence WHERE ${judged}) AS gone JOIN kept.facts AS facts USING (id)`);
    await engine.run(`DELETE FROM kept.evidence WHERE ${judged}`);
    await engine.run(`DELETE FROM temp.detect_evidence AS found
      WHERE EXISTS (FROM kept.evidence AS known WHERE ${this.#same('known', 'found', ['id'])})`);
    await joinFacts(engine, keys, tables, period);
    await engine.run(`CREATE OR REPLACE TEMP TABLE kept_new AS
      SELECT evidence.*, ${writtenKey(keys)} AS written, facts.start, facts."end"
      FROM temp.detect_evidence AS evidence JOIN temp.detect_facts AS facts USING (id)`);
    await engine.run('DELETE FROM kept.facts WHERE id IN (SELECT id FROM temp.detect_facts)');
    await engine.run('INSERT INTO kept.facts BY NAME SELECT * EXCLUDE (source) FROM temp.detect_facts');
    await engine.run('INSERT INTO kept.evidence BY NAME SELECT * EXCLUDE (start, "end") FROM temp.kept_new');
    await engine.run(`DELETE FROM kept.facts
      WHERE id IN (SELECT id FROM temp.kept_gone) AND id NOT IN (SELECT id FROM kept.evidence)`);
    await this.#mergeSaid();
    const loose = await this.#mergeLoose();
    await engine.run(`CREATE OR REPLACE TEMP TABLE kept_touched AS SELECT DISTINCT written FROM (
        SELECT written FROM temp.kept_gone UNION ALL SELECT written FROM temp.kept_new
        UNION ALL SELECT written FROM kept.evidence WHERE id IN (SELECT id FROM temp.kept_said)
        ${all || loose.length > 0 ? 'UNION ALL SELECT written FROM kept.evidence' : ''})`);
    await closeOver(engine, keys.length);
    const touched = await engine.rows<{ key: string }>(
      'SELECT to_json(written)::VARCHAR AS key FROM temp.kept_touched',
    );
    return {
      // A key of both kinds is one: its story would else be told as an alias of itself.
      keys: [...new Set([...touched.map(({ key }) => key), ...loose])].map((key) => JSON.parse(key)),
      renamed: await this.#renamed(),
    };
  }

  /** Keeps what results say in told columns; `kept_said` names the ids of which something else is said now. */
  async #mergeSaid(): Promise<void> {
    const { from } = this.evidence;
    await this.#engine.run(`CREATE OR REPLACE TEMP TABLE kept_said AS
      SELECT id FROM kept.details WHERE ${from === undefined ? 'false' : `moment >= ${from}`}
      UNION ALL SELECT id FROM temp.detect_details`);
    if (from !== undefined) await this.#engine.run(`DELETE FROM kept.details WHERE moment >= ${from}`);
    await this.#engine.run(`INSERT INTO kept.details FROM temp.detect_details AS found
      WHERE NOT EXISTS (FROM kept.details AS known WHERE ${this.#same('known', 'found', ['id', 'details'])})`);
  }

  /** Keeps results that name no row, and gives the keys, as JSON, of all there are now or were: they may belong to any story, so that
   *  all stories are told again where a rule has such results. */
  async #mergeLoose(): Promise<string[]> {
    const { from } = this.evidence;
    const rows = await this.#engine.rows<{ key: string }>(
      `SELECT DISTINCT to_json(${this.#looseKey})::VARCHAR AS key FROM (FROM kept.loose UNION ALL FROM temp.detect_loose)`,
    );
    if (from !== undefined) await this.#engine.run(`DELETE FROM kept.loose WHERE moment >= ${from}`);
    await this.#engine.run(`INSERT INTO kept.loose FROM temp.detect_loose AS found
      WHERE NOT EXISTS (FROM kept.loose AS known WHERE ${this.#same('known', 'found', ['loose'])})`);
    return rows.map(({ key }) => key);
  }

  /** SQL of the key that a result that names no row was found under. */
  get #looseKey(): string {
    return `[${this.#for.keys.map((_, index) => `lower(coalesce(result_key_${index}, ''))`).join(', ')}]::VARCHAR[]`;
  }

  async #renamed(): Promise<Renamed[]> {
    const rows = await this.#engine.rows<Record<'old' | 'new', string> & Record<'a' | 'b' | 'c' | 'd', bigint>>(`
      SELECT to_json(gone.written)::VARCHAR AS old, to_json(found.written)::VARCHAR AS new,
        min(gone.start) AS a, max(gone."end") AS b, min(found.start) AS c, max(found."end") AS d
      FROM temp.kept_gone AS gone JOIN temp.kept_new AS found USING (id)
      WHERE gone.written <> found.written GROUP BY ALL ORDER BY ALL`);
    return rows.map((row) => ({
      from: JSON.parse(row.old),
      to: JSON.parse(row.new),
      before: { from: row.a, until: row.b },
      now: { from: row.c, until: row.d },
    }));
  }

  /** Puts the evidence of the touched stories, with its facts, where findings are made from (detect/findings.ts). */
  async load(): Promise<void> {
    await this.#engine.run(
      'DELETE FROM temp.detect_evidence; DELETE FROM temp.detect_loose; DELETE FROM temp.detect_details',
    );
    await this.#engine.run(`INSERT INTO temp.detect_evidence BY NAME
      SELECT * EXCLUDE (written) FROM kept.evidence WHERE written IN (SELECT written FROM temp.kept_touched)`);
    await this.#engine.run('INSERT INTO temp.detect_loose FROM kept.loose');
    await this.#engine.run(`INSERT INTO temp.detect_details FROM kept.details
      WHERE id IN (SELECT id FROM temp.detect_evidence UNION ALL SELECT md5(loose) FROM temp.detect_loose)`);
  }

  /** `detect_facts` of what was loaded. */
  readonly facts = async (): Promise<void> => {
    await this.#engine.run(`CREATE OR REPLACE TEMP TABLE detect_facts AS
      SELECT *, 0 AS source FROM kept.facts SEMI JOIN temp.detect_evidence USING (id)`);
  };

  /** Whether there is anything to tell. */
  async isEmpty(): Promise<boolean> {
    const [row] = await this.#engine.rows<{ n: bigint }>(
      'SELECT (SELECT count(*) FROM temp.detect_evidence) + (SELECT count(*) FROM temp.detect_loose) AS n',
    );
    return row?.n === 0n;
  }

  /** Runs what changes the file, all or nothing, under the stamp of its run. */
  async transaction<Result>(stamp: bigint, work: () => Promise<Result>): Promise<Result> {
    await this.#engine.run('BEGIN TRANSACTION');
    try {
      const result = await work();
      await this.#engine.run(`DELETE FROM kept.stamp; INSERT INTO kept.stamp VALUES (${stamp})`);
      await this.#engine.run('COMMIT');
      return result;
    } catch (error) {
      await this.#engine.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.evidence.drop();
    await this.#engine.run('DETACH kept');
  }

  #same(one: string, other: string, also: readonly string[]): string {
    return [...this.#for.keys.map((_, index) => `result_key_${index}`), ...also]
      .map((name) => `${one}.${name} IS NOT DISTINCT FROM ${other}.${name}`)
      .join(' AND ');
  }
}
