import { documentKey, type Received } from '../received.ts';
import { carriedIn } from '../shape.ts';
import { Sorter, sourceName } from '../sorter.ts';
import { Turns } from '../turns.ts';

/** One item of the answer, in the order of the request. */
export type BulkItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The documents of a `_bulk` body and the answer to each; or what is wrong with its lines. */
export interface Bulk {
  readonly documents: Sorter;
  readonly items: readonly BulkItem[];
  readonly errors: boolean;
  /** Of the documents that have an `_id`. */
  readonly keys: readonly string[];
}

const kept = {
  _shards: { total: 1, successful: 1, failed: 0 },
  _seq_no: 0,
  _primary_term: 1,
  _version: 1,
  result: 'created',
  status: 201,
};

/** Reads `_bulk`: an action a line and below it its document, blank lines anywhere. A document with an `_id` that was taken
 *  before, and says the same, is answered as if it were new: to a client that sends again, it is. */
export async function readBulk(
  body: Buffer,
  index: string | undefined,
  received: Received,
): Promise<Bulk | { reason: string }> {
  const documents = new Sorter();
  const turns = new Turns();
  const items: BulkItem[] = [];
  const lines = linesOf(body);
  let [errors, number] = [false, 0];
  const here = new Set<string>();
  for (let next = lines.next(); !next.done; next = lines.next()) {
    number += 1;
    const action = actionOf(next.value.line);
    if (turns.isOver(next.value.line.length)) await turns.pass();
    if (!action) return { reason: `Malformed action/metadata line [${number}], expected an action object` };
    const { kind, target } = action;
    const named = { _index: sourceName(target._index, index), _id: typeof target._id === 'string' ? target._id : '' };
    const source = withoutDate(named._index);
    const document = kind === 'delete' ? undefined : lines.next();
    if (document?.done)
      return { reason: 'The bulk request must be terminated by a newline, and an action has no document' };
    if (document) number += 1;
    if (!document?.value || (kind !== 'create' && kind !== 'index')) {
      errors = true;
      const error = { type: 'illegal_argument_exception', reason: `logs are only added: create or index, not ${kind}` };
      items.push({ [kind]: { ...named, status: 400, error } });
      continue;
    }
    const { line } = document.value;
    const key = named._id === '' ? '' : documentKey(named._index, named._id, line);
    if (key !== '' && (received.has(key) || here.has(key))) documents.repeat(source);
    else documents.add(source, carriedIn(line), { sent: body.subarray(next.value.start, document.value.end), key });
    if (key !== '') here.add(key);
    if (turns.isOver(line.length)) await turns.pass();
    items.push({ [kind]: { ...named, ...kept } });
  }
  return items.length === 0 ? { reason: 'no requests added' } : { documents, items, errors, keys: [...here] };
}

/** An index a day or a month is one source. */
function withoutDate(index: string): string {
  return index.replace(/(?<=.)[-._](?:19|20)\d\d[-._]\d\d(?:[-._]\d\d)?$/, '');
}

interface Line {
  readonly line: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Lines that are not blank, and where they stand. */
function* linesOf(body: Buffer): Generator<Line, undefined> {
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf(10, start);
    const end = found < 0 ? body.length : found;
    const line = body.subarray(start, body[end - 1] === 13 ? end - 1 : end);
    if (line.some((byte) => byte !== 0x20 && byte !== 0x09)) yield { line, start, end };
    start = end + 1;
  }
}

function actionOf(line: Buffer): { kind: string; target: Record<string, unknown> } | undefined {
  try {
    const [[kind, target] = [], ...more] = Object.entries(JSON.parse(line.toString('utf8')));
    if (kind === undefined || more.length > 0 || !['create', 'index', 'update', 'delete'].includes(kind))
      return undefined;
    return typeof target === 'object' && target !== null ? { kind, target: { ...target } } : undefined;
  } catch {
    return undefined;
  }
}
