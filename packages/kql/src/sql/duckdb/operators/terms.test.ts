import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../compile.ts';
import { openEngine, rowsOf } from '../../../duckdb.fixture.ts';
import type { Schema } from '../../../types.ts';
import { literal } from '../../quote.ts';

const engine = await openEngine();
const schema: Schema = { tables: { T: [{ name: 's', type: 'string' }] } };

const piece = fc.constantFrom(
  'mega',
  'MEGA',
  'nz',
  '.',
  '_',
  ' ',
  '/',
  'é',
  'É',
  'ж',
  '1',
  '+',
  '(',
  '\\',
  '%',
  '\n',
  '٣',
  '𝒜',
);
const subject = fc.array(piece, { maxLength: 7 }).map((parts) => parts.join(''));
const needle = fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));

const quoted = (texts: readonly string[]) => texts.map((text) => JSON.stringify(text)).join(', ');

async function fill(subjects: readonly string[]): Promise<void> {
  await engine.run('CREATE OR REPLACE TABLE T (s VARCHAR)');
  await engine.run(`INSERT INTO T VALUES ${subjects.map((text) => `(${literal(text)})`).join(', ')}`);
}

async function found(query: string): Promise<unknown[]> {
  const compiled = compile(query, { schema, dialect: 'duckdb' });
  expect(compiled.diagnostics).toEqual([]);
  return (await rowsOf(engine, compiled)).map(([value]) => value);
}

/** A needle with its own letters or digits at an edge ends there where the text has none beside it. */
function hasTerm(text: string, term: string): boolean {
  const wordy = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
  const [haystack, wanted] = [[...text.toLowerCase()], [...term.toLowerCase()]];
  return haystack.some((_, start) => {
    if (wanted.some((character, index) => haystack[start + index] !== character)) return false;
    const before = wordy(wanted[0]) && wordy(haystack[start - 1]);
    const after = wordy(wanted.at(-1)) && wordy(haystack[start + wanted.length]);
    return !before && !after;
  });
}

describe('terms', { timeout: 60_000 }, () => {
  it('has_any over a let-bound array is one regular expression, and says what the terms say one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(subject, { minLength: 1, maxLength: 20 }),
        fc.uniqueArray(needle, { minLength: 2, maxLength: 6 }),
        async (subjects, needles) => {
          await fill(subjects);
          const query = `let names = dynamic([${quoted(needles)}]);\nT | where s has_any (names)`;
          const sql = compile(query, { schema, dialect: 'duckdb' }).sql ?? '';
          expect(sql.match(/regexp_/g)).toHaveLength(1);
          const byTerm = needles.map((term) => `s has ${JSON.stringify(term)}`).join(' or ');
          const any = await found(query);
          expect(any).toEqual(await found(`T | where ${byTerm}`));
          expect(any).toEqual(subjects.filter((text) => needles.some((term) => hasTerm(text, term))));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('has_all is every term', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(subject, { minLength: 1, maxLength: 20 }),
        fc.array(needle, { minLength: 1, maxLength: 3 }),
        async (subjects, needles) => {
          await fill(subjects);
          expect(await found(`T | where s has_all (${quoted(needles)})`)).toEqual(
            subjects.filter((text) => needles.every((term) => hasTerm(text, term))),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it('a needle that is only known per row is the same term', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(subject, { minLength: 1, maxLength: 20 }), needle, async (subjects, term) => {
        await fill(subjects);
        expect(
          await found(
            `T | extend n = strcat(s, "") | where s has substring(strcat(${JSON.stringify(term)}, n), 0, ${[...term].length}) | project s`,
          ),
        ).toEqual(await found(`T | where s has ${JSON.stringify(term)}`));
      }),
      { numRuns: 25 },
    );
  });
});
