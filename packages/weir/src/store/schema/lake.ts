/** The manifest: segments, tombstones, cursors, leases. */
export const lakeTables = ``;
