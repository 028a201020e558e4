import { expect } from 'vitest';
import { intakeTables } from '../../packages/weir/src/tables/index.ts';
import { type Files, type Taken, withFiles } from './intake.ts';

/** Every row of every table. */
export async function everything({ rows }: Taken): Promise<string[]> {
  const tables = await Promise.all(
    intakeTables.map(async (table) => (await rows(table)).map((row) => `${table.name}|${row}`)),
  );
  return tables.flat();
}

/** That a file gives the same rows and reasons whether the engine reads it in place or, because of the `broken` line behind
 *  it, record by record. */
export async function expectReadAlike(text: string, broken: string): Promise<void> {
  const inPlace = await told({ 'a.log': text });
  const withCare = await told({ 'a.log': text + broken });
  expect(inPlace.rows.length).toBeGreaterThan(0);
  expect(withCare.rows).toEqual(inPlace.rows);
  expect(withCare.ignored).toEqual(inPlace.ignored);
  expect(withCare.rejects.slice(0, -1)).toEqual(inPlace.rejects);
}

function told(files: Files) {
  return withFiles(files, async (taken) => ({
    rows: await everything(taken),
    ignored: taken.inputs[0]?.ignoredWhy,
    rejects: taken.rejects.map(({ line, reason }) => `${line} ${reason}`),
  }));
}

/** Values that no field of a log should have, and some that it may. */
export const oddValues: readonly string[] = [
  '',
  '-',
  'null',
  '-1',
  '9'.repeat(30),
  'a,"b\\',
  '[]',
  '{}',
  '&amp;lt;&#10;',
  '2026-03-10T08:15:30.1234567Z',
  '::ffff:198.51.100.4',
  '0:0:0:0:0:0:0:0',
  '172.999.1.1',
  'false',
];

/** Records in each of which one field of `record` has an odd value. */
export function withOddValues(record: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  return Object.keys(record).flatMap((name) => oddValues.map((value) => ({ ...record, [name]: value })));
}
