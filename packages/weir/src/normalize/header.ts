/** RFC 5424's header with its structured data, up to the message; in a file the priority may be gone. */
const newer =
  /^(?:<\d{1,3}>\d|1) \S+ \S+ \S+ \S+ \S+ (?:-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+) ?(?:\xef\xbb\xbf|\ufeff)?/;
/** What RFC 3164, its many kin and what runs programs put before a message that is an object. */
const older = /^[^{"|=]{0,300}?(?=(?:@cee: *)?\{)/;
const cookie = /^@cee: */;
/** What no header has before its end: columns, and the result of a proxy. A brace in what follows is somebody else's word. */
const fields = /\t|(?:,[^,]*){5}|\b[A-Z_]+\/\d{3} /;
/** What Fluentd writes before an object: a time and a tag. */
const timeAndTag = /^\S+\t\S+\t$/;
/** An object's beginning: of one that is cut off the rest is missing, and it is still no other text. */
const object = /^\{\s*(?:"(?:[^"\\]|\\.){0,1000}"\s*:|\})/;

/** How far the header in front of a JSON object or a Windows event reaches, also one without syslog's priority, and the cookie
 *  `@cee:`; 0 where there is none, or something else stands behind it. The text may be the beginning of a message, in
 *  characters or in bytes. */
export function headerBefore(text: string): number {
  const header = newer.exec(text)?.[0] ?? olderBefore(text);
  const start = header.length + (cookie.exec(text.slice(header.length))?.[0].length ?? 0);
  const rest = text.slice(start);
  return object.test(rest) || /^<(?:\?xml|Event)/.test(rest) ? start : 0;
}

function olderBefore(text: string): string {
  const header = older.exec(text)?.[0] ?? '';
  return /(?:^|[\s:>])$/.test(header) && (!fields.test(header) || timeAndTag.test(header)) ? header : '';
}
