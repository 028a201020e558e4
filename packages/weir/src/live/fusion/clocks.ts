import type { Engine } from '../../engine/engine.ts';
import { type Beyond, nothing } from '../../fuse/beyond.ts';
import { day, second } from '../../fuse/ticks.ts';
import { enoughPairs } from '../../model/fusionReport.ts';
import type { Span } from '../snapshot.ts';
import type { ClockOffset, TellerClock } from './remembered.ts';

/** What rows say of clocks, and of who tells best: `Beyond` has what each says. Ticks, days since 0001-01-01. */
export interface Clocks {
  readonly offsets: readonly ClockOffset[];
  readonly endpoints: readonly TellerClock[];
  readonly sensors: readonly Omit<TellerClock, 'device'>[];
  readonly tellers: readonly { readonly of: string; readonly teller: string; readonly rank: bigint }[];
}

/** The clocks that a fusion which is under way estimated (`askClocks`). */
export async function learnClocks(engine: Engine): Promise<Clocks> {
  const keys = '(SELECT DISTINCT of, device FROM fuse_device_key)';
  return {
    offsets: await engine.rows<ClockOffset & object>(
      `SELECT k.of AS device, o.day, o.ticks, o.pairs FROM fuse_offset o JOIN ${keys} k USING (device)`,
    ),
    endpoints: await engine.rows<Clocks['endpoints'][number] & object>(
      `SELECT c.teller, k.of AS device, c.day, c.ticks, c.pairs FROM fuse_endpoint_clock c JOIN ${keys} k USING (device)`,
    ),
    sensors: await engine.rows<Clocks['sensors'][number] & object>(
      'SELECT teller, day, ticks, pairs FROM fuse_sensor_clock',
    ),
    tellers: await engine.rows<Clocks['tellers'][number] & object>(
      `SELECT 'sensor' AS "of", teller, rank::BIGINT AS rank FROM fuse_teller
       UNION ALL SELECT 'endpoint', teller, rank::BIGINT FROM fuse_endpoint_teller`,
    ),
  };
}

/** Makes `fusion_clock(what, teller, device, day, ticks, pairs)` of clocks that are taken as they are; gives SQL for them. */
export async function tellClocks(
  engine: Engine,
  { offsets, endpoints = [], sensors = [], tellers = [] }: Partial<Clocks> & Pick<Clocks, 'offsets'>,
): Promise<Pick<Beyond, 'offsets' | 'endpointClocks' | 'sensorClocks' | 'tellers'>> {
  const rows = [
    ...offsets.map(({ device, day, ticks, pairs }) => ['offset', '', device, `${day}`, `${ticks}`, `${pairs}`]),
    ...endpoints.map(({ teller, device, day, ticks, pairs }) => [
      ...['endpoint', teller, device, `${day}`, `${ticks}`, `${pairs}`],
    ]),
    ...sensors.map(({ teller, day, ticks, pairs }) => ['sensor', teller, '', `${day}`, `${ticks}`, `${pairs}`]),
    ...tellers.map(({ of, teller, rank }) => [`best ${of}`, teller, '', '0', '0', `${rank}`]),
  ];
  await engine.run(
    'CREATE OR REPLACE TABLE memory.fusion_clock (what VARCHAR, teller VARCHAR, device VARCHAR, day BIGINT, ticks BIGINT, pairs BIGINT)',
  );
  if (rows.length > 0)
    await engine.run(
      `INSERT INTO memory.fusion_clock
       SELECT clock[1], clock[2], clock[3], clock[4]::BIGINT, clock[5]::BIGINT, clock[6]::BIGINT FROM (
         SELECT unnest(from_json($rows::JSON, '[["VARCHAR"]]')) AS clock)`,
      { rows: JSON.stringify(rows) },
    );
  const told = (what: string, columns: string) => `(SELECT ${columns} FROM memory.fusion_clock WHERE what = '${what}')`;
  return {
    offsets: told('offset', 'device, day, ticks, pairs'),
    endpointClocks:
      endpoints.length > 0 ? told('endpoint', 'teller, device, day, ticks, pairs') : nothing.endpointClocks,
    sensorClocks: sensors.length > 0 ? told('sensor', 'teller, day, ticks, pairs') : nothing.sensorClocks,
    tellers: `(SELECT split_part(what, ' ', 2) AS "of", teller, pairs AS rank FROM memory.fusion_clock WHERE starts_with(what, 'best '))`,
  };
}

