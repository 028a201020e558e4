import type { Told } from './knowledge.ts';
import { type Part, timesOf } from './record.ts';
import type { Header } from './walk.ts';

/** The columns of the spool in which flows come to the engine; each is empty where the record does not tell. */
export const lineColumns = [
  ...['version', 'domain', 'exported', 'first', 'last', 'protocol', 'source', 'source_port', 'destination'],
  ...['destination_port', 'flags', 'bytes', 'packets', 'bytes_back', 'packets_back', 'translated_source'],
  ...['translated_source_port', 'translated_destination', 'translated_destination_port', 'two_way', 'event'],
  ...['forwarding', 'sampling', 'app', 'account', 'exporter'],
] as const;

const events = { created: 1, denied: 3 };
const unspecified = new Set<unknown>(['0.0.0.0', undefined]);

/** A flow as a line. Where several elements count the same, one is taken: what the opener sent (231) before the delta (1)
 *  before the count behind the device (23) before the total (85); never their sum. Firewalls that tell events have both
 *  directions in the total, so that neither is known by it. */
export function lineOf(
  number: number,
  values: Readonly<Partial<Record<Part, number | bigint | string>>>,
  header: Header,
  { sampling, started }: Told,
): string {
  const { event } = values;
  // Of a connection that only began, or was not let through, nothing has been counted.
  const counts = event !== events.created && event !== events.denied;
  const { first, last } = timesOf(values, header, started);
  const total = <Value>(value: Value): Value | undefined => (event === undefined ? value : undefined);
  const either = (four: unknown, six: unknown): unknown => (unspecified.has(four) ? (six ?? four) : four);
  const flow = [
    number,
    header.version,
    header.domain,
    Math.round(header.exported * 1000),
    first,
    last,
    values.protocol,
    either(values.source, values.source_6),
    values.source_port,
    either(values.destination, values.destination_6),
    values.destination_port,
    typeof values.flags === 'number' ? flagLetters(values.flags) : undefined,
    counts ? (values.bytes_opener ?? values.bytes ?? values.bytes_out ?? total(values.bytes_total)) : undefined,
    counts ? (values.packets_opener ?? values.packets ?? values.packets_out ?? total(values.packets_total)) : undefined,
    counts ? (values.bytes_answerer ?? values.bytes_back ?? values.bytes_total_back) : undefined,
    counts ? (values.packets_answerer ?? values.packets_back ?? values.packets_total_back) : undefined,
    values.translated_source,
    values.translated_source_port,
    values.translated_destination,
    values.translated_destination_port,
    twoWay(values) ? (values.biflow === 2 ? 'reverse' : 'yes') : undefined,
    event,
    values.forwarding,
    // 0: sampled, and nobody tells how.
    sampling === undefined ? 0 : sampling,
    values.app,
    values.user,
    either(values.exporter, values.exporter_6),
  ];
  return `${flow.map((value) => value ?? '').join('\t')}\n`;
}

/** Records of both directions have the side that opened the connection as the source, or say that it is not. */
function twoWay(values: Readonly<Partial<Record<Part, unknown>>>): boolean {
  const { bytes_opener, bytes_answerer, bytes_back, bytes_total_back } = values;
  return [bytes_opener, bytes_answerer, bytes_back, bytes_total_back].some((value) => value !== undefined);
}

const letters = 'CEUAPRSF';

/** `...AP.SF`; empty where no flag was seen, as in flows that are not TCP's. */
function flagLetters(flags: number): string {
  const low = flags & 0xff;
  if (low === 0) return '';
  return Array.from(letters, (letter, at) => (low & (0x80 >> at) ? letter : '.')).join('');
}
