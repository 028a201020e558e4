import { Refusal } from '../../../diagnostics.ts';
import type { Arg } from '../../emit.ts';
import { literal } from '../quote.ts';
import { digits } from './text-form.ts';
import { datetimeText, timespanText } from './ticks.ts';
import { lambda, mapped, once } from './values.ts';

// Dynamics are JSON texts, and are taken apart as texts: ClickHouse's own JSON functions write numbers anew, so that 1.0
// would become 1, and give up at whole numbers of more than 64 bits.

export const isArray = (json: string) => `startsWith(${json}, '[')`;
export const isObject = (json: string) => `startsWith(${json}, '{')`;
export const isText = (json: string) => `startsWith(${json}, '"')`;
export const isBool = (json: string) => `(${json} IN ('true', 'false'))`;
export const isWhole = (json: string) => `match(${json}, '^-?[0-9]+$')`;
export const isReal = (json: string) => `match(${json}, '^-?[0-9]+[.eE]')`;
export const isNumber = (json: string) => `match(${json}, '^-?[0-9]')`;

const token = literal('"(?:[^"\\\\]|\\\\.)*"|[\\[\\]{}:,]|[^\\[\\]{}:,"\\s]+');

/** The tokens of a JSON text as a list; of NULL none. */
export function tokens(json: string): string {
  return `extractAll(ifNull(${json}, ''), ${token})`;
}

/** The items of an array or object, each as the list of its tokens with a comma in front. */
function items(json: string): string {
  return once(`arrayConcat([','], arraySlice(${tokens(json)}, 2, -1))`, '_kql_k', (k) => {
    const depth = `arrayCumSum(_kql_c -> multiIf(_kql_c IN ('[', '{'), 1, _kql_c IN (']', '}'), -1, 0), ${k})`;
    const split = `arraySplit((_kql_c, _kql_n) -> _kql_c = ',' AND _kql_n = 0, ${k}, ${depth})`;
    return `arrayFilter(_kql_c -> length(_kql_c) > 1, ${split})`;
  });
}

/** The elements of a JSON array as a list of JSON texts, `null` among them; of anything else none. */
export function elements(json: string): string {
  return once(
    json,
    '_kql_v',
    (v) => `if(${isArray(v)}, ${mapped(items(v), (item) => `arrayStringConcat(arraySlice(${item}, 2))`)}, [])`,
  );
}

/** The members of a JSON object as a list of (key, JSON text); of anything else none. */
export function entries(json: string): string {
  const entry = (item: string) => `(JSONExtractString(${item}[2]), arrayStringConcat(arraySlice(${item}, 4)))`;
  return once(
    json,
    '_kql_v',
    (v) => `if(${isObject(v)}, ${mapped(items(v), entry)}, CAST([] AS Array(Tuple(String, String))))`,
  );
}

/** The JSON text of a member, NULL where there is none or it is JSON's null. */
export function member(json: string, key: string): string {
  const isIt = lambda('_kql_m', (m) => `${m}.1 = ${key}`);
  return known(`arrayFirst(${isIt}, ${entries(json)}).2`);
}

/** A JSON null inside a dynamic is KQL's null dynamic, hence NULL; so is what is not there. */
export function known(json: string): string {
  return once(json, '_kql_u', (u) => `if(${u} IN ('', 'null'), NULL, ${u})`);
}

/** A list of JSON texts as a JSON array; NULL elements are JSON's null. */
export function arrayOf(list: string): string {
  return `concat('[', arrayStringConcat(${mapped(list, (item) => `ifNull(${item}, 'null')`)}, ','), ']')`;
}

/** A list of (key, JSON text) as a JSON object. */
export function objectOf(list: string): string {
  const entry = (pair: string) => `concat(toJSONString(${pair}.1), ':', ifNull(${pair}.2, 'null'))`;
  return `concat('{', arrayStringConcat(${mapped(list, entry)}, ','), '}')`;
}

/** A text as a JSON string. */
export function quoted(text: string): string {
  return `toJSONString(${text})`;
}

/** A text read as JSON: one that is none is a JSON string, `''` and `null` are null. */
export function parsed(text: string): string {
  return once(text, '_kql_s', (s) => `multiIf(${s} = '', NULL, ${isJson(s)}, ${canonical(s)}, ${quoted(s)})`);
}

/** A text read as JSON: null where it is none. */
export function parsedOnly(text: string): string {
  return once(text, '_kql_s', (s) => `if(${isJson(s)}, ${canonical(s)}, NULL)`);
}

/** Digits beyond 64 bits are JSON too; the engine's reader gives up at them. */
function isJson(text: string): string {
  return `isValidJSON(replaceRegexpAll(${text}, '[0-9]{18,}', '0'))`;
}

/** JSON in the form that dynamics have here: strings and reals written one way, no blanks between tokens. */
function canonical(json: string): string {
  const one = (t: string) =>
    `multiIf(startsWith(${t}, '"') AND position(${t}, '\\\\') > 0, toJSONString(JSONExtractString(${t})), ${isReal(t)}, ${digits(`toFloat64OrZero(${t})`)}, ${t})`;
  return known(`arrayStringConcat(${mapped(tokens(json), one)})`);
}

/** A value as it stands inside a dynamic: a JSON text, or NULL for null. Datetimes and timespans become their texts. */
export function jsonValue(arg: Arg): string {
  const { sql } = arg;
  switch (arg.type) {
    case 'dynamic':
      return sql;
    case 'string':
      return quoted(sql);
    case 'bool':
      return once(sql, '_kql_b', (b) => `multiIf(${b}, 'true', NOT ${b}, 'false', NULL)`);
    case 'datetime':
    case 'timespan': {
      const form = arg.type === 'datetime' ? datetimeText : timespanText;
      return once(sql, '_kql_t', (t) => `if(isNull(${t}), NULL, ${quoted(form(t))})`);
    }
    case 'decimal':
      throw new Refusal(
        'WK002',
        arg.span,
        'A decimal inside a dynamic is not documented.',
        'Cast it first: `toreal(x)`.',
      );
    case 'guid':
      return `concat('"', toString(${sql}), '"')`;
    case 'real':
      return once(
        sql,
        '_kql_r',
        (r) =>
          `multiIf(isNull(${r}), NULL, isNaN(${r}), '"NaN"', isInfinite(${r}), if(${r} > 0, '"Infinity"', '"-Infinity"'), ${digits(r)})`,
      );
    default:
      return `toString(${sql})`;
  }
}
