import { isUtf8 } from 'node:buffer';
import type { Line } from '../source/lines.ts';
import type { ToJob } from './recognised.ts';

/** One record of a file that is read with care, record by record. */
export type CarefulRecord =
  /** `spooled` is what the engine is to read: the record with its number in front, which no other record has. */
  | {
      readonly kind: 'sound';
      readonly number: number;
      readonly line: number;
      readonly text: string;
      readonly spooled: string;
    }
  | { readonly kind: 'broken'; readonly line: number; readonly text: string; readonly reason: string }
  | { readonly kind: 'ignored'; readonly reason: string }
  /** From here on the columns are these. */
  | { readonly kind: 'header'; readonly job: ToJob }
  /** The file ended inside an array or envelope. */
  | { readonly kind: 'unfinished' };

export interface Care {
  readonly onBytes?: (bytes: number) => void;
  /** Keys that no JSON record may have twice: the engine refuses the whole file then. */
  readonly once?: { readonly keys: ReadonlySet<string>; readonly inside?: string };
}

export const commentLines = 'header and comment lines';

/** Why bytes can be no record of text. */
export function brokenBytes(bytes: Buffer, tooLong: boolean): string | undefined {
  if (tooLong) return 'the record is too long (over 16 MB)';
  if (!isUtf8(bytes)) return 'not valid UTF-8';
  return bytes.includes(0) ? 'a zero byte in the text' : undefined;
}

/** A line without the byte order mark that the first may have. */
export function withoutMark({ number, bytes }: Line): Buffer {
  const marked = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}
