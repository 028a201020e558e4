import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { openEngine, rowsOf } from '../duckdb.fixture.ts';
import { eventsSchema, fillEvents, newYear } from '../queries.fixture.ts';

const traced = (text: string) =>
  compile(text, { schema: eventsSchema, dialect: 'duckdb', lineage: 'id', now: newYear });

describe('lineage', () => {
  it.each([
    ['scan', 'E | sort by t asc | scan declare (s: long = 0) with (step a: true => s = a.s + 1;)'],
    ['a running sum', 'E | sort by t asc | extend s = row_cumsum(n)'],
    ['a rank', 'E | sort by n asc | extend s = row_rank_dense(n)'],
  ])('is refused for %s, whose rows follow from all in front', (_name, text) => {
    expect(traced(text).diagnostics.map(({ code }) => code)).toEqual(['WK005']);
  });

  it('names the neighbour that a row reads from, and not the rows that are only counted', async () => {
    const engine = await openEngine();
    const rows = ['a', 'b', 'c', 'd'].map((id, n) => [id, newYear, newYear, '', BigInt(n), null, null]);
    await fillEvents(engine, rows);
    const ids = async (value: string) =>
      (await rowsOf(engine, traced(`E | sort by id asc | project x = ${value}`))).map((row) =>
        (String(row.at(-1)).match(/[a-d]/g) ?? []).sort().join(''),
      );
    expect(await ids('prev(n)')).toEqual(['a', 'ab', 'bc', 'cd']);
    expect(await ids('iff(next(n, 2) > 2, prev(n), 0)')).toEqual(['ac', 'abd', 'bc', 'cd']);
    expect(await ids('iff(prev(n) > 0, prev(k), prev(k))')).toEqual(['a', 'ab', 'bc', 'cd']);
    expect(await ids('row_number()')).toEqual(['a', 'b', 'c', 'd']);
  });
});
