/** Text that no SQL literal or identifier can carry. A user's mistake, not ours: the compiler gives it a place. */
export class Unquotable extends Error {}

/** A string literal. In DuckDB's standard strings only the quote is special: backslashes are themselves. At a NUL
 *  character the engine would stop reading: it is put in by its number.
 *  @throws Unquotable for a lone surrogate. */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => `'${carried(part).replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join() : `(${parts.join(' || chr(0) || ')})`;
}

/** A quoted identifier, for names of columns, tables and aliases.
 *  @throws Unquotable for NUL, a lone surrogate and the empty name. */
export function identifier(name: string): string {
  if (name === '') throw new Unquotable('A name cannot be empty.');
  return `"${carried(name).replaceAll('"', '""')}"`;
}

/** The text, if SQL can carry it at all.
 *  @throws Unquotable */
export function carried(text: string): string {
  if (text.includes('\0')) throw new Unquotable('A NUL character cannot be part of a query.');
  if (!text.isWellFormed()) throw new Unquotable('Half of a surrogate pair is not text.');
  return text;
}
