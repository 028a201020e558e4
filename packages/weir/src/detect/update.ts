import type { Schema } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Rule } from '../rules/rule.ts';
import { dayIsOver, deviceNetworkEvents, egressDaily } from '../tables/index.ts';
import { detailColumns } from './details.ts';
import type { Evidence } from './evidence.ts';
import { type RuleQuery, ruleQuery } from './ruleQuery.ts';
import { runAtMoments } from './runRule.ts';
import { eachRowOnce } from './runs.ts';
import { clipped, type Moments, type TimeSpan, tickAtOrAfter } from './ticks.ts';
import { withTouched } from './touched.ts';
import { fires, firesOnAny } from './trigger.ts';
import { evidenceTime, isTimeless } from './window.ts';

/** What a rule's evidence is of, and what has come since. */
export interface Update {
  /** The ticks that it is of so far; absent: none. */
  readonly before?: Moments;
  /** The same and later ones. */
  readonly after: Moments;
  /** SQL of the rows of a table that are new, as versions of others or as such, with the table's columns. A row that came
   *  with a higher `CommitSeq` than the rule last saw is new. */
  readonly added: (table: string) => string;
  /** SQL of the rows of it that were replaced or are gone, as they were, with the table's columns. */
  readonly replaced: (table: string) => string;
  /** SQL of the rows of a table that may be complete within a span, of which others may be left out: a lake need not open
   *  files that have none. Absent: of all its rows. */
  readonly rows?: (table: string, within: TimeSpan) => string;
  /** Since when it counts that there is nothing (`RunOptions`). */
  readonly absentFrom?: bigint | undefined;
}

/** Brings a rule's evidence up to date, and gives in words how: then it is as if all ticks had been run over the rows as
 *  they are now. At the ticks so far, only what can have changed is judged again:
 *
 *  - row-wise rules: the rows that changed;
 *  - windowed rules: the groups that the changed rows stand in, or stood in before;
 *  - others over one table: all rows that a run sees together with one that changed;
 *  - else the ticks from the first that sees a changed row: results that name no rows, or whose columns are told, and rows
 *    of several tables. Rows without a time are not looked at: who changes them begins anew.
 *
 *  The later ticks are run and add what they find; of row-wise rules over the rows since the last tick, of windowed ones over
 *  the groups that have such rows: of the others it saw all that later ones see. Result rows are not counted anew
 *  (`Evidence.resultRows`). */
