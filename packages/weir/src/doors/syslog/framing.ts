/** The longest message; a sender that announces or sends a longer one is cut off. */
export const longestMessage = 1024 * 1024;

/** A message is longer than any that is taken, or its frame is none. */
export class FrameRefused extends Error {
  override readonly name = 'FrameRefused';
}

/** Cuts a stream into syslog's messages as RFC 6587 has them, each by itself: `98 <13>1 …`, its length before it, or up to a
 *  line end (or zero byte). A length counts only where a priority follows it, for a line may begin with a number. */
export class Framing {
  #pending: Buffer = Buffer.alloc(0);
  /** From where a line end has not been looked for. */
  #seen = 0;

  /** The messages that are whole. @throws FrameRefused */
  push(chunk: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: Buffer[] = [];
    let at = 0;
    for (;;) {
      const end = this.#messageEnd(at);
      if (end === undefined) break;
      const message = trimmed(this.#pending.subarray(end.start, end.end));
      if (message.length > 0) messages.push(message);
      at = end.next;
      this.#seen = at;
    }
    this.#seen = Math.max(this.#seen - at, 0);
    this.#pending = this.#pending.subarray(at);
    if (this.#pending.length > longestMessage) throw new FrameRefused(`a message of more than ${longestMessage} bytes`);
    return messages;
  }

  /** What the sender left when it went away: a last line without its end, or what came of a message that was announced. */
  rest(): Buffer[] {
    const counted = countAt(this.#pending, 0);
    const rest = trimmed(typeof counted === 'object' ? this.#pending.subarray(counted.start) : this.#pending);
    this.#pending = Buffer.alloc(0);
    return rest.length > 0 ? [rest] : [];
  }

  #messageEnd(at: number): { start: number; end: number; next: number } | undefined {
    const bytes = this.#pending;
    if (at >= bytes.length) return undefined;
    const counted = countAt(bytes, at);
    if (counted === 'cut off') return undefined;
    if (counted) {
      const end = counted.start + counted.length;
      if (counted.length > longestMessage) throw new FrameRefused(`a message of ${counted.length} bytes`);
      return end > bytes.length ? undefined : { start: counted.start, end, next: end };
    }
    for (let end = Math.max(this.#seen, at); end < bytes.length; end += 1)
      if (bytes[end] === 10 || bytes[end] === 0) return { start: at, end, next: end + 1 };
    this.#seen = bytes.length;
    return undefined;
  }
}

/** The length that stands before a message; undefined where none does. */
function countAt(bytes: Buffer, at: number): { start: number; length: number } | 'cut off' | undefined {
  let digits = 0;
  while (isDigit(bytes[at + digits]) && digits < 10) digits += 1;
  if (digits === 0 || digits === 10) return undefined;
  const space = at + digits;
  if (space + 1 >= bytes.length && (bytes[space] ?? 0x20) === 0x20) return 'cut off';
  if (bytes[space] !== 0x20 || bytes[space + 1] !== 0x3c) return undefined;
  return { start: space + 1, length: Number(bytes.toString('latin1', at, space)) };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function trimmed(message: Buffer): Buffer {
  let end = message.length;
  while (end > 0 && [10, 13, 0, 0x20].includes(message[end - 1] ?? 1)) end -= 1;
  return message.subarray(0, end);
}
