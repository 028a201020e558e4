import { memberOf, objectsIn } from '../jsonValues.ts';
import { carriedIn } from '../shape.ts';
import { Sorter, sourceName } from '../sorter.ts';
import { Turns } from '../turns.ts';
import type { HecAnswer } from './answers.ts';

/** What a request's metadata says of all its events. */
export interface HecDefaults {
  readonly sourcetype?: string | undefined;
  readonly source?: string | undefined;
  /** Who the token belongs to. */
  readonly sender: string;
}

/** The events of a body, out of their envelopes; or why it is none, with the first event that is not right. */
export async function hecEvents(
  body: Buffer,
  defaults: HecDefaults,
): Promise<Sorter | { answer: HecAnswer; event: number }> {
  const sorter = new Sorter();
  const turns = new Turns();
  let number = 0;
  for (const span of objectsIn(body)) {
    const envelope = span === 'broken' ? undefined : parsed(body.toString('utf8', span.start, span.end));
    if (span === 'broken' || envelope === undefined) return { answer: 'invalidData', event: number };
    const { event } = envelope;
    if (event === undefined || event === null) return { answer: 'eventRequired', event: number };
    if (event === '') return { answer: 'eventBlank', event: number };
    const source = sourceName(
      envelope.sourcetype,
      envelope.source,
      defaults.sourcetype,
      defaults.source,
      envelope.index,
      defaults.sender,
    );
    const raw = typeof event === 'string' ? undefined : memberOf(body, span, 'event');
    const record = raw ? carriedIn(body.subarray(raw.start, raw.end)) : Buffer.from(String(event));
    // Its time and host stand in the envelope: an event that happened twice was not sent twice.
    sorter.add(source, record, { sent: body.subarray(span.start, span.end) });
    number += 1;
    if (turns.isOver(span.end - span.start)) await turns.pass();
  }
  return number === 0 ? { answer: 'noData', event: 0 } : sorter;
}

/** The lines of a raw body. */
export async function rawLines(body: Buffer, { sourcetype, source, sender }: HecDefaults): Promise<Sorter> {
  const sorter = new Sorter();
  const turns = new Turns();
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(10, start);
    const line = body.subarray(start, end < 0 ? body.length : end);
    if (line.toString('latin1').trim() !== '') sorter.add(sourceName(sourcetype, source, sender), line, { sent: line });
    if (turns.isOver(line.length)) await turns.pass();
    start = end < 0 ? body.length : end + 1;
  }
  return sorter;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
