import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { openEngine, rowsOf } from './duckdb.fixture.ts';
import { eventsSchema, fillEvents, newYear } from './queries.fixture.ts';

const options = { schema: eventsSchema, dialect: 'duckdb' } as const;

describe('compile', () => {
  it('waits for now only where the query asks for it', () => {
    expect(compile('E | where t > ago(1d)', options).parameters).toEqual(['now']);
    expect(compile('E | where t > ago(1d)', { ...options, now: 0n }).parameters).toEqual([]);
    expect(compile('E | where n > 1', options).parameters).toEqual([]);
  });

  it('gives the same answer for the parameter and for the constant', async () => {
    const engine = await openEngine();
    await fillEvents(engine, [
      ['a', newYear, newYear, '', 1n, null, null],
      ['b', newYear - 1n, newYear, '', 2n, null, null],
    ]);
    const text = 'E | where t >= ago(1h) | project id, since = now() - t';
    const now = newYear + 36_000_000_000n;
    const expected = [['a', 36_000_000_000n]];
    expect(await rowsOf(engine, compile(text, options), { now })).toEqual(expected);
    expect(await rowsOf(engine, compile(text, { ...options, now }))).toEqual(expected);
  });

  it('refuses to trace rows that have no id', () => {
    const { sql, diagnostics } = compile('print x = 1', { ...options, lineage: 'id' });
    expect(sql).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'WK005', severity: 'error', line: 1, column: 1 }]);
    expect(diagnostics[0]?.advice).toBeDefined();
  });

  it('warns without stopping', () => {
    const { sql, diagnostics } = compile('union isfuzzy=true E, Missing | count', options);
    expect(sql).toBeDefined();
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it.each([
    ['nothing', ''],
    ['a comment', '// only words'],
    ['no KQL at all', '}{][|"\''],
    ['brackets beyond every depth', `print ${'('.repeat(2000)}1${')'.repeat(2000)}`],
    ['a sum beyond the depth of the engine', `E | extend y = ${'n + '.repeat(250)}1`],
    ['a function that lacks an argument', 'print x = series_fill_const(dynamic([1]))'],
    ['names of JavaScript', 'E | project constructor, __proto__'],
    ['a table of JavaScript', 'toString | take 1'],
    ['a function of JavaScript', 'print valueOf(1)'],
  ])('answers %s with a diagnostic', (_name, text) => {
    const { sql, diagnostics } = compile(text, options);
    expect(sql).toBeUndefined();
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('keeps names that JavaScript and SQL use', async () => {
    const text = 'print ["select"] = 1, __proto__ = 2, ["a\\"b"] = 3, constructor = "c", d = dynamic({"__proto__": 1})';
    const compiled = compile(text, options);
    expect(compiled.diagnostics).toEqual([]);
    expect(compiled.columns.map(({ name }) => name)).toEqual(['select', '__proto__', 'a"b', 'constructor', 'd']);
    expect(await rowsOf(await openEngine(), compiled)).toEqual([[1n, 2n, 3n, 'c', '{"__proto__":1}']]);
  });
});

it('refuses definitions that would grow without end', () => {
  const doubled = Array.from({ length: 40 }, (_, at) => `let a${at + 1} = a${at} + a${at};`);
  const text = ['let a0 = strlen("x");', ...doubled, 'print a40'].join('\n');
  const { sql, diagnostics } = compile(text, { schema: { tables: {} }, dialect: 'duckdb' });
  expect(sql).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(['WK001']);
});

it.each(['duckdb', 'clickhouse'] as const)('refuses SQL that would grow without end, on %s', (dialect) => {
  const doubled = Array.from({ length: 14 }, (_, at) => `let a${at + 1} = strcat(a${at}, a${at});`);
  const text = ['let a0 = dynamic_to_json(parse_json("[1]"));', ...doubled, 'print a14'].join('\n');
  const { sql, diagnostics } = compile(text, { schema: { tables: {} }, dialect });
  expect(sql).toBeUndefined();
  expect(diagnostics.map(({ message }) => message)).toEqual(['The SQL of this query becomes too long.']);
});
