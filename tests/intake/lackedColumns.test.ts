import { expect, it } from 'vitest';
import { intakeTables } from '../../packages/weir/src/tables/index.ts';
import { csv, type Row } from './defenderShapes.ts';
import { flowRecord, ndjson } from './eveRecords.ts';
import { objects, recordsOf } from './examples/all.ts';
import { sysmonBeat, sysmonRow } from './examples/endpoint.ts';
import { withFiles } from './intake.ts';

/** A record's members as columns of CSV, nested ones by their paths. */
function flattened(record: object, path = ''): Row {
  const entries = Object.entries(record).map(([name, value]): Row => {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (nested) return flattened(value, `${path}${name}.`);
    return { [path + name]: typeof value === 'object' ? JSON.stringify(value) : value };
  });
  return Object.assign({}, ...entries);
}

const more = {
  'a name of Sysmon': ndjson([sysmonRow(22)]),
  'a name of Winlogbeat': ndjson([sysmonBeat(22)]),
  'a connection of Winlogbeat': ndjson([sysmonBeat(3)]),
  eve: ndjson([flowRecord()]),
};

it.each(Object.entries({ ...objects, ...more }))('CSV may lack any column, and all but some: %s', async (_, text) => {
  const [first = '{}'] = recordsOf(text);
  const row = flattened(JSON.parse(first));
  const names = Object.keys(row);
  const only = (some: readonly string[]) => csv([Object.fromEntries(some.map((name) => [name, row[name]]))]);
  const files = names.flatMap((_, at) => [
    [`without-${at}.csv`, only(names.toSpliced(at, 1))],
    [`up-to-${at}.csv`, only(names.slice(0, at + 1))],
    [`from-${at}.csv`, only(names.slice(at))],
  ]);
  await withFiles(Object.fromEntries(files), async ({ inputs, lake }) => {
    expect(inputs).toHaveLength(files.length);
    for (const { name } of intakeTables) await lake.engine.rows(`SELECT count(*) FROM "${name}"`);
  });
});
