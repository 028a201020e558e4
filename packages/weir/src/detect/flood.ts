import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { severities } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { type Scored, scoresOf } from './score.ts';
import { sumUp } from './stories.ts';

/** A story that a run before told. Times are ticks. */
interface StandingStory {
  readonly key: readonly string[];
  readonly firstSeen: bigint;
  readonly lastSeen: bigint;
}

export interface FloodOptions {
  /** As many findings as it may have beside those that stand; 20,000 where nothing is said. */
  readonly most?: number;
  /** The stories that stand already; asked where there are many. */
  readonly standing?: () => readonly StandingStory[];
  /** Told how many more there are: the gravest are given, and `detect_untold` has the ids and keys of the others' rows. Absent:
   *  all are refused. */
  readonly onMore?: (more: number) => void;
}

/** As many findings as a rule may have, or as a run may add to those that stand: nobody reads more, and to tell a million
 *  takes minutes and all memory. Evidence is not bounded: a million rows of a few stories take seconds. */
const findingsMost = 20_000;

/** Holds the stories of `detect_members` to as many as anybody reads.
 *  @throws UserError `RULE_FLOODS` where they are more, and who asks does not take the gravest */
export async function withinLimit(
  engine: Engine,
  rule: Rule,
  { most = findingsMost, standing, onMore }: FloodOptions,
): Promise<void> {
  const [row] = await engine.rows<{ n: bigint | null }>('SELECT max(story) AS n FROM temp.detect_members');
  const stories = Number(row?.n ?? 0n);
  if (stories <= most) return;
  if (onMore === undefined) {
    await engine.run('DROP TABLE temp.detect_members');
    throw floods(rule, stories, most);
  }
  const fresh = await freshStories(engine, rule, { standing: standing?.() ?? [], most });
  if (fresh > most) {
    await leaveOut(engine, await gravest(engine, rule, { fresh, most }));
    onMore(fresh - most);
  }
  await engine.run('DROP TABLE temp.detect_fresh');
}

/** `detect_fresh`: the stories that go on with none that stands, in parts of `most`. Gives their number. */
async function freshStories(
  engine: Engine,
  { weir }: Rule,
  { standing, most }: { readonly standing: readonly StandingStory[]; readonly most: number },
): Promise<number> {
  const { key, quiet } = weir.finding;
  await engine.run('CREATE OR REPLACE TEMP TABLE detect_standing (key VARCHAR[], first BIGINT, last BIGINT)');
  for (let from = 0; from < standing.length; from += 1_000) {
    const some = standing
      .slice(from, from + 1_000)
      .map((each) => `([${each.key.map(sqlText).join(', ')}]::VARCHAR[], ${each.firstSeen}, ${each.lastSeen})`);
    await engine.run(`INSERT INTO detect_standing VALUES ${some.join(', ')}`);
  }
  const meets = `known.first <= stories.last + ${quiet} AND stories.first <= known.last + ${quiet}`;
  const agrees = key.map((_, index) => ` AND known.key[${index + 1}] IN ('', stories.key[${index + 1}])`).join('');
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_fresh AS
    WITH stories AS (
      SELECT story, any_value(key) AS key, min(start) AS first, max("end") AS last FROM temp.detect_members GROUP BY story
    )
    SELECT story, (row_number() OVER (ORDER BY story) - 1) // ${most} AS part FROM stories
      ANTI JOIN detect_standing AS known ON known.key = stories.key AND ${meets}
      ANTI JOIN (FROM detect_standing WHERE list_contains(key, '')) AS known ON ${meets}${agrees}`);
  await engine.run('DROP TABLE temp.detect_standing');
  const [row] = await engine.rows<{ n: bigint }>('SELECT count(*) AS n FROM temp.detect_fresh');
  return Number(row?.n ?? 0n);
}

/** The numbers of the gravest new stories. They are summed up in parts: all at once take the memory that the limit saves. */
async function gravest(
  engine: Engine,
  rule: Rule,
  { fresh, most }: { readonly fresh: number; readonly most: number },
): Promise<number[]> {
  let best: (readonly [story: number, scored: Scored])[] = [];
  for (let part = 0; part * most < fresh; part += 1) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE detect_part AS
      FROM temp.detect_members SEMI JOIN (FROM temp.detect_fresh WHERE part = ${part}) USING (story)`);
    const scores = await scoresOf(await sumUp(engine, 'detect_part', { lists: false }), rule);
    await engine.run('DROP TABLE temp.detect_part');
    best = [...best, ...scores].sort(([a, one], [b, other]) => graver(one, other) || a - b).slice(0, most);
  }
  return best.map(([story]) => story);
}

function graver(one: Scored, other: Scored): number {
  return severities.indexOf(other.severity) - severities.indexOf(one.severity) || other.score - one.score;
}

/** Leaves of the new stories only these. */
async function leaveOut(engine: Engine, told: readonly number[]): Promise<void> {
  await engine.run(`DELETE FROM temp.detect_fresh WHERE story IN (${told.join(', ')})`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_untold AS
    SELECT DISTINCT id, key FROM temp.detect_members SEMI JOIN temp.detect_fresh USING (story)`);
  await engine.run('DELETE FROM temp.detect_members WHERE story IN (SELECT story FROM temp.detect_fresh)');
}

function floods({ path, weir }: Rule, stories: number, most: number): UserError {
  const [many, limit] = [stories, most].map((count) => count.toLocaleString('en-US'));
  const by = weir.finding.key.join(', ');
  return new UserError(
    'RULE_FLOODS',
    path,
    `it has ${many} findings, one for each ${by} and episode, and no rule may have more than ${limit}`,
    'Narrow its query, or look at less time at once; where the key tells apart what is one story, name fewer columns in weir.finding.key.',
  );
}
