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

  it.each([
    ['"x"', 'x', 'x'],
    ['"say \\"so\\""', '"say ""so"""', 'say "so"'],
    // Such a text is as harmless as any other.
    ['"=1+1"', "'=1+1", '=1+1'],
    ['12345678901234567890', '12345678901234567890', '12345678901234567890'],
    ['["a"]', '"[""a""]"', '["a"]'],
  ])('shows the dynamic %s as %s and %s', async (value, csv, table) => {
    const dynamic: Column[] = [{ name: 'd', type: 'dynamic' }];
    expect(await told('csv', [[value]], dynamic)).toBe(`d\n${csv}\n`);
    expect(await told('table', [[value]], dynamic)).toContain(`\n${table}\n`);
    expect(await told('ndjson', [[value]], dynamic)).toBe(`{"d":${value}}\n`);
  });

  it('steers no terminal with a dynamic text', async () => {
    const dynamic: Column[] = [{ name: 'd', type: 'dynamic' }];
    expect(await told('table', [['"\\u001b[2J"']], dynamic)).not.toContain('\u001b');
  });

  it('as a table puts long rows below each other', async () => {
    const text = await told('table', [row], columns, 40);
    expect(text).toContain('── row 1');
    expect(text).toMatch(/at {4,}2026-01-01T00:00:00\.0000001Z/);
    expect(await told('table', [])).toMatch(/at.*span.*\n.*\n0 rows\n$/s);
  });

  describe('as a table', () => {
    const table = async (
      of: readonly Column[],
      chunks: readonly (readonly (readonly unknown[])[])[],
      width: number,
    ) => {
      let text = '';
      for await (const part of renderQueryResult(of, chunks, 'table', { width })) text += part;
      return text;
    };
    const sums: readonly Column[] = [
      { name: 'Timestamp', type: 'datetime' },
      { name: 's', type: 'long' },
      { name: 'host', type: 'string' },
    ];

    it('has columns as wide as the widest of all rows, however they come', async () => {
      const text = await table(sums, [[[ticks, 5286n, 'mega.nz']], [[ticks, 32_985_503n, 'FourToSixMapping']]], 120);
      expect(text).toBe(
        [
          'Timestamp                            s  host',
          '────────────────────────────  ────────  ────────────────',
          '2026-01-01T00:00:00.0000001Z      5286  mega.nz',
          '2026-01-01T00:00:00.0000001Z  32985503  FourToSixMapping',
          '2 rows\n',
        ].join('\n'),
      );
    });

    it('measures anew where a row after thousands has what its column would break', async () => {
      const many = Array.from({ length: 5000 }, () => [ticks, 1n, 'a']);
      const text = await table(
        sums,
        [many, [[ticks, 32_985_503n, 'a']], [[ticks, 2n, '2001:db8::8a2e:370:7334']]],
        120,
      );
      const lines = text.split('\n');
      expect(lines.filter((line) => line.startsWith('Timestamp'))).toHaveLength(3);
      expect(lines).toContain('2026-01-01T00:00:00.0000001Z  32985503  a');
      expect(lines).toContain('2026-01-01T00:00:00.0000001Z         2  2001:db8::8a2e:370:7334');
      expect(lines.at(-2)).toBe('5,002 rows');
    });

    it('tells later rows as lists where a longer number leaves no room for a table', async () => {
      const many = Array.from({ length: 5000 }, () => [ticks, 1n, 'a']);
      const text = await table(sums, [many, [[ticks, 9_007_199_254_740_993n, 'a']]], 40);
      expect(text).toContain('── row 5001');
      expect(text).toContain('9007199254740993');
    });

    it('wraps text rather than numbers, times, truths and addresses', async () => {
      const of: readonly Column[] = [...sums, { name: 'ok', type: 'bool' }, { name: 'says', type: 'string' }];
      const says =
        'copy C:\\a\\very\\long\\path\\that\\has\\no\\blank\\in\\it\\and\\goes\\on\\and\\on\\and\\on remote:';
      const host = '2001:0db8:85a3:0000:0000:8a2e:0370:7334';
      const text = await table(of, [[[ticks, 32_985_503n, host, false, says]]], 100);
      for (const part of ['2026-01-01T00:00:00.0000001Z  32985503', host, 'false']) expect(text).toContain(part);
      expect(text.replace(/\s/g, '')).not.toContain(says.replace(' ', ''));
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    });

    it('never breaks a number or a time, however narrow the terminal', async () => {
      const of: readonly Column[] = [...sums, { name: 'ok', type: 'bool' }];
      const cell = fc.record({
        n: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        host: fc.stringMatching(/^[a-z. ]{0,40}$/),
        ok: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(cell), { maxLength: 3 }),
          fc.integer({ min: 1, max: 90 }),
          async (parts, width) => {
            const chunks = parts.map((cells) => cells.map(({ n, host, ok }) => [ticks, n, host, ok]));
            const words = (await table(of, chunks, width)).split(/\s+/);
            for (const { n, ok } of parts.flat())
              expect(words).toEqual(expect.arrayContaining([String(n), String(ok)]));
            const times = words.filter((word) => word === '2026-01-01T00:00:00.0000001Z');
            expect(times).toHaveLength(parts.flat().length);
          },
        ),
        { numRuns: 60 },
      );
    });
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
