import { at, never } from '../../common/arguments.ts';
import type { ScalarFunction } from '../../emit.ts';
import { mapped, once, text, unless } from './values.ts';

/** The bytes of a text in UTF-8, each as `%` and two lower-case digits. */
const escaped = (c: string) => `replaceRegexpAll(lower(hex(${c})), '(..)', '%\\\\1')`;

/** `url_encode` and `url_encode_component`, which write a blank as `+` and as `%20`. Letters, digits, `-`, `.` and `_`
 *  stay. Whether `! * ' ( ) ~` do is not documented: over a text that has one of them the query stops. */
function encoder(blank: string): ScalarFunction {
  return {
    emit: (args, call) =>
      once(text(at(args, 0)), '_kql_s', (s) => {
        const character = (c: string) =>
          `multiIf(match(${c}, '^[A-Za-z0-9._-]$'), ${c}, ${c} = ' ', '${blank}', ${escaped(c)})`;
        const encoded = `arrayStringConcat(${mapped(`extractAll(${s}, '(?s).')`, character)})`;
        const message = `WK002: ${call.name} of ! * ' ( ) ~ is not documented`;
        return `ifNull(${unless(`match(${s}, '[!*\\'()~]')`, message, encoded)}, '')`;
      }),
    nullable: never,
  };
}

/** `url_decode`: `%` and two digits are a byte of UTF-8. What a `+` becomes, and bytes that are no text, is not documented:
 *  there the query stops. */
const decode: ScalarFunction = {
  emit: (args, call) =>
    once(text(at(args, 0)), '_kql_s', (s) => {
      const parts = `extractAll(${s}, '(?:%[0-9A-Fa-f]{2})+|(?s:[^%])+|%')`;
      const part = (c: string) => `if(match(${c}, '^(?:%[0-9A-Fa-f]{2})+$'), unhex(replaceAll(${c}, '%', '')), ${c})`;
      const plus = `position(${s}, '+') > 0`;
      return once(`arrayStringConcat(${mapped(parts, part)})`, '_kql_d', (d) => {
        const known = unless(plus, `WK002: ${call.name} of + is not documented`, d);
        return `ifNull(${unless(`NOT isValidUTF8(${d})`, `WK002: ${call.name} of bytes that are no text`, known)}, '')`;
      });
    }),
  nullable: never,
};

export const percentFunctions: Readonly<Record<string, ScalarFunction>> = {
  url_encode: encoder('+'),
  url_encode_component: encoder('%20'),
  url_decode: decode,
};
