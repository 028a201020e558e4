import { placeholders, type Subject } from './subject.ts';

/** A query with every `{{Name}}` replaced by the literal of what the finding says. Names are known (`checkQuery`). */
export function filled(query: string, finding: Subject): string {
  return query.replace(placeholder, (whole, name: string) => placeholders[name]?.literal(finding) ?? whole);
}

export const placeholder = /\{\{\s*(\w+)\s*\}\}/g;

export interface Place {
  readonly offset: number;
  readonly name: string;
}

/** Where a query names something of the finding, and which of these places lie in a string or a comment, where a value
 *  would be pasted and not written as a literal. */
export function placesOf(query: string): { readonly open: readonly Place[]; readonly inText: readonly Place[] } {
  const texts = [
    ...query.matchAll(
      /\/\/.*|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|```[\s\S]*?```|~~~[\s\S]*?~~~/g,
    ),
  ];
  const inside = (offset: number) =>
    texts.some(({ index, 0: token }) => index < offset && offset < index + token.length);
  const places = [...query.matchAll(placeholder)].map(({ index, 1: name = '' }) => ({ offset: index, name }));
  return {
    open: places.filter(({ offset }) => !inside(offset)),
    inText: places.filter(({ offset }) => inside(offset)),
  };
}

/** Where an offset of the filled query stands in the query as it was written. */
export function sourceOffset(query: string, finding: Subject, offset: number): number {
  let shift = 0;
  for (const { index, 0: whole } of query.matchAll(placeholder)) {
    const start = index + shift;
    if (offset < start) break;
    const length = filled(whole, finding).length;
    if (offset < start + length) return index;
    shift += length - whole.length;
  }
  return offset - shift;
}
