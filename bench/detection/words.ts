import type { Measures } from './measures.ts';

/** The measures as text. */
export function printed(
  { planted, judged, budgets, hostDays, worst }: Measures,
  { noise }: { readonly noise: boolean },
): string {
  const lines: string[] = [''];
  lines.push(
    '| at most so many false a 1,000 hosts and day | score from | found | of | precision | false |',
    '|---|---|---|---|---|---|',
  );
  for (const { most, score, found, precision, noise } of budgets)
    lines.push(
      `| ${Number.isFinite(most) ? most : 'all'} | ${score ?? '-'} | ${found.size} | ${planted.length} | ${precision === null ? '-' : `${Math.round(precision * 100)} %`} | ${noise.toFixed(1)} |`,
    );
  lines.push('', `${hostDays} host days; worst day ${worst.toFixed(1)} false for 1,000 hosts`, '');
  lines.push('| scenario | found at 1, 5, 25, all | best score | rules |', '|---|---|---|---|');
  for (const one of planted) {
    const own = judged.filter(({ of }) => of.includes(one));
    const marks = budgets.map(({ found }) => (found.has(one) ? 'x' : '.')).join(' ');
    const best = own.reduce((most, { finding }) => Math.max(most, finding.finding.score), 0);
    const names = [...new Set(own.map(({ finding }) => finding.finding.rule.name))].join('; ');
    lines.push(
      `| ${one.scenario.name} | ${marks} | ${own.length === 0 ? 'missed' : `${best}${own.some(({ finding }) => finding.outcome === 'notified') ? '' : ' (not told)'}`} | ${names} |`,
    );
  }
  if (noise) {
    lines.push('', '| times | best | rule | process | service or host | title of one |', '|---|---|---|---|---|---|');
    const false_ = judged.filter(({ finding, of }) => finding.outcome === 'notified' && of.length === 0);
    const groups = Map.groupBy(false_, ({ finding: { finding } }) =>
      [finding.rule.name, finding.entities.process, finding.service || finding.entities.destination].join(' | '),
    );
    for (const [name, members] of [...groups].sort((a, b) => b[1].length - a[1].length).slice(0, 60)) {
      const best = members.reduce((most, each) => Math.max(most, each.finding.finding.score), 0);
      lines.push(`| ${members.length} | ${best} | ${name} | ${members[0]?.finding.finding.title ?? ''} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
