import { describe, expect, it } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import { networkFlows } from '../tables/index.ts';
import type { Lake } from './lake.ts';

/** Segments of so many rows, numbered through; every other one knows nothing of its sensor. */
async function fill(lake: Lake, sizes: readonly number[]): Promise<void> {
  let from = 0;
  for (const [at, size] of sizes.entries()) {
    const sensor = at % 2 === 0 ? `, 'edge' AS "Sensor"` : '';
    const rows = `SELECT range AS "BytesSent", '' AS "State", NULL::BIGINT AS "PacketsSent"${sensor} FROM range(${from}, ${from + size})`;
    await lake.append(networkFlows, rows, ['BytesSent', 'State', 'PacketsSent', ...(sensor ? ['Sensor'] : [])]);
    from += size;
  }
}

describe('rows of a table', () => {
  const sizes = [3, 100_000, 5, 1, 1, 40_006];
  const total = 140_016;

  it('have a place each, whatever the segments hold', () =>
    withScratchLake(async (lake) => {
      await fill(lake, sizes);
      const [places] = await lake.engine.rows(
        `SELECT count(DISTINCT place)::INTEGER AS places, min(place) AS first, max(place) AS last,
           count(*) FILTER (place = "BytesSent")::INTEGER AS inOrder, count(*) FILTER ("Sensor" = 'edge')::INTEGER AS edge
         FROM ${lake.placed(networkFlows)}`,
      );
      expect(places).toEqual({ places: total, first: 0, last: total - 1, inOrder: total, edge: 9 });
    }));

  it.each([1, 4, 9000, 50_000, 1_000_000])('are all in slices of %i, once each', (size) =>
    withScratchLake(async (lake) => {
      await fill(lake, size > 1000 ? sizes : [3, 0, 9, 1, 1]);
      let until = 0;
      for (const slice of lake.slices(networkFlows, size)) {
        expect(slice.from).toBe(until);
        until = slice.until;
        const [rows] = await lake.engine.rows(
          `SELECT count(*)::INTEGER AS n, min(place) AS "from", max(place) + 1 AS until FROM ${slice.relation}`,
        );
        expect(rows).toEqual({ n: slice.until - slice.from, from: slice.from, until: slice.until });
        expect(slice.until - slice.from).toBeLessThanOrEqual(size);
      }
      expect(until).toBe(size > 1000 ? total : 14);
    }),
  );

  it('of which there are none have no place and no slices', () =>
    withScratchLake(async (lake) => {
      expect(await lake.engine.rows(`FROM ${lake.placed(networkFlows)}`)).toEqual([]);
      expect(lake.slices(networkFlows, 10)).toEqual([]);
      expect([...(await lake.known(networkFlows))]).toEqual([]);
    }));

  it('know what some of them fills in', () =>
    withScratchLake(async (lake) => {
      await fill(lake, [3, 2]);
      expect([...(await lake.known(networkFlows))].sort()).toEqual(['BytesSent', 'Sensor']);
    }));
});
