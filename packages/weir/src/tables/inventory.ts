import { columns, type Table } from './column.ts';

/** What `inventory.yaml` says, for queries to join with; its rows have no time. One row for each thing that an entry means
 *  in the data, and one with an empty Value where it means none. */
export const inventoryTable: Table = {
  name: 'Inventory',
  stored: [
    // host, site, network, sensor, service, tenant, bucket, repository or proxy.
    ...columns('string', 'Kind'),
    // As the file has it: a name, a pattern, an address, a CIDR.
    ...columns('string', 'Name'),
    // As the rows have it: of a host the DeviceName, of a tenant, bucket or repository the RemoteHost; else the Name.
    ...columns('string', 'Value'),
    // Of a host; of a service the role it is allowed for, one row each, '' for all.
    ...columns('string', 'Role'),
    // Of a network, sensor or proxy; of a service the site it is allowed in, one row each, '' for all.
    ...columns('string', 'Site'),
    ...columns('int', 'Port'),
    ...columns('string', 'Owner Note'),
  ],
  derived: [],
};
