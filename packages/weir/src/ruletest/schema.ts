import { z } from 'zod';
import { isoToTicks } from '../detect/isoTime.ts';
import { map } from '../yaml/map.ts';
import { fields } from './fields.ts';
import type { Check } from './ruleTest.ts';

const row = z.record(z.string(), z.json());
const rows = z.array(row);
const path = z.string().min(1);

const moment = z.string().transform((written, context) => {
  const ticks = isoToTicks(written);
  if (ticks !== undefined) return ticks;
  context.addIssue({ code: 'custom', message: `${written} is no moment; write 2026-03-12T10:00:00Z` });
  return z.NEVER;
});

const expected = map(
  Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema.optional()])),
).transform((written): Check[] =>
  Object.entries(written).flatMap(([name, check]) => (check === undefined ? [] : [check(name)])),
);

const test = map({
  name: z.string().trim().min(1),
  asOf: moment.optional(),
  /** Columns that every row of `rows` has, unless it says otherwise. */
  common: row.default({}),
  rows: rows.optional(),
  /** Rows of other tables, by their names. */
  tables: z.record(z.string(), rows).optional(),
  /** Logs, beside the tests file. */
  file: path.optional(),
  files: z.array(path).min(1).optional(),
  inventory: path.optional(),
  exceptions: path.optional(),
  expect: z.array(expected),
});

export const testsFile = map({
  /** Columns that every row of `rows` has in every test, unless the test or the row says otherwise. */
  common: row.default({}),
  tests: z.array(test).min(1),
});

export type TestsFile = z.output<typeof testsFile>;
export type WrittenTest = TestsFile['tests'][number];
