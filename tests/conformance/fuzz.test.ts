import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../packages/kql/src/duckdb.fixture.ts';
import { compile } from '../../packages/kql/src/index.ts';
import { eventsSchema, queries } from '../../packages/kql/src/queries.fixture.ts';
import { sharedPath } from '../shared.ts';
import { readCases, readQueries } from './cases.ts';
import { DuckDB } from './engine.ts';
import { publishedSchemas } from './schemas.ts';

const published = sharedPath('kql', 'published-queries.jsonl');
const recorded = sharedPath('kql', 'emulator-fuzz.jsonl');

/** The SQL of queries of up to 3,000 characters stays below this. */
const mostSql = 2_000_000;

/** Queries as people wrote them, cut up and put together wrongly: the compiler answers with SQL that DuckDB prepares, or
 *  with diagnostics that have a place. */
describe.skipIf(published === undefined || recorded === undefined)('compile never throws', () => {
  const texts =
    published === undefined || recorded === undefined
      ? []
      : [...readQueries(published), ...readCases(recorded)].map(({ kql }) => kql).filter((kql) => kql.length < 3000);
  const [schema] = publishedSchemas();

  it('for mutated queries', { timeout: 120_000 }, async () => {
    if (schema === undefined) throw new Error('no schema');
    const engine = await openEngine();
    await new DuckDB(engine).createTables(schema.tables);
    await fc.assert(
      fc.asyncProperty(mutated(texts), async (text) => {
        // SQL for ClickHouse is parsed in the conformance suite only: its engine is not installed here.
        compile(text, { schema, dialect: 'clickhouse' });
        const { sql, diagnostics } = compile(text, { schema, dialect: 'duckdb' });
        if (sql !== undefined) {
          expect(sql.length).toBeLessThanOrEqual(mostSql);
          const prepared = await engine.prepare(sql);
          prepared.destroySync();
          return;
        }
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(errors.length).toBeGreaterThan(0);
        for (const { message, line, column, start, length } of errors) {
          expect(message).not.toBe('');
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(start + length).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

it('random queries become SQL in every dialect', () => {
  fc.assert(
    fc.property(queries(), (text) => {
      for (const dialect of ['duckdb', 'clickhouse'] as const) {
        const { sql, diagnostics } = compile(text, { schema: eventsSchema, dialect });
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(sql?.length).toBeLessThanOrEqual(mostSql);
      }
    }),
    { numRuns: 50 },
  );
});

/** A query with a few of its words dropped, doubled, swapped, or replaced by words of another. */
function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  const word = fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.constantFrom('drop', 'double', 'swap', 'replace', 'keep'));
  return fc.tuple(fc.nat(100_000), fc.nat(100_000), fc.array(word, { maxLength: 4 })).map(([one, other, changes]) => {
    const words = tokens(texts[one % texts.length] ?? '');
    const donor = tokens(texts[other % texts.length] ?? '');
    for (const [at, from, change] of changes) {
      const place = at % Math.max(1, words.length);
      const second = from % Math.max(1, words.length);
      const [a = '', b = ''] = [words[place], words[second]];
      if (change === 'drop') words.splice(place, 1);
      else if (change === 'double') words.splice(place, 0, a);
      else if (change === 'replace') words[place] = donor[from % Math.max(1, donor.length)] ?? '';
      else if (change === 'swap') [words[place], words[second]] = [b, a];
    }
    return words.join('');
  });
}

function tokens(text: string): string[] {
  return text.match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\w+|\s+|[^\w\s]/g) ?? [];
}
