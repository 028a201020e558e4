import type { Engine } from '../engine/engine.ts';
import type { Catalogue } from '../model/catalogue.ts';
import { mapDistinct } from './distinct.ts';
import { gatherMixed } from './mixed.ts';

/** What the catalogue says of every program that endpoint rows (`rows`), those that others complete and finished ones name. */
export async function gatherPrograms(engine: Engine, rows: string, catalogue: Catalogue): Promise<void> {
  const mixed = await gatherMixed(engine, rows, sightingColumns);
  await identifyPrograms(engine, [rows, 'fuse_came_finished', ...(mixed === undefined ? [] : [mixed])], catalogue);
}

/** What the catalogue says of every program that some relations name:
 *  `fuse_program(file, original, folder, company, program, kind, place, renamed, services, categories)`. */
export async function identifyPrograms(
  engine: Engine,
  relations: readonly string[],
  catalogue: Catalogue,
): Promise<void> {
  const sighting = `to_json([${sightingColumns.map((column) => `"${column}"`).join(', ')}])::VARCHAR`;
  const named = (from: string) => `SELECT DISTINCT ${sighting} FROM ${from} WHERE "InitiatingProcessFileName" <> ''`;
  await mapDistinct(
    engine,
    'fuse_program',
    {
      file: 'VARCHAR',
      original: 'VARCHAR',
      folder: 'VARCHAR',
      company: 'VARCHAR',
      program: 'VARCHAR',
      kind: 'VARCHAR',
      place: 'VARCHAR',
      renamed: 'BOOLEAN',
      services: 'VARCHAR[]',
      categories: 'VARCHAR[]',
    },
    relations.map(named).join(' UNION '),
    (value) => {
      const [file = '', original = '', folder = '', company = ''] = JSON.parse(value) as string[];
      const sighted = { file, original, folder, company };
      return { ...sighted, ...catalogue.identify(sighted) };
    },
  );
}

/** What tells a program. */
export const sightingColumns = [
  'InitiatingProcessFileName',
  'InitiatingProcessVersionInfoOriginalFileName',
  'InitiatingProcessFolderPath',
  'InitiatingProcessVersionInfoCompanyName',
] as const;

/** SQL: joins a row's program as `g` to rows under this alias. */
export function joinProgram(row: string): string {
  const [file, original, folder, company] = sightingColumns.map((column) => `${row}."${column}"`);
  return `LEFT JOIN fuse_program g ON g.file = ${file} AND g.original = ${original} AND g.folder = ${folder} AND g.company = ${company}`;
}

/** The catalogue's columns of a row joined with `joinProgram`, given SQL of its service and category. */
export function programColumns(service: string, category: string): Record<string, string> {
  return {
    Program: 'g.program',
    ProgramKind: 'g.kind',
    ProgramPlace: 'g.place',
    ProgramRenamed: 'g.renamed',
    ExpectedClient: `CASE WHEN g.file IS NOT NULL AND ${service} <> '' THEN list_contains(g.services, ${service})
      OR list_contains(g.categories, ${category}) OR list_contains(g.categories, '*') END`,
  };
}
