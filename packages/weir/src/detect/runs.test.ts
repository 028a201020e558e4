import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { Evidence, type FiringQuery } from './evidence.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { type Candidates, eachRowOnce, type MomentQuery, momentByMoment } from './runs.ts';
import { withScratchLake } from './scratchLake.ts';
import { replayMoments, type Schedule, type TimeSpan } from './ticks.ts';

const everyRow: Candidates = {
  name: 'DeviceNetworkEvents',
  table: 'DeviceNetworkEvents',
  source: 'FROM main."DeviceNetworkEvents"',
  sql: 'SELECT * FROM main."DeviceNetworkEvents"',
};

/** Rows above a threshold since `lookBack`; `now` is SQL. */
function largeRows(now: string, lookBack: bigint): FiringQuery {
  return {
    sql: `SELECT "DeviceName", ["EventId"] AS ids, ${now} AS moment FROM "DeviceNetworkEvents"
          WHERE "Timestamp" > ${now} - ${lookBack} AND "BytesSent" > 50`,
    columns: ['DeviceName', 'ids', 'moment'],
    types: ['string', 'dynamic', 'long'],
    lineage: 1,
    moment: 2,
    loose: false,
  };
}

function largeRowsAt(lookBack: bigint): MomentQuery {
  return { ...largeRows('', lookBack), sqlAt: (moment) => largeRows(`${moment}`, lookBack).sql };
}

const row = fc.record({
  at: fc.integer({ min: 0, max: 60 }),
  lasts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  /** How much later than it ended it was there; null: nobody wrote that down. */
  late: fc.option(fc.integer({ min: -5, max: 50 })),
  bytes: fc.option(fc.integer({ min: 0, max: 100 })),
  device: fc.constantFrom('ws-1', 'ws-2', ''),
});

interface Drawn {
  at: number;
  lasts: number;
  late: number | null;
  bytes: number | null;
  device: string;
}

function toRow(drawn: Drawn, index: number): InlineRow {
  const start = 1_000n + BigInt(drawn.at);
  return {
    Timestamp: start,
    EvidenceTime: start + BigInt(drawn.lasts),
    ArrivedAt: drawn.late === null ? null : start + BigInt(drawn.lasts + drawn.late),
    DeviceName: drawn.device,
    BytesSent: drawn.bytes,
    EventId: `e${index}`,
  };
}

/** With `known`, rows are there from their arrival on, or this much after they ended. */
function enteredOf(item: InlineRow, known: bigint | null): bigint {
  const end = item.EvidenceTime as bigint;
  const there = known === null ? end : ((item.ArrivedAt as bigint | null) ?? end + known);
  return there > end ? there : end;
}

function spanOf(rows: readonly InlineRow[], known: bigint | null): TimeSpan {
  const starts = rows.map((item) => item.EvidenceTime as bigint).sort((a, b) => Number(a - b));
  const ends = rows.map((item) => enteredOf(item, known)).sort((a, b) => Number(a - b));
  return { from: starts[0] ?? 0n, until: ends.at(-1) ?? 0n };
}

async function fired(lake: Lake): Promise<string[]> {
  const rows = await lake.engine.rows<{ id: string; device: string; fired_at: bigint }>(
    'SELECT id, result_key_0 AS device, fired_at FROM temp.detect_evidence ORDER BY id',
  );
  return rows.map(({ id, device, fired_at }) => `${id} ${device} ${fired_at}`);
}

/** The definition itself: for each tick, the rows with evidence time in (t - period, t] that were there and pass at
 *  now() = t. */
function expected(
  rows: readonly InlineRow[],
  { frequency, period }: Schedule,
  lookBack: bigint,
  known: bigint | null,
): string[] {
  const { first, last } = replayMoments(spanOf(rows, known), frequency);
  const found = new Map<string, bigint>();
  for (let now = first; now <= last; now += frequency) {
    for (const item of rows) {
      const [start, end] = [item.Timestamp as bigint, item.EvidenceTime as bigint];
      const inWindow = enteredOf(item, known) <= now && (period === null || end > now - period);
      const passes = start > now - lookBack && item.BytesSent !== null && (item.BytesSent as number) > 50;
      const name = `${item.EventId} ${item.DeviceName}`;
      if (inWindow && passes && !found.has(name)) found.set(name, now);
    }
  }
  return [...found].map(([name, at]) => `${name} ${at}`).sort();
}

