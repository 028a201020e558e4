import { stringify } from 'yaml';
import type { Rule } from '../rules/rule.ts';
import { armTemplate } from './arm.ts';
import { judgedBySentinel, refusedByDefender } from './checked.ts';
import { withoutComments } from './comments.ts';
import { defenderRule } from './defender.ts';
import { defenderSchedule } from './defenderSchedule.ts';
import { shortDuration } from './durations.ts';
import { navigatorLayer } from './navigator.ts';
import { notesOf } from './notes.ts';
import { type ExportedQuery, exportedQuery } from './query.ts';
import type { Refusal } from './refusal.ts';
import { sentinelRule } from './sentinel.ts';

export const targets = ['sentinel', 'sentinel-arm', 'defender', 'navigator'] as const;
export type Target = (typeof targets)[number];

/** A file for another product, or why there is none. */
export interface Exported {
  readonly text: string;
  readonly refusals: readonly Refusal[];
  /** What could not be carried over, in sentences, each with the rule's name. */
  readonly notes: readonly string[];
}

/** Rules as another product takes them: one rule a file for Sentinel's YAML and Defender, any number in an ARM template
 *  and in ATT&CK Navigator's layer. A rule that the product could not run as it is meant is refused, never changed in
 *  silence. */
export function exportRules(rules: readonly Rule[], target: Target): Exported {
  if (target === 'navigator') return { text: json(navigatorLayer(rules)), refusals: [], notes: unnamed(rules) };
  if (target === 'defender') return one(rules, toDefender);
  if (target === 'sentinel') return one(rules, toSentinel);
  const parts = rules.map((rule) => ({ rule, ...sentinelParts(rule) }));
  const whole = parts.flatMap(({ rule, query }) => (query === undefined ? [] : [{ rule, query }]));
  return {
    text: json(armTemplate(whole)),
    refusals: parts.flatMap(({ refusals }) => refusals),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function one(rules: readonly Rule[], write: (rule: Rule) => Exported): Exported {
  const [rule, ...others] = rules;
  if (rule !== undefined && others.length === 0) return write(rule);
  const message = `${rules.length} rules do not fit into one file of this kind`;
  const advice = 'Name one rule, or export to sentinel-arm, which takes several.';
  return { text: '', refusals: [{ place: rule?.path ?? '', message, advice }], notes: [] };
}

function toSentinel(rule: Rule): Exported {
  const { text, refusals, notes } = sentinelParts(rule);
  return { text, refusals, notes };
}

/** As many characters of a query as Sentinel takes; beyond them comments are left out. */
const queryMax = 10_000;

function sentinelParts(rule: Rule): Exported & { readonly query?: ExportedQuery } {
  if (rule.kind === 'query') {
    const advice = "Write it as a rule in Sentinel's YAML.";
    const refusal = { place: rule.path, message: 'a bare query has no id, severity and schedule', advice };
    return { text: '', refusals: [refusal], notes: [] };
  }
  const found = exportedQuery(rule, 'sentinel');
  if (!('text' in found)) return { text: '', refusals: found, notes: [] };
  const short = found.text.length > queryMax ? withoutComments(found.text) : found.text;
  const query = { ...found, text: short };
  const text = stringify(sentinelRule(rule, query, shortDuration), { lineWidth: 0 });
  const judged = judgedBySentinel(rule, found, text);
  const notes = [
    ...notesOf(rule, query, 'Sentinel'),
    ...judged.notes,
    ...(short === found.text ? [] : ['The comments of the query are left out, as it would be too long.']),
  ];
  return { text, query, refusals: judged.refusals, notes: notes.map((note) => `${rule.name}: ${note}`) };
}

function toDefender(rule: Rule): Exported {
  const schedule = defenderSchedule(rule);
  if ('message' in schedule) return { text: '', refusals: [schedule], notes: [] };
  const query = exportedQuery(rule, 'defender', schedule.window);
  if (!('text' in query)) return { text: '', refusals: query, notes: [] };
  const { value, notes, refusals } = defenderRule(rule, query, schedule.frequency);
  return {
    text: json(value),
    refusals: [...refusals, ...refusedByDefender(rule, query)],
    notes: notes.map((note) => `${rule.name}: ${note}`),
  };
}

/** Rules that stand on no layer. */
function unnamed(rules: readonly Rule[]): readonly string[] {
  return rules.filter(({ techniques }) => techniques.length === 0).map(({ name }) => `${name}: it names no technique.`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
