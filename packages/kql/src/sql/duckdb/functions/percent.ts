import type { ScalarFunction } from '../../emit.ts';
import { at, never, once, text } from './values.ts';

/** The bytes of a character in UTF-8, each as `%` and two lower-case digits. */
const escaped = (c: string) => `regexp_replace(lower(hex(encode(${c}))), '(..)', '%\\1', 'g')`;

/** `url_encode` and `url_encode_component`, which write a blank as `+` and as `%20`. Letters, digits, `-`, `.` and `_`
 *  stay. Whether `! * ' ( ) ~` do is not documented: over a text that has one of them the query stops. */
function encoder(blank: string): ScalarFunction {
  return {
    emit: (args, call) =>
      once(text(at(args, 0)), '_kql_s', (s) => {
        const character =
          `CASE WHEN regexp_full_match(_kql_c, '[A-Za-z0-9._-]') THEN _kql_c WHEN _kql_c = ' ' THEN '${blank}' ` +
          `WHEN _kql_c IN ('!', '*', '''', '(', ')', '~') THEN error('WK002: ${call.name} of ! * '' ( ) ~ is not documented') ` +
          `ELSE ${escaped('_kql_c')} END`;
        return `CASE WHEN ${s} = '' THEN '' ELSE array_to_string(list_transform(string_split(${s}, ''), lambda _kql_c: ${character}), '') END`;
      }),
    nullable: never,
  };
}

/** `url_decode`: `%` and two digits are a byte of UTF-8. What a `+` becomes, and bytes that are no text, is not documented:
 *  there the query stops. */
const decode: ScalarFunction = {
  emit: (args, call) =>
    once(text(at(args, 0)), '_kql_s', (s) => {
      const parts = `regexp_extract_all(${s}, '(?:%[0-9A-Fa-f]{2})+|(?s:[^%])+|%')`;
      const bytes = `TRY(decode(unhex(replace(_kql_c, '%', ''))))`;
      const part =
        `CASE WHEN regexp_full_match(_kql_c, '(?:%[0-9A-Fa-f]{2})+') ` +
        `THEN coalesce(${bytes}, error('WK002: ${call.name} of bytes that are no text')) ELSE _kql_c END`;
      return `CASE WHEN contains(${s}, '+') THEN error('WK002: ${call.name} of + is not documented') ELSE array_to_string(list_transform(${parts}, lambda _kql_c: ${part}), '') END`;
    }),
  nullable: never,
};

export const percentFunctions: Readonly<Record<string, ScalarFunction>> = {
  url_encode: encoder('+'),
  url_encode_component: encoder('%20'),
  url_decode: decode,
};
