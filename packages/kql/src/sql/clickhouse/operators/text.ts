import { constantText } from '../../common/arguments.ts';
import { regex } from '../../common/regex.ts';
import { type Edge, needsBoundary, termPatternOf } from '../../common/terms.ts';
import { type Test, total } from '../../common/text-tests.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { overRegex } from '../functions/regex.ts';
import { folded, foldedText, once, text } from '../functions/values.ts';
import { literal } from '../quote.ts';
import { termPatternSql } from './terms.ts';

/** The pattern of constant needles, over a text folded alike. */
export function termPattern(needles: readonly string[], edge: Edge, caseSensitive: boolean): string {
  return literal(termPatternOf(needles, edge, caseSensitive ? (needle) => needle : foldedText));
}

/** `has`, `hasprefix`, `hassuffix`: the needle as a term or phrase. A substring test in front spares most rows the
 *  regular expression. */
export function hasTerm(edge: Edge, caseSensitive: boolean): Test {
  const near = contains(caseSensitive);
  return (subject, needle, call) => {
    const constant = constantText(needle);
    if (constant === undefined) return computedTerm(subject, needle, edge, caseSensitive);
    if (constant === '') return 'true';
    const inside = near(subject, needle, call);
    if (!needsBoundary(constant, edge)) return inside;
    const searched = caseSensitive ? text(subject) : folded(subject);
    return `(${inside} AND match(${searched}, ${termPattern([constant], edge, caseSensitive)}))`;
  };
}

/** A needle that is only known per row: its pattern is compiled only where the substring is there. */
function computedTerm(subject: Arg, needle: Arg, edge: Edge, caseSensitive: boolean): string {
  const form = caseSensitive ? text : folded;
  return once(form(subject), '_kql_h', (h) =>
    once(form(needle), '_kql_n', (n) => `if(position(${h}, ${n}) > 0, match(${h}, ${termPatternSql(n, edge)}), false)`),
  );
}

function contains(caseSensitive: boolean): Test {
  const form = caseSensitive ? text : folded;
  return (subject, needle) => `(position(${form(subject)}, ${form(needle)}) > 0)`;
}

function atEnd(sqlFunction: 'startsWith' | 'endsWith', caseSensitive: boolean): Test {
  const form = caseSensitive ? text : folded;
  return (subject, needle) => `${sqlFunction}(${form(subject)}, ${form(needle)})`;
}

const matchesRegex: Test = (subject, pattern, call) => {
  const constant = constantText(pattern);
  if (constant === undefined) {
    return call.refuse('matches regex needs a constant regular expression', 'use contains or has for computed texts');
  }
  return overRegex(text(subject), regex(constant, call), (s, p) => `match(${s}, ${p})`);
};

const tests: Readonly<Record<string, Test>> = {
  has: hasTerm('both', false),
  has_cs: hasTerm('both', true),
  hasprefix: hasTerm('prefix', false),
  hasprefix_cs: hasTerm('prefix', true),
  hassuffix: hasTerm('suffix', false),
  hassuffix_cs: hasTerm('suffix', true),
  contains: contains(false),
  contains_cs: contains(true),
  startswith: atEnd('startsWith', false),
  startswith_cs: atEnd('startsWith', true),
  endswith: atEnd('endsWith', false),
  endswith_cs: atEnd('endsWith', true),
};

export const textOperators: Readonly<Record<string, ScalarFunction>> = {
  ...Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, total(test, false)])),
  ...Object.fromEntries(Object.entries(tests).map(([name, test]) => [`!${name}`, total(test, true)])),
  'matches regex': total(matchesRegex, false),
};
