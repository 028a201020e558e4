import { describe, expect, it } from 'vitest';
import { type CompileOptions, compile } from './compile.ts';
import { openEngine, rowsOf } from './duckdb.fixture.ts';

const engine = await openEngine();
await engine.run('CREATE TABLE Hosts (Host VARCHAR, Rank BIGINT)');
await engine.run(`INSERT INTO Hosts VALUES ('ann', 1), ('bob', 2)`);

const schema = {
  tables: {
    Hosts: [
      { name: 'Host', type: 'string' },
      { name: 'Rank', type: 'long' },
    ],
  },
  watchlists: { vips: 'Hosts' },
} as const;

async function rows(query: string, given: Partial<CompileOptions> = {}): Promise<unknown> {
  const compiled = compile(query, { schema, dialect: 'duckdb', ...given });
  expect(compiled.diagnostics).toEqual([]);
  return (await rowsOf(engine, compiled)).toSorted();
}

function refusal(query: string, given: Partial<CompileOptions> = {}): string | undefined {
  const { sql, diagnostics } = compile(query, { schema, dialect: 'duckdb', ...given });
  expect(sql).toBeUndefined();
  return diagnostics[0]?.code;
}

describe('query parameters', () => {
  const query = 'declare query_parameters(least: long = 5, host: string); Hosts | where Rank >= least or Host == host';

  it('are values, whatever they spell', async () => {
    expect(await rows(query, { parameters: { least: '2', host: 'x' } })).toEqual([['bob', 2n]]);
    expect(await rows(query, { parameters: { host: 'ann' } })).toEqual([['ann', 1n]]);
    expect(await rows(query, { parameters: { host: `ann' OR '1'='1` } })).toEqual([]);
  });

  it.each([
    ['bool', 'true', true],
    ['int', '-3', -3],
    ['real', '1.5', 1.5],
    ['datetime', '2026-01-02T00:00:00Z', 639_029_088_000_000_000n],
    ['timespan', '1.5h', 54_000_000_000n],
    ['guid', '74be27de-1e4e-49d9-b579-fe0b331d3642', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
  ])('are read as %s', async (type, text, value) => {
    const [row] = (await rows(`declare query_parameters(p: ${type}); print p`, { parameters: { p: text } })) as [
      [unknown],
    ];
    expect(typeof value === 'string' ? String(row[0]) : row[0]).toEqual(value);
  });

  it('must be of their type, and be there', () => {
    expect(refusal(query, { parameters: { least: 'two', host: '' } })).toBe('WK002');
    expect(refusal(query)).toBe('WK004');
  });
});

describe('externaldata', () => {
  const external: CompileOptions['external'] = {
    'https://feeds.example/a.csv': { table: 'Hosts' },
    'https://feeds.example/b.txt': { rows: [['eve'], ['mal']] },
  };

  it('gives the rows of the addresses that were handed in', async () => {
    const both =
      'externaldata(Host: string)[h@"https://feeds.example/a.csv", "https://feeds.example/b.txt"] with (format="csv")';
    expect(await rows(both, { external })).toEqual([['ann'], ['bob'], ['eve'], ['mal']]);
    const named = 'let feed = "https://feeds.example/b.txt"; Hosts | where Host !in ((externaldata(H: string)[feed]))';
    expect(await rows(named, { external })).toHaveLength(2);
  });

  it('is refused for every other address and for other columns', () => {
    expect(refusal('externaldata(Host: string)["https://feeds.example/c.csv"]', { external })).toBe('WK004');
    expect(refusal('externaldata(Name: string)["https://feeds.example/a.csv"]', { external })).toBe('WK004');
    expect(refusal('externaldata(Rank: long)["https://feeds.example/b.txt"]', { external })).toBe('WK004');
  });
});

describe('watchlists', () => {
  it('are tables of the schema', async () => {
    expect(await rows('_GetWatchlist("vips") | where Rank > 1 | project Host')).toEqual([['bob']]);
    expect(await rows('let list = "vips"; Hosts | where Host in ((_GetWatchlist(list) | project Host))')).toHaveLength(
      2,
    );
  });

  it('are refused where they are not known', () => {
    expect(refusal('_GetWatchlist("others") | project SearchKey')).toBe('WK004');
  });
});
