import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import { observedNames } from '../tables/index.ts';
import { readText, unread } from './read.ts';
import { jsonReading } from './reading.ts';
import type { Recognised } from './recognised.ts';

/** A format whose mapping the engine cannot compute of every record. */
const frail: Recognised = {
  format: 'frail',
  shape: {
    kind: 'json-lines',
    job: (options) => {
      const reading = jsonReading(options);
      const n = `TRY_CAST(${reading.columns.text('n')} AS BIGINT) * 10`;
      return {
        reading,
        mapping: { stage: { n }, verdict: 'NULL', outputs: [{ table: observedNames, columns: { Timestamp: 'n' } }] },
      };
    },
  },
};

test('a file of which the engine cannot compute a record is reported with that as the cause', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  try {
    const file = join(folder, 'a.json');
    await writeFile(file, '{"n":1}\n{"n":9223372036854775807}\n');
    const source = { path: file, file, spoolName: 'input-0', incomplete: undefined };
    await withScratchLake(async (lake) => {
      const context = { lake, workDirectory: folder, rejects: undefined, datagrams: () => Promise.reject(new Error()) };
      const report = await readText(source, frail, false, context);
      expect(report).toMatchObject({ format: null, rows: 0, complete: false });
      expect(report.reason).toContain(unread.records);
      expect(lake.count(observedNames)).toBe(0);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
