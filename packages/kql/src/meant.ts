import { type Completion, completionsAt } from './editing.ts';
import type { ParserDiagnostic } from './parse/microsoft.ts';
import type { Schema } from './types.ts';

const noTable = 'KS204';

/** So many names of one text are looked for: each costs a look at all that may stand there. */
const namesMost = 5;

const missing = /^The name '(.+)' does not refer to any known/;

const noOperator = 'KS176';

/** Where a word stands in an operator's place, one message about it instead of all that follow from it, with the operator that
 *  was likely meant. The text behind it is looked at when it is mended. */
export function withOperators(
  text: string,
  schema: Schema,
  diagnostics: readonly ParserDiagnostic[],
): readonly ParserDiagnostic[] {
  const first = diagnostics.find(({ code }) => code === noOperator);
  if (first === undefined) return diagnostics;
  const { start } = first.span;
  const [word] = /^[a-z_][\w-]*/i.exec(text.slice(start)) ?? [];
  if (word === undefined) return diagnostics;
  const { completions } = completionsAt(text, schema, start);
  const operators = completions.filter(({ kind }) => kind === 'operator').map(({ label }) => label);
  const meant = nearest(word, operators);
  const one: ParserDiagnostic = {
    ...{ ...first, span: { start, length: word.length }, message: `No operator is called \`${word}\`.` },
    ...(meant === undefined ? {} : { advice: `Did you mean \`${meant}\`?` }),
  };
  return [...diagnostics.filter(({ span }) => span.start + span.length <= start), one];
}

/** Messages about names that nothing has, with the name that was likely meant: one that may stand at that place and differs
 *  by its case or by a slip or two of the hand. `text` and the places are of one text. */
export function withMeant(
  text: string,
  schema: Schema,
  diagnostics: readonly ParserDiagnostic[],
): readonly ParserDiagnostic[] {
  let looked = 0;
  return diagnostics.map((diagnostic) => {
    const [, name] = missing.exec(diagnostic.message) ?? [];
    if (name === undefined || diagnostic.advice !== undefined || looked === namesMost) return diagnostic;
    looked += 1;
    const { start, length } = diagnostic.span;
    const isCall = /^\s*\(/.test(text.slice(start + length));
    const { completions } = completionsAt(text, schema, start);
    const names = completions.filter(({ kind }) => (isCall ? called : named).has(kind)).map(({ label }) => label);
    const meant = nearest(name, names);
    if (meant !== undefined) return { ...diagnostic, advice: `Did you mean \`${meant}\`?` };
    return diagnostic.code === noTable ? { ...diagnostic, advice: tablesThere(schema, name) } : diagnostic;
  });
}

const called: ReadonlySet<Completion['kind']> = new Set(['function', 'aggregate']);
const named: ReadonlySet<Completion['kind']> = new Set(['column', 'table', 'name']);

/** Where the rows are that a table elsewhere has, and what tables there are. */
function tablesThere({ tables, elsewhere = {}, watchlists = {} }: Schema, name: string): string {
  const lists = new Set(Object.values(watchlists));
  const there = Object.keys(tables).filter((table) => !lists.has(table));
  const [, places] = Object.entries(elsewhere).find(([other]) => other.toLowerCase() === name.toLowerCase()) ?? [];
  const moved = places === undefined ? '' : `What is read of \`${name}\` is in ${places.join(', ')}. `;
  return `${moved}The tables are ${there.join(', ')}.`;
}

/** The name that is written most like another; undefined where none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const most = name.length < 4 ? 0 : Math.max(1, Math.floor(name.length / 4));
  const [found] = names
    .map((each) => [each, distance(name.toLowerCase(), each.toLowerCase())] as const)
    .filter(([each, apart]) => apart <= most && each !== name)
    .toSorted(([a, near], [b, far]) => near - far || (a < b ? -1 : 1));
  return found?.[0];
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
