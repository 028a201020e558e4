import { basename } from 'node:path';
import type { JournalEntry } from '../journal/frame.ts';
import { recognise } from '../normalize/recognise.ts';
import { wrappers } from '../normalize/rows.ts';
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

/** Tells what bodies may be read together. Reading costs as much for one record as for a thousand: bodies of which each line
 *  is a record of one format are read together, of whatever source; of one source also those under the same header. What
 *  could tell something of its neighbours, as an array that does not end, is read alone. */
export class Bodies {
  /** Keys of bodies of JSON lines, by source and by what their records are made of: most bodies are as the one before. */
  readonly #likely = new Map<string, string>();

  of(entry: JournalEntry): Body {
    const alone = { entry, key: undefined, above: 0 };
    const { body, door, source } = entry;
    const form = jsonForm(body);
    const likely = form === undefined ? undefined : JSON.stringify([door, source, form]);
    const known = likely === undefined ? undefined : this.#likely.get(likely);
    if (known !== undefined) return { entry, key: known, above: 0 };
    const head = judgeHead(body.subarray(0, headLength), body.length <= headLength);
    if (head.kind !== 'text' || head.bom) return alone;
    const text = head.text.slice(0, endOfLines(head.text, sampledLines));
    const whole = head.whole && text.length === head.text.length;
    const recognised = recognise(sampleText(text, nameOf(source), whole));
    if ('reason' in recognised) return alone;
    const { format, shape } = recognised;
    switch (shape.kind) {
      case 'json-lines':
      case 'text-lines': {
        // Of one format, records as they are and those in a member of a shipper's are read differently.
        const carried = 'carried' in shape ? shape.carried : undefined;
        const key = JSON.stringify([format, shape.kind, carried, wrappersIn(body)]);
        if (likely !== undefined) this.#likely.set(likely, key);
        return { entry, key, above: 0 };
      }
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
}

/** As many as recognition looks at, and one that it may leave out. */
const sampledLines = 51;

/** Which members that may carry a record the first one has. */
function wrappersIn(body: Buffer): string[] {
  const end = body.indexOf(10);
  try {
    const first: object = JSON.parse(body.toString('utf8', 0, end < 0 ? body.length : end));
    return wrappers.filter((name) => name in first);
  } catch {
    return [];
  }
}

/** The keys of the first and the last record of JSON lines; undefined for what is none. */
function jsonForm(body: Buffer): string | undefined {
  if (body[0] !== 0x7b) return undefined;
  const first = body.indexOf(10);
  const end = body.at(-1) === 10 ? body.length - 1 : body.length;
  const last = body.lastIndexOf(10, end - 1) + 1;
  try {
    const [one, other] = [body.subarray(0, first < 0 ? end : first), body.subarray(last, end)].map((line) =>
      Object.keys(JSON.parse(line.toString())).join(),
    );
    return `${one}\n${other}`;
  } catch {
    return undefined;
  }
}

/** The name that a file of a source's bodies gets: formats that are told by a file's name are told by it. */
export function nameOf(source: string): string {
  const name = basename(source).replace(/[^\w.-]+/g, '_');
  return /^\.*$/.test(name) ? 'body' : name.slice(-100);
}

/** Where so many lines end. */
function endOfLines(text: string | Buffer, lines: number): number {
  let end = 0;
  for (let line = 0; line < lines; line += 1) {
    const next = text.indexOf('\n', end);
    if (next < 0) return text.length;
    end = next + 1;
  }
  return end;
}
