import type { Rule } from '../rules/rule.ts';
import type { ExportedQuery } from './query.ts';

/** What of a rule the other product does not do, in sentences. */
export function notesOf(rule: Rule, query: ExportedQuery, product: 'Sentinel' | 'Defender'): readonly string[] {
  const { finding, score, needs } = rule.weir;
  return [
    ...(query.silent.length > 0 ? [`${product} does not know ${query.silent.join(', ')}: empty there.`] : []),
    ...(query.replaced.some((each) => each.startsWith('EvidenceTime'))
      ? [`${product} looks at when events were recorded, Weir at when flows had ended.`]
      : []),
    ...(score.add.length > 0 ? ["Weir's score is left out: every alert has the rule's severity."] : []),
    ...(finding.keyIsOwn
      ? [`Weir tells one finding for each ${finding.key.join(', ')} until it is quiet; here each run alerts.`]
      : []),
    ...(needs.length > 0
      ? [`Weir says when it lacks what the rule needs (${needs.join(', ')}); ${product} stays silent.`]
      : []),
  ];
}

/** A rule's description with these sentences behind it. */
export function describedWith(description: string, notes: readonly string[]): string {
  return notes.length === 0 ? description : `${description}\n\nExported by Weir. ${notes.join(' ')}`.trim();
}
