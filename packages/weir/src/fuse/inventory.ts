import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import type { Inventory } from '../model/inventory.ts';
import { networkFlows, observedBodies, observedNames, type Table } from '../tables/index.ts';
import { addressFacts } from './addressType.ts';
import { mapDistinct } from './distinct.ts';

/** Before matching: flows are turned so that what the inventory calls ours is local, and rows of networks that several
 *  sites have are told apart by their sensors. Leaves `fuse_inventory_proxy(address, port)`: where proxies listen, and
 *  `fuse_inventory_translator(address)`, addresses in canonical spelling; empty without an inventory. */
export async function applyInventory(lake: Lake, inventory: Inventory | undefined): Promise<void> {
  const { engine } = lake;
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_inventory_proxy (address VARCHAR, port INTEGER)');
  const proxies = (inventory?.proxies ?? []).map(({ address, port }) => `(${sqlText(address)}, ${port})`);
  if (proxies.length > 0) await engine.run(`INSERT INTO fuse_inventory_proxy VALUES ${proxies.join(', ')}`);
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_inventory_translator (address VARCHAR)');
  const translators = (inventory?.translators ?? []).map(({ address }) => `(${sqlText(address)})`);
  if (translators.length > 0)
    await engine.run(`INSERT INTO fuse_inventory_translator VALUES ${translators.join(', ')}`);
  await engine.run('CREATE OR REPLACE TABLE fusion.fuse_ours (text VARCHAR, site VARCHAR, hidden BOOLEAN)');
  if (inventory === undefined || inventory.sites.length === 0) return;
  await gatherOurs(engine, inventory);
  await turnFlows(lake);
  await partSites(lake, inventory);
}

/** After matching: rows whose log names no site get that of the network of their local address, flows else that of their
 *  sensor. Not before it: sites keep rows apart, and a sensor may see devices of another site. Gives the name of the
 *  endpoint rows that have it. */
