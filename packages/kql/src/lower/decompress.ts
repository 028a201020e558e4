import type { Bound } from '../parse/tree.ts';
import type { Scalar } from '../plan/scalar.ts';
import { refuse } from './context.ts';
import { inflate } from './inflate.ts';
import { constant } from './scalar-operator.ts';

/** `gzip_decompress_from_base64_string` and its like for zlib: no engine unpacks a text, so that a constant is unpacked
 *  while compiling. What is no such data is the empty text. */
export function decompressed(name: string, node: Bound, packed: Scalar): Scalar {
  if (packed.kind !== 'constant' || typeof packed.value !== 'string') {
    return refuse(node.span, 'WK002', `${name} needs a constant text.`, 'Unpack the text before it comes to Weir.');
  }
  const bytes = bytesOf(packed.value);
  const text = bytes === undefined ? '' : (name.startsWith('gzip') ? gzip : zlib)(bytes);
  if (text === undefined) {
    return refuse(node.span, 'WK002', `Whether ${name} takes this header or check sum is not documented.`);
  }
  return constant(text, 'string', node.span);
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Undefined where the documents leave the answer open: optional header fields and wrong check sums. */
function gzip(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return '';
  if (bytes[3] !== 0) return undefined;
  return unpacked(bytes, 10, (data, trailer) => littleEndian(trailer) === crc32(data));
}

function zlib(bytes: Uint8Array): string | undefined {
  const [method = 0, flags = 0] = bytes;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0) return '';
  if (method >> 4 !== 7 || (flags & 32) !== 0) return undefined;
  return unpacked(bytes, 2, (data, trailer) => littleEndian([...trailer.slice(0, 4)].reverse()) === adler32(data));
}

function unpacked(
  bytes: Uint8Array,
  start: number,
  matches: (data: Uint8Array, trailer: Uint8Array) => boolean,
): string | undefined {
  try {
    const { data, end } = inflate(bytes, start);
    if (!matches(data, bytes.slice(end))) return undefined;
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return '';
  }
}

function littleEndian(bytes: ArrayLike<number>): number {
  return ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24)) >>> 0;
}

function crc32(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ ((sum & 1) === 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

function adler32(data: Uint8Array): number {
  let [low, high] = [1, 0];
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}