export async function update(
  engine: Engine,
  rule: Rule,
  schema: Schema,
  evidence: Evidence,
  {
    before,
    after,
    added: addedTo,
    replaced: replacedIn,
    rows = (table) => `main.${sqlName(table)}`,
    absentFrom,
  }: Update,
): Promise<string> {
  const query = ruleQuery(rule, schema);
  const { schedule } = rule;
  const runs = { onRuns: () => undefined, absentFrom };
  if (schedule === null || before === undefined) {
    await evidence.forgetFrom(after.first);
    const from = schedule === null ? {} : { from: within(rows, seenBy(after, schedule.period)) };
    return `everything anew: ${await runAtMoments(engine, rule, query, after, evidence, { ...runs, ...from })}`;
  }
  if (!isUpdatable(rule, query)) {
    const times = query.tables.flatMap((table) => changedTimes(table, (of) => [addedTo(of), replacedIn(of)]));
    return fromFirstTouched(engine, rule, query, evidence, { before, after, times, rows, absentFrom });
  }
  const { period } = schedule;
  const [table = ''] = query.tables;
  const [added, replaced] = [addedTo(table), replacedIn(table)];
  const time = evidenceTime(table);
  const { members } = query;
  const eachRow = firesOnAny(rule.trigger) ? query.eachRow : undefined;
  const seen = (rows: string) =>
    `SELECT "EventId" AS id, ${time} AS time FROM (${rows}) WHERE ${time} <= ${before.last} AND ${time} > ${before.first - period}`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_changes AS ${seen(added)} UNION ALL ${seen(replaced)}`);
  let said = 'nothing that was seen has changed';
  try {
    if (eachRow !== undefined) {
      await evidence.again('SELECT id FROM temp.detect_changes', () =>
        eachRowOnce(evidence, eachRow, query.tables, schedule, before, () => `(${added})`),
      );
      said = 'the changed rows';
    } else {
      const spans = await spansOf(engine, period);
      // A row that was replaced may now be of another stretch, or of none.
      await evidence.again('SELECT id FROM temp.detect_changes', async () => undefined);
      for (const { from, until } of spans) {
        const touched = clipped(before, { from: from - period, until: until + 2n * period });
        if (touched === undefined) continue;
        const seen = seenBy(touched, period);
        const near = { from: from - period, until: until + period };
        const among = `FROM ${rows(table, near)} WHERE ${time} > ${near.from} AND ${time} < ${near.until}`;
        if (members === undefined) {
          await evidence.again(`SELECT "EventId" AS id ${among}`, () =>
            runAtMoments(engine, rule, query, touched, evidence, { ...runs, from: (of) => rows(of, seen) }),
          );
          continue;
        }
        const within = `WHERE ${time} BETWEEN ${from} AND ${until}`;
        const touching = [`FROM (${added}) ${within}`, `FROM (${replaced}) ${within}`];
        await withTouched(engine, { ...query, members }, { touching, among }, ({ rows: some, ids }) =>
          evidence.again(ids, () =>
            runAtMoments(engine, rule, query, touched, evidence, { ...runs, from: () => some }),
          ),
        );
      }
      if (spans.length > 0)
        said = members === undefined ? 'what is seen together with the changed rows' : 'the groups of the changed rows';
    }
  } finally {
    await engine.run('DROP TABLE IF EXISTS temp.detect_changes');
  }
  const later = clipped(after, { from: before.last + 1n, until: after.last });
  if (later === undefined) return said;
  const sight = seenBy(later, period);
  const atLater = (from = (of: string) => rows(of, sight)) =>
    runAtMoments(engine, rule, query, later, evidence, { ...runs, from });
  if (eachRow !== undefined) {
    // A row is asked at the first moment that sees it: the others were.
    const since = rows(table, { from: before.last, until: later.last });
    const unseen = `(FROM ${since} WHERE ${time} > ${before.last} AND ${time} <= ${later.last})`;
    await eachRowOnce(evidence, eachRow, query.tables, schedule, later, () => unseen);
    return `${said}, and later ticks: the rows since`;
  }
  const among = `FROM ${rows(table, sight)} WHERE ${time} > ${sight.from} AND ${time} <= ${sight.until}`;
  const way =
    members === undefined
      ? await atLater()
      : await withTouched(
          engine,
          { ...query, members },
          { touching: [`${among} AND ${time} > ${before.last}`], among },
          ({ rows: some }) => atLater(() => some),
        );
  return `${said}, and later ticks: ${way}`;
}

/** Runs the ticks anew from the first that sees a row that changed (`times`: SQL of their evidence times): what was found at
 *  those before it stands. */
async function fromFirstTouched(
  engine: Engine,
  rule: Rule,
  query: RuleQuery,
  evidence: Evidence,
  {
    before,
    after,
    times,
    rows,
    absentFrom,
  }: Required<Pick<Update, 'after' | 'before' | 'rows'>> &
    Pick<Update, 'absentFrom'> & { readonly times: readonly string[] },
): Promise<string> {
  const { frequency } = after;
  const { period } = rule.schedule ?? { period: 0n };
  const [touched] =
    times.length === 0
      ? []
      : await engine.rows<{ time: bigint | null }>(
          `SELECT min(time) AS time FROM (${times.join(' UNION ALL ')})
           WHERE time <= ${before.last} AND time > ${before.first - period}`,
        );
  const time = touched?.time ?? undefined;
  const firstTouched = time === undefined ? before.last + 1n : tickAtOrAfter(time, frequency);
  const again = clipped(after, { from: firstTouched, until: after.last });
  if (again === undefined) return 'nothing that was seen has changed';
  await evidence.forgetFrom(again.first);
  const from = within(rows, seenBy(again, period));
  const way = await runAtMoments(engine, rule, query, again, evidence, { onRuns: () => undefined, from, absentFrom });
  return again.first > before.last ? `later ticks: ${way}` : `the ticks from the first that sees a changed row: ${way}`;
}

/** SQL of a table's rows that runs see. What a rollup says of a day, and rows without a time, are no rows of one stretch. */
function within(rows: Required<Update>['rows'], sight: TimeSpan): (table: string) => string {
  return (table) => (isTimeless(table) || table === egressDaily.name ? `main.${sqlName(table)}` : rows(table, sight));
}

/** The evidence times of what runs see. */
function seenBy({ first, last }: Moments, period: bigint): TimeSpan {
  return { from: first - period, until: last };
}

/** SQL of the evidence times (`time`) at which rows of a table have changed. A day of a rollup changes with its rows. */
function changedTimes(table: string, changes: (table: string) => readonly string[]): string[] {
  if (isTimeless(table)) return [];
  const rolledUp = table === egressDaily.name;
  const [of, time] = rolledUp
    ? [deviceNetworkEvents.name, dayIsOver(evidenceTime(deviceNetworkEvents.name))]
    : [table, evidenceTime(table)];
  return changes(of).map((rows) => `SELECT ${time} AS time FROM (${rows})`);
}

function isUpdatable(rule: Rule, { atMoment, tables }: RuleQuery): boolean {
  const own = atMoment.lineage !== undefined && !atMoment.loose && detailColumns(rule).length === 0;
  return own && !fires(rule.trigger, 0) && tables.length === 1 && !tables.some(isTimeless);
}

/** The times of the changes, as stretches so far apart that no row is seen together with changes of two. */
async function spansOf(engine: Engine, period: bigint): Promise<{ from: bigint; until: bigint }[]> {
  return engine.rows(`
    WITH followed AS (SELECT time, lag(time) OVER (ORDER BY time) AS before FROM temp.detect_changes),
    numbered AS (
      SELECT time, count_if(before IS NULL OR time - before > ${3n * period}) OVER (ORDER BY time ROWS UNBOUNDED PRECEDING) AS part
      FROM followed
    )
    SELECT min(time) AS "from", max(time) AS "until" FROM numbered GROUP BY part ORDER BY "from"`);
}
