import { Refusal } from '../diagnostics.ts';
import type { Span } from '../types.ts';
import type { ParserDiagnostic } from './microsoft.ts';
import { type Bound, bare, need, parameter, visit } from './tree.ts';

/** The query's text with blanks for the tables that its fuzzy unions name and nobody knows: `isfuzzy=true` leaves out
 *  missing tables and wildcards that match nothing (union operator). All places of the text stay what they are.
 *  Undefined where nothing is missing.
 *  @throws Refusal where nothing of a union is left. */
export function withoutMissing(
  text: string,
  root: Bound,
  diagnostics: readonly ParserDiagnostic[],
): string | undefined {
  const missing = new Set(
    diagnostics.filter(({ code }) => code === 'KS205' || code === 'KS142').map(({ span }) => span),
  );
  if (missing.size === 0) return undefined;
  const blanks: Span[] = [];
  for (const { node, bar } of fuzzyUnions(root)) {
    const legs = node.list('Expressions');
    const found = legs.map((leg) => [...missing].filter((span) => isMissing(leg, span)));
    const kept = legs.filter((_leg, index) => found[index]?.length === 0);
    if (kept.length === legs.length) continue;
    checkLabels(node, legs, kept);
    if (kept.length > 0) blanks.push(...around(legs, kept));
    else if (bar !== undefined) blanks.push(between(bar.span.start, end(node)));
    else continue;
    for (const span of found.flat()) missing.delete(span);
  }
  const left = [...missing].find((span) => diagnostics.some((item) => item.span === span && item.code === 'KS205'));
  if (left !== undefined)
    throw new Refusal('WK001', left, `\`${text.slice(left.start, left.start + left.length)}\` is not known.`);
  return blanks.length === 0 ? undefined : blanked(text, blanks);
}

/** Innermost first, so that a union inside a union answers for its own tables. */
function fuzzyUnions(root: Bound): readonly { readonly node: Bound; readonly bar: Bound | undefined }[] {
  const found: { readonly node: Bound; readonly bar: Bound | undefined }[] = [];
  const piped = new Map<number, Bound>();
  visit(root, (node) => {
    if (node.kind === 'PipeExpression') piped.set(need(node, 'Operator').span.start, need(node, 'Bar'));
    const fuzzy = node.kind === 'UnionOperator' && parameter(node, 'isfuzzy')?.text.toLowerCase() === 'true';
    if (fuzzy) found.push({ node, bar: piped.get(node.span.start) });
  });
  return found.reverse();
}

/** A wildcard that matches nothing, or a table, function or database that the leg reads first. */
function isMissing(leg: Bound, span: Span): boolean {
  let source = bare(leg);
  while (source.kind === 'PipeExpression') source = bare(need(source, 'Expression'));
  return source.span.start <= span.start && span.start + span.length <= end(source) && source.kind !== 'UnionOperator';
}

/** A subquery in `withsource=` is called by its place, and whether that counts missing tables is not known. */
function checkLabels(node: Bound, legs: readonly Bound[], kept: readonly Bound[]): void {
  if (parameter(node, 'withsource') === undefined && parameter(node, 'with_source') === undefined) return;
  const gone = legs.findIndex((leg) => !kept.includes(leg));
  const unnamed = legs.slice(gone).find((leg) => kept.includes(leg) && !hasName(leg));
  if (unnamed === undefined) return;
  const advice = 'Leave the missing table out.';
  throw new Refusal('WK001', unnamed.span, 'Its place behind a missing table, and so its name, is not clear.', advice);
}

function hasName(leg: Bound): boolean {
  const kind = leg.symbol?.kind;
  return kind === 'table' || kind === 'function' || leg.child('Name')?.kind === 'WildcardedName';
}

/** The places of the legs that go, each with one comma. */
function around(legs: readonly Bound[], kept: readonly Bound[]): readonly Span[] {
  const first = legs.findIndex((leg) => kept.includes(leg));
  return legs.flatMap((leg, index) => {
    if (kept.includes(leg)) return [];
    const [before, after] = [legs[index - 1], legs[index + 1]];
    if (index < first) return [between(leg.span.start, after?.span.start ?? end(leg))];
    return [between(before === undefined ? leg.span.start : end(before), end(leg))];
  });
}

function end(node: Bound): number {
  return node.span.start + node.span.length;
}

function between(start: number, stop: number): Span {
  return { start, length: stop - start };
}

function blanked(text: string, blanks: readonly Span[]): string {
  return blanks.reduce((result, { start, length }) => {
    const blank = result.slice(start, start + length).replace(/[^\n]/g, ' ');
    return result.slice(0, start) + blank + result.slice(start + length);
  }, text);
}
