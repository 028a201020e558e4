import type { Rule } from '../rules/rule.ts';

/** Why a rule cannot be had in another product. */
export interface Refusal {
  /** `file:line:column`, or the file where it is about a part of it that the message names. */
  readonly place: string;
  readonly message: string;
  readonly advice: string;
}

/** A place of the rule's query, by offset, in the rule's file. */
export function placeInQuery(rule: Rule, offset: number): string {
  const before = rule.query.slice(0, offset).split('\n');
  const start = rule.queryLines[before.length - 1];
  const column = (before.at(-1) ?? '').length;
  return start === undefined ? rule.path : `${rule.path}:${start.line}:${start.column + column}`;
}
