/** RFC 5424's header with its structured data, up to the message; in a file the priority may be gone. */
const newer =
  /^(?:<\d{1,3}>\d|1) \S+ \S+ \S+ \S+ \S+ (?:-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+) ?(?:\xef\xbb\xbf|\ufeff)?/;
/** What RFC 3164, its many kin and what runs programs put before a message that is an object. */
const older = /^[^{"|=]{0,300}?(?=(?:@cee: *)?\{)/;
const cookie = /^@cee: */;

/** How far the header in front of a JSON object or a Windows event reaches, also one without syslog's priority, and the cookie
 *  `@cee:`; 0 where there is none, or something else stands behind it. The text may be the beginning of a message, in
 *  characters or in bytes. */
export function headerBefore(text: string): number {
  const header = newer.exec(text)?.[0].length ?? older.exec(text)?.[0].length ?? 0;
  const start = header + (cookie.exec(text.slice(header))?.[0].length ?? 0);
  return /^(?:\{|<\?xml|<Event)/.test(text.slice(start, start + 8)) ? start : 0;
}
