import { groups } from './registry.ts';
import type { Example, Rule } from './rule.ts';

/** docs/lint.md, from the rules themselves. */
export function lintDocument(): string {
  return `${[
    '# What `weir lint` finds',
    '',
    'Written from the rules in `packages/kql/src/lint` by `npm run unit -- packages/kql/src/lint/document.test.ts` with',
    '`LINT_DOCS=write`; edit those. An error means that the query does not run or can never answer, a warning that it misses',
    'or repeats what it is meant to find, information what to know before it ships.',
    '',
    "`weir lint FILE...` reads `.kql` files, rules in Sentinel's YAML, and folders of both; `-` is a query or a rule from",
    'standard input. Exit code 1 where there is an error or a warning. Every example under "bad" gives the rule that it',
    'stands under, and the one under "good" does not.',
    '',
    overview(),
    ...groups.flatMap(({ title, rules }) => ['', `## ${title}`, ...rules.map(section)]),
  ].join('\n')}\n`;
}

function overview(): string {
  const rows = groups.flatMap(({ rules }) =>
    rules.map(({ code, name, severity }) => `| [${code}](#${anchor(code, name)}) | ${severity} | ${name} |`),
  );
  return ['| code | severity | finds |', '|---|---|---|', ...rows].join('\n');
}

function anchor(code: string, name: string): string {
  return `${code} ${name}`
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

function section({ code, name, severity, what, why, bad, good }: Rule): string {
  return [
    '',
    `### ${code} ${name}`,
    '',
    `${capital(severity)}. ${what}`,
    '',
    why,
    '',
    ...example('Bad', bad),
    '',
    ...example('Good', good),
  ].join('\n');
}

function example(title: string, { kql, product, facts }: Example): readonly string[] {
  const duration = (ticks: bigint) =>
    ticks % 36_000_000_000n === 0n ? `${ticks / 36_000_000_000n} h` : `${ticks / 600_000_000n} min`;
  const notes = [
    ...(product === undefined || product === 'defender' ? [] : [`--schema ${product}`]),
    ...(facts?.frequency === undefined ? [] : [`runs every ${duration(facts.frequency)}`]),
    ...(facts?.period === undefined ? [] : [`looks back ${duration(facts.period)}`]),
    ...(facts?.nearRealTime === true ? ['near real time'] : []),
    ...(facts?.wanted ?? []).map(({ column, what }) => `${what}: ${column}`),
  ];
  return [`${title}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}:`, '', '```kusto', kql, '```'];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
