import { type Code, i32, i64, op, type Program, programOf } from './wasm.ts';

/** Finds out which of some names are no key of any JSON object in a file, nor in a JSON text inside of it. It is a proof: every
 *  byte is looked at, and a name that cannot be ruled out counts as one that may occur. It goes through several GB a second. */
export class KeySearch {
  readonly #names = new Set<string>();
  /** The names that a slot of the table stands for. */
  readonly #meant = new Map<number, Set<string>>();
  readonly #table = new Uint32Array(2 * slots);
  #inVain = 0;
  #gaveUp = false;

  constructor(names: Iterable<string>) {
    for (const name of names) if (/^[\w.@-]+$/.test(name)) this.#add(name);
  }

  /** Looks through whole lines. */
  look(lines: Buffer): void {
    if (this.#gaveUp || this.#names.size === 0) return;
    if (lines.length > room) {
      this.#gaveUp = true;
      return;
    }
    searcher ??= searcherOf(program());
    const { bytes, table, run } = searcher;
    table.set(this.#table);
    bytes.set(lines, linesAt);
    const end = linesAt + lines.length;
    for (let at = run(linesAt, end); at >= 0; at = run(at + 1, end)) {
      // A character that is written as an escape may be one of a key, or a quote around it.
      if (bytes[at] === backslash) this.#gaveUp = true;
      else if (this.#note(bytes, at)) table.set(this.#table);
      if (this.#gaveUp || this.#names.size === 0) return;
    }
  }

  /** Whether a name is no key in what was looked at. */
  isAbsent(name: string): boolean {
    return !this.#gaveUp && this.#names.has(name);
  }

  #add(name: string): void {
    const [low, high] = ending(Buffer.from(name));
    const slot = this.#slotOf(low, high, (slot) => !this.#meant.has(slot));
    // Where both of its slots stand for others, it is not looked for.
    if (slot === undefined) return;
    this.#table.set([low, high], 2 * slot);
    this.#meant.set(slot, (this.#meant.get(slot) ?? new Set()).add(name));
    this.#names.add(name);
  }

  /** The slot that stands for an ending, else the first of the two it may have that `fits`. */
  #slotOf(low: number, high: number, fits: (slot: number) => boolean): number | undefined {
    const first = (Math.imul(low, lowFactor) + Math.imul(high, highFactor)) >>> (32 - slotBits);
    const both = [first, first ^ 1];
    const holds = (slot: number) => this.#table[2 * slot] === low && this.#table[2 * slot + 1] === high;
    return both.find(holds) ?? both.find(fits);
  }

  /** Notes a key, which stands before a quote and ends as one of the names does. Gives whether the table is another now. */
  #note(bytes: Buffer, quoteAt: number): boolean {
    let end = quoteAt;
    while (bytes[end - 1] === backslash) end -= 1;
    const start = bytes.lastIndexOf(quote, end - 1) + 1;
    const slot = this.#slotOf(...ending(bytes.subarray(start, end)), () => false);
    const meant = slot === undefined ? undefined : this.#meant.get(slot);
    if (slot === undefined || meant === undefined) return false;
    const key = bytes.toString('latin1', start, end);
    const isMeant = meant.has(key);
    if (!isMeant) this.#inVain += 1;
    // Another key that ends so and that many records have would take longer than what this is good for.
    for (const name of isMeant ? [key] : this.#inVain > mostInVain ? [...meant] : []) {
      this.#names.delete(name);
      meant.delete(name);
    }
    if (meant.size > 0) return false;
    this.#table.set([0, 0], 2 * slot);
    return true;
  }
}

/** Times that a key is looked at which is none of the names. */
const mostInVain = 1000;

const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;

/** Two slots each for as many endings. */
const slotBits = 12;
const slots = 2 ** slotBits;
const lowFactor = 0x9e3779b1;
const highFactor = 0x85ebca77;
/** Bits that make letters alike, whatever their case. */
const folded = 0x20202020;

/** The last sixteen bytes of a key as eight, as its slot has them. */
function ending(key: Buffer): [low: number, high: number] {
  const bytes = Buffer.alloc(16);
  const last = Math.max(0, key.length - 8);
  key.copy(bytes, 0, last);
  key.copy(bytes, 8, Math.max(0, last - 8), last);
  const half = (at: number): number => ((bytes.readUInt32LE(at) ^ bytes.readUInt32LE(at + 8)) | folded) >>> 0;
  return [half(0), half(4)];
}

/** The memory: which characters matter where they are written as escapes, the table, the lines. */
const tableAt = 1024;
const page = 64 * 1024;
const linesAt = page;
const room = 64 * page;

let searcher: ReturnType<typeof searcherOf> | undefined;

function searcherOf({ memory, run }: Program) {
  const bytes = Buffer.from(memory.buffer);
  for (let code = 0; code < 128; code += 1) if (/[\w.@"\\-]/.test(String.fromCharCode(code))) bytes[code] = 1;
  return { bytes, table: new Uint32Array(memory.buffer, tableAt, 2 * slots), run };
}

/** `run(at, end)`: where from `at` on the first quote is at which a key ends as one of the table's does, or the first escape of a
 *  character that matters; -1 where there is none before `end`. */
function program(): Program {
  const [at, end, bits, found, slot] = [0, 1, 2, 3, 4].map(op.get) as [Code, Code, Code, Code, Code];
  const [word, quotes, last] = [5, 6, 7].map(op.get) as [Code, Code, Code];
  const is = (vector: Code, byte: number): Code => op.sameBytes(vector, op.all(byte));
  const byteIs = (code: Code, byte: number): Code => op.equal(code, op.number(byte));
  const each = (byte: number): Code => op.wide(BigInt(byte) * 0x0101010101010101n);
  const here = op.bytes(at);
  const next = op.bytes(at, 1);
  // A key's quote has a colon behind it, or a blank; inside of a text also the escape of one.
  const closes = op.bytesOr(op.bytesAtMost(next, op.all(0x20)), op.bytesOr(is(next, colon), is(next, backslash)));
  const marks = op.bytesOr(op.bytesAnd(is(here, quote), closes), op.bytesAnd(is(here, backslash), is(next, 0x75)));
  const digit = (offset: number): Code => {
    const code = op.byte(found, offset);
    return op.add(op.and(code, op.number(15)), op.times(op.right(code, op.number(6)), op.number(9)));
  };
  const escaped = op.and(
    op.and(byteIs(op.byte(found, 2), 0x30), byteIs(op.byte(found, 3), 0x30)),
    op.byte(op.and(op.or(op.left(digit(4), op.number(4)), digit(5)), op.number(255))),
  );
  // Of eight bytes those behind the last quote among them.
  const zeros = op.wideXor(word, each(quote));
  const flags = op.wideAnd(op.wideAnd(op.wideMinus(zeros, each(0x01)), op.wideXor(zeros, op.wide(-1n))), each(0x80));
  const beyond = op.wideRight(op.wideRight(word, op.wideMinus(op.wide(63n), op.wideLeadingZeros(quotes))), op.wide(1n));
  const hash = op.add(
    op.times(op.low(word), op.number(lowFactor)),
    op.times(op.low(op.wideRight(word, op.wide(32n))), op.number(highFactor)),
  );
  const slotAddress = op.add(op.left(op.right(hash, op.number(32 - slotBits)), op.number(3)), op.number(tableAt));
  const body = op.loop(
    op.set(2, op.bits(marks)),
    op.loop(
      op.when(
        bits,
        op.set(3, op.add(at, op.trailingZeros(bits))),
        op.when(op.atLeast(found, end), op.give(op.number(-1))),
        op.set(2, op.and(bits, op.minus(bits, op.number(1)))),
        op.when(byteIs(op.byte(found), backslash), op.when(escaped, op.give(found)), op.jump(2)),
        op.set(4, found),
        op.loop(
          op.when(
            byteIs(op.byte(op.minus(slot, op.number(1))), backslash),
            op.set(4, op.minus(slot, op.number(1))),
            op.jump(1),
          ),
        ),
        op.set(5, op.word(op.minus(slot, op.number(8)))),
        op.set(6, flags),
        op.whether(
          op.wideIsZero(quotes),
          [
            op.set(7, word),
            op.set(5, op.word(op.minus(slot, op.number(16)))),
            op.set(6, flags),
            op.when(op.isZero(op.wideIsZero(quotes)), op.set(5, beyond)),
            op.set(5, op.wideXor(word, last)),
          ],
          [op.set(5, beyond)],
        ),
        op.set(5, op.wideOr(word, each(0x20))),
        op.set(4, slotAddress),
        op.when(
          op.or(op.wideEqual(word, op.word(slot)), op.wideEqual(word, op.word(op.xor(slot, op.number(8))))),
          op.give(found),
        ),
        op.jump(1),
      ),
    ),
    op.set(0, op.add(at, op.number(16))),
    op.jumpIf(op.below(at, end), 0),
  );
  return programOf([...body, ...op.number(-1)], 2, [i32, i32, i32, i64, i64, i64], 1 + room / page + 1);
}
