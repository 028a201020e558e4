import type { ScalarFunction } from '../../emit.ts';
import { elements, isArray } from './json.ts';
import { stringForm } from './text-form.ts';
import { at, isInteger, long, never, once, text } from './values.ts';

/** The digest of the value's string form, in lower-case hex; of the empty text the empty text. */
function digest(sqlFunction: string): ScalarFunction {
  return {
    emit: (args) =>
      once(stringForm(at(args, 0)), '_kql_s', (s) => `CASE WHEN ${s} = '' THEN '' ELSE ${sqlFunction}(${s}) END`),
    nullable: never,
  };
}

const base64Encode: ScalarFunction = {
  emit: (args) => `base64(encode(${text(at(args, 0))}))`,
  nullable: never,
};

/** What is not base64, or not UTF-8 once decoded, gives `''`. */
const base64Decode: ScalarFunction = {
  emit: (args) => once(text(at(args, 0)), '_kql_s', (s) => `coalesce(TRY(decode(from_base64(${s}))), '')`),
  nullable: never,
};

/** The bytes as an array of numbers; null for what is not base64. */
const base64Bytes: ScalarFunction = {
  emit: (args) =>
    once(
      once(text(at(args, 0)), '_kql_s', (s) => `hex(TRY(from_base64(${s})))`),
      '_kql_h',
      (h) =>
        `to_json(list_transform(range(1, length(${h}), 2), lambda _kql_i: CAST('0x' || substring(${h}, _kql_i, 2) AS INTEGER)))`,
    ),
};

/** An array of bytes; `''` where an element is none. */
const base64FromBytes: ScalarFunction = {
  emit: (args) =>
    once(at(args, 0).sql, '_kql_j', (j) => {
      const numbers = `list_transform(${elements(j)}, lambda _kql_e: TRY_CAST(json_extract_string(_kql_e, '$') AS INTEGER))`;
      return once(numbers, '_kql_n', (n) => {
        const digits = `array_to_string(list_transform(${n}, lambda _kql_e: lpad(to_hex(_kql_e), 2, '0')), '')`;
        const bytes = `len(list_filter(${n}, lambda _kql_e: _kql_e BETWEEN 0 AND 255)) = len(${n})`;
        return `CASE WHEN ${isArray(j)} AND ${bytes} THEN base64(unhex(${digits})) ELSE '' END`;
      });
    }),
  nullable: never,
};

/** The bytes of a guid as .NET stores them: the first three groups with the lowest byte first. */
const guidBytes = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function reordered(hex: string): string {
  return guidBytes.map((place) => `substring(${hex}, ${place * 2 + 1}, 2)`).join(' || ');
}

const base64FromGuid: ScalarFunction = {
  emit(args, call) {
    if (at(args, 0).type !== 'guid') return call.refuse(`${call.name} of a ${at(args, 0).type}`, 'write toguid(…)');
    return once(
      `replace(CAST(${at(args, 0).sql} AS VARCHAR), '-', '')`,
      '_kql_h',
      (h) => `coalesce(base64(unhex(${reordered(h)})), '')`,
    );
  },
  nullable: never,
};

const codepoints: ScalarFunction = {
  emit: (args) =>
    once(
      stringForm(at(args, 0)),
      '_kql_s',
      (s) =>
        `CASE WHEN ${s} = '' THEN to_json([]) ELSE to_json(list_transform(string_split(${s}, ''), lambda _kql_c: unicode(_kql_c))) END`,
    ),
  nullable: never,
};

/** The character of a code point; none for what is not one. */
function character(code: string): string {
  return `CASE WHEN ${code} BETWEEN 0 AND 55295 OR ${code} BETWEEN 57344 AND 1114111 THEN chr(CAST(${code} AS INTEGER)) ELSE '' END`;
}

/** Numbers and arrays of numbers, as the code points of a text. */
const fromCodepoints: ScalarFunction = {
  emit(args, call) {
    const parts = args.map((arg) => {
      if (isInteger(arg.type)) return once(long(arg), '_kql_c', character);
      if (arg.type !== 'dynamic') return call.refuse(`${call.name} takes numbers and arrays of numbers`);
      const number = `TRY_CAST(json_extract_string(_kql_c, '$') AS BIGINT)`;
      return `coalesce(array_to_string(list_transform(${elements(arg.sql)}, lambda _kql_c: ${once(number, '_kql_n', character)}), ''), '')`;
    });
    return `concat(${parts.join(', ')})`;
  },
  nullable: never,
};

/** `parse_version`: up to four numbers of at most eight digits as one decimal; null for anything else. */
const parseVersion: ScalarFunction = {
  emit: (args) =>
    once(
      `regexp_extract(${text(at(args, 0))}, '^([0-9]{1,8})(?:\\.([0-9]{1,8}))?(?:\\.([0-9]{1,8}))?(?:\\.([0-9]{1,8}))?$', ['a', 'b', 'c', 'd'])`,
      '_kql_p',
      (p) => {
        const digits = ['a', 'b', 'c', 'd'].map((part) => `lpad(${p}.${part}, 8, '0')`).join(' || ');
        return `CASE WHEN ${p}.a <> '' THEN CAST(${digits} AS DECIMAL(38, 0)) END`;
      },
    ),
};

/** `parse_csv`: the fields of the first record; a quoted field may hold commas, line ends and doubled quotes. */
const parseCsv: ScalarFunction = {
  emit: (args) => {
    const record = `regexp_extract(${text(at(args, 0))}, '^(?:"(?:[^"]|"")*"|[^"\\r\\n])*', 0)`;
    const fields = `regexp_extract_all(',' || ${record}, ',((?:"(?:[^"]|"")*"|[^,])*)', 1)`;
    const value = `CASE WHEN starts_with(_kql_f, '"') THEN replace(substring(_kql_f, 2, length(_kql_f) - 2), '""', '"') ELSE _kql_f END`;
    return `to_json(list_transform(${fields}, lambda _kql_f: ${value}))`;
  },
  nullable: never,
};

export const encodeFunctions: Readonly<Record<string, ScalarFunction>> = {
  hash_md5: digest('md5'),
  hash_sha1: digest('sha1'),
  hash_sha256: digest('sha256'),
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
  parse_version: parseVersion,
  parse_csv: parseCsv,
};
