import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '@weir/kql';
import { expect, test } from 'vitest';
import { detect } from '../../packages/weir/src/detect/detect.ts';
import { loadInventory } from '../../packages/weir/src/inventory/load.ts';
import { schemaWith } from '../../packages/weir/src/tables/watchlists.ts';
import { catalogue, event } from '../fusion/fused.ts';
import { withFolder } from '../intake/intake.ts';
import { inventoryOf, scheduledRule, withWorld } from './world.ts';

const partners = `
watchlists:
  - name: partners
    searchKey: Domain
    rows:
      - { Domain: contoso.example, "Owned by": O'Neil }
      - { Domain: fabrikam.example }
`;
const there = [
  event({ RemoteUrl: 'contoso.example', LocalPort: 50_001 }),
  event({ RemoteUrl: 'example.org', LocalPort: 50_002 }),
];

const asked = (query: string, inventory = partners) =>
  withWorld({ events: there }, inventory, async (lake, known) => {
    const { sql = '', diagnostics } = compile(query, {
      schema: schemaWith(known?.watchlists ?? []),
      dialect: 'duckdb',
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    return lake.engine.table(sql);
  });

test('a watchlist has its own columns, and what it is looked up by as SearchKey', async () => {
  expect(await asked("_GetWatchlist('partners') | sort by SearchKey asc")).toEqual([
    ['contoso.example', 'contoso.example', "O'Neil"],
    ['fabrikam.example', 'fabrikam.example', ''],
  ]);
  const query = `DeviceNetworkEvents | where RemoteHost in ((_GetWatchlist('partners') | project SearchKey)) | project RemoteHost`;
  expect(await asked(query)).toEqual([['contoso.example']]);
});

test('one without rows has the column that it is looked up by', async () => {
  const empty = 'watchlists: [{ name: none, searchKey: Domain, rows: [] }]';
  expect(await asked("_GetWatchlist('none') | project SearchKey, Domain", empty)).toEqual([]);
});

test('a rule sees all of it at every moment', () =>
  withWorld({ events: there }, partners, async (lake, known) => {
    const query = `DeviceNetworkEvents | join kind=leftanti (_GetWatchlist('partners')) on $left.RemoteHost == $right.SearchKey`;
    const schema = schemaWith(known?.watchlists ?? []);
    const { runs, findings } = await detect(lake, [scheduledRule(query)], { schema });
    expect(runs[0]?.error).toBeUndefined();
    expect(findings.map(({ evidence }) => evidence.count)).toEqual([1]);
    const { runs: without } = await detect(lake, [scheduledRule(query)], {});
    expect(without[0]?.error).toContain('partners');
  }));

test('its rows may stand in a CSV file beside the inventory', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'inventory.yaml');
    await writeFile(path, 'watchlists: [{ name: vip, searchKey: Upn, file: vip.csv }]');
    await writeFile(join(folder, 'vip.csv'), '\uFEFFUpn,Note\r\na.berg@example.com,"ill, since May"\r\n');
    const { watchlists } = await loadInventory(path, catalogue.services);
    expect(watchlists).toEqual([
      { name: 'vip', searchKey: 'Upn', columns: ['Upn', 'Note'], rows: [['a.berg@example.com', 'ill, since May']] },
    ]);
    for (const [csv, message] of [
      ['Upn,Note\na,b,c\n', '3 cells where the header names 2 columns'],
      ['Upn,upn\n', 'the column upn is there twice'],
      ['', 'the file is empty'],
      ['Upn,Note\n"a,b\n', 'a quote is never closed'],
    ] as const) {
      await writeFile(join(folder, 'vip.csv'), csv);
      await expect(loadInventory(path, catalogue.services)).rejects.toMatchObject({
        message,
        code: 'INVENTORY_INVALID',
      });
    }
  }));

test.each([
  ['{ name: a, searchKey: X }', 'needs rows or a file'],
  ['{ name: a, searchKey: X, rows: [], file: a.csv }', 'needs rows or a file'],
  ['{ name: a, searchKey: X, file: gone.csv }', 'cannot be read (ENOENT)'],
  ['{ name: a, searchKey: X, file: ../a.csv }', 'the name of a file beside the inventory'],
  ['{ name: a, searchKey: Y, rows: [{ X: "1" }] }', 'Y is no column of the watchlist a'],
  ['{ name: a, searchKey: X, rows: [{ X: 1.10 }] }', 'put it in quotes'],
  ['{ name: a, searchKey: X, rows: [{ X: "1", SearchKey: "2" }] }', 'one that a watchlist has anyway'],
  ['{ name: a b, searchKey: X, rows: [] }', 'a name of letters'],
  ['{ name: a, searchKey: X, row: [] }', 'did you mean rows?'],
  ['{ name: a, searchKey: X, rows: [] }, { name: a, searchKey: X, rows: [] }', 'a is listed already'],
])('refused with its place: %s', async (list, message) => {
  const error = await inventoryOf(`watchlists: [${list}]`).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'INVENTORY_INVALID', message: expect.stringContaining(message) });
  expect(error).toMatchObject({ place: expect.stringMatching(/inventory\.yaml:1:\d+$/) });
});
