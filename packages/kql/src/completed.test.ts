import { describe, expect, it } from 'vitest';
import { compile, compileAsking } from './compile.ts';
import { Completed } from './completed.ts';
import type { Schema } from './types.ts';

const schema: Schema = { tables: { T: [{ name: 'd', type: 'dynamic' }] } };

describe('a completed query', () => {
  const completed = new Completed('abc|def')
    .with({ place: 7, text: '<2>', answer: [['2']] })
    .with({ place: 3, text: '<1>', answer: [['1']] });

  it('has its schemas where they belong', () => {
    expect(completed.text).toBe('abc<1>|def<2>');
    expect(completed.answers).toEqual(
      new Map([
        [3, [['1']]],
        [10, [['2']]],
      ]),
    );
  });

  it('knows the way back', () => {
    const back = [...'abc|def'].map((letter) => completed.place(completed.text.lastIndexOf(letter)));
    expect(back).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(completed.place(5)).toBe(3);
    expect(completed.span({ start: 1, length: 7 })).toEqual({ start: 1, length: 4 });
  });
});

describe('a query whose columns depend on the data', () => {
  const text = 'T | evaluate bag_unpack(d)\n| where Missing == Name';

  it('asks, and says why there is no SQL', () => {
    const { sql, question, diagnostics } = compile(text, { schema, dialect: 'duckdb' });
    expect(sql).toBeUndefined();
    expect(question).toMatchObject({ place: 26, columns: [{ name: 'Key' }, { name: 'Kind' }], parameters: [] });
    expect(diagnostics).toMatchObject([{ code: 'WK004', line: 1, column: 14 }]);
  });

  it('is told in its own places what is wrong with it', async () => {
    const asked: string[] = [];
    const { diagnostics } = await compileAsking(text, { schema, dialect: 'duckdb' }, async ({ sql }) => {
      asked.push(sql);
      return [['Name', 'string']];
    });
    expect(asked).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ code: 'KS142', line: 2, column: 9, length: 7 }]);
  });

  it('compiles with the answer', async () => {
    const answered = await compileAsking('T | evaluate bag_unpack(d)', { schema, dialect: 'duckdb' }, async () => [
      ['b', 'long'],
      ['a', 'string'],
      ['a', 'null'],
      ['b', 'array'],
    ]);
    expect(answered.columns).toEqual([
      { name: 'a', type: 'string' },
      { name: 'b', type: 'dynamic' },
    ]);
  });
});
