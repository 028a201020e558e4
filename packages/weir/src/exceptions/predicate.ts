import {
  columnsRead,
  compile,
  type Diagnostic,
  isVolatileCall,
  type Plan,
  relationsOf,
  type Scalar,
  walk,
} from '@weir/kql';
import { UserError } from '../model/userError.ts';
import { findingColumns, findingSchema } from '../rules/finding.ts';
import { closest } from '../yaml/closest.ts';
import type { Position } from '../yaml/yamlDocument.ts';
import { namesEntities } from './naming.ts';
import { asColumn } from './probe.ts';

const code = 'EXCEPTION_INVALID';

/** Where a condition stands: a position for each line of its text. */
export interface ConditionPlace {
  readonly path: string;
  readonly lines: readonly Position[];
}

/** Checks that an exception's condition says something of a finding: it compiles over `findingColumns`, reads one of
 *  them at least, and is not decided before any finding is looked at. Says whether it names whom or what it means.
 *  @throws UserError `EXCEPTION_INVALID` at the place in the file */
export function checkCondition(when: string, place: ConditionPlace): { readonly names: boolean } {
  const head = 'Finding\n| project ';
  const text = head + asColumn('Holds', when);
  const { plan, columns, diagnostics, parameters } = compile(text, { schema: findingSchema, dialect: 'duckdb' });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (plan === undefined || columns.length !== 1) throw uncompiled(when, error, place);
  const at = placeOfLine(place, 1, 1);
  if (parameters.length > 0) {
    const message =
      'now() is no fact of a finding: the same finding would be hidden at one reading and shown at another';
    throw new UserError(
      code,
      at,
      message,
      'Compare FirstSeen and LastSeen with each other, and give it an end with expires.',
    );
  }
  const condition = conditionOf(plan);
  if (looksElsewhere(condition)) {
    const message = 'the condition asks for more than the finding itself: other findings, or chance';
    throw new UserError(code, at, message, `Say which findings are meant, by ${someColumns}.`);
  }
  if (columnsRead(condition).size === 0) {
    const message = 'the condition reads no column of the finding, so it would hide every finding or none';
    throw new UserError(code, at, message, `Say which findings are meant, by ${someColumns}.`);
  }
  const decided = folded(condition);
  if (decided === undefined) return { names: namesEntities(condition, plan) };
  const message = decided ? 'the condition holds for every finding' : 'the condition holds for no finding';
  throw new UserError(code, at, message, 'Take the part away that is always so, and say which findings are meant.');
}

/** Whether the same finding could be met at one reading and not at another. */
function looksElsewhere(condition: Scalar): boolean {
  let found = false;
  walk(condition, (node) => {
    if (!('span' in node) || isVolatileCall(node) || relationsOf(node).length > 0) found = true;
  });
  return found;
}

/** What is said of a condition that holds for whatever finding is tried. */
export function tautology(place: ConditionPlace): UserError {
  return new UserError(
    code,
    placeOfLine(place, 1, 1),
    'the condition holds for every finding that was tried, for empty ones and for invented ones with nothing in common',
    `Say which findings are meant, by ${someColumns}.`,
  );
}

export const someColumns = 'DeviceName, AccountName, Process, Service or RemoteHost';

/** The condition inside of the one column of `asColumn`. */
function conditionOf({ relation }: Plan): Scalar {
  const value = relation.kind === 'project' ? relation.columns[0]?.value : undefined;
  const condition = value?.kind === 'call' && value.name === 'iff' ? value.args[0] : value;
  if (condition === undefined) throw new Error('a condition that is not the one column of its query');
  return condition;
}

/** What a condition comes to by its constants alone; undefined where a finding decides. */
function folded(node: Scalar): boolean | undefined {
  if (node.kind === 'constant') return typeof node.value === 'boolean' ? node.value : undefined;
  if (node.kind !== 'call') return undefined;
  const args = node.args.map(folded);
  switch (node.name) {
    case 'or':
      return args.includes(true) ? true : args.every((arg) => arg === false) ? false : undefined;
    case 'and':
      return args.includes(false) ? false : args.every((arg) => arg === true) ? true : undefined;
    case 'not':
      return args[0] === undefined ? undefined : !args[0];
    default:
      return undefined;
  }
}

function uncompiled(when: string, error: Diagnostic | undefined, place: ConditionPlace): UserError {
  if (error === undefined) {
    return new UserError(
      code,
      placeOfLine(place, 1, 1),
      'this is more than one condition',
      'Write one condition; join parts with and, or.',
    );
  }
  const line = Math.min(Math.max(error.line - 2, 1), when.split('\n').length);
  const at = placeOfLine(place, line, error.line - 2 < 1 || error.line - 2 > line ? 1 : error.column);
  const [, unknown] = /^The name '([^']+)' does not refer/.exec(error.message) ?? [];
  const names = findingColumns.map(({ name }) => name);
  if (unknown === undefined) {
    return new UserError(code, at, error.message, error.advice ?? `Write a condition over ${names.join(', ')}.`);
  }
  const meant = (Object.hasOwn(aliases, unknown) ? aliases[unknown] : undefined) ?? closest(unknown, names);
  const advice = meant === undefined ? `Its columns are ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return new UserError(code, at, `a finding has no column ${unknown}`, advice);
}

/** What the same is called in events and in the JSON of findings. */
const aliases: Readonly<Record<string, string>> = {
  InitiatingProcessFileName: 'Process',
  InitiatingProcessCommandLine: 'CommandLines',
  ProcessCommandLine: 'CommandLines',
  CommandLine: 'CommandLines',
  InitiatingProcessFolderPath: 'FolderPath',
  InitiatingProcessAccountName: 'AccountName',
  InitiatingProcessParentFileName: 'ParentProcess',
  InitiatingProcessVersionInfoOriginalFileName: 'OriginalName',
  Device: 'DeviceName',
  Account: 'AccountName',
  Destination: 'RemoteHost',
  RemoteUrl: 'RemoteHost',
  RemoteIP: 'RemoteIPs',
  Category: 'ServiceCategory',
  Timestamp: 'FirstSeen',
  TimeGenerated: 'FirstSeen',
};

function placeOfLine({ path, lines }: ConditionPlace, line: number, column: number): string {
  const at = lines[line - 1] ?? lines[0] ?? { line: 1, column: 1 };
  return `${path}:${at.line}:${at.column + column - 1}`;
}
