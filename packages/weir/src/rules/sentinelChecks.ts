import { alertProblems, incidentProblems } from './checks/alerts.ts';
import { entityProblems } from './checks/entities.ts';
import { asFields, type Checked, type SentinelProblem, text } from './checks/problem.ts';
import { scheduleProblems } from './checks/schedule.ts';
import { sentinelTactics, tacticOf } from './sentinelEntities.ts';

export type { SentinelProblem } from './checks/problem.ts';

/** Why Sentinel, or the checks of its repository of rules, would refuse a rule file: what Weir itself does not need and
 *  lets pass. `value` is the file's, of any shape; places are those of its parts. What only Weir's reader refuses is not
 *  repeated here. */
export function sentinelProblems(value: unknown): readonly SentinelProblem[] {
  const rule = asFields(value);
  return [
    ...headProblems(rule),
    ...queryProblems(rule),
    ...scheduleProblems(rule),
    ...attackProblems(rule),
    ...entityProblems(rule),
    ...alertProblems(rule),
    ...incidentProblems(rule),
  ];
}

function* headProblems(rule: Checked): Generator<SentinelProblem> {
  for (const name of ['name', 'description', 'kind', 'severity']) {
    if (text(rule[name]) === '')
      yield { place: [name], message: `Sentinel wants ${name}`, fix: `Give the rule its ${name}.` };
  }
  for (const [name, most] of [
    ['name', 256],
    ['description', 5000],
  ] as const) {
    const { length } = text(rule[name]);
    if (length > most) yield tooLong([name], name, length, most);
  }
  const version = rule.version;
  if (version === undefined || version === null) return;
  if (!/^\d+\.\d+\.\d+$/.test(String(version)) || String(version).length > 20) {
    yield {
      place: ['version'],
      message: `${String(version)} is no version for Sentinel`,
      fix: 'Write three numbers: 1.0.0.',
    };
  }
}

const queryMax = 10_000;
const legacy = ['Account', 'Host', 'IP', 'URL', 'Process', 'FileHash'].map((entity) => `${entity}CustomEntity`);

function* queryProblems(rule: Checked): Generator<SentinelProblem> {
  const query = text(rule.query);
  if (query.length > queryMax) yield tooLong(['query'], 'query', query.length, queryMax);
  if (/(?:^|[|;(]\s*)(?:search|union)\s+\*/m.test(query)) {
    const fix = 'Name the tables that it reads.';
    yield { place: ['query'], message: 'Sentinel takes no search or union over all tables', fix };
  }
  const mapped = JSON.stringify(rule.entityMappings ?? '');
  for (const column of legacy.filter(
    (name) => new RegExp(`\\b${name}\\b`).test(query) && !mapped.includes(`"${name}"`),
  )) {
    const fix = 'Map the column, or leave it out of the query.';
    yield { place: ['query'], message: `the query gives ${column}, which no entity mapping names`, fix };
  }
}

function* attackProblems(rule: Checked): Generator<SentinelProblem> {
  const tactics = Array.isArray(rule.tactics) ? rule.tactics : [];
  for (const [index, tactic] of tactics.entries()) {
    if (sentinelTactics.includes(String(tactic))) continue;
    const fix = `Write one of ${sentinelTactics.join(', ')}.`;
    yield { place: ['tactics', index], message: `${String(tactic)} is no tactic of Sentinel's`, fix };
  }
  const techniques = Array.isArray(rule.relevantTechniques) ? rule.relevantTechniques : [];
  for (const [index, technique] of techniques.entries()) {
    const tactic = tacticOf.get(String(technique).slice(0, 5));
    if (tactic === undefined || tactics.includes(tactic)) continue;
    const message = `${String(technique)} belongs to ${tactic}, which tactics does not name`;
    yield { place: ['relevantTechniques', index], message, fix: `Add ${tactic} to tactics.` };
  }
}

function tooLong(place: SentinelProblem['place'], what: string, length: number, most: number): SentinelProblem {
  const figure = (number: number) => number.toLocaleString('en-US');
  const message = `the ${what} has ${figure(length)} characters, more than the ${figure(most)} that Sentinel takes`;
  return { place, message, fix: 'Shorten it.' };
}
