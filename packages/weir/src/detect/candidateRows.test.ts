import { expect, test } from 'vitest';
import { CandidateRows } from './candidateRows.ts';
import { withScratchLake } from './scratchLake.ts';

test('few candidates are written down with the columns that are read, many are read where they lie', async () => {
  await withScratchLake(async ({ engine }) => {
    const sources = new Map(
      [0, 500, 60_000].map((count, place) => [
        `candidates_${place}`,
        `SELECT i AS c1, -i AS c2, 'not read' AS c3 FROM range(${count}) AS t(i)`,
      ]),
    );
    const rows = new CandidateRows(engine, sources, () => new Set(['c1', 'c2']));
    const lengths: number[] = [];
    for (const name of rows.names) {
      const asked = () => rows.bind(`SELECT sum(c1 - c2)::BIGINT FROM ${name}`, new Set([name]));
      const before = await engine.table(asked());
      expect(await rows.areNone(name)).toBe(name === 'candidates_0');
      expect(await engine.table(asked())).toEqual(before);
      lengths.push(asked().length);
    }
    expect(lengths[2]).toBeGreaterThan(lengths[1] ?? 0);
    const written = 'SELECT table_name, column_count FROM duckdb_tables() WHERE temporary ORDER BY ALL';
    expect(await engine.table(written)).toContainEqual(['detect_candidates_1', 2n]);
    await rows.drop();
    expect(await engine.table(written)).toEqual([]);
  });
});
