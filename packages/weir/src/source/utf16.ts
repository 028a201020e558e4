import { createReadStream } from 'node:fs';
import type { Utf16 } from './head.ts';

/** A file's text in UTF-8, without its mark. What is no character becomes U+FFFD.
 *  @throws Error at the end of a file that ends within a character; all before it comes first */
export async function* utf8Of(path: string, encoding: Utf16, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  let read = 0;
  for await (const part of createReadStream(path)) {
    read += part.length;
    onBytes(read);
    yield Buffer.from(decoder.decode(part, { stream: true }));
  }
  if (read % 2 === 1) throw new Error('half a character of UTF-16 at its end');
  yield Buffer.from(decoder.decode());
}
