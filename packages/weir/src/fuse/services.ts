import type { Engine } from '../engine/engine.ts';
import type { Catalogue, CatalogueEntry } from '../model/catalogue.ts';
import { mapDistinct } from './distinct.ts';

/** What the catalogue says of every host (`hosts`, SQL of one column) and, for rows without a host, of every remote address:
 *  `fuse_host_service(host, registrable, service, category, categories, subTechnique)` and
 *  `fuse_address_service(canonical, service, category, categories, subTechnique)`. */
export async function gatherServices(engine: Engine, hosts: string, catalogue: Catalogue): Promise<void> {
  await mapDistinct(
    engine,
    'fuse_host_service',
    { host: 'VARCHAR', registrable: 'VARCHAR', ...serviceColumns },
    hosts,
    (host) => ({ host, registrable: catalogue.registrableDomain(host), ...serviceFacts(catalogue.matchHost(host)) }),
  );
  await mapDistinct(
    engine,
    'fuse_address_service',
    { canonical: 'VARCHAR', ...serviceColumns },
    `SELECT DISTINCT a.canonical FROM fuse_address a WHERE a.type = 'Public'`,
    (canonical) => {
      const entry = catalogue.matchAddress(canonical);
      return entry && { canonical, ...serviceFacts(entry) };
    },
  );
}

/** What the catalogue says of each application of `names` (SQL of one column) that it knows:
 *  `fuse_app_service(app, service, category, categories, subTechnique)`. */
export async function gatherApplications(engine: Engine, names: string, catalogue: Catalogue): Promise<void> {
  await mapDistinct(engine, 'fuse_app_service', { app: 'VARCHAR', ...serviceColumns }, names, (app) => {
    const entry = catalogue.matchApplication(app);
    return entry && { app, ...serviceFacts(entry) };
  });
}

/** SQL: a column of the service, over what the catalogue says of the row's host (`h`), application (`s`) and remote address
 *  (`a`). `named`: SQL: whether its host is known. */
export function serviceOf(named: string, column: string): string {
  return `CASE WHEN h.service <> '' THEN h.${column} WHEN s.app IS NOT NULL THEN s.${column} WHEN ${named} THEN h.${column} ELSE a.${column} END`;
}

/** SQL: what named the service of a row without a host. */
export const withoutHost = `CASE WHEN s.app IS NOT NULL THEN 'application' WHEN a.canonical IS NOT NULL THEN 'address' END`;

const serviceColumns = {
  service: 'VARCHAR',
  category: 'VARCHAR',
  categories: 'JSON',
  subTechnique: 'VARCHAR',
} as const;

function serviceFacts(entry: CatalogueEntry | undefined) {
  return {
    service: entry?.service ?? '',
    category: entry?.category ?? '',
    categories: entry?.categories ?? null,
    subTechnique: entry?.subTechnique ?? '',
  };
}
