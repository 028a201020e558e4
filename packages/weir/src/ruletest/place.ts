import type { Place, TestError } from '../model/ruleTest.ts';
import type { UserError } from '../model/userError.ts';

/** `file:line:column`, or a file alone: its beginning. */
export function placeOfText(text: string): Place {
  const [, path, line, column] = /^(.*):(\d+):(\d+)$/s.exec(text) ?? [];
  return path === undefined ? { path: text, line: 1, column: 1 } : { path, line: Number(line), column: Number(column) };
}

export function testError({ code, place, message, advice }: UserError): TestError {
  return { code, at: placeOfText(place), message, advice };
}
