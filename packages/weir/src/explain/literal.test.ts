import { compile } from '@weir/kql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kqlDatetime, kqlLong, kqlString, kqlStrings } from './literal.ts';

const noTables = { schema: { tables: {} }, dialect: 'duckdb' } as const;

/** What the compiler takes a literal for. */
function constantOf(literal: string): unknown {
  const { plan, diagnostics } = compile(`print Value = ${literal}`, noTables);
  expect(diagnostics, literal).toEqual([]);
  const { relation } = plan ?? expect.fail(literal);
  const value = relation.kind === 'project' ? relation.columns[0]?.value : undefined;
  return value?.kind === 'constant' ? value.value : expect.fail(`${literal} is no constant but ${value?.kind}`);
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', '|', ';', '\n', '\r', '`', '/', '{', '}', '\u2028', '\u202e', 'a'),
  }),
);

test('law: whatever a log says, the literal is that text and ends where it ends', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(constantOf(kqlString(text))).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test('law: a list of texts is that list', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 4 }), (texts) => {
      expect(constantOf(kqlStrings(texts))).toEqual({ json: texts });
    }),
    { numRuns: 50 },
  );
});

test('a long that is not known is null; a moment keeps its seven digits', () => {
  expect(constantOf(kqlLong(5n))).toBe(5n);
  expect(constantOf(kqlLong(null))).toBeNull();
  expect(constantOf(kqlDatetime(639_000_000_000_000_001n))).toBe(639_000_000_000_000_001n);
});
