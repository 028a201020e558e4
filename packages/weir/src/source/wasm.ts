/** Just enough of WebAssembly's binary format for one small function: Node's own searches look for one text at a time, and a
 *  loop in JavaScript looks at one byte at a time. Instructions are written as expressions: operands first. */
export type Code = readonly number[];

export const i32 = 0x7f;
export const i64 = 0x7e;

const plain =
  (...opcode: readonly number[]) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), ...opcode];
const reading =
  (...opcode: readonly number[]) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 0, ...unsigned(offset)];

export const op = {
  get: (local: number): Code => [0x20, local],
  set: (local: number, value: Code): Code => [...value, 0x21, local],
  number: (value: number): Code => [0x41, ...signed(BigInt(value | 0))],
  wide: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  /** Runs its body again where a `jump` to it is reached; jumps count the loops and ifs around them from 0. */
  loop: (...body: readonly Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0b],
  jump: (depth: number): Code => [0x0c, depth],
  jumpIf: (condition: Code, depth: number): Code => [...condition, 0x0d, depth],
  when: (condition: Code, ...body: readonly Code[]): Code => [...condition, 0x04, 0x40, ...body.flat(), 0x0b],
  whether: (condition: Code, yes: readonly Code[], no: readonly Code[]): Code => [
    ...condition,
    ...[0x04, 0x40, ...yes.flat(), 0x05, ...no.flat(), 0x0b],
  ],
  give: (value: Code): Code => [...value, 0x0f],

  byte: reading(0x2d),
  word: reading(0x29),
  equal: plain(0x46),
  below: plain(0x49),
  atLeast: plain(0x4f),
  isZero: plain(0x45),
  trailingZeros: plain(0x68),
  add: plain(0x6a),
  minus: plain(0x6b),
  times: plain(0x6c),
  and: plain(0x71),
  or: plain(0x72),
  xor: plain(0x73),
  left: plain(0x74),
  right: plain(0x76),

  wideIsZero: plain(0x50),
  wideEqual: plain(0x51),
  wideLeadingZeros: plain(0x79),
  wideMinus: plain(0x7d),
  wideAnd: plain(0x83),
  wideOr: plain(0x84),
  wideXor: plain(0x85),
  wideRight: plain(0x88),
  low: plain(0xa7),
  widen: plain(0xad),

  /** Sixteen bytes at once. */
  bytes: reading(0xfd, 0x00),
  all: (value: number): Code => [...op.number(value), 0xfd, 0x0f],
  sameBytes: plain(0xfd, 0x23),
  bytesAtMost: plain(0xfd, 0x2a),
  bytesAnd: plain(0xfd, 0x4e),
  bytesOr: plain(0xfd, 0x50),
  /** A bit for each of them. */
  bits: plain(0xfd, 0x64),
} as const;

/** What a module gives: its memory, and its function over places in it. */
export interface Program {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: (...parameters: number[]) => number;
}

/** Types of Node's own, which the language's library has only beside a browser's. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** A function that takes and gives i32, with further locals behind its parameters, over a memory of so many pages of 64 KB. */
export function programOf(body: Code, parameters: number, locals: readonly number[], pages: number): Program {
  const code = [...list(locals.map((type) => [1, type])), ...body, 0x0b];
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [[0x60, ...list(Array.from({ length: parameters }, () => [i32])), ...list([[i32]])]]),
    ...section(3, [[0]]),
    ...section(5, [[0x01, ...unsigned(pages), ...unsigned(pages)]]),
    ...section(7, [
      [...text('run'), 0x00, 0],
      [...text('memory'), 0x02, 0],
    ]),
    ...section(10, [[...unsigned(code.length), ...code]]),
  ]);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Program;
}

function section(id: number, entries: readonly Code[]): Code {
  const content = list(entries);
  return [id, ...unsigned(content.length), ...content];
}

function list(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function text(value: string): Code {
  return list([...Buffer.from(value)].map((byte) => [byte]));
}

function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): Code {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
