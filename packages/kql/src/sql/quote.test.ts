import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../duckdb.fixture.ts';
import { identifier, literal, Unquotable } from './quote.ts';

const engine = await openEngine();

/** Any well-formed Unicode text, and more often the characters that quoting is about. */
const text = fc
  .array(fc.oneof(fc.constantFrom("'", '"', '\\', '\n', '--', '/*', ';', '$1', '%'), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join(''))
  .filter((item) => item.isWellFormed());

describe('quoters', () => {
  it('give every text back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const reader = await engine.runAndReadAll(`SELECT ${literal(value)}, strlen(${literal(value)})`);
        expect(reader.getRows()).toEqual([[value, BigInt(Buffer.byteLength(value))]]);
      }),
      { numRuns: 300 },
    );
  });

  it('give every name back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        text.map((name) => name.replaceAll('\0', '')).filter((name) => name !== ''),
        async (name) => {
          const reader = await engine.runAndReadAll(
            `SELECT t.${identifier(name)} FROM (SELECT 1 AS ${identifier(name)}) AS t`,
          );
          expect(reader.columnNames()).toEqual([name]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuse what no SQL text can carry', () => {
    for (const bad of ['\ud800', 'x\udc00']) {
      expect(() => literal(bad)).toThrow(Unquotable);
      expect(() => identifier(bad)).toThrow(Unquotable);
    }
    for (const bad of ['\0', 'a\0b']) expect(() => identifier(bad)).toThrow(Unquotable);
    expect(() => identifier('')).toThrow(Unquotable);
  });
});
