const quote = 34;
const backslash = 92;

/** Where a JSON value stands in some bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The objects that stand one after another in a body, blanks, line ends and commas between them; `broken` where something
 *  else stands there or the last one is cut off. */
export function* objectsIn(bytes: Buffer): Generator<Span | 'broken'> {
  let at = 0;
  for (;;) {
    while (at < bytes.length && isBetween(bytes[at])) at += 1;
    if (at >= bytes.length) return;
    const end = bytes[at] === 0x7b ? endOfValue(bytes, at) : -1;
    if (end < 0) {
      yield 'broken';
      return;
    }
    yield { start: at, end };
    at = end;
  }
}

/** Where the value of a key stands in an object, as JSON.parse would find it where it takes the object; the last one where a key stands twice, as
 *  there. So a number that a double cannot hold stays as it was written. */
export function memberOf(bytes: Buffer, object: Span, name: string): Span | undefined {
  const key = JSON.stringify(name);
  let found: Span | undefined;
  let at = object.start + 1;
  while (at < object.end) {
    while (bytes[at] !== quote && at < object.end) at += 1;
    if (at >= object.end) break;
    const keyEnd = endOfValue(bytes, at);
    const colon = keyEnd < 0 ? -1 : bytes.indexOf(0x3a, keyEnd);
    if (colon < 0) break;
    let start = colon + 1;
    while (isBlank(bytes[start])) start += 1;
    const end = endOfValue(bytes, start);
    if (end < 0) break;
    if (keyEnd - at === key.length && bytes.toString('utf8', at, keyEnd) === key) found = { start, end };
    at = end;
  }
  return found;
}

/** The end of the value that begins here; -1 where the bytes end inside it. */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case quote:
        at = endOfText(bytes, at + 1);
        if (at < 0) return -1;
        if (depth === 0) return at + 1;
        break;
      case 0x7b:
      case 0x5b:
        depth += 1;
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        // The end of what a bare value stands in.
        if (depth < 0) return at;
        if (depth === 0) return at + 1;
        break;
      case 0x2c:
        if (depth === 0) return at;
    }
  }
  return -1;
}

function endOfText(bytes: Buffer, from: number): number {
  for (let end = bytes.indexOf(quote, from); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (bytes[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isBetween(byte: number | undefined): boolean {
  return isBlank(byte) || byte === 0x2c;
}
