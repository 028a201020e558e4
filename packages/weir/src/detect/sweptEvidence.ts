import type { KqlType } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Trigger } from '../rules/rule.ts';
import type { CandidateRows } from './candidateRows.ts';
import { detailsSql } from './details.ts';
import type { Evidence } from './evidence.ts';
import type { Left, SweptPlan } from './sweptPlan.ts';
import { firesOnAny } from './trigger.ts';

/** A query for all moments at once (`sweep` of the compiler). Its columns are `shown`, `enter` and `exit`, then `ids`
 *  lists, then for each of `groups` its mark and its values. */
export interface SweptQuery {
  /** Tables to make first, in this order, each by a plan that may read those before it. */
  readonly steps: readonly { readonly name: string; readonly plan: SweptPlan }[];
  /** What reads candidates by their bare names. */
  readonly plan: SweptPlan;
  /** For each key column of the rule its place among the shown; -1 where the result has none of that name. */
  readonly keys: readonly number[];
  readonly shown: readonly { readonly name: string; readonly type: KqlType }[];
  readonly ids: number;
  /** The groups' members: the `by` values of the group, then the id, `enter` and `exit`. */
  readonly groups: readonly { readonly members: SweptPlan; readonly by: number }[];
}

/** The columns that a query reads of candidates of a name. */
export function columnsOfCandidates({ steps, plan, groups }: SweptQuery, name: string): ReadonlySet<string> {
  const plans = [...steps.map((step) => step.plan), plan, ...groups.map(({ members }) => members)];
  return new Set(plans.flatMap((each) => each.columnsOf(name)));
}

interface Run {
  /** Puts the candidates that a query reads in place. */
  readonly bind: (query: string, reads: ReadonlySet<string>) => string;
  readonly trigger: Trigger;
  /** Candidates of which it is not known yet whether there are any. */
  readonly candidates?: Pick<CandidateRows, 'names' | 'areNone'>;
}

/** Runs such a query and keeps what it fired on, exactly as runs at all its moments one by one would. Nothing is asked that
 *  can have no rows for want of others. */
export async function collectSwept(
  engine: Engine,
  evidence: Pick<Evidence, 'keepGroups' | 'keepRows' | 'told' | 'absent'>,
  query: SweptQuery,
  run: Run,
): Promise<void> {
  const names = [
    ...query.keys.map((_, index) => `result_key_${index}`),
    'enter',
    'exit',
    'ids',
    'details',
    ...query.groups.flatMap(({ by }, group) => [`mark_${group}`, ...valuesOf(group, by)]),
  ];
  const making = new Making(engine, query, run);
  try {
    const results = await making.readied(query.plan);
    if (results === undefined) return;
    const rows = sweptRows(query, run.bind(`FROM (${results.sql()})`, results.reads), evidence);
    const count = await engine.make(
      'TEMP TABLE detect_swept',
      `SELECT row_number() OVER () AS number, ${names.join(', ')} FROM (${rows})`,
    );
    if (count === 0) return;
    if (!firesOnAny(run.trigger)) await keepFiring(engine, names, run.trigger);
    const members: (string | undefined)[] = [];
    for (const group of query.groups) {
      const left = await making.readied(group.members);
      members.push(left && run.bind(`FROM (${left.sql()})`, left.reads));
    }
    const [group, ...others] = query.groups;
    if (group === undefined || others.length > 0 || query.ids > 0) {
      await evidence.keepRows(rowsByIds(query, members));
    } else if (members[0] !== undefined) {
      await evidence.keepGroups(members[0], valuesOf(0, group.by));
    }
  } finally {
    await engine.dropTemporary(['detect_swept', ...making.made.map(sqlName)]);
  }
}

/** Makes the tables that a swept query reads, when they are wanted. */
class Making {
  readonly #engine: Engine;
  readonly #query: SweptQuery;
  readonly #run: Run;
  readonly #known = new Set<string>();
  readonly #empty = new Set<string>();
  readonly made: string[] = [];

  constructor(engine: Engine, query: SweptQuery, run: Run) {
    this.#engine = engine;
    this.#query = query;
    this.#run = run;
  }

