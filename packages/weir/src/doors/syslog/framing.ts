/** The longest message; a sender that announces or sends a longer one is cut off. */
export const longestMessage = 1024 * 1024;

/** A message is longer than any that is taken, or its frame is none. */
export class FrameRefused extends Error {
  override readonly name = 'FrameRefused';
}

/** Cuts a stream into syslog's messages as RFC 6587 has them, each by itself: `98 <13>1 …`, its length before it, or up to a
 *  line end (or zero byte). A length counts only where a priority follows it, for a line may begin with a number. What is
 *  not whole yet is put together once, when it is. */
export class Framing {
  #parts: Buffer[] = [];
  #pending = 0;
  /** What the message that has begun waits for: so many bytes, or a line end. */
  #awaits: number | 'line end' = 0;
  /** Messages that are whole and stood in front of what was refused. */
  #before: Buffer[] = [];

  /** Bytes of a message that has begun and is not whole. */
  get pending(): number {
    return this.#pending;
  }

  /** The messages that are whole.
   *  @throws FrameRefused; then `rest` gives what stood before it, and nothing more may be pushed */
  push(chunk: Buffer): Buffer[] {
    this.#parts.push(chunk);
    this.#pending += chunk.length;
    const isWhole = this.#awaits === 'line end' ? hasLineEnd(chunk) : this.#pending >= this.#awaits;
    if (!isWhole) {
      this.#limit();
      return [];
    }
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#pending);
    const messages: Buffer[] = [];
    let at = 0;
    try {
      for (;;) {
        const end = messageEnd(bytes, at);
        if (typeof end !== 'object') {
          this.#awaits = typeof end === 'number' ? end - at : end;
          break;
        }
        const message = trimmed(bytes.subarray(end.start, end.end));
        if (message.length > 0) messages.push(message);
        at = end.next;
      }
      this.#leave(bytes.subarray(at));
      this.#limit();
    } catch (error) {
      this.#leave(bytes.subarray(at));
      this.#before = messages;
      throw error;
    }
    return messages;
  }

  /** What the sender left when it went away: a last line without its end, or what came of a message that was announced. */
  rest(): Buffer[] {
    const left = Buffer.concat(this.#parts, this.#pending);
    const counted = countAt(left, 0);
    const rest = trimmed(typeof counted === 'object' ? left.subarray(counted.start) : left);
    const messages = rest.length > 0 ? [...this.#before, rest] : this.#before;
    this.#parts = [];
    this.#pending = 0;
    this.#before = [];
    return messages;
  }

  #leave(left: Buffer): void {
    this.#pending = left.length;
    // A copy: what is left of a large piece would hold all of it in memory.
    this.#parts = left.length === 0 ? [] : [Buffer.from(left)];
  }

  #limit(): void {
    if (this.#awaits === 'line end' && this.#pending > longestMessage)
      throw new FrameRefused(`a message of more than ${longestMessage} bytes`);
  }
}

/** Where the message at `at` ends; else what it waits for: the bytes that it needs, counted from the beginning, or a line
 *  end. */
function messageEnd(bytes: Buffer, at: number): { start: number; end: number; next: number } | number | 'line end' {
  if (at >= bytes.length) return at;
  const counted = countAt(bytes, at);
  if (counted === 'cut off') return bytes.length + 1;
  if (counted) {
    const end = counted.start + counted.length;
    if (counted.length > longestMessage) throw new FrameRefused(`a message of ${counted.length} bytes`);
    return end > bytes.length ? end : { start: counted.start, end, next: end };
  }
  const end = lineEnd(bytes, at);
  return end < 0 ? 'line end' : { start: at, end, next: end + 1 };
}

function lineEnd(bytes: Buffer, from: number): number {
  for (let end = from; end < bytes.length; end += 1) if (bytes[end] === 10 || bytes[end] === 0) return end;
  return -1;
}

function hasLineEnd(bytes: Buffer): boolean {
  return bytes.includes(10) || bytes.includes(0);
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
