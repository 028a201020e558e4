import type { Arg, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { textList } from '../operators/lists.ts';
import { at, long, never, once, text } from './values.ts';

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const dotted = Array.from({ length: 4 }, () => octet).join('\\.');
const shape = '^\\s*([0-9a-fA-F:.]+)(?:/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?\\s*$';
const tail = `^(?:(.*:))?${dotted}$`;

/** An address of either kind as a struct: `h` its 32 hexadecimal digits, NULL for what is no address, and `n` the bits
 *  that count. A bare IPv4 address stands behind `::ffff:`; the prefix of dotted digits counts from their 32 bits. */
function parsed(sql: string, name: `_kql_${string}`, body: (address: string) => string): string {
  const found = once(`regexp_extract(${sql}, ${literal(shape)}, ['a', 'n'])`, '_kql_p', (p) =>
    once(`regexp_extract(${p}.a, ${literal(tail)}, ['f', 'a', 'b', 'c', 'd'])`, '_kql_t', (t) => {
      const pair = (high: string, low: string) =>
        `to_hex(CAST(${t}.${high} AS INTEGER) * 256 + CAST(${t}.${low} AS INTEGER))`;
      const front = `CASE WHEN ${t}.f = '' THEN '::ffff:' ELSE ${t}.f END`;
      const plain = `CASE WHEN ${t}.a = '' THEN ${p}.a ELSE ${front} || ${pair('a', 'b')} || ':' || ${pair('c', 'd')} END`;
      const own = `CASE WHEN ${p}.n = '' THEN 128 ELSE CAST(${p}.n AS BIGINT) + CASE WHEN ${t}.a = '' THEN 0 ELSE 96 END END`;
      return once(
        `{'h': ${digits(plain)}, 'n': ${own}}`,
        '_kql_v',
        (v) => `CASE WHEN ${v}.h IS NOT NULL AND ${v}.n <= 128 THEN ${v} END`,
      );
    }),
  );
  return once(found, name, body);
}

/** The 32 digits of eight groups, of which `::` stands for one or more zeros. */
function digits(sql: string): string {
  const groups = (part: string) => `CASE WHEN ${part} = '' THEN [] ELSE string_split(${part}, ':') END`;
  return once(`string_split(${sql}, '::')`, '_kql_s', (s) => {
    const [left, right] = [groups(`${s}[1]`), groups(`${s}[2]`)];
    const filled = once(
      `[${left}, ${right}]`,
      '_kql_g',
      (g) =>
        `CASE WHEN len(${g}[1]) + len(${g}[2]) < 8 THEN ` +
        `list_concat(${g}[1], list_transform(range(8 - len(${g}[1]) - len(${g}[2])), lambda _kql_z: '0'), ${g}[2]) END`,
    );
    return once(
      `CASE len(${s}) WHEN 1 THEN ${left} WHEN 2 THEN ${filled} END`,
      '_kql_l',
      (l) =>
        `CASE WHEN len(${l}) = 8 AND len(list_filter(${l}, lambda _kql_e: regexp_full_match(_kql_e, '[0-9a-fA-F]{1,4}'))) = 8 ` +
        `THEN lower(array_to_string(list_transform(${l}, lambda _kql_e: lpad(_kql_e, 4, '0')), '')) END`,
    );
  });
}

/** Both addresses' numbers without what lies behind the shortest prefix, in hexadecimal digits; NULL where one is none. */
function compared(args: readonly Arg[], body: (left: string, right: string) => string): string {
  return parsed(text(at(args, 0)), '_kql_a', (a) =>
    parsed(text(at(args, 1)), '_kql_b', (b) => {
      const given = args[2] === undefined ? [] : [long(args[2])];
      const inside = args[2] === undefined ? '' : ` AND ${long(args[2])} BETWEEN 0 AND 128`;
      return once(
        `CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL${inside} THEN least(${[`${a}.n`, `${b}.n`, ...given].join(', ')}) END`,
        '_kql_n',
        (n) => body(masked(`${a}.h`, n), masked(`${b}.h`, n)),
      );
    }),
  );
}

/** The digits with all bits behind the first `bits` cleared. */
function masked(hex: string, bits: string): string {
  const digit = `CAST('0x' || substring(${hex}, CAST(${bits} // 4 AS INTEGER) + 1, 1) AS INTEGER)`;
  const shift = `(4 - CAST(${bits} % 4 AS INTEGER))`;
  return (
    `CASE WHEN ${bits} >= 128 THEN ${hex} ELSE ` +
    `rpad(substring(${hex}, 1, CAST(${bits} // 4 AS INTEGER)) || lower(to_hex((${digit} >> ${shift}) << ${shift})), 32, '0') END`
  );
}

/** Eight groups of four digits. */
function canonical(hex: string): string {
  return once(
    hex,
    '_kql_c',
    (c) =>
      `coalesce(array_to_string(list_transform(range(0, 32, 4), lambda _kql_i: substring(${c}, CAST(_kql_i AS INTEGER) + 1, 4)), ':'), '')`,
  );
}

/** `parse_ipv6(address)`, `parse_ipv6_mask(address, prefix)`: `''` for what is no address or no prefix. */
const parse: ScalarFunction = {
  emit: (args) =>
    parsed(text(at(args, 0)), '_kql_a', (a) => {
      const own =
        args[1] === undefined
          ? `${a}.n`
          : `CASE WHEN ${long(args[1])} BETWEEN 0 AND 128 THEN least(${a}.n, ${long(args[1])}) END`;
      return once(own, '_kql_n', (n) =>
        canonical(`CASE WHEN ${a}.h IS NOT NULL AND ${n} IS NOT NULL THEN ${masked(`${a}.h`, n)} END`),
      );
    }),
  nullable: never,
};

const isMatch: ScalarFunction = { emit: (args) => compared(args, (left, right) => `(${left} = ${right})`) };

const compare: ScalarFunction = {
  emit: (args) =>
    compared(
      args,
      (left, right) =>
        `CAST(CASE WHEN ${left} < ${right} THEN -1 WHEN ${left} > ${right} THEN 1 WHEN ${left} = ${right} THEN 0 END AS BIGINT)`,
    ),
};

/** `ipv6_is_in_range(address, range)`: the range's prefix decides. */
function inRange(address: string, range: string): string {
  return parsed(address, '_kql_a', (a) =>
    parsed(range, '_kql_b', (b) => `(${masked(`${a}.h`, `${b}.n`)} = ${masked(`${b}.h`, `${b}.n`)})`),
  );
}

const isInRange: ScalarFunction = { emit: (args) => inRange(text(at(args, 0)), text(at(args, 1))) };

/** `ipv6_is_in_any_range(address, range, …)`; the ranges may be one dynamic array. */
const isInAnyRange: ScalarFunction = {
  emit: (args) =>
    once(text(at(args, 0)), '_kql_x', (x) => {
      const tests = args
        .slice(1)
        .map((range) =>
          range.type === 'dynamic'
            ? `coalesce(list_bool_or(list_transform(${textList(range.sql)}, lambda _kql_r: ${inRange(x, '_kql_r')})), false)`
            : `coalesce(${inRange(x, text(range))}, false)`,
        );
      return parsed(x, '_kql_y', (y) => `CASE WHEN ${y} IS NOT NULL THEN ${tests.join(' OR ')} END`);
    }),
};

export const ipv6Functions: Readonly<Record<string, ScalarFunction>> = {
  parse_ipv6: parse,
  parse_ipv6_mask: parse,
  ipv6_is_match: isMatch,
  ipv6_compare: compare,
  ipv6_is_in_range: isInRange,
  ipv6_is_in_any_range: isInAnyRange,
};
