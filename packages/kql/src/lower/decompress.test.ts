import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { inflate } from './inflate.ts';

/** Random bytes, and texts that repeat themselves. */
const data = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .array(fc.constantFrom('weir ', 'data ', 'leaves ', 'ü'), { maxLength: 400 })
    .map((parts) => Buffer.from(parts.join(''))),
);

it('unpacks what zlib packs, at every level', () => {
  fc.assert(
    fc.property(data, fc.integer({ min: 0, max: 9 }), (bytes, level) => {
      const packed = deflateRawSync(bytes, { level });
      expect(inflate(packed, 0)).toEqual({ data: Uint8Array.from(bytes), end: packed.length });
    }),
    { numRuns: 200 },
  );
});

function constantOf(call: string): string | undefined {
  return compile(`print x = ${call}`, { schema: { tables: {} }, dialect: 'duckdb' }).sql;
}

it('reads the check sums of gzip and zlib', () => {
  for (const text of ['', 'weir', 'ü'.repeat(500)]) {
    const gzip = gzipSync(text).toString('base64');
    const zlib = deflateSync(text).toString('base64');
    expect(constantOf(`gzip_decompress_from_base64_string("${gzip}")`)).toContain(`'${text}'`);
    expect(constantOf(`zlib_decompress_from_base64_string("${zlib}")`)).toContain(`'${text}'`);
  }
  const broken = gzipSync('weir');
  broken[broken.length - 8] = (broken[broken.length - 8] ?? 0) ^ 1;
  expect(constantOf(`gzip_decompress_from_base64_string("${broken.toString('base64')}")`)).toBeUndefined();
});
