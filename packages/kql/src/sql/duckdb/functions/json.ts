import { Refusal } from '../../../diagnostics.ts';
import type { Arg } from '../../emit.ts';
import { datetimeText, timespanText } from './ticks.ts';
import { once } from './values.ts';

/** A value as it stands inside a dynamic: JSON, or NULL for null. Datetimes and timespans become their texts. */
export function jsonValue(arg: Arg): string {
  const { sql } = arg;
  switch (arg.type) {
    case 'dynamic':
      return sql;
    case 'datetime':
    case 'timespan': {
      const form = arg.type === 'datetime' ? datetimeText(sql) : timespanText(sql);
      return `to_json(nullif(${form}, ''))`;
    }
    case 'decimal':
      throw new Refusal(
        'WK002',
        arg.span,
        'A decimal inside a dynamic is not documented.',
        'Cast it first: `toreal(x)`.',
      );
    case 'guid':
      return `to_json(CAST(${sql} AS VARCHAR))`;
    case 'real':
      return once(
        sql,
        '_kql_r',
        (r) =>
          `CASE WHEN isfinite(${r}) THEN to_json(${r}) WHEN isnan(${r}) THEN CAST('"NaN"' AS JSON) WHEN ${r} > 0 THEN CAST('"Infinity"' AS JSON) WHEN ${r} < 0 THEN CAST('"-Infinity"' AS JSON) END`,
      );
    default:
      return `to_json(${sql})`;
  }
}

/** SQL of the JSON pointer to a member of a bag. A path would take the key `*` for all members. */
export function pointerTo(key: string): string {
  return `'/' || replace(replace(${key}, '~', '~0'), '/', '~1')`;
}

/** The elements of a JSON array as a list; of anything else none, of NULL NULL. */
export function elements(json: string): string {
  // Of a null known beforehand DuckDB makes no list; for all else the cast is nothing.
  return `CAST(json_extract(${json}, '$[*]') AS JSON[])`;
}

export function isArray(json: string): string {
  return `json_type(${json}) = 'ARRAY'`;
}

export function isObject(json: string): string {
  return `json_type(${json}) = 'OBJECT'`;
}