export async function nameSites(
  engine: Engine,
  endpointRows: string,
  inventory: Inventory | undefined,
): Promise<string> {
  if (inventory === undefined || inventory.sites.length === 0) return endpointRows;
  await engine.run(
    `UPDATE fuse_flow AS f SET site = o.site
     FROM (SELECT DISTINCT a.address, o.site FROM fuse_ours o JOIN fuse_address a ON a.text = o.text) o
     WHERE f.site = '' AND o.address = f.localAddress`,
  );
  const sensors = sensorSites(inventory);
  if (sensors !== undefined)
    await engine.run(
      `UPDATE fuse_flow AS f SET site = s.site FROM ${sensors} WHERE f.site = '' AND s.sensor = f.sensor`,
    );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_placed_rows AS
     SELECT e.* REPLACE (CASE WHEN e."Site" <> '' THEN e."Site" ELSE coalesce(o.site, '') END AS "Site")
     FROM ${endpointRows} e LEFT JOIN fuse_ours o ON o.text = e."LocalIP"`,
  );
  return 'fuse_placed_rows';
}

/** `fuse_ours(text, site, hidden)`: addresses of the data that lie in a site's network, in each spelling; `site` is ''
 *  where several sites have it, `hidden` says that the address is private, so that intake knew it for ours. */
async function gatherOurs(engine: Engine, inventory: Inventory): Promise<void> {
  await mapDistinct<{ text: string; site: string; hidden: boolean }>(
    engine,
    'fuse_ours',
    { text: 'VARCHAR', site: 'VARCHAR', hidden: 'BOOLEAN' },
    `SELECT DISTINCT value FROM (
       SELECT "LocalIP" AS value FROM "EndpointConnections" UNION ALL SELECT "RemoteIP" FROM "EndpointConnections"
       UNION ALL SELECT "LocalIP" FROM "NetworkFlows" UNION ALL SELECT "RemoteIP" FROM "NetworkFlows"
       UNION ALL SELECT "ClientIP" FROM "ObservedNames" UNION ALL SELECT "ServerIP" FROM "ObservedNames")
     WHERE value <> ''`,
    (text) => {
      const site = inventory.siteOf(text);
      return site === undefined ? undefined : { text, site, hidden: isHidden(text) };
    },
  );
}

function isHidden(address: string): boolean {
  return ['Private', 'Loopback'].includes(addressFacts(address).type);
}

const turnedColumns: Readonly<Record<string, string>> = {
  LocalIP: 'RemoteIP',
  LocalPort: 'RemotePort',
  BytesSent: 'BytesReceived',
  IpBytesSent: 'IpBytesReceived',
  PacketsSent: 'PacketsReceived',
};

/** Intake takes private addresses for ours, and of two public ones that which opened the connection. Here what is ours by
 *  the inventory becomes the local side; of two sides that are ours the opener is, and the flow is internal. */
async function turnFlows(lake: Lake): Promise<void> {
  const { engine } = lake;
  const [shown] = await engine.rows('SELECT 1 FROM fuse_ours WHERE NOT hidden LIMIT 1');
  if (!shown) return;
  await mapDistinct<{ text: string }>(
    engine,
    'fuse_hidden',
    { text: 'VARCHAR' },
    `SELECT DISTINCT value FROM (
       SELECT "LocalIP" AS value FROM "NetworkFlows" UNION ALL SELECT "RemoteIP" FROM "NetworkFlows") WHERE value <> ''`,
    (text) => (isHidden(text) ? { text } : undefined),
  );
  const joined = `FROM "NetworkFlows" f
    LEFT JOIN (FROM fuse_ours WHERE NOT hidden) l ON l.text = f."LocalIP" LEFT JOIN fuse_hidden lh ON lh.text = f."LocalIP"
    LEFT JOIN (FROM fuse_ours WHERE NOT hidden) r ON r.text = f."RemoteIP" LEFT JOIN fuse_hidden rh ON rh.text = f."RemoteIP"`;
  const localOurs = '(l.text IS NOT NULL OR lh.text IS NOT NULL)';
  const remoteOurs = '(r.text IS NOT NULL OR rh.text IS NOT NULL)';
  const news = `(l.text IS NOT NULL OR r.text IS NOT NULL) AND f."Direction" IN ('outbound', 'inbound')`;
  const within = `(${news} AND ${localOurs} AND ${remoteOurs})`;
  const turn = `(${news} AND CASE WHEN ${localOurs} THEN ${remoteOurs} AND f."Direction" = 'inbound' ELSE r.text IS NOT NULL END)`;
  const [wrong] = await engine.rows(`SELECT 1 ${joined} WHERE ${within} OR ${turn} LIMIT 1`);
  if (wrong) {
    const opposite = Object.entries(turnedColumns).flatMap(([a, b]) => [[a, b] as const, [b, a] as const]);
    const columns: Record<string, string> = {
      ...Object.fromEntries(
        opposite.map(([name, other]) => [name, `CASE WHEN ${turn} THEN f."${other}" ELSE f."${name}" END`]),
      ),
      Direction: `CASE WHEN ${within} THEN 'internal' WHEN NOT ${turn} THEN f."Direction"
        WHEN f."Direction" = 'inbound' THEN 'outbound' ELSE 'inbound' END`,
      ThroughIP: `CASE WHEN ${turn} THEN '' ELSE f."ThroughIP" END`,
    };
    await lake.replace(networkFlows, `SELECT ${selected(networkFlows, 'f', columns)} ${joined}`);
  }
  await engine.run('DROP TABLE fuse_hidden');
}

/** Rows without a site, of a sensor that stands in one, about an address of a network that several sites have. */
async function partSites(lake: Lake, inventory: Inventory): Promise<void> {
  const sensors = sensorSites(inventory);
  const [shared] = await lake.engine.rows(`SELECT 1 FROM fuse_ours WHERE site = '' LIMIT 1`);
  if (!shared || sensors === undefined) return;
  for (const [table, side, other] of [
    [networkFlows, 'LocalIP', 'RemoteIP'],
    [observedNames, 'ClientIP', 'ServerIP'],
    [observedBodies, 'ClientIP', 'ServerIP'],
  ] as const) {
    const several = `SELECT text FROM fuse_ours WHERE site = ''`;
    const parted = `r."Site" = '' AND (r."${side}" IN (${several}) OR r."${other}" IN (${several}))`;
    const columns = { Site: `CASE WHEN ${parted} THEN coalesce(s.site, '') ELSE r."Site" END` };
    await lake.replace(
      table,
      `SELECT ${selected(table, 'r', columns)} FROM ${sqlName(table.name)} r LEFT JOIN ${sensors} ON s.sensor = r."Sensor"`,
    );
  }
}

function selected(table: Table, from: string, columns: Readonly<Record<string, string>>): string {
  return table.stored
    .map(({ name }) => `${columns[name] ?? `${from}.${sqlName(name)}`} AS ${sqlName(name)}`)
    .join(', ');
}

/** SQL: `s(sensor, site)`; undefined where no site names a sensor. */
function sensorSites({ sites }: Inventory): string | undefined {
  const pairs = sites.flatMap(({ name, sensors }) => sensors.map((sensor) => `(${sqlText(sensor)}, ${sqlText(name)})`));
  return pairs.length === 0 ? undefined : `(VALUES ${pairs.join(', ')}) AS s(sensor, site)`;
}
