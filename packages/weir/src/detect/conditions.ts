import { compile } from '@weir/kql';
import { findingSchema } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { findingTable } from './score.ts';
import type { Stories } from './stories.ts';

/** Something that is asked of every finding of some rules: a KQL condition over `findingColumns`, which was compiled once
 *  before. Null counts as not so. */
export interface Condition {
  readonly id: string;
  /** Rule ids; null: all. */
  readonly rules: readonly string[] | null;
  readonly when: string;
}

/** Which conditions hold for a rule's stories (`detect_stories`): ids by story number. */
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
  const finding = await findingTable(
    stories,
    asked.map(({ when }) => when),
  );
  const rows = await stories.engine.table(`WITH "Finding" AS (${finding}) ${sql}`);
  return new Map(
    rows.map(([story, ...holds]) => [
      Number(story),
      asked.filter((_, index) => holds[index] === true).map(({ id }) => id),
    ]),
  );
}
