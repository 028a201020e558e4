/** RFC 5424's header with its structured data, up to the message. */
const header5424 =
  /^<\d{1,3}>\d \S+ \S+ \S+ \S+ \S+ (?:-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+) ?(?:\xef\xbb\xbf)?/;
/** What RFC 3164 and its many kin put before a message that is an object. */
const header3164 = /^<\d{1,3}>[^{"|=]{0,300}?(?=(?:@cee: *)?\{)/;
const cookie = /^@cee: */;
const headLength = 4096;

/** The record that a message holds: a JSON object or a Windows event out of its header, any other text with it, for it may
 *  carry the record's time. */
export function recordOf(message: Buffer): Buffer {
  const head = message.toString('latin1', 0, headLength);
  const header = header5424.exec(head)?.[0].length ?? header3164.exec(head)?.[0].length ?? 0;
  const start = header + (cookie.exec(head.slice(header))?.[0].length ?? 0);
  const begins = head.slice(start, start + 8);
  return begins.startsWith('{') || /^<(?:\?xml|Event)/.test(begins) ? message.subarray(start) : message;
}
