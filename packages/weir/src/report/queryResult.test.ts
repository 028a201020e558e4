import type { Column } from '@weir/kql/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueryFormat, renderQueryResult } from './queryResult.ts';

const columns: readonly Column[] = [
  { name: 'at', type: 'datetime' },
  { name: 'span', type: 'timespan' },
  { name: 'n', type: 'long' },
  { name: 'r', type: 'real' },
  { name: 'd', type: 'dynamic' },
  { name: 'ok', type: 'bool' },
  { name: 's', type: 'string' },
];
const ticks = 639_028_224_000_000_001n;
const row = [ticks, 864_000_000_000n, 9_007_199_254_740_993n, Number.NaN, '{"a":[1,12345678901234567890]}', true, 'x'];
const nothing = [null, null, null, null, null, null, ''];

async function told(format: QueryFormat, rows: readonly (readonly unknown[])[], of = columns, width = 200) {
  let text = '';
  for await (const part of renderQueryResult(of, [rows], format, { width })) text += part;
  return text;
}

describe('renderQueryResult', () => {
  it('as JSON keeps every digit and null', async () => {
    const text = await told('json', [row, nothing]);
    expect(JSON.parse(text).columns).toEqual(columns);
    expect(text.split('\n').slice(1)).toEqual([
      '["2026-01-01T00:00:00.0000001Z","1.00:00:00","9007199254740993","NaN",{"a":[1,12345678901234567890]},true,"x"],',
      '[null,null,null,null,null,null,""]',
      ']}',
      '',
    ]);
    expect(JSON.parse(await told('json', [])).rows).toEqual([]);
  });

  it('as NDJSON names columns apart', async () => {
    const twice: Column[] = [
      { name: 'RemotePort', type: 'int' },
      { name: 'RemotePort', type: 'int' },
      { name: 'RemotePort_2', type: 'int' },
    ];
    expect(await told('ndjson', [[1, 2, 3]], twice)).toBe('{"RemotePort":1,"RemotePort_3":2,"RemotePort_2":3}\n');
  });

  it.each([
    [Number.POSITIVE_INFINITY, '"Infinity"', 'Infinity'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"', '-Infinity'],
    [1e21, '1e+21', '1e+21'],
    [2, '2', '2.0'],
  ])('tells the real %s', async (value, json, text) => {
    const real: Column[] = [{ name: 'r', type: 'real' }];
    expect(await told('ndjson', [[value]], real)).toBe(`{"r":${json}}\n`);
    expect(await told('csv', [[value]], real)).toBe(`r\n${text}\n`);
  });

  it('as a table puts long rows below each other', async () => {
    const text = await told('table', [row], columns, 40);
    expect(text).toContain('── row 1');
    expect(text).toMatch(/at {4,}2026-01-01T00:00:00\.0000001Z/);
    expect(await told('table', [])).toMatch(/at.*span.*\n.*\n0 rows\n$/s);
  });

  it('shows values as they are, yet nothing steers a terminal or a spreadsheet', async () => {
    const text: Column[] = [{ name: 's', type: 'string' }];
    const secret = 'curl --password hunter2hunter2';
    for (const format of ['table', 'json', 'ndjson', 'csv'] as const) {
      expect(await told(format, [[secret]], text)).toContain(secret);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom('\u001b[2J', '\u202e', '\r', '=1', 'a')), async (parts) => {
          const shown = await told(format, [[parts.join('')]], text);
          expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          if (format === 'csv') expect(shown.split('\n')[1]).not.toMatch(/^"?[=+\-@]/);
        }),
        { numRuns: 50 },
      );
    }
  });
});
