import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getDomain } from 'tldts';
import type { Catalogue, CatalogueEntry } from '../model/catalogue.ts';
import { UserError } from '../model/userError.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { addressTable } from './addressTable.ts';
import { applicationTable } from './applications.ts';
import { canonicalHost } from './hostName.ts';
import { identifier, readPrograms } from './programs.ts';
import { addressesFile, categoriesFile, servicesFile } from './schema.ts';
import { suffixTree } from './suffixTree.ts';

const code = 'CATALOGUE_INVALID';

/** Reads `categories.yaml`, `services/*.yaml`, `addresses.yaml` and `programs.yaml` of a folder.
 *  @throws UserError `CATALOGUE_INVALID` or `YAML_INVALID` with file, line and column */
export async function loadCatalogue(directory: string): Promise<Catalogue> {
  const categories = checkYaml(await read(join(directory, 'categories.yaml')), categoriesFile, code).categories;
  const hosts = new Map<string, CatalogueEntry>();
  const applications = new Map<string, CatalogueEntry>();
  const tenanted: string[] = [];
  for (const name of (await list(join(directory, 'services'))).filter((file) => file.endsWith('.yaml')).sort()) {
    const document = await read(join(directory, 'services', name));
    addServices(document, categories, { hosts, applications });
    tenanted.push(...checkYaml(document, servicesFile, code).services.flatMap(({ tenants }) => tenants));
  }
  const networks = networksOf(await read(join(directory, 'addresses.yaml')), categories);
  const services = new Set([...hosts.values(), ...networks.map(([, entry]) => entry)].map(({ service }) => service));
  const programs = readPrograms(await read(join(directory, 'programs.yaml')), services, categories);
  const tree = suffixTree(hosts);
  const addresses = addressTable(networks);
  return {
    version: versionOf(
      [...hosts].sort(byKey),
      [...applications].sort(byKey),
      [...networks].sort(byKey),
      programs,
      tenanted.toSorted(),
    ),
    services,
    hostsOfServices: byService(hosts),
    matchHost(host) {
      const name = canonicalHost(host);
      return name === undefined ? undefined : tree.find(name);
    },
    matchApplication: applicationTable(applications),
    identify: identifier(programs),
    matchAddress: (ip) => addresses.find(ip),
    registrableDomain: registrableDomains(tenanted),
  };
}

function byService(hosts: ReadonlyMap<string, CatalogueEntry>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [host, { service }] of hosts) {
    const list = found.get(service) ?? [];
    list.push(host);
    found.set(service, list);
  }
  return found;
}

/** A provider's own name stands where the host is itself a public suffix (`s3.eu-west-1.amazonaws.com`). What customers have
 *  below hosts that are no public suffix, but theirs one by one, is as good as registered (`larkfield.sharepoint.com`). */
function registrableDomains(tenanted: readonly string[]): Catalogue['registrableDomain'] {
  const tenants = suffixTree(tenanted.map((host) => [host, host] as const));
  return (host) => {
    const name = canonicalHost(host);
    if (name === undefined) return '';
    const provider = tenants.find(name);
    if (provider !== undefined)
      return name
        .split('.')
        .slice(-1 - provider.split('.').length)
        .join('.');
    return getDomain(name, { allowPrivateDomains: true }) ?? getDomain(name) ?? '';
  };
}

/** What is listed, by what it is met as. */
interface Services {
  readonly hosts: Map<string, CatalogueEntry>;
  readonly applications: Map<string, CatalogueEntry>;
}

/** Adds the services of a file to those that are known. */
function addServices(
  document: YamlDocument,
  categories: Readonly<Record<string, string>>,
  { hosts, applications }: Services,
): void {
  const file = checkYaml(document, servicesFile, code);
  for (const [index, item] of file.services.entries()) {
    const entry: CatalogueEntry = {
      service: item.service,
      category: file.category,
      categories: [file.category, ...item.also],
      subTechnique: item.subTechnique ?? file.subTechnique,
      broad: item.broad,
    };
    checkCategories(document, ['services', index, 'also'], entry, categories);
    const add = (known: Map<string, CatalogueEntry>, list: 'hosts' | 'applications'): void => {
      for (const [position, name] of item[list].entries()) {
        const other = known.get(name);
        if (other) {
          const place = placeOf(document, ['services', index, list, position]);
          throw new UserError(code, place, `${name} is listed for ${other.service} already`, 'Keep one of the two.');
        }
        known.set(name, entry);
      }
    };
    add(hosts, 'hosts');
    add(applications, 'applications');
  }
}

function networksOf(
  document: YamlDocument,
  categories: Readonly<Record<string, string>>,
): [network: string, entry: CatalogueEntry][] {
  return checkYaml(document, addressesFile, code).ranges.flatMap((range, index) => {
    const { service, category, also, subTechnique, networks } = range;
    const entry = { service, category, categories: [category, ...also], subTechnique, broad: false };
    checkCategories(document, ['ranges', index, 'category'], entry, categories);
    return networks.map((network): [string, CatalogueEntry] => [network, entry]);
  });
}

function checkCategories(
  document: YamlDocument,
  at: readonly PropertyKey[],
  entry: CatalogueEntry,
  categories: Readonly<Record<string, string>>,
): void {
  const unknown = entry.categories.find((category) => !Object.hasOwn(categories, category));
  if (unknown === undefined) return;
  const advice = `Use one of categories.yaml: ${Object.keys(categories).join(', ')}.`;
  throw new UserError(code, placeOf(document, at), `${unknown} is not a category`, advice);
}

function versionOf(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

async function read(path: string): Promise<YamlDocument> {
  return parseYaml(path, await readFile(path, 'utf8').catch((cause) => unreadable(path, cause)));
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((cause) => unreadable(directory, cause));
}

function unreadable(path: string, cause: NodeJS.ErrnoException): never {
  throw new UserError(
    code,
    path,
    `cannot be read (${cause.code ?? cause.message})`,
    'A catalogue is a folder with categories.yaml, addresses.yaml, programs.yaml and services/*.yaml.',
  );
}
