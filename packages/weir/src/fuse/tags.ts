import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Catalogue } from '../model/catalogue.ts';
import { type AddressFacts, addressFacts } from './addressType.ts';
import { mapDistinct } from './distinct.ts';
import { identifyPrograms, joinProgram, programColumns } from './programs.ts';
import { gatherApplications, gatherServices, serviceOf, withoutHost } from './services.ts';

/** SQL over a finished row `r`: whether it says nothing of its service, or of its program. */
export const untagged = `(r."Service" = '' AND r."ServiceCategory" = '' AND r."SubTechnique" = '')`;
export const unidentified = `(r."InitiatingProcessFileName" <> '' AND r."Program" = '' AND r."ProgramKind" = '' AND r."ProgramPlace" = ''
    AND r."ProgramRenamed" IS NULL AND r."ExpectedClient" IS NULL)`;

const named = `r."RemoteHost" <> ''`;

function tagged(name: string, column: string): string {
  return `CASE WHEN ${untagged} THEN ${serviceOf(named, column)} ELSE r.${sqlName(name)} END`;
}

function orEmpty(name: string, sql: string): string {
  return `CASE WHEN r.${sqlName(name)} <> '' THEN r.${sqlName(name)} ELSE ${sql} END`;
}

const service = tagged('Service', 'service');
const category = tagged('ServiceCategory', 'category');

/** SQL of the columns that the catalogue fills in a finished row `r`, joined with `joinTags`: what it says itself stays. */
export const tagColumns: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(programColumns(service, category)).map(([name, sql]) => [
      name,
      `CASE WHEN ${unidentified} THEN ${sql} ELSE r.${sqlName(name)} END`,
    ]),
  ),
  Service: service,
  ServiceCategory: category,
  ServiceCategories: tagged('ServiceCategories', 'categories'),
  SubTechnique: tagged('SubTechnique', 'subTechnique'),
  RegistrableDomain: orEmpty('RegistrableDomain', 'h.registrable'),
  RemoteHostSource: orEmpty('RemoteHostSource', `CASE WHEN ${untagged} AND NOT (${named}) THEN ${withoutHost} END`),
};

export const joinTags = `LEFT JOIN fuse_host_service h ON h.host = r."RemoteHost"
     LEFT JOIN fuse_app_service s ON s.app = r."Application"
     LEFT JOIN fuse_address p ON p.text = r."RemoteIP"
     LEFT JOIN fuse_address_service a ON a.canonical = p.canonical
     ${joinProgram('r')}`;

/** What these columns hold where nothing is known. */
const empty: Readonly<Record<string, string>> = {
  ServiceCategories: 'NULL',
  ProgramRenamed: 'NULL',
  ExpectedClient: 'NULL',
};

/** Makes the table `target` of those rows of DeviceNetworkEvents (`rows`, SQL of a relation with `segment` and `row`) that a
 *  catalogue tags in another way than they are: where each stands, and the columns of its tags. All tags are taken for a
 *  catalogue's: not for rows that came in finished. Within the database of fusion.
 *  Gives the names of these columns. */
export async function tagAnew(
  engine: Engine,
  rows: string,
  catalogue: Catalogue,
  target: string,
): Promise<readonly string[]> {
  await mapDistinct<AddressFacts & { text: string }>(
    engine,
    'fuse_address',
    { text: 'VARCHAR', canonical: 'VARCHAR', type: 'VARCHAR' },
    `SELECT DISTINCT "RemoteIP" FROM ${rows} WHERE "RemoteHost" = '' AND "RemoteIP" NOT IN ('', '-')`,
    (text) => ({ text, ...addressFacts(text) }),
  );
  await gatherServices(engine, `SELECT DISTINCT "RemoteHost" FROM ${rows} WHERE "RemoteHost" <> ''`, catalogue);
  await gatherApplications(engine, `SELECT DISTINCT "Application" FROM ${rows} WHERE "Application" <> ''`, catalogue);
  await identifyPrograms(engine, [rows], catalogue);
  const names = Object.keys(tagColumns);
  const blank = names.map(
    (name) => `${name === 'RemoteHostSource' ? unsaid : (empty[name] ?? "''")} AS ${sqlName(name)}`,
  );
  const before = names.map((name) => `r.was.${sqlName(name)}`);
  const after = names.map((name) => (empty[name] ? tagColumns[name] : `coalesce(${tagColumns[name]}, '')`));
  const was = `{${names.map((name) => `${sqlName(name)}: ${sqlName(name)}`).join(', ')}} AS was`;
  await engine.run(
    `CREATE OR REPLACE TABLE ${target} AS
     SELECT r.segment, r."row", ${names.map((name, at) => `${after[at]} AS ${sqlName(name)}`).join(', ')}
     FROM (SELECT * REPLACE (${blank.join(', ')}), ${was} FROM ${rows}) r ${joinTags}
     WHERE ${names.map((_, at) => `${after[at]} IS DISTINCT FROM ${before[at]}`).join(' OR ')}`,
  );
  return names;
}

/** Where a name came from is not the catalogue's to say; that an application or address gave the service is. */
const unsaid = `CASE WHEN "RemoteHost" = '' AND "RemoteHostSource" IN ('application', 'address') THEN '' ELSE "RemoteHostSource" END`;
