import { isUtf8 } from 'node:buffer';

/** How much of a file recognition looks at. */
export const headLength = 256 * 1024;

export type Utf16 = 'utf-16le' | 'utf-16be';

/** The first bytes of an input, judged. */
export type Head =
  | { readonly kind: 'text'; readonly text: string; readonly bom: boolean; readonly whole: boolean }
  | { readonly kind: 'gzip' | 'zstd' | 'parquet' }
  /** Text in UTF-16 with a mark, as PowerShell 5.1 redirects it. */
  | { readonly kind: 'utf-16'; readonly encoding: Utf16 }
  | { readonly kind: 'datagrams'; readonly version: string }
  | { readonly kind: 'refused'; readonly reason: string };

const magics: readonly (readonly [bytes: readonly number[], head: Head])[] = [
  [[0x1f, 0x8b], { kind: 'gzip' }],
  [[0x28, 0xb5, 0x2f, 0xfd], { kind: 'zstd' }],
  [[0x50, 0x41, 0x52, 0x31], { kind: 'parquet' }],
  [[0x50, 0x4b, 0x03, 0x04], refused('a zip archive; unpack it first')],
  [[0x42, 0x5a, 0x68], refused('compressed with bzip2; unpack it first (gzip and zstd are read as they are)')],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], refused('compressed with xz; unpack it first (gzip and zstd are read as they are)')],
  [[0x37, 0x7a, 0xbc, 0xaf], refused('a 7-Zip archive; unpack it first')],
  [[0xd4, 0xc3, 0xb2, 0xa1], refused('a packet capture; run Zeek over it and give Weir the logs')],
  [[0xa1, 0xb2, 0xc3, 0xd4], refused('a packet capture; run Zeek over it and give Weir the logs')],
  [[0x4d, 0x3c, 0xb2, 0xa1], refused('a packet capture; run Zeek over it and give Weir the logs')],
  [[0x0a, 0x0d, 0x0d, 0x0a], refused('a packet capture (pcapng); run Zeek over it and give Weir the logs')],
  [
    [0x45, 0x6c, 0x66, 0x46, 0x69, 0x6c, 0x65],
    refused('a Windows event log (EVTX); export it as XML or JSON first (wevtutil, evtx_dump)'),
  ],
  [[0x00, 0x05], { kind: 'datagrams', version: 'v5' }],
  [[0x00, 0x09], { kind: 'datagrams', version: 'v9' }],
  [[0x00, 0x0a], { kind: 'datagrams', version: 'ipfix' }],
  [[0xff, 0xfe], { kind: 'utf-16', encoding: 'utf-16le' }],
  [[0xfe, 0xff], { kind: 'utf-16', encoding: 'utf-16be' }],
];

function refused(reason: string): Head {
  return { kind: 'refused', reason };
}

/** Whether a file begins with the version of NetFlow 5, NetFlow 9 or IPFIX. */
export function isDatagrams(bytes: Buffer): boolean {
  return bytes[0] === 0 && [5, 9, 10].includes(bytes[1] ?? 0);
}

/** Judges the head of an input; `whole` says that it is all there is. */
export function judgeHead(bytes: Buffer, whole: boolean): Head {
  if (bytes.length === 0) return refused('the file is empty');
  for (const [magic, head] of magics) if (magic.every((byte, index) => bytes[index] === byte)) return head;
  if (bytes.toString('latin1', 257, 262) === 'ustar') return refused('a tar archive; unpack it first');
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = bytes.toString('utf8', bom ? 3 : 0);
  if (text.trim() === '') return whole ? refused('the file holds nothing but blanks') : refused('binary data');
  const zeros = bytes.subarray(0, 4096).filter((byte) => byte === 0).length;
  if (zeros > bytes.length / 4 || (zeros > 1024 && !isUtf8(bytes))) {
    return refused('text in UTF-16 without a mark, or binary data; convert it to UTF-8 text first');
  }
  if (controls(text) > 0.1) return refused('binary data, not a log in text');
  return { kind: 'text', text, bom, whole };
}

/** Share of characters that text does not have. */
function controls(text: string): number {
  const start = text.slice(0, 4096);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return (start.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0) / start.length;
}