/** The days that a span has a part in. */
export function daysOf({ from, until }: Span): Span {
  return { from: from <= 0n ? 0n : from / BigInt(day), until: until <= 0n ? 0n : until / BigInt(day) };
}

/** All of some days. */
export function spanOf({ from, until }: Span): Span {
  return { from: from * BigInt(day), until: (until + 1n) * BigInt(day) };
}

/** By how much more or less than the time between two rows that between their times is at most, on some days. A row's clock
 *  may be wrong in each way at once. */
export function spreadOf({ offsets, endpoints = [], sensors = [] }: Partial<Clocks>, days: Span): bigint {
  return [offsets ?? [], endpoints, sensors].reduce((all, clocks) => {
    const ticks = clocks.flatMap((clock) => (clock.day >= days.from && clock.day <= days.until ? [clock.ticks] : []));
    const [least, most] = ticks.reduce(([l, m], t) => [t < l ? t : l, t > m ? t : m], [0n, 0n]);
    return all + most - least;
  }, 0n);
}

/** Whether a clock is what its own day says, which the days beside it may take (`lentClocks`). */
export function saysItself({ pairs }: Pick<ClockOffset, 'pairs'>): boolean {
  return pairs >= enoughPairs;
}

/** The spans of rows whose clock is another than it was taken for, or may be: what a day lends those beside it has changed. */
export function changedSpans(before: readonly ClockOffset[], after: readonly ClockOffset[], reach: bigint): Span[] {
  const key = ({ device, day }: ClockOffset) => `${day} ${device}`;
  const taken = (clocks: readonly ClockOffset[]) => new Map(clocks.map((clock) => [key(clock), clock.ticks]));
  const [was, is] = [taken(before), taken(after)];
  const [said, says] = [taken(before.filter(saysItself)), taken(after.filter(saysItself))];
  return [...before, ...after].flatMap((clock) => {
    const of = key(clock);
    const shift = [was, is].map((known) => magnitude(known.get(of) ?? 0n)).reduce((a, b) => (a > b ? a : b));
    const beside = shift > slight && said.get(of) !== says.get(of) ? BigInt(day) : 0n;
    if (beside === 0n && (was.get(of) ?? 0n) === (is.get(of) ?? 0n)) return [];
    const begin = clock.day * BigInt(day);
    return [{ from: begin - beside - shift - reach, until: begin + BigInt(day) + beside + shift + reach }];
  });
}

/** The same of clocks of sensors, where these are wrong by more than matching allows anyway. */
export function changedTold(before: readonly TellerClock[], after: readonly TellerClock[], reach: bigint): Span[] {
  const wrong = (clocks: readonly TellerClock[]) =>
    clocks.flatMap((clock) =>
      magnitude(clock.ticks) > slight ? [{ ...clock, device: `${clock.teller} ${clock.device}` }] : [],
    );
  return changedSpans(wrong(before), wrong(after), reach);
}

/** Those of sensors among all clocks. */
export function tellersOf({ endpoints, sensors }: Clocks): TellerClock[] {
  return [...endpoints, ...sensors.map((clock) => ({ ...clock, device: '' }))];
}

/** By how much a clock may be wrong without lending it. */
const slight = BigInt(2 * second);

function magnitude(ticks: bigint): bigint {
  return ticks < 0n ? -ticks : ticks;
}
