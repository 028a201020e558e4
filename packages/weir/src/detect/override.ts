import type { Finding } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import { baseScore, severityOf } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';

/** What the result says in a column: its values, the first the one that says most. */
type Said = ReadonlyMap<string, readonly string[]>;

/** The finding with what its rule's alert says in place of Weir's words, and with its details. */
export function overridden(rule: Rule, finding: Finding, said: Said): Finding {
  const { alert, customDetails, weir } = rule;
  const isOurs = weir.finding.keyIsOwn;
  const tactics = listed(said, alert.tacticsColumn);
  const techniques = listed(said, alert.properties.find(({ property }) => property === 'Techniques')?.column);
  const named = [
    ...Object.entries(customDetails),
    ...alert.properties.flatMap(({ property, column }) =>
      property === 'Techniques' ? [] : [[property, column] as const],
    ),
  ];
  const details = Object.fromEntries(
    named.flatMap(([name, column]) => {
      const values = said.get(column);
      return values === undefined ? [] : [[name, values] as const];
    }),
  );
  return {
    ...finding,
    ...(alert.title === undefined || isOurs ? {} : { title: filled(alert.title, said) }),
    ...(alert.description === undefined || isOurs ? {} : { description: filled(alert.description, said) }),
    ...severityBy(rule, finding, said),
    ...(tactics.length > 0 ? { tactics } : {}),
    ...(techniques.length > 0 ? { techniques } : {}),
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
}

/** A text with each `{{Column}}` as the result says it. */
function filled(format: string, said: Said): string {
  return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, column: string) => {
    const [first, ...others] = said.get(column) ?? [];
    if (first === undefined) return 'unknown';
    return others.length > 0 ? `${first} and ${others.length} more` : first;
  });
}

/** The gravest severity that the result names: the finding's own where the rule scores nothing, else its ceiling. */
function severityBy({ alert, weir }: Rule, finding: Finding, said: Said): Partial<Finding> {
  const names = alert.severityColumn === undefined ? [] : (said.get(alert.severityColumn) ?? []);
  const gravest = severities.findLast((severity) => names.some((name) => name.trim().toLowerCase() === severity));
  if (gravest === undefined) return {};
  if (weir.score.add.length > 0) return { severity: severityOf(finding.score, gravest) };
  const [, ...doubts] = finding.reasons;
  const score = baseScore[gravest];
  return { severity: gravest, score, reasons: [`the severity that the query gives (${score})`, ...doubts] };
}

/** Values of a column that holds a list: JSON, or words with commas between them. */
function listed(said: Said, column: string | undefined): string[] {
  const values = column === undefined ? [] : (said.get(column) ?? []);
  return [...new Set(values.flatMap((value) => value.split(/[[\]",\s]+/)).filter((word) => word !== ''))];
}
