import { compile } from '@weir/kql';
import { findingSchema } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { columnsAsked, whoAndWhere, withFacets } from './facets.ts';
import { findingTable } from './score.ts';
import type { Stories } from './stories.ts';

/** Something that is asked of every finding of some rules: a KQL condition over `findingColumns`, which was compiled once
 *  before. Null counts as not so. */
export interface Condition {
  readonly id: string;
  /** Rule ids; null: all. */
  readonly rules: readonly string[] | null;
  readonly when: string;
  /** Whether it is enough that it holds for some of the rows; else it holds for a finding where it does for each. Of rows that
   *  cannot all be asked some may, and not each does. */
  readonly some?: boolean;
}

/** Which conditions hold for a rule's stories (`detect_stories`): ids by story number. One is asked of the story as it is told,
 *  and, in what its rows say differently, of each of these: a host that an exception names is all hosts of what it hides. */
export async function conditionsOf(
  stories: Stories,
  rule: Rule,
  conditions: readonly Condition[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const asked = conditions.filter(({ rules }) => rules === null || rules.includes(rule.id));
  if (asked.length === 0) return new Map();
  const together = await askedAtOnce(stories, asked);
  const apart = [...Map.groupBy(asked, ({ when }) => columnsAsked([when], whoAndWhere).join(' ')).values()];
  if (!together.isCut || apart.length === 1) return together.held;
  // What one asks for tells a story's rows further apart than another needs.
  const held = new Map<number, string[]>();
  for (const some of apart)
    for (const [story, ids] of (await askedAtOnce(stories, some)).held)
      held.set(story, [...(held.get(story) ?? []), ...ids]);
  return held;
}

/** With it, whether there is a story of which not all could be asked. */
async function askedAtOnce(
  stories: Stories,
  asked: readonly Condition[],
): Promise<{ readonly held: ReadonlyMap<number, readonly string[]>; readonly isCut: boolean }> {
  const terms = asked.map(({ when }, index) => `Holds${index} = iff(\n${when}\n, true, false)`);
  const table = [{ name: 'Story', type: 'long' as const }, ...(findingSchema.tables.Finding ?? [])];
  const text = `Finding\n| project Story, ${terms.join(',\n')}`;
  const { sql, diagnostics } = compile(text, { schema: { tables: { Finding: table } }, dialect: 'duckdb' });
  if (sql === undefined) throw new Error(`conditions compiled before and not now: ${diagnostics[0]?.message}`);
  const texts = asked.map(({ when }) => when);
  const rows = await withFacets(stories, { conditions: texts, among: whoAndWhere }, async (all) => {
    const holds = asked.map(({ some }, index) =>
      some === true ? `bool_or("Holds${index}" OR ${all.cut})` : `bool_and("Holds${index}" AND NOT ${all.cut})`,
    );
    return stories.engine.table(`
      WITH "Finding" AS (${await findingTable(all, texts)}), held AS (${sql})
      SELECT told.whole, bool_or(${all.cut}), ${holds.join(', ')}
      FROM held JOIN temp.${all.table} AS told ON told.story = held."Story" GROUP BY told.whole`);
  });
  return {
    held: new Map(
      rows.map(([story, , ...held]) => [
        Number(story),
        asked.filter((_, index) => held[index] === true).map(({ id }) => id),
      ]),
    ),
    isCut: rows.some(([, cut]) => cut === true),
  };
}
