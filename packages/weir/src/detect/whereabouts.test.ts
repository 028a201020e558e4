import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { whereabouts } from './whereabouts.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.open({ memoryMb: 300, threads: 1, spillDirectory: tmpdir() });
  await engine.run(`CREATE TABLE "DeviceNetworkEvents" AS
    SELECT 'e' || i AS "EventId", i AS "EvidenceTime" FROM range(100000) AS rows(i)`);
});
afterAll(() => engine.close());

/** The rows of which every `step`-th is named, by the first multiple of 100 from its time on. */
async function conditionOf(step: number, until: number, period: bigint | null): Promise<string> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_evidence AS
    SELECT 'e' || i AS id, (i + 99) // 100 * 100 AS fired_at FROM range(0, ${until}, ${step}) AS rows(i)`);
  return whereabouts(engine, 'DeviceNetworkEvents', period);
}

async function met(where: string): Promise<{ rows: bigint; named: bigint }> {
  const [row] = await engine.rows<{ rows: bigint; named: bigint }>(`
    SELECT count(*) AS rows, count(*) FILTER ("EventId" IN (SELECT id FROM temp.detect_evidence)) AS named
    FROM "DeviceNetworkEvents" WHERE ${where}`);
  return row ?? { rows: 0n, named: 0n };
}

test('a few rows are met by their times alone, far apart or close together, with a look-back or none', async () => {
  for (const period of [100n, 5000n, null]) {
    for (const [step, until, few] of [
      [30_000, 100_000, 4n],
      [2500, 100_000, 40n],
      [7, 70, 10n],
    ] as const) {
      expect(await met(await conditionOf(step, until, period))).toEqual({ rows: few, named: few });
    }
  }
});

test('many are met by the span of their look-backs', async () => {
  expect(await met(await conditionOf(10, 2000, 100n))).toEqual({ rows: 2001n, named: 200n });
  expect(await met(await conditionOf(10, 2000, null))).toEqual({ rows: 2001n, named: 200n });
});

test('no evidence is met by no row', async () => {
  expect(await met(await conditionOf(1, 0, 100n))).toEqual({ rows: 0n, named: 0n });
});