  /** What is left of a plan when all that it reads is there; undefined where it turns out to have no rows. */
  async readied(plan: SweptPlan): Promise<Left | undefined> {
    for (;;) {
      const left = plan.over(this.#empty);
      if (left === undefined) return undefined;
      const wanted = this.#wanted(left.reads);
      if (wanted === undefined) return left;
      await wanted();
    }
  }

  /** How to make the first table that is not there yet and on which these hang; undefined where all are there. */
  #wanted(reads: ReadonlySet<string>): (() => Promise<void>) | undefined {
    const all = new Set(reads);
    let step: (() => Promise<void>) | undefined;
    for (const { name, plan } of [...this.#query.steps].reverse()) {
      if (!all.has(name) || this.#known.has(name)) continue;
      const left = plan.over(this.#empty) ?? plan.whole;
      for (const table of left.reads) all.add(table);
      step = () => this.#make(name, left);
    }
    const candidates = this.#run.candidates?.names.find((name) => all.has(name) && !this.#known.has(name));
    return candidates === undefined ? step : () => this.#look(candidates);
  }

  async #look(name: string): Promise<void> {
    this.#known.add(name);
    if ((await this.#run.candidates?.areNone(name)) === true) this.#isEmpty(name);
  }

  async #make(name: string, { sql, reads }: Left): Promise<void> {
    this.#known.add(name);
    this.made.push(name);
    const select = this.#run.bind(`FROM (${sql()})`, reads);
    const count = await this.#engine.make(`TEMP TABLE ${sqlName(name)}`, select);
    if (count === 0) this.#isEmpty(name);
  }

  /** What hangs on it may be empty too, made or not. */
  #isEmpty(table: string): void {
    this.#empty.add(table);
    for (const { name, plan } of this.#query.steps) if (plan.over(this.#empty) === undefined) this.#empty.add(name);
  }
}

function valuesOf(group: number, by: number): string[] {
  return Array.from({ length: by }, (_, index) => `by_${group}_${index}`);
}

/** The query's rows under names. */
function sweptRows(query: SweptQuery, results: string, evidence: Pick<Evidence, 'told' | 'absent'>): string {
  const { ids, groups } = query;
  const shown = query.shown.length;
  const columns = shown + 2 + ids + groups.reduce((sum, { by }) => sum + 1 + by, 0);
  let next = shown + 2 + ids;
  const behind = groups.flatMap(({ by }, group) =>
    [`mark_${group}`, ...valuesOf(group, by)].map((name) => `c${next++} AS ${name}`),
  );
  const lists = Array.from({ length: ids }, (_, index) => `coalesce(c${shown + 2 + index}, [])`);
  const list = lists.length === 0 ? '[]' : lists.length === 1 ? lists[0] : `list_concat(${lists.join(', ')})`;
  const keys = query.keys.map(
    (place, index) =>
      `${place < 0 ? evidence.absent(index) : `coalesce(c${place}::VARCHAR, '')`} AS result_key_${index}`,
  );
  const details = detailsSql(query.shown, evidence.told);
  const names = Array.from({ length: columns }, (_, index) => `c${index}`);
  return `SELECT ${[...keys, `c${shown} AS enter`, `c${shown + 1} AS exit`, `${list}::VARCHAR[] AS ids`, `${details} AS details`, ...behind].join(', ')}
    FROM (${results}) AS result(${names.join(', ')})`;
}

const operators: Readonly<Record<Trigger['operator'], string>> = {
  GreaterThan: '>',
  LessThan: '<',
  Equal: '=',
  NotEqual: '<>',
};

/** Leaves of the results those that stand there while there are as many as the trigger wants, each from the first moment
 *  of that on: once, as it is made of the same at all its moments, however often the number of results changes. */
async function keepFiring(engine: Engine, names: readonly string[], trigger: Trigger): Promise<void> {
  const kept = names.map((name) =>
    name === 'enter'
      ? 'greatest(swept.enter, firing.enter) AS enter'
      : name === 'exit'
        ? 'least(swept.exit, firing.exit) AS exit'
        : `swept.${name}`,
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_swept AS
    WITH changes AS (
      SELECT tick, sum(change) AS change FROM (
        SELECT enter AS tick, 1 AS change FROM temp.detect_swept UNION ALL SELECT exit, -1 FROM temp.detect_swept
      ) GROUP BY tick
    ), counted AS (
      SELECT tick, sum(change) OVER (ORDER BY tick) AS results FROM changes
    ), judged AS (
      SELECT tick, results > 0 AND results ${operators[trigger.operator]} ${trigger.threshold} AS fires FROM counted
    ), turned AS (
      SELECT tick, fires FROM judged QUALIFY fires IS DISTINCT FROM lag(fires) OVER (ORDER BY tick)
    ), followed AS (SELECT tick AS enter, lead(tick) OVER (ORDER BY tick) AS exit, fires FROM turned),
    firing AS (SELECT enter, exit FROM followed WHERE fires)
    SELECT row_number() OVER () AS number, ${kept.join(', ')}
    FROM temp.detect_swept AS swept ASOF JOIN firing ON swept.enter < firing.exit
    WHERE firing.enter < swept.exit`);
}

/** Each result with the ids that it is made of at its first moment, which are those of all its moments. */
function rowsByIds(query: SweptQuery, membersOf: readonly (string | undefined)[]): string {
  const keys = query.keys.map((_, index) => `result_key_${index}, `).join('');
  if (query.groups.length === 0) return `SELECT ${keys}ids, enter AS moment, details FROM temp.detect_swept`;
  const members = query.groups.flatMap(({ by }, group) => {
    if (membersOf[group] === undefined) return [];
    const values = valuesOf(group, by);
    const same = values.map((name) => `swept.${name} IS NOT DISTINCT FROM members.${name}`);
    return `SELECT swept.number, members.id
      FROM temp.detect_swept AS swept JOIN (${membersOf[group]}) AS members(${[...values, 'id', 'enter', 'exit'].join(', ')})
        ON ${[...same, 'members.enter <= swept.enter', 'swept.enter < members.exit'].join(' AND ')}
      WHERE swept.mark_${group} IS NOT NULL`;
  });
  return `WITH behind AS (
      ${['SELECT number, unnest(ids) AS id FROM temp.detect_swept', ...members].join(' UNION ALL ')}
    ), gathered AS (SELECT number, list(DISTINCT id) AS ids FROM behind GROUP BY number)
    SELECT ${keys}gathered.ids, enter AS moment, details FROM temp.detect_swept JOIN gathered USING (number)`;
}
