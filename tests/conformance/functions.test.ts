import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine, rowsOf } from '../../packages/kql/src/duckdb.fixture.ts';
import { type Compiled, compile, emptyTable, type KqlType, planToSql, Refusal } from '../../packages/kql/src/index.ts';
import { rowText } from '../../packages/weir/src/ruletest/resultRows.ts';
import { callsOf, schema, whole, written } from '../../tools/support/attempts.ts';
import { type BuiltIn, builtIns } from '../../tools/support/builtIns.ts';
import { ClickHouse, chdbHome } from './clickhouse.ts';
import { WrongTypes } from './engine.ts';

/** 2026-01-01. */
const now = 639_028_224_000_000_000n;

/** Values at the edges of each type, as KQL writes them. */
const edges: Readonly<Record<KqlType, readonly string[]>> = {
  bool: ['true', 'false', 'bool(null)'],
  int: ['int(0)', 'int(3)', 'int(-7)', 'int(2147483647)', 'int(-2147483648)', 'int(null)'],
  long: ['0', '1', '-7', '9223372036854775807', 'long(-9223372036854775807)', 'long(null)', '64', '1000000'],
  real: ['0.0', '-0.5', '1.5', 'real(nan)', 'real(+inf)', 'real(-inf)', 'real(null)', '1e300', '2.675', '-2.5'],
  decimal: ['decimal(1.5)', 'decimal(-2)', 'decimal(null)', 'decimal(0)'],
  datetime: [
    'datetime(2020-02-29 23:59:59.9999999)',
    'datetime(null)',
    'datetime(0001-01-01)',
    'datetime(9999-12-31 23:59:59.9999999)',
    'datetime(1969-12-31 12:00)',
  ],
  timespan: ['0s', '1d', '-1h', 'time(null)', '1tick', '-25h', '10000d'],
  string: [
    ...['""', '"a"', '"Abc def_ghi"', '"1.2.3.4"', '"192.168.1.1/24"', '"-12"', '"0x1F"', '" 5 "', '"é👍ß"'],
    ...['"2020-01-01T00:00:00Z"', '"[1,2,\\"x\\"]"', '"https://u:p@h.com:8080/p/a?x=1&y=%20#f"', '"true"', '"a,b;c"'],
    ...['"C:\\\\x\\\\y.txt"', '"aGVsbG8="', '"\\t\\n"', '"1.02:03:04"', '"null"', '"abcabc"', '"fe80::1"'],
  ],
  guid: ['guid(74be27de-1e4e-49d9-b579-fe0b331d3642)', 'guid(null)'],
  dynamic: [
    ...[
      'dynamic(null)',
      'dynamic([])',
      'dynamic([1,2,3])',
      'dynamic(["a","b","a",null])',
      'dynamic("x")',
      'dynamic(5)',
    ],
    ...['dynamic({"a":1,"b":{"c":[1,2]}})', 'dynamic([1.5,-2,null,true])', 'dynamic({})', 'dynamic([[1],[2,3]])'],
  ],
};

const rows = Array.from({ length: Math.max(...Object.values(edges).map((list) => list.length)) }, (_, index) =>
  schema.tables.T.map(({ type }) => edges[type][index % edges[type].length]),
);
const columns = schema.tables.T.map(({ name, type }) => `${name}: ${type}`).join(', ');

/** What differs from run to run, or may be one of several values. */
const open = new Set(['any', 'anyif', 'new_guid', 'rand', 'take_any', 'take_anyif']);

function callsOver(item: BuiltIn): readonly string[] {
  return whole[item.name] !== undefined || open.has(item.name) ? [] : (written[item.name] ?? callsOf(item)).columns;
}

/** The query for both engines; undefined where one of them refuses it. */
function onBoth(query: string): (Compiled & { readonly sql: string; readonly clickhouse: string }) | undefined {
  const compiled = compile(query, { schema, dialect: 'duckdb', now });
  const { plan, sql } = compiled;
  if (plan === undefined || sql === undefined) return undefined;
  try {
    return { ...compiled, sql, clickhouse: planToSql(plan, { dialect: 'clickhouse', now }).sql };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** An engine may stop where what a function gives is not documented, and says so; any other stop is told as its answer. */
function stopped(error: unknown): readonly string[] | undefined {
  const said = String(error).split('\n')[0] ?? '';
  return said.includes('WK002') ? undefined : [said];
}

describe.skipIf(!existsSync(chdbHome))('built-in functions at the edges of their types', { timeout: 600_000 }, () => {
  const clickhouse = new ClickHouse(chdbHome);
  afterAll(() => clickhouse.close());

  it('give the same on ClickHouse as on DuckDB', async () => {
    const duckdb = await openEngine();
    const filled = onBoth(`datatable(${columns})[${rows.flat().join(', ')}]`) ?? expect.fail('the rows do not compile');
    await duckdb.run(emptyTable('T', schema.tables.T, 'duckdb'));
    await duckdb.run(`INSERT INTO T ${filled.sql}`);
    await clickhouse.createTables(schema.tables);
    await clickhouse.rows(`INSERT INTO T ${filled.clickhouse}`, []).catch((error) => {
      if (!(error instanceof WrongTypes)) throw error;
    });
    const { functions, aggregates } = builtIns();
    const queries = [
      ...functions.flatMap((item) =>
        callsOver(item).map((call) => `T | sort by a_long asc, a_real asc, a_string asc | extend x = ${call}`),
      ),
      ...aggregates.flatMap((item) => callsOver(item).map((call) => `T | summarize x = ${call} by a_bool`)),
    ];
    const differ: {
      readonly query: string;
      readonly duckdb: readonly string[];
      readonly clickhouse: readonly string[];
    }[] = [];
    let compared = 0;
    for (const query of queries) {
      const both = onBoth(query);
      if (both === undefined) continue;
      const text = (answer: readonly (readonly unknown[])[]) => answer.map((row) => rowText(both.columns, row)).sort();
      const ours = await rowsOf(duckdb, both).then(text, stopped);
      const theirs = await clickhouse.rows(both.clickhouse, both.columns).then(text, stopped);
      if (ours === undefined || theirs === undefined) continue;
      compared += 1;
      if (ours.join('\n') === theirs.join('\n')) continue;
      differ.push({
        query,
        duckdb: ours.filter((row) => !theirs.includes(row)),
        clickhouse: theirs.filter((row) => !ours.includes(row)),
      });
    }
    expect(differ).toEqual([]);
    expect(compared).toBeGreaterThan(250);
  });
});
