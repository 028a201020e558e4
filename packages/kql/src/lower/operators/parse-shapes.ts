import type { KqlType } from '../../types.ts';

const whole = '[-+]?\\d+';
const hex = '[0-9a-fA-F]';
const bareGuid = `${hex}{8}-?${hex}{4}-?${hex}{4}-?${hex}{4}-?${hex}{12}`;
const guid = `\\{${bareGuid}\\}|${bareGuid}`;
const date = '(?:\\d{4}-\\d{1,2}-\\d{1,2}|\\d{1,2}/\\d{1,2}/\\d{1,4})';
const clock = '(?:[Tt ]\\s*\\d{1,2}:\\d{1,2}(?::\\d{1,2}(?:\\.\\d*)?)?)?';
const zone = '(?:[Zz]|[-+]\\d{1,2}(?::\\d{1,2})?)?';
const span = '-?(?:\\d+\\.\\d{1,2}:\\d{1,2}:\\d{1,2}|\\d{1,2}:\\d{1,2}(?::\\d{1,2})?)(?:\\.\\d*)?';

/** What a typed column takes in front of a `*`, where nothing else ends it, in a `simple` or `relaxed` pattern. Blanks
 *  may stand before. (Measured on the engine: mmaitre314/duckdb-kql, TRANSLATION.md R19.) */
export const shapesBeforeStar: Readonly<Partial<Record<KqlType, string>>> = {
  int: whole,
  long: whole,
  real: '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)',
  decimal: '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)',
  bool: `(?i:true|false)|${whole}`,
  guid,
};

/** What a typed column takes everywhere in a `regex` pattern: other than there, `bool` is no number, and a real begins
 *  with a digit. (The same source.) */
export const shapesInRegex: Readonly<Partial<Record<KqlType, string>>> = {
  int: whole,
  long: whole,
  real: '[-+]?\\d+(?:\\.\\d+)?',
  decimal: '[-+]?\\d+(?:\\.\\d+)?',
  bool: '(?i:true|false)',
  guid,
  datetime: `${date}${clock}${zone}`,
  timespan: span,
};
