import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import type { InputReport, Reject } from '../model/input.ts';
import { observedNames } from '../tables/index.ts';
import { readText, unread } from './read.ts';
import { jsonReading } from './reading.ts';
import type { Recognised } from './recognised.ts';
import { RejectsFile } from './rejectsFile.ts';
import { notComputed } from './uncomputed.ts';

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

interface Told {
  readonly report: InputReport;
  readonly rejects: readonly Reject[];
  readonly rows: readonly number[];
}

async function readFrail(numbers: readonly string[], check: (told: Told) => void, format = frail): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  try {
    const file = join(folder, 'a.json');
    await writeFile(file, numbers.map((n) => `{"n":${n}}\n`).join(''));
    const source = { path: file, file, spoolName: 'input-0', incomplete: undefined };
    const rejectsFile = join(folder, 'rejects.ndjson');
    const kept = await RejectsFile.create(rejectsFile);
    await withScratchLake(async (lake) => {
      const context = { lake, workDirectory: folder, rejects: kept, datagrams: () => Promise.reject(new Error()) };
      const report = await readText(source, format, false, context);
      const rows = await lake.engine.table(`SELECT "Timestamp" FROM "${observedNames.name}" ORDER BY 1`);
      await kept.close();
      const lines = (await readFile(rejectsFile, 'utf8')).split('\n').filter(Boolean);
      const rejects = lines.map((line): Reject => JSON.parse(line));
      check({ report, rejects, rows: rows.map(([ticks]) => Number(ticks)) });
      expect((await readdir(folder)).sort()).toEqual(['a.json', 'rejects.ndjson']);
      expect((await readdir(lake.directory)).filter((name) => name.endsWith('.parquet'))).toHaveLength(
        rows.length > 0 ? 1 : 0,
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const tooMuch = '9223372036854775807';

test('records that the engine cannot compute are rejects, and cost no other record of their file', async () => {
  const numbers = Array.from({ length: 1000 }, (_, n) => ([0, 500, 501, 999].includes(n) ? tooMuch : `${n}`));
  await readFrail(numbers, ({ report, rejects, rows }) => {
    expect(report).toMatchObject({ format: 'frail', records: 1000, rows: 996, rejects: 4, complete: true });
    expect(rejects.map(({ line, reason, text }) => [line, reason, text])).toEqual(
      [1, 501, 502, 1000].map((line) => [line, notComputed, `{"n":${tooMuch}}`]),
    );
    expect([rows.length, rows[0], rows.at(-1)]).toEqual([996, 10, 9980]);
  });
});

test('a file of which the engine can compute next to nothing is reported with that as the cause', async () => {
  const numbers = Array.from({ length: 100 }, (_, n) => (n < 10 ? `${n}` : tooMuch));
  await readFrail(numbers, ({ report, rejects, rows }) => {
    expect(report).toMatchObject({ format: null, rows: 0, complete: false });
    expect(report.reason).toContain(unread.records);
    expect([rejects, rows]).toEqual([[], []]);
  });
});
