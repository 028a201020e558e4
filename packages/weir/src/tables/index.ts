import type { Column, Schema } from '@weir/kql/types';
import { type Table, visibleColumns } from './column.ts';
import { deviceFileEvents } from './deviceFileEvents.ts';
import { deviceNetworkEvents, endpointConnections } from './deviceNetworkEvents.ts';
import { deviceProcessEvents } from './deviceProcessEvents.ts';
import { dnsEvents, networkFlows, observedBodies, observedNames } from './network.ts';

export { type DerivedColumn, storedType, type Table, visibleColumns } from './column.ts';
export type { Column };
export {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  networkFlows,
  observedBodies,
  observedNames,
};

/** What a query may name. */
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

export const weirSchema: Schema = {
  tables: Object.fromEntries(publicTables.map((table) => [table.name, visibleColumns(table)])),
};
