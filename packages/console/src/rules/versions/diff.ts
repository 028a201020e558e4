import { structuredPatch } from 'diff';

/** A line of a comparison; a number is its place in the older or the newer text, from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly text: string;
}

/** Lines around each change. */
const around = 3;
/** Texts that differ in more lines than this are not compared: it would take seconds, and tell nothing. */
const changesMost = 1_000;

/** What differs between two texts, in parts with some lines around each; none where nothing does. Undefined: they differ in
 *  too much. */
export function diffOf(before: string, after: string): readonly (readonly DiffLine[])[] | undefined {
  const [old, made] = [before, after].map((text) => text.replaceAll('\r\n', '\n'));
  const options = { context: around, maxEditLength: changesMost };
  const patch = structuredPatch('', '', old ?? '', made ?? '', '', '', options);
  return patch?.hunks.map(({ oldStart, newStart, lines }) => {
    let [left, right] = [oldStart, newStart];
    return lines.flatMap((line): DiffLine[] => {
      const text = line.slice(1);
      switch (line[0]) {
        case '-':
          return [{ kind: 'gone', before: left++, after: undefined, text }];
        case '+':
          return [{ kind: 'new', before: undefined, after: right++, text }];
        case ' ':
          return [{ kind: 'same', before: left++, after: right++, text }];
        default:
          // That a text does not end in a line break.
          return [];
      }
    });
  });
}
