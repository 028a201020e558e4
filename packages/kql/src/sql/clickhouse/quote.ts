import { carried, Unquotable } from '../quote.ts';

/** A string literal: a backslash escapes in ClickHouse.
 *  @throws Unquotable for a lone surrogate */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => carried(part).replace(/[\\']/g, '\\$&'));
  return `'${parts.join('\\0')}'`;
}

/** A quoted name of a column, table or alias; a backslash escapes here too.
 *  @throws Unquotable */
export function identifier(name: string): string {
  if (name === '') throw new Unquotable('A name cannot be empty.');
  return `"${carried(name).replace(/[\\"]/g, '\\$&')}"`;
}
