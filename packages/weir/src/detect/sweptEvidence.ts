import type { KqlType } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Trigger } from '../rules/rule.ts';
import { detailsSql } from './details.ts';
import type { Evidence } from './evidence.ts';
import { firesOnAny } from './trigger.ts';

/** A query for all moments at once (`sweep` of the compiler). Its columns are `shown`, `enter` and `exit`, then `ids`
 *  lists, then for each of `groups` its mark and its values. */
export interface SweptQuery {
  /** Tables to make first, in this order, each by SQL that may read those before it. */
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
  /** SQL that reads candidates by their bare names. */
  readonly sql: string;
  /** For each key column of the rule its place among the shown; -1 where the result has none of that name. */
  readonly keys: readonly number[];
  readonly shown: readonly { readonly name: string; readonly type: KqlType }[];
  readonly ids: number;
  /** SQL of the groups' members: the `by` values of the group, then the id, `enter` and `exit`. */
  readonly groups: readonly { readonly sql: string; readonly by: number }[];
}

interface Run {
  readonly bind: (query: string) => string;
  readonly trigger: Trigger;
}

/** Runs such a query and keeps what it fired on, exactly as runs at all its moments one by one would. */
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
  try {
    for (const { name, sql } of query.steps) {
      await engine.run(`CREATE OR REPLACE TEMP TABLE ${sqlName(name)} AS ${run.bind(`FROM (${sql})`)}`);
    }
    await engine.run(`CREATE OR REPLACE TEMP TABLE detect_swept AS
      SELECT row_number() OVER () AS number, ${names.join(', ')} FROM (${sweptRows(query, evidence, run)})`);
    if (!firesOnAny(run.trigger)) await keepFiring(engine, names, run.trigger);
    const [group, ...others] = query.groups;
    if (group !== undefined && others.length === 0 && query.ids === 0) {
      await evidence.keepGroups(run.bind(`FROM (${group.sql})`), valuesOf(0, group.by));
    } else {
      await evidence.keepRows(rowsByIds(query, run));
    }
  } finally {
    for (const name of ['detect_swept', ...query.steps.map((step) => step.name)]) {
      await engine.run(`DROP TABLE IF EXISTS temp.${sqlName(name)}`);
    }
  }
}

function valuesOf(group: number, by: number): string[] {
  return Array.from({ length: by }, (_, index) => `by_${group}_${index}`);
}

/** The query's rows under names. */
function sweptRows(query: SweptQuery, evidence: Pick<Evidence, 'told' | 'absent'>, { bind }: Run): string {
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
    FROM (${bind(`FROM (${query.sql})`)}) AS result(${names.join(', ')})`;
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
function rowsByIds(query: SweptQuery, { bind }: Run): string {
  const keys = query.keys.map((_, index) => `result_key_${index}, `).join('');
  if (query.groups.length === 0) return `SELECT ${keys}ids, enter AS moment, details FROM temp.detect_swept`;
  const members = query.groups.map(({ sql, by }, group) => {
    const values = valuesOf(group, by);
    const same = values.map((name) => `swept.${name} IS NOT DISTINCT FROM members.${name}`);
    return `SELECT swept.number, members.id
      FROM temp.detect_swept AS swept JOIN (${bind(`FROM (${sql})`)}) AS members(${[...values, 'id', 'enter', 'exit'].join(', ')})
        ON ${[...same, 'members.enter <= swept.enter', 'swept.enter < members.exit'].join(' AND ')}
      WHERE swept.mark_${group} IS NOT NULL`;
  });
  return `WITH behind AS (
      SELECT number, unnest(ids) AS id FROM temp.detect_swept UNION ALL ${members.join(' UNION ALL ')}
    ), gathered AS (SELECT number, list(DISTINCT id) AS ids FROM behind GROUP BY number)
    SELECT ${keys}gathered.ids, enter AS moment, details FROM temp.detect_swept JOIN gathered USING (number)`;
}
