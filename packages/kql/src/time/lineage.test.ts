import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { openEngine, rowsOf } from '../duckdb.fixture.ts';
import { eventsSchema, fillEvents, newYear } from '../queries.fixture.ts';

const traced = (text: string) =>
  compile(text, { schema: eventsSchema, dialect: 'duckdb', lineage: 'id', now: newYear });

const engine = await openEngine();
const keys = ['x', 'y', 'x', 'y'];
await fillEvents(
  engine,
  ['a', 'b', 'c', 'd'].map((id, n) => [id, newYear, newYear, keys[n] ?? '', BigInt(n), null, null]),
);

/** The ids of each result row, in one word. */
const idsOf = async (text: string) =>
  (await rowsOf(engine, traced(text))).map((row) => (String(row.at(-1)).match(/[a-d]/g) ?? []).sort().join(''));

describe('lineage', () => {
  it('names the neighbour that a row reads from, and not the rows that are only counted', async () => {
    const ids = (value: string) => idsOf(`E | sort by id asc | project x = ${value}`);
    expect(await ids('prev(n)')).toEqual(['a', 'ab', 'bc', 'cd']);
    expect(await ids('iff(next(n, 2) > 2, prev(n), 0)')).toEqual(['ac', 'abd', 'bc', 'cd']);
    expect(await ids('iff(prev(n) > 0, prev(k), prev(k))')).toEqual(['a', 'ab', 'bc', 'cd']);
    expect(await ids('row_number()')).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids('row_rank_dense(k)')).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids('row_rank_min(k, n == 2)')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('names all rows in front that a running sum adds up', async () => {
    const sums = (rest: string) => idsOf(`E | sort by id asc | extend s = row_cumsum(n)${rest}`);
    expect(await sums('')).toEqual(['a', 'ab', 'abc', 'abcd']);
    expect(await sums(' | where s > 2 | project id, s')).toEqual(['abc', 'abcd']);
    expect(await sums(' | top 1 by s asc')).toEqual(['a']);
    expect(await sums(' | summarize max(s) by k | sort by k asc')).toEqual(['abc', 'abcd']);
    expect(await sums(' | extend p = prev(s)')).toEqual(['a', 'ab', 'abc', 'abcd']);
    expect(await sums(' | extend p = next(s)')).toEqual(['ab', 'abc', 'abcd', 'abcd']);
    expect(await sums(' | extend p = next(n) | where id == "a"')).toEqual(['ab']);
    expect(await sums(' | extend t = row_cumsum(s) | where id != "b"')).toEqual(['a', 'abc', 'abcd']);
    expect(await idsOf('E | sort by id asc | extend s = row_cumsum(n, n == 2)')).toEqual(['a', 'ab', 'c', 'cd']);
    expect(await idsOf('E | sort by k asc, id asc | extend s = row_cumsum(n, k != prev(k))')).toEqual([
      'a',
      'ac',
      'bc',
      'bcd',
    ]);
  });

  it('names all rows in front that a scan or a session went over, in the same part', async () => {
    const scan = 'scan declare (s: long = 0) with (step x: n > 0 => s = x.s + 1;)';
    expect(await idsOf(`E | sort by id asc | ${scan}`)).toEqual(['ab', 'abc', 'abcd']);
    expect(await idsOf(`E | partition hint.strategy=native by k (sort by id asc | ${scan}) | sort by id asc`)).toEqual([
      'b',
      'ac',
      'bd',
    ]);
    const session = 'row_window_session(t, 1d, 1h, n == 2)';
    expect(await idsOf(`E | sort by id asc | extend s = ${session} | where id in ("b", "c")`)).toEqual(['ab', 'abc']);
  });

  it('needs a table with the column', () => {
    expect(traced('print x = 1').diagnostics.map(({ code }) => code)).toEqual(['WK005']);
  });
});
