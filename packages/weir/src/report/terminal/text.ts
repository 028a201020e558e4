import { styleText } from 'node:util';

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** How texts are coloured: by `styleText` where colour was asked for, else not at all. What decides about colour
 *  (NO_COLOR, a terminal or not) is the caller's. */
export function painter(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Columns that one character takes on a terminal. */
function columnsOf(character: string): number {
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that a text without escapes takes on a terminal. */
export function displayWidth(text: string): number {
  // Plain ASCII, which is nearly everything, is as wide as it is long.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + columnsOf(character), 0);
}

/** Text in lines of at most `width` columns: broken at blanks, and inside a word only where it is longer than a line,
 *  then rather behind a mark that paths and URLs break at. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = broken(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function broken(word: string, width: number): string[] {
  const lines: string[] = [];
  let rest = [...word];
  for (;;) {
    let length = 0;
    let columns = 0;
    let afterMark = 0;
    for (const character of rest) {
      columns += columnsOf(character);
      if (columns > width && length > 0) break;
      length += 1;
      if (/[\\/&?=,;:@.-]/.test(character)) afterMark = length;
    }
    if (length >= rest.length) return [...lines, rest.join('')];
    const end = afterMark > length / 2 ? afterMark : length;
    lines.push(rest.slice(0, end).join(''));
    rest = rest.slice(end);
  }
}

/** A label in a column of its own, then text wrapped beside it. The label is coloured after it was measured. */
export function labelled(
  label: string,
  labelWidth: number,
  text: string,
  width: number,
  color: (label: string) => string = (plain) => plain,
): string {
  const [first, ...more] = wrap(text, Math.max(20, width - labelWidth));
  const pad = ' '.repeat(Math.max(0, labelWidth - displayWidth(label)));
  return [`${color(label)}${pad}${first}`, ...more.map((line) => ' '.repeat(labelWidth) + line)].join('\n').trimEnd();
}
