import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decompressed, Spool, spoolStream } from './spool.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-spool-'));
});
afterAll(() => rm(directory, { recursive: true }));

const lines = Buffer.from(Array.from({ length: 400_000 }, (_, n) => `${(n * 7919) % 100_003}\n`).join(''));

/** Unpacks what `bytes` hold, asking for a chunk only after `pause` milliseconds. */
async function unpack(
  kind: 'gzip' | 'zstd',
  bytes: Buffer,
  pause: number,
): Promise<{ error: Error | undefined; content: Buffer }> {
  const path = join(directory, 'packed');
  await writeFile(path, bytes);
  const slowly = async function* (): AsyncGenerator<Buffer> {
    await setTimeout(pause);
    for await (const chunk of decompressed(kind, path, () => undefined)) {
      yield chunk;
      if (pause > 0) await setTimeout(1);
    }
  };
  const spool = await Spool.create(directory, 'plain');
  const error = await spoolStream(slowly(), spool);
  await spool.finish();
  return { error, content: await readFile(spool.path) };
}

describe.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('%s', (kind, pack) => {
  it('is unpacked whole, all members of it', async () => {
    const { error, content } = await unpack(kind, Buffer.concat([pack(lines), pack(lines)]), 0);
    expect(error).toBeUndefined();
    expect(content.equals(Buffer.concat([lines, lines]))).toBe(true);
  });

  it('that is cut short gives the same beginning and an error, however late it is read', async () => {
    const packed = pack(lines);
    const cut = packed.subarray(0, packed.length / 2);
    const [soon, late] = [await unpack(kind, cut, 0), await unpack(kind, cut, 40)];
    expect(soon.error?.message).toBe('unexpected end of file');
    expect(late.error?.message).toBe('unexpected end of file');
    expect(soon.content.length).toBeGreaterThan(100_000);
    expect(lines.subarray(0, soon.content.length).equals(soon.content)).toBe(true);
    expect(late.content.length).toBe(soon.content.length);
  });

  it('that is broken from the start is an error to its reader, not to the process', async () => {
    const packed = pack(Buffer.from('a short text\n'));
    const { error, content } = await unpack(kind, packed.subarray(0, 9), 40);
    expect(error).toBeInstanceOf(Error);
    expect(content.length).toBe(0);
  });
});
