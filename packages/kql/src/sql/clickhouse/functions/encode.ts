import { at, isInteger, never } from '../../common/arguments.ts';
import type { ScalarFunction } from '../../emit.ts';
import { arrayOf, elements, isArray, isWhole, quoted } from './json.ts';
import { stringForm } from './text-form.ts';
import { lambda, long, mapped, once, text } from './values.ts';

/** The digest of the value's string form, in lower-case hex; of the empty text the empty text. */
function digest(name: string): ScalarFunction {
  return {
    emit: (args) => once(stringForm(at(args, 0)), '_kql_s', (s) => `if(${s} = '', '', lower(hex(${name}(${s}))))`),
    nullable: never,
  };
}

const base64Encode: ScalarFunction = {
  emit: (args) => `base64Encode(${text(at(args, 0))})`,
  nullable: never,
};

/** What is not base64 gives `''`; a NUL or what is not UTF-8 once decoded does too. */
const base64Decode: ScalarFunction = {
  emit: (args) => once(`tryBase64Decode(${text(at(args, 0))})`, '_kql_s', (s) => `if(isValidUTF8(${s}), ${s}, '')`),
  nullable: never,
};

/** The bytes as an array of numbers; null for what is not base64. */
const base64Bytes: ScalarFunction = {
  emit: (args) =>
    once(text(at(args, 0)), '_kql_s', (s) =>
      once(`tryBase64Decode(${s})`, '_kql_b', (b) => {
        const byte = lambda('_kql_i', (i) => `toString(reinterpretAsUInt8(substring(${b}, ${i}, 1)))`);
        return `if(${b} = '' AND ${s} != '', NULL, ${arrayOf(`arrayMap(${byte}, range(1, length(${b}) + 1))`)})`;
      }),
    ),
};

/** An array of bytes; `''` where an element is none. */
const base64FromBytes: ScalarFunction = {
  emit: (args) =>
    once(at(args, 0).sql, '_kql_j', (j) =>
      once(elements(j), '_kql_l', (l) => {
        const isByte = lambda('_kql_e', (e) => `${isWhole(e)} AND toInt64OrZero(${e}) BETWEEN 0 AND 255`);
        const bytes = `arrayStringConcat(${mapped(l, (e) => `char(toUInt8(toInt64OrZero(${e})))`)})`;
        return `if(ifNull(${isArray(j)}, false) AND arrayAll(${isByte}, ${l}), base64Encode(${bytes}), '')`;
      }),
    ),
  nullable: never,
};

/** The bytes of a guid as .NET stores them: the first three groups with the lowest byte first. */
const guidBytes = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const base64FromGuid: ScalarFunction = {
  emit(args, call) {
    if (at(args, 0).type !== 'guid') return call.refuse(`${call.name} of a ${at(args, 0).type}`, 'write toguid(…)');
    return once(`replaceAll(toString(${at(args, 0).sql}), '-', '')`, '_kql_h', (h) => {
      const bytes = guidBytes.map((place) => `substring(${h}, ${place * 2 + 1}, 2)`).join(' || ');
      return `ifNull(base64Encode(unhex(${bytes})), '')`;
    });
  },
  nullable: never,
};

/** The number of a character, from its bytes in UTF-8. */
function codeOf(character: string): string {
  const byte = (index: number) => `toUInt32(reinterpretAsUInt8(substring(${character}, ${index}, 1)))`;
  const tail = (index: number) => `bitAnd(${byte(index)}, 63)`;
  return (
    `multiIf(length(${character}) = 1, ${byte(1)}, length(${character}) = 2, bitAnd(${byte(1)}, 31) * 64 + ${tail(2)}, ` +
    `length(${character}) = 3, bitAnd(${byte(1)}, 15) * 4096 + ${tail(2)} * 64 + ${tail(3)}, ` +
    `bitAnd(${byte(1)}, 7) * 262144 + ${tail(2)} * 4096 + ${tail(3)} * 64 + ${tail(4)})`
  );
}

const codepoints: ScalarFunction = {
  emit: (args) => arrayOf(mapped(`extractAll(${stringForm(at(args, 0))}, '(?s).')`, (c) => `toString(${codeOf(c)})`)),
  nullable: never,
};

/** The character of a code point; none for what is not one. */
function character(code: string): string {
  return once(code, '_kql_c', (c) => {
    const tail = (shift: number) => `bitOr(128, bitAnd(bitShiftRight(${c}, ${shift}), 63))`;
    return (
      `multiIf(isNull(${c}) OR NOT (${c} BETWEEN 0 AND 55295 OR ${c} BETWEEN 57344 AND 1114111), '', ${c} < 128, char(${c}), ` +
      `${c} < 2048, char(bitOr(192, bitShiftRight(${c}, 6)), ${tail(0)}), ` +
      `${c} < 65536, char(bitOr(224, bitShiftRight(${c}, 12)), ${tail(6)}, ${tail(0)}), ` +
      `char(bitOr(240, bitShiftRight(${c}, 18)), ${tail(12)}, ${tail(6)}, ${tail(0)}))`
    );
  });
}

/** Numbers and arrays of numbers, as the code points of a text. */
const fromCodepoints: ScalarFunction = {
  emit(args, call) {
    const parts = args.map((arg) => {
      if (isInteger(arg.type)) return character(`ifNull(${long(arg)}, toInt64(-1))`);
      if (arg.type !== 'dynamic') return call.refuse(`${call.name} takes numbers and arrays of numbers`);
      const number = (e: string) => `if(${isWhole(e)}, toInt64OrZero(${e}), toInt64(-1))`;
      return `arrayStringConcat(${mapped(elements(arg.sql), (e) => character(number(e)))})`;
    });
    return `concat(${parts.join(', ')}, '')`;
  },
  nullable: never,
};

/** `parse_csv`: the fields of the first record; a quoted field may hold commas, line ends and doubled quotes. */
const parseCsv: ScalarFunction = {
  emit: (args) => {
    const record = `regexpExtract(${text(at(args, 0))}, '^(?:"(?:[^"]|"")*"|[^"\\\\r\\\\n])*', 0)`;
    const fields = `extractAll(concat(',', ${record}), ',((?:"(?:[^"]|"")*"|[^,])*)')`;
    const value = (f: string) =>
      quoted(`if(startsWith(${f}, '"'), replaceAll(substring(${f}, 2, length(${f}) - 2), '""', '"'), ${f})`);
    return arrayOf(mapped(fields, value));
  },
  nullable: never,
};

export const encodeFunctions: Readonly<Record<string, ScalarFunction>> = {
  hash_md5: digest('MD5'),
  hash_sha1: digest('SHA1'),
  hash_sha256: digest('SHA256'),
  base64_encode_tostring: base64Encode,
  base64_encodestring: base64Encode,
  base64_decode_tostring: base64Decode,
  base64_decodestring: base64Decode,
  base64_decode_toarray: base64Bytes,
  base64_encode_fromarray: base64FromBytes,
  base64_encode_fromguid: base64FromGuid,
  unicode_codepoints_from_string: codepoints,
  to_utf8: codepoints,
  unicode_codepoints_to_string: fromCodepoints,
  make_string: fromCodepoints,
  parse_csv: parseCsv,
};
