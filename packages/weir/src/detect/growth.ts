import type { Engine } from '../engine/engine.ts';
import type { Severity } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { type Condition, conditionsOf } from './conditions.ts';
import { scoresOf } from './score.ts';
import { sumUp } from './stories.ts';

/** How a finding came to be what it is. */
export interface Growth {
  /** As it stood at the first tick that named some of its evidence, and after every tick that added some, ascending. */
  readonly states: readonly State[];
  /** Whether all such ticks are among them: of a finding with very many rows and ticks only some are looked at. */
  readonly whole: boolean;
}

/** A finding as it stood after the run at `tick`. Times are ticks. */
export interface State {
  readonly tick: bigint;
  readonly severity: Severity;
  /** Ids of the conditions that held for it then. */
  readonly holds: readonly string[];
  /** When the last of what the tick added was complete: what the run had waited for. */
  readonly crossed: bigint;
  readonly lastSeen: bigint;
}

/** How many rows all stories at all their ticks may come to, and one of very many stories; and how many are summed up at
 *  once, which bounds the memory. */
const mostRows = { together: 1_000_000, each: 4_000, once: 100_000 };

/** The growth of a rule's stories (`detect_members`) by story number. `detect_stories` is overwritten. */
export async function growthOf(
  engine: Engine,
  rule: Rule,
  conditions: readonly Condition[],
): Promise<ReadonlyMap<number, Growth>> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_states AS
    WITH ticks AS (
      SELECT story, fired_at AS tick, max("end") AS crossed, row_number() OVER (PARTITION BY story ORDER BY fired_at) AS nth,
        count(*) OVER (PARTITION BY story) AS ticks, sum(count(*)) OVER (PARTITION BY story) AS rows,
        sum(count(*)) OVER (PARTITION BY story ORDER BY fired_at) AS so_far
      FROM temp.detect_members GROUP BY story, fired_at
    ), thinned AS (
      SELECT *, greatest(1, ceil(rows * ticks / greatest(${mostRows.each}, ${mostRows.together} // count(DISTINCT story) OVER ())))::BIGINT
        AS step FROM ticks
    )
    SELECT row_number() OVER (ORDER BY story, tick) AS state, story, tick, crossed, step = 1 AS whole,
      (sum(so_far) OVER (ORDER BY story, tick ROWS UNBOUNDED PRECEDING) // ${mostRows.once})::BIGINT AS part
    FROM thinned WHERE nth = 1 OR nth = ticks OR (nth - 1) % step = 0`);
  const parts = await engine.rows<{ part: bigint }>('SELECT DISTINCT part FROM temp.detect_states ORDER BY part');
  const states: (readonly [story: number, whole: boolean, state: State])[] = [];
  for (const { part } of parts) states.push(...(await statesOf(engine, rule, conditions, part)));
  await engine.run('DROP TABLE temp.detect_states');
  return new Map(
    [...Map.groupBy(states, ([story]) => story)].map(([story, own]) => [
      story,
      { states: own.map(([, , state]) => state), whole: own.every(([, whole]) => whole) },
    ]),
  );
}

/** The states of one part, in order, each with its story and whether all of that story's ticks are among them. */
async function statesOf(
  engine: Engine,
  rule: Rule,
  conditions: readonly Condition[],
  part: bigint,
): Promise<(readonly [story: number, whole: boolean, state: State])[]> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_grown AS
    SELECT members.* EXCLUDE (story, rank), states.state AS story,
      row_number() OVER (
        PARTITION BY states.state ORDER BY connection DESC, sent DESC NULLS LAST, start, id
      ) AS rank
    FROM temp.detect_members AS members
    JOIN (FROM temp.detect_states WHERE part = ${part}) AS states
      ON members.story = states.story AND members.fired_at <= states.tick`);
  const stories = await sumUp(engine, 'detect_grown', { lists: false });
  const scores = await scoresOf(stories, rule);
  const holds = await conditionsOf(stories, rule, conditions);
  await engine.run('DROP TABLE temp.detect_grown');
  const rows = await engine.rows<StateRow>(`
    SELECT states.* EXCLUDE (part), stories.last_seen
    FROM temp.detect_states AS states JOIN temp.detect_stories AS stories ON states.state = stories.story
    WHERE part = ${part} ORDER BY state`);
  return rows.map(({ state, story, tick, crossed, whole, last_seen }) => {
    const severity = scores.get(Number(state))?.severity;
    if (severity === undefined) throw new Error(`a state of a story of rule ${rule.id} was not scored`);
    const held = holds.get(Number(state)) ?? [];
    return [Number(story), whole, { tick, severity, holds: held, crossed, lastSeen: last_seen }] as const;
  });
}

interface StateRow {
  readonly state: bigint;
  readonly story: bigint;
  readonly tick: bigint;
  readonly crossed: bigint;
  readonly whole: boolean;
  readonly last_seen: bigint;
}
