import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withCompany } from '../../bench/detection/lakes.ts';
import { sqlName, sqlText } from '../../packages/weir/src/engine/sql.ts';
import { deviceNetworkEvents, visibleColumns } from '../../packages/weir/src/tables/index.ts';
import { read } from '../../packages/weir/src/weir.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

/** What a row has of a report that stands for it: fusion goes by the endpoint's clock, which it has to estimate, so that
 *  now and then another report of the hour is the nearest. */
const ofReports =
  /^(Initiating|AccountName|AdditionalFields|DeviceId|DeviceName|EndpointEventId|ExpectedClient|Fusion|Program|ReportId)/;

test('the rows written at once are those that intake and fusion make of the logs', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-life-'));
  try {
    const direct = join(folder, 'direct.parquet');
    const records = join(folder, 'records');
    const company = { hosts: 30, days: 3, quiet: 1, seed: 3, tellings: 1, content, records };
    await withCompany(company, join(folder, 'direct'), async ({ lake }) => {
      await lake.engine.run(`COPY (FROM "DeviceNetworkEvents") TO ${sqlText(direct)} (FORMAT parquet)`);
    });
    await read({ paths: [records], content, workDirectory: join(folder, 'long') }, async ({ lake, inputs }) => {
      for (const input of inputs) expect(input).toMatchObject({ complete: true, rejects: 0 });
      const beside = join(lake.directory, 'direct.parquet');
      await copyFile(direct, beside);
      const names = visibleColumns(deviceNetworkEvents).map(({ name }) => name);
      const differing = names.map(
        (name) =>
          `count_if(a.${sqlName(name)}::VARCHAR IS DISTINCT FROM b.${sqlName(name)}::VARCHAR)::INTEGER AS ${sqlName(name)}`,
      );
      const [result] = await lake.engine.rows<Record<string, number>>(
        `SELECT count(*)::INTEGER AS "$rows", count(b."EventId")::INTEGER AS "$long", count(a."EventId")::INTEGER AS "$direct", ${differing.join(', ')}
         FROM ${sqlText(beside)} a FULL JOIN "DeviceNetworkEvents" b USING ("EventId")`,
      );
      const { $rows = 0, $long, $direct, ...columns } = result ?? {};
      expect($rows).toBeGreaterThan(10_000);
      expect([$long, $direct]).toEqual([$rows, $rows]);
      const told = Object.entries(columns).filter(([name]) => !ofReports.test(name) && columns[name] !== 0);
      expect(told).toEqual([]);
      for (const [name, count] of Object.entries(columns)) expect(count, name).toBeLessThan($rows / 1000);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
