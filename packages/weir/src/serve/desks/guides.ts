import { compile } from '@weir/kql';
import type { AlertGuide, GuideDesk, RuleGuide } from '../../api/parts.ts';
import type { Queries } from '../../api/query/queries.ts';
import { tablesOf } from '../../explain/ask.ts';
import { filled } from '../../explain/fill.ts';
import { guideOf } from '../../explain/find.ts';
import { type Question, stages } from '../../explain/guide.ts';
import { kqlString } from '../../explain/literal.ts';
import { loadShared } from '../../explain/shared.ts';
import { placeholders, type Subject } from '../../explain/subject.ts';
import type { Alert } from '../../model/alert.ts';
import { UserError } from '../../model/userError.ts';
import { maskSecrets } from '../../report/mask.ts';
import type { Rule } from '../../rules/rule.ts';
import { weirSchema } from '../../tables/index.ts';

export interface GuideRooms {
  /** The rules in force, stopped ones too. */
  readonly rules: () => readonly Rule[];
  /** Of the guides that rules share. */
  readonly folder: string;
  readonly queries: Pick<Queries, 'run'>;
}

/** Guides beside rules, read when they are asked for: a person may be writing one. */
export function guideDesk({ rules, folder, queries }: GuideRooms): GuideDesk {
  const guideFor = async ({ finding }: Alert) => {
    const rule = rules().find(({ id }) => id === finding.rule.id);
    if (rule === undefined)
      throw new UserError(
        'GUIDE_UNKNOWN',
        finding.rule.name,
        'the rule of this alert is not here any more, and its guide went with it',
        'Put the rule back, or decide by the evidence.',
      );
    return guideOf(rule, folder, await loadShared(folder));
  };
  return {
    of: async (alert): Promise<AlertGuide> => {
      const { means, blind, questions, playbook } = await guideFor(alert);
      return {
        means,
        blind,
        questions: questions.map(({ id, ask, query, benign, malicious, next, needs }) => ({
          ...{ id, ask, benign, malicious, next, lacks: lacksOf(needs, alert.finding) },
          kql: maskSecrets(filled(query, alert.finding)).trimEnd(),
        })),
        playbook: stages.map((stage) => ({ stage, steps: playbook[stage] })),
      };
    },
    ofRule: async (id): Promise<RuleGuide> => {
      const rule = rules().find((each) => each.id === id.toLowerCase());
      if (rule === undefined)
        throw new UserError('RULE_UNKNOWN', id, 'there is no such rule', 'Take an id from the list.');
      const { means, blind, questions, playbook } = await guideOf(rule, folder, await loadShared(folder));
      return {
        means,
        blind,
        questions: questions.map(({ id: question, ask, query, benign, malicious, next }) => ({
          ...{ id: question, ask, kql: query.trimEnd(), benign, malicious, next },
        })),
        playbook: stages.map((stage) => ({ stage, steps: playbook[stage] })),
      };
    },
    ask: async (alert, wanted, { id, who }, signal) => {
      const { finding } = alert;
      const question = (await guideFor(alert)).questions.find((each) => each.id === wanted);
      if (question === undefined)
        throw new UserError('QUESTION_UNKNOWN', wanted, 'the guide asks no such question', 'Take one of the guide.');
      const lacks = lacksOf(question.needs, finding);
      if (lacks.length > 0) {
        const message = `the finding does not know ${lacks.join(', ')}`;
        throw new UserError('QUESTION_OPEN', wanted, message, 'Ask another question, or write the query yourself.');
      }
      const answer = await queries.run({ id, who, kql: filled(question.query, finding), rows: rowsMost }, signal);
      if (answer.count > 0) return { ...answer, empty: [] };
      return { ...answer, empty: await emptyTables(question, finding) };

      async function emptyTables({ query }: Question, about: Subject) {
        const { plan } = compile(filled(query, about), { schema: weirSchema, dialect: 'duckdb' });
        const { device } = about.entities;
        const empty: { table: string; ofDevice: boolean }[] = [];
        for (const table of plan === undefined ? [] : tablesOf(plan)) {
          const kql = `${table} | summarize all = count(), own = countif(DeviceName =~ ${kqlString(device)})`;
          const { rows } = await queries.run({ id, who, kql }, signal);
          const [[all, own] = []] = JSON.parse(`[${rows}]`) as [unknown, unknown][];
          if (Number(all) === 0) empty.push({ table, ofDevice: false });
          // Answers to names are kept by address, and few of them say whose.
          else if (device !== '' && Number(own) === 0 && table !== 'DnsEvents') empty.push({ table, ofDevice: true });
        }
        return empty;
      }
    },
  };
}

/** A person reads no more. */
const rowsMost = 1_000;

function lacksOf(needs: readonly string[], finding: Subject): string[] {
  return needs.filter((name) => placeholders[name]?.isKnown(finding) === false);
}
