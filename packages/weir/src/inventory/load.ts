import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { addressTable } from '../catalogue/addressTable.ts';
import type { Inventory } from '../model/inventory.ts';
import { UserError } from '../model/userError.ts';
import { closest } from '../yaml/closest.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { inventoryFile } from './schema.ts';
import { readWatchlists } from './watchlists.ts';

const code = 'INVENTORY_INVALID';

/** Reads an inventory. `services` are the catalogue's.
 *  @throws UserError `INVENTORY_INVALID` or `YAML_INVALID` with file, line and column, for what is not well formed, told
 *  twice, or contradicts itself */
export async function loadInventory(path: string, services: ReadonlySet<string>): Promise<Inventory> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const message = `cannot be read (${cause.code ?? cause.message})`;
    throw new UserError('INVENTORY_UNREADABLE', path, message, 'Name a YAML file.');
  });
  const document = parseYaml(path, text);
  const said = checkYaml(document, inventoryFile, code);
  if (Object.values(said).every((entries) => entries.length === 0)) {
    const keys = Object.keys(said).join(', ');
    throw new UserError(code, path, 'the inventory names nothing', `Give it one of ${keys}, or leave it out.`);
  }
  checkNames(document, said);
  checkSites(document, said);
  checkReferences(document, said, services);
  const table = addressTable(sitesByNetwork(said));
  const watchlists = await readWatchlists(path, document, said.watchlists);
  return { ...said, watchlists, siteOf: (address) => table.find(address) };
}

type Said = z.output<typeof inventoryFile>;

function sitesByNetwork({ sites }: Said): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, networks } of sites)
    for (const network of networks) found.set(network, found.has(network) ? '' : name);
  return found;
}

type Path = readonly PropertyKey[];

/** Nothing is told twice. */
function checkNames(document: YamlDocument, inventory: Said): void {
  const { hosts, sites, tenants, buckets, repositories, proxies, translators, watchlists } = inventory;
  const once = (key: string, names: readonly string[]): void => {
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index) throw twice(document, [key, index], name);
  };
  once(
    'hosts',
    hosts.map(({ name }) => name),
  );
  once(
    'sites',
    sites.map(({ name }) => name),
  );
  once(
    'tenants',
    tenants.map(({ name }) => name),
  );
  once(
    'buckets',
    buckets.map(({ name }) => name),
  );
  once(
    'repositories',
    repositories.map(({ name }) => name),
  );
  once(
    'proxies',
    proxies.map(({ address, port }) => `${address} port ${port}`),
  );
  once(
    'translators',
    translators.map(({ address }) => address),
  );
  once(
    'watchlists',
    // They become tables, whose names are no others in capitals.
    watchlists.map(({ name }) => name.toLowerCase()),
  );
}

/** A sensor stands in one site. A network is one site's, unless sensors tell which of the sites a flow is of. */
function checkSites(document: YamlDocument, { sites }: Said): void {
  const sensors = new Map<string, string>();
  const networks = new Map<string, (typeof sites)[number]>();
  for (const [index, site] of sites.entries()) {
    for (const [at, sensor] of site.sensors.entries()) {
      const other = sensors.get(sensor);
      const place: Path = ['sites', index, 'sensors', at];
      if (other === site.name) throw twice(document, place, sensor);
      if (other !== undefined) {
        const message = `sensor ${sensor} stands in ${other} already`;
        throw new UserError(code, placeOf(document, place), message, 'Keep one of the two.');
      }
      sensors.set(sensor, site.name);
    }
    for (const [at, network] of site.networks.entries()) {
      const other = networks.get(network);
      const place: Path = ['sites', index, 'networks', at];
      if (other === site) throw twice(document, place, network);
      if (other && (other.sensors.length === 0 || site.sensors.length === 0)) {
        const message = `${network} is a network of ${other.name} already, and no sensors tell the two apart`;
        throw new UserError(
          code,
          placeOf(document, place),
          message,
          'Keep one of the two, or name the sensors of both.',
        );
      }
      networks.set(network, site);
    }
  }
}

/** What one part names, another part or the catalogue has. */
function checkReferences(document: YamlDocument, inventory: Said, known: ReadonlySet<string>): void {
  const { hosts, sites, services, proxies, translators } = inventory;
  const siteNames = new Set(sites.map(({ name }) => name));
  const roles = new Set(hosts.map(({ role }) => role));
  const among = (at: Path, name: string, names: ReadonlySet<string>, what: string, otherwise: string): void => {
    if (names.has(name)) return;
    const meant = closest(name, names);
    const advice = meant === undefined ? otherwise : `Did you mean ${meant}?`;
    throw new UserError(code, placeOf(document, at), `${name} is not ${what}`, advice);
  };
  for (const [index, { service, roles: forRoles, sites: forSites }] of services.entries()) {
    const at = ['services', index];
    among([...at, 'service'], service, known, 'a service of the catalogue', 'Use its name in content/catalogue.');
    for (const [i, role] of forRoles.entries())
      among([...at, 'roles', i], role, roles, 'a role of any host', 'Give the role to a host.');
    for (const [i, site] of forSites.entries())
      among([...at, 'sites', i], site, siteNames, 'a site', 'List it under sites.');
    checkSanction(document, inventory, index);
  }
  for (const [index, { site }] of proxies.entries())
    if (site !== '') among(['proxies', index, 'site'], site, siteNames, 'a site', 'List it under sites.');
  for (const [index, { site }] of translators.entries())
    if (site !== '') among(['translators', index, 'site'], site, siteNames, 'a site', 'List it under sites.');
}

/** A service may be allowed to several roles and sites in entries of their own, but not to all and beside that to some. */
function checkSanction(document: YamlDocument, { services }: Said, index: number): void {
  const entry = services[index];
  const other = services.slice(0, index).find(({ service }) => service === entry?.service);
  if (!entry || !other) return;
  const forAll = [entry, other].some(({ roles, sites }) => roles.length === 0 && sites.length === 0);
  const same = JSON.stringify([entry.roles, entry.sites]) === JSON.stringify([other.roles, other.sites]);
  if (forAll || same) throw twice(document, ['services', index, 'service'], entry.service);
}

function twice(document: YamlDocument, at: Path, name: string): UserError {
  return new UserError(code, placeOf(document, at), `${name} is listed already`, 'Keep one of the two.');
}
