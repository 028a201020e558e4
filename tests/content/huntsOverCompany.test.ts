import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rows, rowsOf } from '../../packages/weir/src/explain/rows.ts';
import { loadHunts } from '../../packages/weir/src/hunts/load.ts';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';
import { dataSpan, read } from '../../packages/weir/src/weir.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = new Map<string, Rows>();
let workDirectory: string;

beforeAll(async () => {
  workDirectory = await mkdtemp(join(tmpdir(), 'weir-hunts-'));
  const content = join(root, 'content');
  const hunts = await loadHunts(join(content, 'hunts'));
  const inventory = join(root, 'samples/inventory.yaml');
  await read({ paths: [join(root, 'samples/company')], content, workDirectory, inventory }, async ({ lake }) => {
    const { until } = await dataSpan(lake);
    for (const { name, query } of hunts) {
      results.set(name, await rowsOf(lake.engine, query, { schema: weirSchema, now: until ?? 0n, most: 500 }));
    }
  });
}, 600_000);
afterAll(() => rm(workDirectory, { recursive: true, force: true }));

test('every hunt runs over the samples, and no answer is too long to read', () => {
  const long = [...results].filter(([, { count }]) => count > 120).map(([name, { count }]) => `${name}: ${count}`);
  expect(results.size).toBeGreaterThanOrEqual(20);
  expect(long).toEqual([]);
});

test.each([
  ['renamed-programs', 'svchostw.exe'],
  ['servers-that-browse', 'MEGA'],
  ['equal-parts', 'transfer.sh'],
  ['buckets', 'nq-archive-7741.s3.eu-west-1.amazonaws.com'],
  ['nameless-addresses', '203.0.113.133'],
  ['one-way-traffic', 'gofile.io'],
  ['upload-commands', 'curl.exe'],
])('%s finds what was planted: %s', (name, planted) => {
  const rows = results.get(name)?.rows ?? [];
  expect(rows.some((row) => row.some((value) => String(value).includes(planted)))).toBe(true);
});