test('each row once, moment by moment and the definition find the same, whatever the order, the segments, late ends and arrivals', async () => {
  await withScratchLake(async (lake) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.option(fc.integer({ min: 1, max: 30 })),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 12 }),
        fc.option(fc.bigInt({ min: 0n, max: 20n })),
        async (drawn, frequency, period, lookBack, cut, known) => {
          const rows = drawn.map(toRow);
          const arrived = () => `coalesce("ArrivedAt", "EvidenceTime" + ${known})`;
          const schedule = {
            frequency: BigInt(frequency),
            period: period === null ? null : BigInt(period),
            ...(known === null ? {} : { arrived }),
          };
          await lake.replace(deviceNetworkEvents, 'FROM "DeviceNetworkEvents" LIMIT 0');
          await appendRows(lake, deviceNetworkEvents, rows.slice(cut).reverse());
          await appendRows(lake, deviceNetworkEvents, rows.slice(0, cut));
          const moments = replayMoments(spanOf(rows, known), schedule.frequency);

          const once = await Evidence.create(lake.engine, ['DeviceName']);
          await eachRowOnce(once, largeRows('"$moment"', BigInt(lookBack)), ['DeviceNetworkEvents'], schedule, moments);
          const inOnePass = await fired(lake);

          const each = await Evidence.create(lake.engine, ['DeviceName']);
          const query = largeRowsAt(BigInt(lookBack));
          await momentByMoment(lake.engine, each, query, [everyRow], schedule, moments, {
            skipEmpty: true,
            fires: (n) => n > 0,
          });
          const byMoment = await fired(lake);
          const want = expected(rows, schedule, BigInt(lookBack), known);
          expect(byMoment).toEqual(want);
          expect(inOnePass).toEqual(want);
        },
      ),
      { numRuns: 60 },
    );
  });
}, 120_000);

test('moments without a candidate are not run', async () => {
  await withScratchLake(async (lake) => {
    const day = 864_000_000_000n;
    const rows = [1n, 500n].map((n) => ({
      Timestamp: n * day,
      EvidenceTime: n * day,
      BytesSent: 60,
      EventId: `e${n}`,
    }));
    await appendRows(lake, deviceNetworkEvents, rows);
    const schedule = { frequency: day, period: 2n * day };
    const moments = replayMoments({ from: day, until: 500n * day }, day);
    const runs = async (skipEmpty: boolean) => {
      const evidence = await Evidence.create(lake.engine, ['DeviceName']);
      const query = largeRowsAt(day);
      return momentByMoment(lake.engine, evidence, query, [everyRow], schedule, moments, {
        skipEmpty,
        fires: () => true,
      });
    };
    expect(await runs(true)).toBe(3);
    expect(await runs(false)).toBe(500);
    expect(await fired(lake)).toEqual([`e1  ${day}`, `e500  ${500n * day}`]);
  });
});

test('a trigger that does not hold keeps nothing of a run', async () => {
  await withScratchLake(async (lake) => {
    const rows = [1n, 2n, 30n].map((n) => ({ Timestamp: n, EvidenceTime: n, BytesSent: 60, EventId: `e${n}` }));
    await appendRows(lake, deviceNetworkEvents, rows);
    const evidence = await Evidence.create(lake.engine, ['DeviceName']);
    const schedule = { frequency: 10n, period: 10n };
    await momentByMoment(
      lake.engine,
      evidence,
      largeRowsAt(10n),
      [everyRow],
      schedule,
      replayMoments({ from: 1n, until: 30n }, 10n),
      {
        skipEmpty: true,
        fires: (n) => n > 1,
      },
    );
    expect(await fired(lake)).toEqual(['e1  10', 'e2  10']);
    expect(await evidence.resultRows()).toBe(2);
  });
});
