import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import type { Inventory } from '../model/inventory.ts';
import { inventoryTable } from '../tables/index.ts';
import { hostMatcher } from './hosts.ts';
import { ownedPattern } from './owned.ts';
import { writeWatchlists } from './watchlists.ts';

type Row = Readonly<Record<string, string | number>>;

/** Fills the table `Inventory` from what the inventory says and the finished rows hold, and makes those of its watchlists. */
export async function writeInventory(lake: Lake, inventory: Inventory): Promise<void> {
  const { sites, services, proxies, translators } = inventory;
  const rows: Row[] = [
    ...(await hostRows(lake.engine, inventory)),
    ...sites.flatMap(({ name, networks, sensors, note }) => [
      { Kind: 'site', Name: name, Value: name, Site: name, Note: note },
      ...networks.map((network) => ({ Kind: 'network', Name: network, Value: network, Site: name })),
      ...sensors.map((sensor) => ({ Kind: 'sensor', Name: sensor, Value: sensor, Site: name })),
    ]),
    ...services.flatMap(({ service, roles, sites: allowed, note }) =>
      orAll(roles).flatMap((role) =>
        orAll(allowed).map((site) => ({
          Kind: 'service',
          Name: service,
          Value: service,
          Role: role,
          Site: site,
          Note: note,
        })),
      ),
    ),
    ...(await ownedRows(lake.engine, inventory)),
    ...proxies.map(({ address, port, site, note }) => ({
      Kind: 'proxy',
      Name: address,
      Value: address,
      Port: port,
      Site: site,
      Note: note,
    })),
    ...translators.map(({ address, site, note }) => ({
      Kind: 'translator',
      Name: address,
      Value: address,
      Site: site,
      Note: note,
    })),
  ];
  await writeWatchlists(lake.engine, inventory.watchlists);
  if (rows.length === 0) return;
  const names = inventoryTable.stored.map(({ name }) => name);
  const values = rows.map((row) => `(${names.map((name) => sqlValue(name, row[name])).join(', ')})`);
  const columns = names.map(sqlName).join(', ');
  await lake.append(inventoryTable, `SELECT * FROM (VALUES ${values.join(', ')}) AS t(${columns})`, names);
}

function orAll(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [''] : names;
}

function sqlValue(name: string, value: string | number | undefined): string {
  if (name === 'Port') return value === undefined ? 'NULL::INTEGER' : String(value);
  return sqlText(String(value ?? ''));
}

/** A row for each device of the data that an entry describes, under the entry that describes it best. */
async function hostRows(engine: Engine, { hosts }: Inventory): Promise<Row[]> {
  if (hosts.length === 0) return [];
  const best = hostMatcher(hosts);
  const devices = await engine.rows<{ device: string; addresses: string }>(
    `SELECT "DeviceName" AS device, to_json(list(DISTINCT "LocalIP"))::VARCHAR AS addresses
     FROM "DeviceNetworkEvents" WHERE "DeviceName" <> '' GROUP BY ALL ORDER BY ALL`,
  );
  const found = devices.flatMap(({ device, addresses }) => {
    const host = best(device, JSON.parse(addresses));
    return host === undefined ? [] : [{ host, device }];
  });
  const absent = hosts
    .filter((host) => !found.some((item) => item.host === host))
    .map((host) => ({ host, device: '' }));
  return [...found, ...absent].map(({ host: { name, role, owner, note }, device }) => ({
    Kind: 'host',
    Name: name,
    Value: device,
    Role: role,
    Owner: owner,
    Note: note,
  }));
}

/** A row for each host name of the data under which a tenant, bucket or repository of ours is reached. */
async function ownedRows(engine: Engine, { tenants, buckets, repositories }: Inventory): Promise<Row[]> {
  const entries = [
    ...tenants.map((entry) => ({ Kind: 'tenant', ...entry })),
    ...buckets.map((entry) => ({ Kind: 'bucket', ...entry })),
    ...repositories.map((entry) => ({ Kind: 'repository', ...entry })),
  ];
  if (entries.length === 0) return [];
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE inventory_host AS
     SELECT DISTINCT "RemoteHost" AS host FROM "DeviceNetworkEvents" WHERE "RemoteHost" <> '' AND "Service" <> ''`,
  );
  const rows: Row[] = [];
  for (const { Kind, name, note } of entries) {
    const hosts = await engine.rows<{ host: string }>(
      `SELECT host FROM inventory_host WHERE regexp_full_match(host, ${sqlText(ownedPattern(name))}) ORDER BY host`,
    );
    for (const Value of hosts.length === 0 ? [''] : hosts.map(({ host }) => host))
      rows.push({ Kind, Name: name, Value, Note: note });
  }
  await engine.run('DROP TABLE temp.inventory_host');
  return rows;
}
