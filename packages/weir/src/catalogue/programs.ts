import type { Program, ProgramFacts, ProgramKind, ProgramSighting } from '../model/catalogue.ts';
import { UserError } from '../model/userError.ts';
import { checkYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { placeOfPath, plainPath } from './place.ts';
import { programsFile } from './schema.ts';

const code = 'CATALOGUE_INVALID';

/** Kinds that count against an innocent reading: for these the name alone is enough. Anybody can call a file chrome.exe; who
 *  calls one curl.exe has no reason to. */
const telling: ReadonlySet<ProgramKind> = new Set([
  'script-engine',
  'transfer-tool',
  'tunnel-tool',
  'system-tool',
  'archiver',
  'remote-access',
]);

interface Known {
  readonly entry: Program;
  readonly names: Matcher;
  readonly originals: Matcher;
  readonly folders: Matcher;
}

/** Reads `programs.yaml`.
 *  @throws UserError `CATALOGUE_INVALID`: a service or category that the catalogue does not have, or a name listed twice */
export function readPrograms(
  document: YamlDocument,
  services: ReadonlySet<string>,
  categories: Readonly<Record<string, string>>,
): Program[] {
  const { programs } = checkYaml(document, programsFile, code);
  const taken = new Map<string, string>();
  for (const [index, { program, names, services: own, categories: kinds }] of programs.entries()) {
    const at = (key: string, position: number) => placeOf(document, ['programs', index, key, position]);
    for (const [position, name] of names.entries()) {
      const other = taken.get(name.toLowerCase());
      if (other !== undefined)
        throw new UserError(
          code,
          at('names', position),
          `${name} is listed for ${other} already`,
          'Keep one of the two.',
        );
      taken.set(name.toLowerCase(), program);
    }
    const stranger = own.findIndex((service) => !services.has(service));
    if (stranger >= 0)
      throw new UserError(
        code,
        at('services', stranger),
        `${own[stranger]} is no service`,
        'Use the name of an entry in services/.',
      );
    const unknown = kinds.findIndex((category) => category !== '*' && !Object.hasOwn(categories, category));
    if (unknown >= 0)
      throw new UserError(
        code,
        at('categories', unknown),
        `${kinds[unknown]} is not a category`,
        'Use one of categories.yaml, or *.',
      );
  }
  return programs.map((program) => ({ ...program, originals: program.originals ?? program.names }));
}

/** Recognises programs by their names and what their version resource says. */
export function identifier(programs: readonly Program[]): (sighting: ProgramSighting) => ProgramFacts {
  const known = programs.map((entry) => ({
    entry,
    names: matcher(entry.names),
    originals: matcher(entry.originals),
    folders: matcher(entry.folders),
  }));
  const byName = (name: string) => known.find(({ names }) => names(name));
  return ({ file, original, folder, company }) => {
    const place = placeOfPath(folder);
    const name = file.trim().toLowerCase();
    const called = said(original).toLowerCase();
    const named = byName(name);
    const made = called === '' ? undefined : truly(known, named, called);
    const renamed =
      called === '' ? null : made !== undefined ? made !== named : named !== undefined && !isFrom(named, company);
    const one = made ?? named;
    if (one === undefined) return { program: '', kind: '', place, renamed, services: [], categories: [] };
    const path = plainPath(folder);
    const usual = one.entry.folders.length > 0 && one.folders(path);
    const unplaced =
      path !== '' &&
      (place === 'odd' || (one.entry.folders.length > 0 ? !usual : place === 'user' || place === 'data'));
    const trusted = renamed !== true && !unplaced && !isFromOther(one, company);
    return {
      program: trusted || telling.has(one.entry.kind) || made !== undefined ? one.entry.program : '',
      kind: trusted || telling.has(one.entry.kind) ? one.entry.kind : '',
      place: usual && place !== 'odd' && place !== 'system' ? 'installed' : place,
      renamed,
      services: trusted ? one.entry.services : [],
      categories: trusted ? one.entry.categories : [],
    };
  };
}

/** The program that the version resource names: that of the file's name where both agree. */
function truly(known: readonly Known[], named: Known | undefined, called: string): Known | undefined {
  const fits = ({ originals }: Known) => originals(called) || originals(`${called}.exe`);
  return named !== undefined && fits(named) ? named : known.find(fits);
}

/** What sensors write where a file says nothing. */
function said(text: string): string {
  const bare = text.trim();
  return bare === '-' || bare === '?' ? '' : bare;
}

function isFrom({ entry }: Known, company: string): boolean {
  const maker = said(company).toLowerCase();
  return entry.company.some((part) => maker.includes(part.toLowerCase()));
}

function isFromOther(known: Known, company: string): boolean {
  return said(company) !== '' && known.entry.company.length > 0 && !isFrom(known, company);
}

type Matcher = (text: string) => boolean;

/** Whether a lower-case text is one of these, in which a star stands for any characters. */
function matcher(patterns: readonly string[]): Matcher {
  const plain = new Set(patterns.filter((pattern) => !pattern.includes('*')).map((pattern) => pattern.toLowerCase()));
  const starred = patterns.filter((pattern) => pattern.includes('*')).map(expression);
  return (text) => plain.has(text) || starred.some((pattern) => pattern.test(text));
}

function expression(pattern: string): RegExp {
  const source = pattern
    .toLowerCase()
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}
