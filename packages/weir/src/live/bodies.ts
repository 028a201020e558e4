import { basename } from 'node:path';
import type { JournalEntry } from '../journal/frame.ts';
import { recognise } from '../normalize/recognise.ts';
import { sampleText } from '../normalize/sample.ts';
import { headLength, judgeHead } from '../source/head.ts';

/** A body, and what it may be read together with: bodies of one key make one file, each after the first without its first
 *  `above` bytes. Undefined: it is read alone. */
export interface Body {
  readonly entry: JournalEntry;
  readonly key: string | undefined;
  /** Length of the header that all bodies of the key begin with. */
  readonly above: number;
}

/** Reading costs as much for one record as for a thousand: bodies of which each line is a record of one format are read
 *  together, of whatever source; of one source also those under the same header. What could tell something of its
 *  neighbours, as an array that does not end, is read alone. */
export function bodyOf(entry: JournalEntry): Body {
  const alone = { entry, key: undefined, above: 0 };
  const { body, door, source } = entry;
  const whole = body.length <= headLength;
  const head = judgeHead(body.subarray(0, headLength), whole);
  if (head.kind !== 'text' || head.bom) return alone;
  const recognised = recognise(sampleText(head.text, nameOf(source), whole));
  if ('reason' in recognised) return alone;
  const { format, shape } = recognised;
  switch (shape.kind) {
    case 'json-lines':
    case 'text-lines':
      return { entry, key: JSON.stringify([format]), above: 0 };
    case 'csv':
    case 'zeek-tsv': {
      const above = endOfLines(body, shape.header.lines);
      const header = body.toString('latin1', 0, above);
      return { entry, key: JSON.stringify([format, door, source, header]), above };
    }
    default:
      return alone;
  }
}

/** The name that a file of a source's bodies gets: formats that are told by a file's name are told by it. */
export function nameOf(source: string): string {
  const name = basename(source).replace(/[^\w.-]+/g, '_');
  return /^\.*$/.test(name) ? 'body' : name.slice(-100);
}

function endOfLines(body: Buffer, lines: number): number {
  let end = 0;
  for (let line = 0; line < lines; line += 1) {
    const next = body.indexOf(10, end);
    if (next < 0) return body.length;
    end = next + 1;
  }
  return end;
}
