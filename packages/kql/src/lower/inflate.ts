/** Bytes packed by DEFLATE (RFC 1951), and where reading stopped.
 *  @throws Error for what is not such data. */
export function inflate(bytes: Uint8Array, start: number): { readonly data: Uint8Array; readonly end: number } {
  const out: number[] = [];
  let position = start * 8;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, position++) {
      const byte = bytes[position >> 3];
      if (byte === undefined) throw new Error('the data ends too early');
      value |= ((byte >> (position & 7)) & 1) << i;
    }
    return value;
  };
  let last = false;
  while (!last) {
    last = bits(1) === 1;
    const kind = bits(2);
    if (kind === 0) {
      position = (position + 7) & ~7;
      const length = bits(16);
      if ((bits(16) ^ 0xffff) !== length) throw new Error('a stored block of another length');
      for (let i = 0; i < length; i++) out.push(bits(8));
    } else if (kind === 1) {
      unpack(fixedLengths, fixedDistances, bits, out);
    } else if (kind === 2) {
      const { lengths, distances } = dynamicCodes(bits);
      unpack(lengths, distances, bits, out);
    } else throw new Error('a block of no kind');
  }
  return { data: Uint8Array.from(out), end: (position + 7) >> 3 };
}

/** Huffman codes by length and value. */
type Code = ReadonlyMap<string, number>;
type Bits = (count: number) => number;

/** The canonical code of symbols by the lengths of their codes. */
function codeOf(lengths: readonly number[]): Code {
  const code = new Map<string, number>();
  let value = 0;
  for (let length = 1; length <= 15; length++) {
    value <<= 1;
    lengths.forEach((each, symbol) => {
      if (each === length) code.set(`${length}:${value++}`, symbol);
    });
  }
  return code;
}

function symbol(code: Code, bits: Bits): number {
  let value = 0;
  for (let length = 1; length <= 15; length++) {
    value = (value << 1) | bits(1);
    const found = code.get(`${length}:${value}`);
    if (found !== undefined) return found;
  }
  throw new Error('a code of no symbol');
}

const fixedLengths = codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const fixedDistances = codeOf(Array.from({ length: 30 }, () => 5));
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function dynamicCodes(bits: Bits): { readonly lengths: Code; readonly distances: Code } {
  const [literals, distances, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
  const own = Array.from({ length: 19 }, () => 0);
  for (const place of order.slice(0, count)) own[place] = bits(3);
  const code = codeOf(own);
  const all: number[] = [];
  while (all.length < literals + distances) {
    const next = symbol(code, bits);
    if (next < 16) all.push(next);
    else {
      const repeated = next === 16 ? all.at(-1) : 0;
      if (repeated === undefined) throw new Error('nothing to repeat');
      const times = next === 16 ? bits(2) + 3 : next === 17 ? bits(3) + 3 : bits(7) + 11;
      for (let i = 0; i < times; i++) all.push(repeated);
    }
  }
  return { lengths: codeOf(all.slice(0, literals)), distances: codeOf(all.slice(literals)) };
}

/** The first value and the further bits of each symbol of a length or a distance. */
function ranges(count: number, start: number, perStep: number): readonly (readonly [number, number])[] {
  let value = start;
  return Array.from({ length: count }, (_, i) => {
    const extra = Math.max(0, Math.floor(i / perStep) - 1);
    const range = [value, extra] as const;
    value += 1 << extra;
    return range;
  });
}

const lengthRanges = [...ranges(28, 3, 4), [258, 0] as const];
const distanceRanges = ranges(30, 1, 2);

function unpack(lengths: Code, distances: Code, bits: Bits, out: number[]): void {
  for (;;) {
    const next = symbol(lengths, bits);
    if (next === 256) return;
    if (next < 256) {
      out.push(next);
      continue;
    }
    const size = read(lengthRanges[next - 257], bits);
    const back = read(distanceRanges[symbol(distances, bits)], bits);
    for (let i = 0; i < size; i++) {
      const byte = out[out.length - back];
      if (byte === undefined) throw new Error('a distance before the beginning');
      out.push(byte);
    }
  }
}

function read(range: readonly [number, number] | undefined, bits: Bits): number {
  if (range === undefined) throw new Error('a symbol of no range');
  return range[0] + bits(range[1]);
}
