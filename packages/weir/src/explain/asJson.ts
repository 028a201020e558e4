import { ticksToIso } from '../report/format.ts';
import { jsonText } from '../report/harmless.ts';
import { maskSecrets } from '../report/mask.ts';
import { masked } from '../report/presentable.ts';
import { jsonOf } from '../report/queryValue.ts';
import type { Rule } from '../rules/rule.ts';
import type { Answer } from './ask.ts';
import { filled } from './fill.ts';
import { shortName } from './find.ts';
import type { Guide } from './guide.ts';
import type { Subject } from './subject.ts';

/** The same as programs read it (docs/explain.md). Secrets are masked. */
export function explanationJson(
  rule: Rule,
  guide: Guide,
  { finding, answers }: { readonly finding?: Subject; readonly answers?: readonly Answer[] },
): string {
  const { id, name, version, description, techniques, severity, weir } = rule;
  const whole = {
    rule: { id, name, version, file: rule.path, command: shortName(rule) },
    guide: guide.path,
    means: guide.means,
    description,
    techniques,
    severity,
    confidence: weir.confidence,
    needs: weir.needs,
    thresholds: guide.thresholds,
    score: { base: weir.score.base, add: weir.score.add.map(({ points, because }) => ({ points, because })) },
    falsePositives: weir.falsePositives,
    blind: guide.blind,
    finding: finding === undefined ? null : findingPart(finding),
    questions: guide.questions.map((question, index) => ({
      ...question,
      query: finding === undefined ? question.query : maskSecrets(filled(question.query, finding)),
      answer: answers === undefined ? null : answerPart(answers[index]),
    })),
    playbook: guide.playbook,
  };
  return `${jsonText(whole, 2)}\n`;
}

function findingPart({ id, rule, title, severity, score, firstSeen, lastSeen, entities, service, category }: Subject) {
  const { device, account, process, parentProcess, destination } = entities;
  const seen = { firstSeen: ticksToIso(firstSeen), lastSeen: ticksToIso(lastSeen) };
  const about = { device, account, process, parentProcess, destination, service, category };
  return masked({ id, rule: rule.id, title, severity, score, ...seen, ...about });
}

function answerPart(answer: Answer | undefined) {
  if (answer === undefined) return null;
  const { columns, rows, count, lacks, empty } = answer;
  return {
    asked: lacks.length === 0,
    lacks,
    empty,
    count,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) => columns.map(({ type }, i) => plainValue(type, row[i]))),
  };
}

function plainValue(type: Answer['columns'][number]['type'], value: unknown): unknown {
  return masked(JSON.parse(jsonOf(type, value)));
}
