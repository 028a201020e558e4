import type { Engine } from '../../engine/engine.ts';
import { type Beyond, nothing } from '../../fuse/beyond.ts';
import { day, second } from '../../fuse/ticks.ts';
import { enoughPairs } from '../../model/fusionReport.ts';
import type { Span } from '../snapshot.ts';
import type { Clock, ClockOffset, TellerClock } from './remembered.ts';

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
      `SELECT k.of AS device, o.day, o.ticks, o.pairs, o.other FROM fuse_offset o JOIN ${keys} k USING (device)`,
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

/** Makes `fusion_clock(what, teller, device, day, ticks, pairs, other)` of clocks that are taken as they are; gives SQL for them. */
export async function tellClocks(
  engine: Engine,
  { offsets, endpoints = [], sensors = [], tellers = [] }: Partial<Clocks> & Pick<Clocks, 'offsets'>,
): Promise<Pick<Beyond, 'offsets' | 'endpointClocks' | 'sensorClocks' | 'tellers'>> {
  const rows = [
    ...offsets.map(({ device, day, ticks, pairs, other }) => [
      ...['offset', '', device, `${day}`, `${ticks}`, `${pairs}`, other === null ? null : `${other}`],
    ]),
    ...endpoints.map(({ teller, device, day, ticks, pairs }) => [
      ...['endpoint', teller, device, `${day}`, `${ticks}`, `${pairs}`],
    ]),
    ...sensors.map(({ teller, day, ticks, pairs }) => ['sensor', teller, '', `${day}`, `${ticks}`, `${pairs}`]),
    ...tellers.map(({ of, teller, rank }) => [`best ${of}`, teller, '', '0', '0', `${rank}`]),
  ];
  await engine.run(
    'CREATE OR REPLACE TABLE memory.fusion_clock (what VARCHAR, teller VARCHAR, device VARCHAR, day BIGINT, ticks BIGINT, pairs BIGINT, other BIGINT)',
  );
  if (rows.length > 0)
    await engine.run(
      `INSERT INTO memory.fusion_clock
       SELECT clock[1], clock[2], clock[3], clock[4]::BIGINT, clock[5]::BIGINT, clock[6]::BIGINT, clock[7]::BIGINT FROM (
         SELECT unnest(from_json($rows::JSON, '[["VARCHAR"]]')) AS clock)`,
      { rows: JSON.stringify(rows) },
    );
  const told = (what: string, columns: string) => `(SELECT ${columns} FROM memory.fusion_clock WHERE what = '${what}')`;
  return {
    offsets: told('offset', 'device, day, ticks, pairs, other'),
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
  return [offsets ?? [], endpoints, sensors].reduce<bigint>((all, clocks) => {
    const ticks = clocks.flatMap((clock) => (clock.day >= days.from && clock.day <= days.until ? saidBy(clock) : []));
    const [least, most] = ticks.reduce(([l, m], t) => [t < l ? t : l, t > m ? t : m], [0n, 0n]);
    return all + most - least;
  }, 0n);
}

/** Whether a clock is what its own day says, which the days beside it may take (`lentClocks`). */
export function saysItself({ pairs }: Pick<Clock, 'pairs'>): boolean {
  return pairs >= enoughPairs;
}

/** The spans of rows whose clock is another than it was taken for, or may be: what a day lends those beside it has changed. */
export function changedSpans(before: readonly Timed[], after: readonly Timed[], reach: bigint): Span[] {
  const key = ({ device, day }: Timed) => `${day} ${device}`;
  const taken = (clocks: readonly Timed[]) => new Map(clocks.map((clock) => [key(clock), clock]));
  const [was, is] = [taken(before), taken(after)];
  return [...before, ...after].flatMap((clock) => {
    const known = [was.get(key(clock)), is.get(key(clock))];
    const shift = known
      .flatMap((each) => (each ? saidBy(each) : []))
      .reduce((most, ticks) => {
        const off = magnitude(ticks);
        return off > most ? off : most;
      }, 0n);
    const lent = known.map((each) => (each && saysItself(each) ? inSeconds(each.ticks) : undefined));
    const beside = shift > slight && lent[0] !== lent[1] ? BigInt(day) : 0n;
    const said = known.map((each) => `${each?.ticks ?? 0n} ${each?.other ?? ''}`);
    if (beside === 0n && said[0] === said[1]) return [];
    const begin = clock.day * BigInt(day);
    return [{ from: begin - beside - shift - reach, until: begin + BigInt(day) + beside + shift + reach }];
  });
}

type Timed = Clock & Partial<ClockOffset>;

/** By what a day's rows may be ahead. */
function saidBy({ ticks, other }: Pick<Timed, 'ticks' | 'other'>): bigint[] {
  return other === undefined || other === null ? [ticks] : [ticks, other];
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

/** As clocks are lent (`lentTicks`). */
function inSeconds(ticks: bigint): bigint {
  const seconds = (magnitude(ticks) + BigInt(second / 2)) / BigInt(second);
  return ticks < 0n ? -seconds : seconds;
}

function magnitude(ticks: bigint): bigint {
  return ticks < 0n ? -ticks : ticks;
}
