import { type Line, readLines } from '../source/lines.ts';
import { brokenBytes, type Care, type CarefulRecord, commentLines, withoutMark } from './carefulRecord.ts';

/** Text of which each line is a record. */
export async function* textLines(path: string, care: Care): AsyncGenerator<CarefulRecord[]> {
  for await (const lines of readLines(path, care.onBytes)) yield lines.flatMap(textLine);
}

function textLine(line: Line): CarefulRecord[] {
  const bytes = withoutMark(line);
  const { number } = line;
  const text = bytes.toString('utf8').replace(/\r$/, '');
  const reason =
    brokenBytes(bytes, line.tooLong) ?? (text.includes('\r') ? 'a carriage return inside the line' : undefined);
  if (reason) return [{ kind: 'broken', line: number, text, reason }];
  if (text.trim() === '') return [];
  if (text.startsWith('#')) return [{ kind: 'ignored', reason: commentLines }];
  return [{ kind: 'sound', number, line: number, text, spooled: `${number} ${text}` }];
}
