import { compile } from '@weir/kql';
import { findingSchema } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { whoAndWhere, withFacets } from './facets.ts';
import { findingTable } from './score.ts';
import type { Stories } from './stories.ts';

/** Something that is asked of every finding of some rules: a KQL condition over `findingColumns`, which was compiled once
 *  before. Null counts as not so. */
export interface Condition {
  readonly id: string;
  /** Rule ids; null: all. */
  readonly rules: readonly string[] | null;
  readonly when: string;
  /** Whether it is enough that it holds for some of the rows; else it holds for a finding where it does for each. */
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
  const terms = asked.map(({ when }, index) => `Holds${index} = iff(\n${when}\n, true, false)`);
  const table = [{ name: 'Story', type: 'long' as const }, ...(findingSchema.tables.Finding ?? [])];
  const text = `Finding\n| project Story, ${terms.join(',\n')}`;
  const { sql, diagnostics } = compile(text, { schema: { tables: { Finding: table } }, dialect: 'duckdb' });
  if (sql === undefined) throw new Error(`conditions compiled before and not now: ${diagnostics[0]?.message}`);
  const texts = asked.map(({ when }) => when);
  const all = await withFacets(stories, texts, whoAndWhere);
  const holds = asked.map(({ some }, index) => `${some === true ? 'bool_or' : 'bool_and'}("Holds${index}")`);
  const rows = await stories.engine.table(`
    WITH "Finding" AS (${await findingTable(all, texts)}), held AS (${sql})
    SELECT told.whole, ${holds.join(', ')}
    FROM held JOIN temp.${all.table} AS told ON told.story = held."Story" GROUP BY told.whole`);
  return new Map(
    rows.map(([story, ...held]) => [
      Number(story),
      asked.filter((_, index) => held[index] === true).map(({ id }) => id),
    ]),
  );
}
