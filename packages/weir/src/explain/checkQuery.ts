import { compile } from '@weir/kql';
import { UserError } from '../model/userError.ts';
import { weirSchema } from '../tables/index.ts';
import { closest } from '../yaml/closest.ts';
import type { Position } from '../yaml/yamlDocument.ts';
import { filled, placesOf, sourceOffset } from './fill.ts';
import { placeholders, type Subject } from './subject.ts';

export const code = 'GUIDE_INVALID';

/** Checks that a question's query compiles over Weir's tables whatever the finding says: its placeholders are known and
 *  stand as values, and it does not ask what the present is.
 *  @throws UserError `GUIDE_INVALID` at the place in the file; `lines` gives where each line of the query begins */
export function checkQuery(query: string, path: string, lines: readonly Position[]): void {
  const fail = (offset: number, message: string, advice: string) =>
    new UserError(code, placeAt(query, offset, path, lines), message, advice);
  const { open, inText } = placesOf(query);
  const [pasted] = inText;
  if (pasted !== undefined) {
    const message = `{{${pasted.name}}} stands inside of a string or a comment, where its value could end it`;
    throw fail(pasted.offset, message, 'Let it stand alone: it is written as a value, with its quotes.');
  }
  for (const { name, offset } of open) {
    if (Object.hasOwn(placeholders, name)) continue;
    throw fail(offset, `a finding has no {{${name}}}`, unknownAdvice(name));
  }
  const { diagnostics, parameters } = compile(filled(query, anyFinding), { schema: weirSchema, dialect: 'duckdb' });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const offset = sourceOffset(query, anyFinding, error.start);
    throw fail(offset, error.message, error.advice ?? 'Correct the query.');
  }
  if (parameters.includes('now')) {
    const advice = 'Say the time by {{FirstSeen}} and {{LastSeen}}.';
    throw fail(0, 'the query asks for the present, and its finding is of the past', advice);
  }
}

/** @throws UserError for a name that a finding does not have */
export function checkNeeds(needs: readonly string[], place: string): void {
  for (const name of needs) {
    if (!Object.hasOwn(placeholders, name))
      throw new UserError(code, place, `a finding has no ${name}`, unknownAdvice(name));
  }
}

function unknownAdvice(name: string): string {
  const names = Object.keys(placeholders);
  const meant = closest(name, names);
  return meant === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${meant}?`;
}

function placeAt(query: string, offset: number, path: string, lines: readonly Position[]): string {
  const before = query.slice(0, offset).split('\n');
  const line = lines[before.length - 1] ?? lines[0] ?? { line: 1, column: 1 };
  return `${path}:${line.line}:${line.column + (before.at(-1)?.length ?? 0)}`;
}

/** A finding that says something of everything. */
const anyFinding: Subject = {
  id: 'f',
  title: 't',
  severity: 'low',
  score: 0,
  rule: { id: 'r', name: 'r' },
  firstSeen: 638_000_000_000_000_000n,
  lastSeen: 638_000_000_000_000_001n,
  service: 's',
  services: ['s'],
  category: 'c',
  bytesSent: 1n,
  bytesReceived: 1n,
  entities: {
    device: 'd',
    account: 'a',
    process: 'p',
    processFolder: 'f',
    processSha256: 'h',
    parentProcess: 'q',
    destination: 'x',
  },
};
