import type { Engine } from '../../engine/engine.ts';
import { day } from '../../fuse/ticks.ts';
import type { Span } from '../snapshot.ts';
import type { ClockOffset } from './remembered.ts';

/** The clocks that a fusion which is under way estimated or was told. */
export function learnClocks(engine: Engine): Promise<ClockOffset[]> {
  return engine.rows<ClockOffset & object>(
    `SELECT k.of AS device, o.day, o.ticks, o.pairs
     FROM fuse_offset o JOIN (SELECT DISTINCT of, device FROM fuse_device_key) k USING (device)`,
  );
}

/** Makes `fusion_clock(device, day, ticks, pairs)` of clocks that are taken as they are; gives SQL for it. */
export async function tellClocks(engine: Engine, clocks: readonly ClockOffset[]): Promise<string> {
  await engine.run(
    'CREATE OR REPLACE TABLE memory.fusion_clock (device VARCHAR, day BIGINT, ticks BIGINT, pairs BIGINT)',
  );
  const rows = clocks.map(({ device, day, ticks, pairs }) => [device, `${day}`, `${ticks}`, `${pairs}`]);
  if (rows.length > 0)
    await engine.run(
      `INSERT INTO memory.fusion_clock
       SELECT clock[1], clock[2]::BIGINT, clock[3]::BIGINT, clock[4]::BIGINT FROM (
         SELECT unnest(from_json($rows::JSON, '[["VARCHAR"]]')) AS clock)`,
      { rows: JSON.stringify(rows) },
    );
  return 'memory.fusion_clock';
}

/** The days that lie wholly in a span. */
export function wholeDays({ from, until }: Span): Span {
  return { from: from <= 0n ? 0n : (from - 1n) / BigInt(day) + 1n, until: (until + 1n) / BigInt(day) - 1n };
}

/** By how much the clocks of some days are wrong at most. */
export function largestShift(clocks: readonly ClockOffset[], days: Span): bigint {
  return clocks
    .filter((clock) => clock.day >= days.from && clock.day <= days.until)
    .reduce((most, { ticks }) => (magnitude(ticks) > most ? magnitude(ticks) : most), 0n);
}

/** The spans of rows whose clock is another than it was taken for. */
export function changedSpans(before: readonly ClockOffset[], after: readonly ClockOffset[], reach: bigint): Span[] {
  const key = ({ device, day }: ClockOffset) => `${day} ${device}`;
  const was = new Map(before.map((clock) => [key(clock), clock.ticks]));
  const is = new Map(after.map((clock) => [key(clock), clock.ticks]));
  const changed = [...before, ...after].filter((clock) => (was.get(key(clock)) ?? 0n) !== (is.get(key(clock)) ?? 0n));
  return changed.map((clock) => {
    const shift = [was, is].map((known) => magnitude(known.get(key(clock)) ?? 0n)).reduce((a, b) => (a > b ? a : b));
    const begin = clock.day * BigInt(day);
    return { from: begin - shift - reach, until: begin + BigInt(day) + shift + reach };
  });
}

function magnitude(ticks: bigint): bigint {
  return ticks < 0n ? -ticks : ticks;
}
