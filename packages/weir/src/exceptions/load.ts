import { readFile } from 'node:fs/promises';
import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import { closest } from '../yaml/closest.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { type ConditionPlace, checkCondition, tautology } from './predicate.ts';
import { holdAlways } from './probe.ts';
import { exceptionsFile } from './schema.ts';

const code = 'EXCEPTION_INVALID';

/** What exceptions can name. */
export interface KnownRules {
  readonly rules: readonly { readonly id: string; readonly name: string }[];
  /** Whether there are no others: then a rule that is not among them does not exist. Where single rule files run, an
   *  exception for another rule is only not for them. */
  readonly all: boolean;
}

/** Reads exceptions.
 *  @throws UserError `EXCEPTION_INVALID`, `EXCEPTIONS_UNREADABLE` or `YAML_INVALID` with file, line and column: for what
 *  is not well formed, has no end, owner or reason, names a rule or a column that is not there, or says nothing of a
 *  finding */
export async function loadExceptions(path: string, known: KnownRules): Promise<Exception[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const message = `cannot be read (${cause.code ?? cause.message})`;
    throw new UserError('EXCEPTIONS_UNREADABLE', path, message, 'Name a YAML file of exceptions.');
  });
  return readExceptions(path, text, known);
}

export async function readExceptions(path: string, text: string, known: KnownRules): Promise<Exception[]> {
  const document = parseYaml(path, text);
  const file = checkYaml(document, exceptionsFile, code);
  const places: ConditionPlace[] = [];
  const exceptions = file.exceptions.map((entry, index): Exception => {
    const at = ['exceptions', index];
    const invalid = (key: string, message: string, advice: string) =>
      new UserError(code, placeOf(document, [...at, key]), message, advice);
    if (file.exceptions.findIndex(({ id }) => id === entry.id) < index) {
      throw invalid('id', `${entry.id} is the id of an exception above`, 'Give each exception an id of its own.');
    }
    if (entry.expires <= entry.created) {
      throw invalid('expires', 'it ends before it was created', 'Give it an end that is later than its beginning.');
    }
    const place = { path, lines: document.linesOf([...at, 'when'], entry.when) };
    const { names } = checkCondition(entry.when, place);
    places.push(place);
    const { override, rule, ...rest } = entry;
    return {
      ...rest,
      names,
      rules: rulesOf(document, at, rule, known),
      ...(override === undefined ? {} : { override }),
      place: placeOf(document, [...at, 'id']),
    };
  });
  const always = await holdAlways(exceptions.map(({ when }) => when));
  const first = places[always.indexOf(true)];
  if (first !== undefined) throw tautology(first);
  return exceptions;
}

/** Ids of the rules that an entry names, in lower case; null where it names all. A name among single files that run is
 *  left as it is: it is another rule's. */
function rulesOf(
  document: YamlDocument,
  at: readonly PropertyKey[],
  named: readonly string[],
  { rules, all }: KnownRules,
): readonly string[] | null {
  if (named.length === 1 && named[0] === 'all') return null;
  return named.map((written) => {
    const wanted = written.toLowerCase();
    const rule = rules.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
    if (rule !== undefined) return rule.id;
    const names = rules.map(({ name }) => name);
    const meant = closest(written, [...names, 'all']);
    if (!all && meant === undefined) return wanted;
    const advice = meant === undefined ? `The rules are ${names.join('; ')}; or write all.` : `Did you mean ${meant}?`;
    throw new UserError(code, placeOf(document, [...at, 'rule']), `there is no rule ${written}`, advice);
  });
}
