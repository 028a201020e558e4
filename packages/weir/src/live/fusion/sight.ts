import type { Engine } from '../../engine/engine.ts';
import { minute } from '../../fuse/ticks.ts';
import { endpointConnections, intakeTables, networkFlows, observedNames } from '../../tables/index.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Held, Rows } from './pairs.ts';
import { passReach } from './reaches.ts';
import { momentsOf, type Windows, windowsOf } from './windows.ts';

/** What a pass reads: the rows of some windows, and of these what is about the new rows' addresses or connections, so far
 *  around them. */
export interface Sight {
  readonly windows: Windows;
  readonly reach: bigint;
  readonly by: Held;
}

/** How far around new rows (`added`) a pass looks so that it reads no more than `most` rows of a table: at best as far as one
 *  row may bear on another of its pair. Where that is too much, connections alone, in ever shorter windows, and at last
 *  without the beginnings of those that last long: what it does not see is settled. Undefined where nothing has a time. */
export async function sightOf(
  engine: Engine,
  snapshot: Snapshot,
  added: Rows,
  most: number,
): Promise<Sight | undefined> {
  const rows = intakeTables.map((table) => [table, added(table)] as const);
  const whole = await windowsOf(engine, rows, 2n * passReach);
  if (whole.length === 0) return undefined;
  if (few(snapshot, whole, most)) return { windows: whole, reach: passReach, by: 'pair' };
  return narrowerSight(engine, snapshot, added, most);
}

/** The same where pairs of addresses are too much. */
export async function narrowerSight(engine: Engine, snapshot: Snapshot, added: Rows, most: number): Promise<Sight> {
  const rows = intakeTables.map((table) => [table, added(table)] as const);
  let last: Sight = { windows: [], reach: 0n, by: 'connection' };
  for (const { reach, beginnings } of shorter) {
    last = { windows: await momentsOf(engine, rows, 2n * reach, beginnings), reach, by: 'connection' };
    if (few(snapshot, last.windows, most)) break;
  }
  return last;
}

/** Whether a table that connections are made of has no more rows there. */
export function few(snapshot: Snapshot, windows: Windows, most: number): boolean {
  return [endpointConnections, networkFlows, observedNames].every((table) => snapshot.near(table, windows) <= most);
}

const minutes = (n: number): bigint => BigInt(n * minute);

const shorter = [
  { reach: minutes(20), beginnings: true },
  { reach: minutes(6), beginnings: true },
  { reach: minutes(2), beginnings: true },
  { reach: minutes(2), beginnings: false },
  { reach: minutes(0.5), beginnings: false },
];
