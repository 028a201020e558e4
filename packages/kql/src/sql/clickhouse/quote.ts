import { carried, Unquotable } from '../quote.ts';

/** A string literal: a backslash escapes in ClickHouse.
 *  @throws Unquotable */
export function literal(text: string): string {
  return `'${carried(text).replace(/[\\']/g, '\\$&')}'`;
}

/** A quoted name of a column, table or alias; a backslash escapes here too.
 *  @throws Unquotable */
export function identifier(name: string): string {
  if (name === '') throw new Unquotable('A name cannot be empty.');
  return `"${carried(name).replace(/[\\"]/g, '\\$&')}"`;
}
