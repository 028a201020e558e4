import type { Engine } from '../engine/engine.ts';
import type { Inventory } from '../model/inventory.ts';

/** What an inventory, or more in it, would improve, from what the finished rows hold: a sentence each. Nobody is advised
 *  to sanction a service of `suspects`. */
export async function inventoryAdvice(
  engine: Engine,
  inventory: Inventory | undefined,
  suspects: ReadonlySet<string>,
): Promise<string[]> {
  const found = [
    ...(await publicAddresses(engine, inventory)),
    ...(await proxies(engine, inventory)),
    ...(await translators(engine)),
    ...(await sanctioned(engine, inventory, suspects)),
  ];
  return found.map((advice) => `Inventory: ${advice}`);
}

const named = 3;

function some(names: readonly string[], all: number): string {
  const rest = all - Math.min(names.length, named);
  return `${names.slice(0, named).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Two public sides: of those, intake can but take the one that opened the connection for ours. */
async function publicAddresses(engine: Engine, inventory: Inventory | undefined): Promise<string[]> {
  const rows = await engine.rows<{ address: string }>(
    `SELECT "LocalIP" AS address FROM "DeviceNetworkEvents"
     WHERE "Fusion" = 'flow' AND "LocalIPType" = 'Public' AND "RemoteIPType" IN ('Public', '')
       AND "ActionType" NOT ILIKE 'Inbound%' AND "ActionType" <> 'ConnectionFailed'
     GROUP BY ALL ORDER BY count(*) DESC, address`,
  );
  const unknown = rows.map(({ address }) => address).filter((address) => inventory?.siteOf(address) === undefined);
  if (unknown.length === 0) return [];
  const are = unknown.length === 1 ? 'public address sends as if it were' : 'public addresses send as if they were';
  return [
    `${unknown.length} ${are} ours (${some(unknown, unknown.length)}); with your public networks under sites, Weir knows which side is yours.`,
  ];
}

/** So many unrelated names behind one inside address are a forward proxy's; 3128 is no other service's port. One whose
 *  CONNECT was seen is known for a proxy already. */
const manyDomains = 5;
const proxyPort = 3128;

async function proxies(engine: Engine, inventory: Inventory | undefined): Promise<string[]> {
  const rows = await engine.rows<{ address: string; port: number }>(
    `SELECT "RemoteIP" AS address, "RemotePort" AS port FROM "DeviceNetworkEvents"
     WHERE "RemoteIPType" = 'Private' AND "RemotePort" IS NOT NULL AND "ActionType" NOT ILIKE 'Inbound%'
     GROUP BY ALL
     HAVING NOT bool_or("RemoteHostSource" = 'proxy')
       AND (count(DISTINCT nullif("RegistrableDomain", '')) >= ${manyDomains}
         OR (port = ${proxyPort} AND count(DISTINCT "DeviceName") > 1))
     ORDER BY count(*) DESC, address, port`,
  );
  const known = new Set(inventory?.proxies.map(({ address, port }) => `${address} ${port}`));
  const unknown = rows.filter(({ address, port }) => !known.has(`${address} ${port}`));
  if (unknown.length === 0) return [];
  const [addresses, them] = unknown.length === 1 ? ['address takes', 'it'] : ['addresses take', 'them'];
  const names = unknown.map(({ address, port }) => `${address} port ${port}`);
  return [
    `${unknown.length} inside ${addresses} connections as a proxy does (${some(names, names.length)}); name ${them} under proxies, so that what passes through counts once.`,
  ];
}

/** So many connections that send just what others' do, to the same end at the same moment, of no program that anybody knows,
 *  and for more than one: so little sends many to the byte by chance. */
const manyTwins = 3;
const tellingBytes = 2 ** 16;
/** Two seconds, in ticks. */
const atOnce = 20_000_000;
/** Few rows to the same end send the same in the same two seconds; over a month many may, as parts of one size. */
const moment = `"FlowStart" // ${atOnce}`;

async function translators(engine: Engine): Promise<string[]> {
  const rows = await engine.rows<{ address: string }>(
    `WITH sent AS (
       SELECT "EventId", "LocalIP", "RemoteIP", "RemotePort", "Protocol", "BytesSent", "FlowStart", "Fusion" FROM "DeviceNetworkEvents"
       WHERE "BytesSent" >= ${tellingBytes} AND "FlowStart" IS NOT NULL AND "LocalIP" <> '' AND "RemoteIP" <> ''
         AND "ActionType" NOT ILIKE 'Inbound%' AND "FusionRule" <> 'proxy-outer-leg')
     SELECT t."LocalIP" AS address
     FROM (SELECT *, ${moment} AS moment FROM sent WHERE "Fusion" = 'flow') t
     JOIN (SELECT *, ${moment} + unnest([-1, 0, 1]) AS moment FROM sent) o
       USING (moment, "RemoteIP", "RemotePort", "Protocol", "BytesSent")
     WHERE o."LocalIP" <> t."LocalIP" AND abs(o."FlowStart" - t."FlowStart") <= ${atOnce}
     GROUP BY ALL HAVING count(DISTINCT t."EventId") >= ${manyTwins} AND count(DISTINCT o."LocalIP") > 1
       AND count(DISTINCT t."EventId") > count(DISTINCT o."EventId") / 2
     ORDER BY count(*) DESC, address`,
  );
  const unknown = rows.map(({ address }) => address);
  if (unknown.length === 0) return [];
  const [addresses, them] = unknown.length === 1 ? ['address sends', 'it'] : ['addresses send', 'them'];
  return [
    `${unknown.length} ${addresses} on what others send, as a translator of addresses does (${some(unknown, unknown.length)}); name ${them} under translators, so that what passes through counts once.`,
  ];
}

/** What a business plainly uses: several devices, and more than a little. */
const manyDevices = 2;
const muchBytes = 10 * 1024 * 1024;

async function sanctioned(
  engine: Engine,
  inventory: Inventory | undefined,
  suspects: ReadonlySet<string>,
): Promise<string[]> {
  const rows = await engine.rows<{ service: string }>(
    `SELECT "Service" AS service FROM "DeviceNetworkEvents"
     WHERE "Service" <> '' AND "FusionRule" <> 'proxy-outer-leg' AND "BytesSent" > coalesce("BytesReceived", 0)
     GROUP BY ALL HAVING sum("BytesSent") >= ${muchBytes} AND count(DISTINCT "DeviceName") >= ${manyDevices}
     ORDER BY sum("BytesSent") DESC, service`,
  );
  const known = new Set(inventory?.services.map(({ service }) => service));
  const unknown = rows.map(({ service }) => service).filter((service) => !known.has(service) && !suspects.has(service));
  if (unknown.length === 0) return [];
  const services = unknown.length === 1 ? 'a service' : `${unknown.length} services`;
  return [
    `several devices upload to ${services} that you may have sanctioned (${some(unknown, unknown.length)}); name what you allow under services, for queries to tell it from the rest.`,
  ];
}
