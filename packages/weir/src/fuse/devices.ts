import type { Engine } from '../engine/engine.ts';

/** Devices of the endpoint rows (connections, starts of processes, files), however these spell them: `fuse_device_key(key, name, id, ids, of, device)` has each spelling
 *  (`deviceKey`), and the view `fuse_device(device, DeviceName, DeviceId)` one row a device, named as fully as it is told.
 *
 *  Names are compared without case. A name without a domain is the one device that has it with a domain, if there is one
 *  only; rows that give an id alone are of the one device whose other rows have that id. A name with several ids (`ids`) is one device,
 *  and which of them a row has that tells none is not known. */
export async function gatherDevices(engine: Engine, rows: string): Promise<void> {
  const spellings = [rows, '"DeviceProcessEvents"', '"DeviceFileEvents"', 'fuse_beyond_devices'].map(
    (table) => `SELECT DISTINCT "DeviceName", "DeviceId" FROM ${table} WHERE "DeviceName" <> '' OR "DeviceId" <> ''`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_device_key AS
     WITH told AS (
       SELECT ${deviceKey('')} AS key, "DeviceId" AS id, min("DeviceName") AS name
       FROM (${spellings.join(' UNION ')}) GROUP BY ALL),
     spelled AS (
       SELECT key, min(name) AS name, count(DISTINCT nullif(lower(id), '')) AS ids, CASE WHEN ids > 1 THEN '' ELSE max(id) END AS id
       FROM told GROUP BY key),
     full_name AS (
       SELECT split_part(key, '.', 1) AS short, min(key) AS key FROM spelled
       WHERE contains(key, '.') AND NOT regexp_full_match(key, '[0-9.]+') GROUP BY ALL HAVING count(*) = 1),
     named AS (
       SELECT lower(t.id) AS owned, coalesce(f.key, t.key) AS owner
       FROM told t LEFT JOIN full_name f ON f.short = t.key WHERE t.name <> '' AND t.id <> ''),
     identified AS (SELECT owned, min(owner) AS owner FROM named GROUP BY owned HAVING count(DISTINCT named.owner) = 1)
     SELECT s.key, s.name, s.id, s.ids, coalesce(i.owner, f.key, s.key) AS of, dense_rank() OVER (ORDER BY of)::INTEGER AS device
     FROM spelled s LEFT JOIN identified i ON i.owned = CASE WHEN s.name = '' THEN s.key END
     LEFT JOIN full_name f ON f.short = s.key`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_device AS
     SELECT device, coalesce(min(name) FILTER (key = of), '') AS "DeviceName", CASE WHEN max(ids) > 1 OR count(DISTINCT nullif(lower(id), '')) > 1 THEN '' ELSE max(id) END AS "DeviceId"
     FROM fuse_device_key GROUP BY device`,
  );
}

/** SQL for what identifies a device in a row: its name without case, else its id. */
export function deviceKey(prefix: string): string {
  return `CASE WHEN ${prefix}"DeviceName" <> '' THEN lower(${prefix}"DeviceName") ELSE lower(${prefix}"DeviceId") END`;
}
