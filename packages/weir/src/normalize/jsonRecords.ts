import { type Element, readElements } from '../source/jsonElements.ts';
import { repeatedKey } from '../source/jsonKeys.ts';
import { type Line, readLines } from '../source/lines.ts';
import { brokenBytes, type Care, type CarefulRecord, commentLines, withoutMark } from './carefulRecord.ts';
import { otherForm } from './mapping.ts';
import { objectText, textAt } from './objectText.ts';
import { isOtherLog } from './otherLogs.ts';
import { numberColumn } from './reading.ts';
import type { Shape } from './recognised.ts';
import { namedCells } from './sample.ts';

type JsonShape = Extract<Shape, { kind: 'json-lines' | 'json-elements' }>;

/** One JSON object a line. */
export async function* jsonLines(path: string, shape: JsonShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  for await (const lines of readLines(path, care.onBytes)) yield lines.flatMap((line) => jsonLine(line, shape, care));
}

function jsonLine(line: Line, { carried }: JsonShape, care: Care): CarefulRecord[] {
  const bytes = withoutMark(line);
  const { number } = line;
  const broken = brokenBytes(bytes, line.tooLong);
  if (broken) return [{ kind: 'broken', line: number, text: bytes.toString('utf8'), reason: broken }];
  const text = bytes.toString('utf8').trim();
  if (text === '') return [];
  if (text.startsWith('#')) return [{ kind: 'ignored', reason: commentLines }];
  return [memberRecord({ number, line: number, text }, carried, care)];
}

/** JSON objects inside arrays, envelopes or several lines. */
export async function* jsonElements(path: string, { carried }: JsonShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  const elements = readElements(path, care.onBytes);
  let number = 0;
  for (;;) {
    const step = await elements.next();
    if (step.done) {
      if (step.value) yield [{ kind: 'unfinished' }];
      return;
    }
    yield step.value.map((element) => {
      number += 1;
      return elementRecord(number, element, carried, care);
    });
  }
}

function elementRecord(number: number, element: Element, carried: JsonShape['carried'], care: Care): CarefulRecord {
  const { line, text: bytes, tooLong, envelope, cut } = element;
  const broken = brokenBytes(bytes, tooLong) ?? (cut ? 'the file ends inside the record' : undefined);
  const text = bytes.toString('utf8');
  if (broken) return { kind: 'broken', line, text, reason: broken };
  const object = envelope && text.startsWith('[') ? (namedCells(text, envelope) ?? text) : text;
  return memberRecord({ number, line, text: object }, carried, care);
}

/** A record of a file: what it is told by, and its text there. */
type Place = Pick<Extract<CarefulRecord, { kind: 'sound' }>, 'number' | 'line' | 'text'>;

function memberRecord(place: Place, carried: JsonShape['carried'], care: Care): CarefulRecord {
  if (carried === undefined) return objectRecord(place, place.text, care);
  if (carried.length === 0) return carriedRecord(place, place.text, care);
  const reason = whyNoObject(place.text, undefined);
  if (reason) return { kind: 'broken', line: place.line, text: place.text, reason };
  return carriedRecord(place, textAt(JSON.parse(place.text), carried) ?? '', care);
}

/** The record that a text holds, somewhere in a file. */
export function carriedRecord(place: Place, text: string, care: Care): CarefulRecord {
  const object = objectText(text);
  // Between JSON's tokens line ends are blanks, and inside of them there are none.
  if (object !== undefined) return objectRecord(place, object.replace(/[\r\n]+/g, ' '), care);
  return isOtherLog(text)
    ? { kind: 'broken', line: place.line, text: place.text, reason: otherForm }
    : { kind: 'ignored', reason: noObject };
}

const noObject = 'texts that hold no JSON object; give Weir logs of other forms as files of their own';

function objectRecord(place: Place, object: string, { once }: Care): CarefulRecord {
  const { number, line, text } = place;
  const rest = object.slice(1).trimStart();
  const comma = rest === '}' ? '' : ',';
  const spooled = `{"${numberColumn}":${number}${comma}${wellFormed(rest)}`;
  const repeated = (): string | undefined => {
    const key = once && repeatedKey(spooled, once.keys, once.inside);
    return key === undefined ? undefined : `the key ${JSON.stringify(key)} stands in it twice`;
  };
  const reason = whyNoObject(object, once?.inside) ?? repeated();
  return reason ? { kind: 'broken', line, text, reason } : { kind: 'sound', number, line, text, spooled };
}

function whyNoObject(text: string, inside: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return 'not a JSON object';
    if (numberColumn in value) return `its key ${JSON.stringify(numberColumn)} is one that Weir sets itself`;
    const member = inside === undefined ? undefined : value[inside];
    return isObject(member ?? {}) ? undefined : `its member ${JSON.stringify(inside)} is not an object`;
  } catch {
    return /:X{10}\.X{6}/.test(text) ? 'not JSON: the times are masked with X' : 'not valid JSON';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Escapes of half a surrogate pair, which JSON's grammar allows and no text can hold, as U+FFFD. */
function wellFormed(text: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return text;
  const escapes = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\./g;
  return text.replace(escapes, (found) => (found.length === 6 ? '\\ufffd' : found));
}
