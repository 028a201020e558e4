import { close, type Edge, open, termPatternOf } from '../../common/terms.ts';
import { literal } from '../../quote.ts';

export { type Edge, escapePattern, needsBoundary } from '../../common/terms.ts';

/** SQL of the test whether a text, lowered where case does not matter, has any of the needles, none of them empty, as a term
 *  or phrase.
 *
 *  Letters and digits of all scripts make a large automaton. For `regexp_matches` the engine builds it three times a statement
 *  (to bind, to rewrite and to run), which takes longer than to look at ten thousand texts, for `regexp_extract` once. That
 *  has to say what it found: all from the text's beginning on, as to find where a term begins takes another automaton. */
export function hasAnyTerm(text: string, needles: readonly string[], edge: Edge, caseSensitive: boolean): string {
  const pattern = `^(?s:.*?)(?:${termPattern(needles, edge, caseSensitive)})`;
  return `(regexp_extract(${text}, ${literal(pattern)}) <> '')`;
}

/** A text as DuckDB's `lower` makes it, character by character. Regular expressions over lowered texts instead of `(?i)`,
 *  so that `has_any` and `contains` mean the same by a letter: RE2 also folds `ſ` to `s` and `ς` to `σ`. */
function lowered(text: string): string {
  return [...text].map((character) => (character === 'İ' ? 'i' : character.toLowerCase())).join('');
}

/** One RE2 pattern that finds any of the needles as terms or phrases, without case in a lowered text. */
function termPattern(needles: readonly string[], edge: Edge, caseSensitive: boolean): string {
  return termPatternOf(needles, edge, caseSensitive ? (needle) => needle : lowered);
}

/** SQL of the pattern for a needle that is only known per row. DuckDB compiles it anew for every row that reaches it:
 *  callers put a substring test in front. */
export function termPatternSql(needle: string, edge: Edge): string {
  const before = `CASE WHEN regexp_matches(${needle}, '^[\\pL\\pN]') THEN '${open}' ELSE '' END`;
  const after = `CASE WHEN regexp_matches(${needle}, '[\\pL\\pN]$') THEN '${close}' ELSE '' END`;
  const parts = [
    ...(edge === 'suffix' ? [] : [before]),
    `regexp_escape(${needle})`,
    ...(edge === 'prefix' ? [] : [after]),
  ];
  return parts.join(' || ');
}
