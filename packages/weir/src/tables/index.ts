import type { Column, Schema } from '@weir/kql/types';
import { type Table, visibleColumns } from './column.ts';
import { deviceNetworkEvents, endpointConnections } from './deviceNetworkEvents.ts';
import { deviceProcessEvents } from './deviceProcessEvents.ts';
import { dnsEvents, networkFlows, observedNames } from './network.ts';

export { type DerivedColumn, storedType, type Table, visibleColumns } from './column.ts';
export type { Column };
export { deviceNetworkEvents, deviceProcessEvents, dnsEvents, endpointConnections, networkFlows, observedNames };

/** What a query may name. */
export const publicTables: readonly Table[] = [deviceNetworkEvents, deviceProcessEvents, dnsEvents, networkFlows];

/** What normalization writes; fusion turns the first and the last into DeviceNetworkEvents. */
export const intakeTables: readonly Table[] = [
  endpointConnections,
  networkFlows,
  observedNames,
  dnsEvents,
  deviceProcessEvents,
  deviceNetworkEvents,
];

export const weirSchema: Schema = {
  tables: Object.fromEntries(publicTables.map((table) => [table.name, visibleColumns(table)])),
};
