import { defenderSchema, type LintDiagnostic, lint, sentinelSchema } from '@weir/kql';
import { readDetection } from '../lint/readDetection.ts';
import type { Rule } from '../rules/rule.ts';
import { sentinelProblems } from '../rules/sentinelChecks.ts';
import { weirSchema } from '../tables/index.ts';
import type { ExportedQuery } from './query.ts';
import { placeInQuery, type Refusal } from './refusal.ts';

const schemas = { defender: defenderSchema, sentinel: sentinelSchema, weir: weirSchema };

/** Why Sentinel would refuse the file that was written for it, and what it would do otherwise than one may think, in
 *  sentences. */
export function judgedBySentinel(
  rule: Rule,
  query: ExportedQuery,
  yaml: string,
): { readonly refusals: readonly Refusal[]; readonly notes: readonly string[] } {
  const detection = readDetection('exported.yaml', yaml);
  if (detection.kind !== 'rule') throw new Error(`an exported rule that is none: ${yaml}`);
  const found = lint(query.text, { product: 'sentinel', schemas, rule: detection.facts });
  const refusals = [
    ...sentinelProblems(detection.value).map(({ message, fix, place }) => ({
      place: rule.path,
      message: `${place.join('.')}: ${message}`,
      advice: fix,
    })),
    ...errors(rule, query, found),
  ];
  const nearRealTime = found.filter(({ code, severity }) => code === 'WL602' && severity === 'warning');
  const notes = nearRealTime.map(
    ({ message, fix, start }) => `${placeInQuery(rule, query.origin(start))}: ${message}. ${fix}`,
  );
  return { refusals, notes };
}

/** Columns that a detection of Defender's must give (WL601), and what keeps one from running continuously (WL602). */
const needed = new Set(['WL601']);
const continuous = new Set(['WL601', 'WL602']);

/** Why Defender would refuse the query: what does not bind there, columns that the rule names and it does not give, columns
 *  that every detection must give. */
export function refusedByDefender(rule: Rule, query: ExportedQuery): readonly Refusal[] {
  const nearRealTime = rule.kind === 'NRT';
  const found = lint(query.text, { product: 'defender', schemas, rule: { nearRealTime, wanted: wantedOf(rule) } });
  return errors(rule, query, found, nearRealTime ? continuous : needed);
}

function wantedOf({ entityMappings, customDetails }: Rule) {
  const entities = entityMappings.flatMap(({ entityType, fieldMappings }) =>
    fieldMappings.map(({ columnName }) => ({ column: columnName, what: `the entity ${entityType}`, place: [] })),
  );
  const details = Object.entries(customDetails).map(([name, column]) => ({
    column,
    what: `the custom detail ${name}`,
    place: [],
  }));
  return [...entities, ...details];
}

function errors(
  rule: Rule,
  query: ExportedQuery,
  found: readonly LintDiagnostic[],
  also: ReadonlySet<string> = new Set(),
): readonly Refusal[] {
  return found
    .filter(({ severity, code }) => severity === 'error' || also.has(code))
    .map(({ code, message, fix, start, place }) => ({
      place: place === undefined ? placeInQuery(rule, query.origin(start)) : rule.path,
      message: `${message} (${code})`,
      advice: fix,
    }));
}
