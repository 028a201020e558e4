import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { isoToTicks } from '../../packages/weir/src/detect/isoTime.ts';
import { dataSpan } from '../../packages/weir/src/detect/window.ts';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import { type Rows as Result, rowsOf } from '../../packages/weir/src/explain/rows.ts';
import type { Example } from '../../packages/weir/src/hunts/hunt.ts';
import { loadHunts } from '../../packages/weir/src/hunts/load.ts';
import { MemoryLake } from '../../packages/weir/src/lake/memoryLake.ts';
import { completed, type Rows, selects } from '../../packages/weir/src/ruletest/runTest.ts';
import { deviceNetworkEvents, publicTables, timelessTables, weirSchema } from '../../packages/weir/src/tables/index.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const hunts = await loadHunts(join(content, 'hunts'));
const catalogue = await loadCatalogue(join(content, 'catalogue'));

let engine: Engine;
let lake: MemoryLake;
beforeAll(async () => {
  engine = await Engine.open({ memoryMb: 300, threads: 1, spillDirectory: '' });
  lake = await MemoryLake.create(engine);
});
afterAll(() => engine.close());

function rowsIn({ common, rows, tables }: Example): Rows {
  const all = [...publicTables, ...timelessTables];
  const others = Object.entries(tables).map(([name, some]) => {
    const table = all.find((each) => each.name === name) ?? expect.fail(`there is no table ${name}`);
    return [table, some as InlineRow[]] as const;
  });
  const own = rows.map((row) => ({ ...common, ...row }) as InlineRow);
  return new Map([...(own.length === 0 ? [] : [[deviceNetworkEvents, own] as const]), ...others]);
}

/** A cell as a hunt's file writes it. */
function written({ type }: Result['columns'][number], value: unknown, like: unknown): unknown {
  if (type === 'datetime') return isoToTicks(String(like)) === value ? like : value;
  return typeof value === 'bigint' ? Number(value) : value;
}

describe.each(hunts.map((hunt) => [hunt.name, hunt] as const))('%s', (_, { query, example }) => {
  test('finds what its example says, and no more', async () => {
    const rows = completed(rowsIn(example), catalogue);
    await lake.fill(selects(rows));
    const timed = [...rows.keys()].filter((table) => !timelessTables.includes(table));
    const span = (await dataSpan(lake, {}, timed)) ?? expect.fail('rows without a time');
    const found = await rowsOf(engine, query, { schema: weirSchema, now: span.until, most: 100 });
    const cells = found.rows.map((row, at) =>
      Object.fromEntries(
        found.columns.flatMap((column, i) => {
          const like = example.finds[at]?.[column.name];
          return like === undefined ? [] : [[column.name, written(column, row[i], like)]];
        }),
      ),
    );
    expect(
      found.count,
      JSON.stringify(found.rows, (__, v) => (typeof v === 'bigint' ? Number(v) : v)),
    ).toBe(example.finds.length);
    expect(cells).toEqual(example.finds);
  });
});

test('there are twenty or more, and the page names each', async () => {
  expect(hunts.length).toBeGreaterThanOrEqual(20);
  const page = await readFile(fileURLToPath(new URL('../../docs/hunts.md', import.meta.url)), 'utf8');
  expect(hunts.map(({ name }) => name).filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
