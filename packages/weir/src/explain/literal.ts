import { ticksToIso } from '../report/format.ts';

/** KQL's text for a string: no value can end it, whatever a log says. What a parser could take for a line's end or a
 *  steering character is written as an escape, and both kinds of quotes are: in lists too, which are JSON. */
export function kqlString(value: string): string {
  const escaped = value.replace(/[\\"'\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '\\' || character === '"' ? `\\${character}` : unicodeEscapes(character),
  );
  return `"${escaped}"`;
}

function unicodeEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

export function kqlStrings(values: readonly string[]): string {
  return `dynamic([${values.map(kqlString).join(', ')}])`;
}

/** Null is unknown. */
export function kqlLong(value: bigint | null): string {
  return `long(${value ?? 'null'})`;
}

export function kqlDatetime(ticks: bigint): string {
  return `datetime(${ticksToIso(ticks)})`;
}
