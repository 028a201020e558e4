import { memberOf } from './jsonValues.ts';

const newline = 10;
const quote = 34;

/** What records have to have in common to stand in one file, as far as their first bytes tell: the first key of a JSON
 *  object, and where it carries a text that was received, what that text is; CEF; XML; else text. Records of one format may
 *  differ in it, and then stand in files of their own. */
export function shapeOf(record: Buffer): string {
  const at = pastBlanks(record, 0);
  if (record[at] !== 0x7b) return shapeOfText(record.toString('latin1', at, at + 400));
  const key = firstKey(record, at);
  const carried = Math.max(record.indexOf('"message":'), record.indexOf('"MESSAGE":'));
  if (carried < 0) return `json ${key}`;
  const from = pastBlanks(record, carried + 10);
  if (record[from] === quote) {
    const text = record.toString('latin1', from + 1, from + 400).replace(/\\(.)/g, '$1');
    return `json ${key} message ${shapeOfText(text)}`;
  }
  return `json ${key} message`;
}

/** The record in a document of a shipper, where that carries a JSON object as the message that it was given, as its text or
 *  as it is; else the document. What stands beside it is the shipper's. */
export function carriedIn(record: Buffer): Buffer {
  const object = { start: pastBlanks(record, 0), end: record.length };
  for (const name of ['message', 'MESSAGE']) {
    if (!record.includes(`"${name}"`)) continue;
    const value = memberOf(record, object, name);
    if (!value) continue;
    const written = record.subarray(value.start, value.end);
    if (written[0] === 0x7b) return isObject(written.toString('utf8')) ? written : record;
    if (!/^" *\{/.test(written.toString('latin1', 0, 32))) continue;
    const text = textOf(written).trim();
    if (isObject(text)) return Buffer.from(text);
  }
  return record;
}

function textOf(written: Buffer): string {
  try {
    return String(JSON.parse(written.toString('utf8')));
  } catch {
    return '';
  }
}

function isObject(text: string): boolean {
  try {
    return text.startsWith('{') && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** What records have in common, of a line of syslog or of another text. */
export function shapeOfText(text: string): string {
  const inner = text.replace(/^\s*<\d{1,3}>/, '');
  const json = /\{\s*"([^"\\]{1,60})"\s*:/.exec(inner);
  if (json && /^(?:[^{"=|,]*[\s:-])?$/.test(inner.slice(0, json.index))) return `json ${json[1]}`;
  if (/(?:^|[\s>:"])CEF: ?\d/.test(inner)) return 'cef';
  if (/(?:^|[\s>:])LEEF:\d/.test(inner)) return 'leef';
  if (/^\s*<(?:\?xml|Event)/.test(inner)) return 'xml';
  if ((inner.match(/\b[\w-]+=/g)?.length ?? 0) >= 3) return 'pairs';
  return (inner.match(/,/g)?.length ?? 0) >= 5 ? 'commas' : 'text';
}

function firstKey(record: Buffer, from: number): string {
  const begin = record.indexOf(quote, from) + 1;
  const end = record.indexOf(quote, begin);
  return begin > 0 && end > begin && end - begin <= 60 ? record.toString('latin1', begin, end) : '';
}

function pastBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at += 1;
  return at;
}

/** A record on one line, with its line end. */
export function lineOf(record: Buffer): Buffer {
  const line = Buffer.allocUnsafe(record.length + 1);
  record.copy(line);
  for (let at = line.indexOf(newline); at >= 0 && at < record.length; at = line.indexOf(newline, at)) line[at] = 0x20;
  line[record.length] = newline;
  return line;
}
