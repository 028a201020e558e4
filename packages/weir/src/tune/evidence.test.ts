import { ticksPerDay } from '@weir/kql/types';
import { expect, it } from 'vitest';
import { withScratchLake } from '../detect/scratchLake.ts';
import { finding } from '../report/result.fixture.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { bytesByDay } from './evidence.ts';

const begins = 700_000n * ticksPerDay;

/** A story of three days of which these rows are the evidence. */
function story(id: string, bytesSent: bigint, eventIds: readonly string[]) {
  const base = finding({ id, bytesSent, firstSeen: begins, lastSeen: begins + 2n * ticksPerDay });
  return { ...base, evidence: { ...base.evidence, eventIds } };
}

it('sums each story by the day, whatever rows they share, and leaves out what does not come to its sum', () =>
  withScratchLake(async (lake) => {
    const rows = [
      ['a', 0, 100],
      ['b', 0, 20],
      ['c', 1, 3],
      ['d', 2, 7],
    ].map(([event, day, sent]) => `('${event}', ${begins + BigInt(day ?? 0) * ticksPerDay + 5n}, ${sent})`);
    await lake.append(
      deviceNetworkEvents,
      `SELECT * FROM (VALUES ${rows.join(', ')}) AS t("EventId", "Timestamp", "BytesSent")`,
      ['EventId', 'Timestamp', 'BytesSent'],
    );
    const days = await bytesByDay(lake, [
      story('all', 130n, ['d', 'a', 'b', 'c']),
      story('some', 27n, ['b', 'd']),
      story('elsewhere', 500n, ['a']),
    ]);
    expect([...days]).toEqual([
      ['all', [120n, 3n, 7n]],
      ['some', [20n, 7n]],
    ]);
    expect([...(await bytesByDay(lake, []))]).toEqual([]);
  }));
