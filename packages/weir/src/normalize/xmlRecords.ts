import { readXmlEvents, type XmlPart } from '../source/xmlEvents.ts';
import { brokenBytes, type Care, type CarefulRecord } from './carefulRecord.ts';

/** Windows events in XML, each on one line of the spool. */
export async function* xmlEvents(path: string, care: Care): AsyncGenerator<CarefulRecord[]> {
  let number = 0;
  for await (const parts of readXmlEvents(path, care.onBytes)) {
    yield parts.map((part) => {
      number += 1;
      return eventRecord(number, part);
    });
  }
}

function eventRecord(number: number, { line, text: bytes, kind, tooLong }: XmlPart): CarefulRecord {
  const text = bytes.toString('utf8');
  const reason = brokenBytes(bytes, tooLong) ?? whyNoEvent[kind];
  if (reason) return { kind: 'broken', line, text, reason };
  return { kind: 'sound', number, line, text, spooled: `${number} ${onOneLine(text)}` };
}

const whyNoEvent = {
  event: undefined,
  outside: 'text outside of the events',
  unclosed: 'the event is cut short',
} as const;

/** Line ends inside tags as blanks, and in text as XML's references to them. */
function onOneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  return text
    .replace(/>\s+</g, '><')
    .replace(/<[^>]*>/g, (tag) => tag.replace(/[\r\n]+/g, ' '))
    .replace(/\r/g, '&#13;')
    .replace(/\n/g, '&#10;');
}
