import type { Column, Schema } from '@weir/kql/types';
import { type Rollup, type Table, visibleColumns } from './column.ts';
import { deviceFileEvents } from './deviceFileEvents.ts';
import { deviceHours } from './deviceHours.ts';
import { deviceNetworkEvents, endpointConnections } from './deviceNetworkEvents.ts';
import { deviceProcessEvents } from './deviceProcessEvents.ts';
import { dayIsOver, dayOf, egressDaily } from './egressDaily.ts';
import { elsewhere } from './elsewhere.ts';
import { inventoryTable } from './inventory.ts';
import { dnsEvents, networkFlows, observedBodies, observedNames } from './network.ts';

export { type DerivedColumn, type Rollup, storedType, type Table, visibleColumns } from './column.ts';
export { longSum } from './longSum.ts';
export { outbound } from './outbound.ts';
export type { Column };
export {
  dayIsOver,
  dayOf,
  deviceFileEvents,
  deviceHours,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  egressDaily,
  endpointConnections,
  inventoryTable,
  networkFlows,
  observedBodies,
  observedNames,
};

/** What a query may name and has rows with a time. */
export const publicTables: readonly Table[] = [
  deviceNetworkEvents,
  deviceProcessEvents,
  deviceFileEvents,
  dnsEvents,
  networkFlows,
];

/** What normalization writes; fusion turns the first and the last into DeviceNetworkEvents. */
export const intakeTables: readonly Table[] = [
  endpointConnections,
  networkFlows,
  observedNames,
  observedBodies,
  dnsEvents,
  deviceProcessEvents,
  deviceFileEvents,
  deviceNetworkEvents,
];

/** Of tables whose rows fusion makes others of: the rows as logs told them. A lake that goes on keeps these apart, because
 *  what is made of them changes with what comes later. */
export const toldTables: ReadonlyMap<Table, Table> = new Map(
  [deviceNetworkEvents, deviceProcessEvents, deviceFileEvents].map((table) => [
    table,
    { name: `${table.name}AsTold`, stored: table.stored, derived: [] },
  ]),
);

/** What a lake that goes on stores. */
export const liveTables: readonly Table[] = [...intakeTables, ...toldTables.values()];

/** Tables whose rows have no time: every moment sees all of them. */
export const timelessTables: readonly Table[] = [inventoryTable];

/** Tables that are reckoned from the connections, and that a query may name. */
export const publicRollups: readonly Rollup[] = [egressDaily];

/** Those, and what only Weir asks. */
export const rollups: readonly Rollup[] = [...publicRollups, deviceHours];

/** SQL of a rollup over all connections. */
export function rolledUp({ of }: Rollup): string {
  return of('main."DeviceNetworkEvents"');
}

export const weirSchema: Schema = {
  tables: Object.fromEntries([
    ...[...publicTables, ...timelessTables].map((table) => [table.name, visibleColumns(table)]),
    ...publicRollups.map(({ name, columns }) => [name, columns]),
  ]),
  elsewhere,
};
