import { address, constantAddresses, octet, outside, privateRanges } from '../../common/network.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { textList } from '../operators/lists.ts';
import { escapePattern } from '../operators/terms.ts';
import { at, long, never, once, text } from './values.ts';

const shape = `\\s*${address}(?:/(3[0-2]|[12]?[0-9]))?\\s*`;

/** An address with its prefix as a struct of texts `a b c d p`; all empty where the text is not an address. */
function parsed(sql: string): string {
  return `regexp_extract(${sql}, ${literal(`^${shape}$`)}, ['a', 'b', 'c', 'd', 'p'])`;
}

/** The 32 bits of a parsed address; NULL where it is none. */
function bits(p: string): string {
  const part = (name: string) => `CAST(nullif(${p}.${name}, '') AS BIGINT)`;
  return `(((${part('a')} * 256 + ${part('b')}) * 256 + ${part('c')}) * 256 + ${part('d')})`;
}

/** The prefix of a parsed address, 32 without one. */
function prefix(p: string): string {
  return `CASE WHEN ${p}.p = '' THEN 32 ELSE CAST(${p}.p AS BIGINT) END`;
}

/** The upper `length` bits. */
function network(value: string, length: string): string {
  return `(${value} >> (32 - CAST(${length} AS BIGINT)))`;
}

/** `parse_ipv4`: the number of the address, masked by a prefix; null for what is not one. */
const parse: ScalarFunction = {
  emit: (args) =>
    once(parsed(text(at(args, 0))), '_kql_p', (p) => `(${network(bits(p), prefix(p))} << (32 - ${prefix(p)}))`),
};

/** `parse_ipv4_mask(address, prefix)`. */
const parseMask: ScalarFunction = {
  emit: (args) =>
    once(parsed(text(at(args, 0))), '_kql_p', (p) =>
      once(
        `least(${prefix(p)}, ${long(at(args, 1))})`,
        '_kql_n',
        (n) => `CASE WHEN ${long(at(args, 1))} BETWEEN 0 AND 32 THEN ${network(bits(p), n)} << (32 - ${n}) END`,
      ),
    ),
};

/** The comparison of two addresses under the shortest prefix of both and of the third argument: SQL of the two sides. */
function compared(args: readonly Arg[], body: (left: string, right: string) => string): string {
  return once(parsed(text(at(args, 0))), '_kql_p', (p) =>
    once(parsed(text(at(args, 1))), '_kql_q', (q) => {
      const own =
        args[2] === undefined ? [] : [`CASE WHEN ${long(args[2])} BETWEEN 0 AND 32 THEN ${long(args[2])} END`];
      const lengths = [prefix(p), prefix(q), ...own];
      const shortest = `CASE WHEN ${lengths.map((length) => `${length} IS NOT NULL`).join(' AND ')} THEN least(${lengths.join(', ')}) END`;
      return once(own.length === 0 ? `least(${lengths.join(', ')})` : shortest, '_kql_n', (n) =>
        body(network(bits(p), n), network(bits(q), n)),
      );
    }),
  );
}

/** `ipv4_is_match(a, b[, prefix])`; null where one is not an address. */
const isMatch: ScalarFunction = { emit: (args) => compared(args, (left, right) => `(${left} = ${right})`) };

const compare: ScalarFunction = {
  emit: (args) => compared(args, (left, right) => `CAST(sign(${left} - ${right}) AS BIGINT)`),
};

/** `ipv4_is_in_range(address, range)`: the range's prefix decides. */
function inRange(subject: string, range: string): string {
  return once(parsed(subject), '_kql_p', (p) =>
    once(parsed(range), '_kql_q', (q) => `(${network(bits(p), prefix(q))} = ${network(bits(q), prefix(q))})`),
  );
}

const isInRange: ScalarFunction = { emit: (args) => inRange(text(at(args, 0)), text(at(args, 1))) };

/** `ipv4_is_in_any_range(address, range, …)`; the ranges may be one dynamic array. */
const isInAnyRange: ScalarFunction = {
  emit(args) {
    return once(text(at(args, 0)), '_kql_a', (a) => {
      const tests = args
        .slice(1)
        .map((range) =>
          range.type === 'dynamic'
            ? `coalesce(list_bool_or(list_transform(${textList(range.sql)}, lambda _kql_r: ${inRange(a, '_kql_r')})), false)`
            : `coalesce(${inRange(a, text(range))}, false)`,
        );
      return `CASE WHEN regexp_full_match(${a}, ${literal(shape)}) THEN ${tests.join(' OR ')} END`;
    });
  },
};

/** `ipv4_is_private`: null for what is not an address. A network is private where all of it is. */
const isPrivate: ScalarFunction = {
  emit: (args) =>
    once(parsed(text(at(args, 0))), '_kql_p', (p) => {
      const masked = `(${network(bits(p), prefix(p))} << (32 - ${prefix(p)}))`;
      return once(
        masked,
        '_kql_n',
        (n) => `(${privateRanges.map(([low, high]) => `${n} BETWEEN ${low} AND ${high}`).join(' OR ')})`,
      );
    }),
};

const netmask: ScalarFunction = {
  emit: (args) => once(parsed(text(at(args, 0))), '_kql_p', (p) => `CASE WHEN ${p}.a <> '' THEN ${prefix(p)} END`),
};

/** The dotted form of 32 bits. */
function dotted(n: string): string {
  return [24, 16, 8, 0].map((shift) => `CAST((${n} >> ${shift}) & 255 AS VARCHAR)`).join(` || '.' || `);
}

/** `format_ipv4(address[, prefix])` and, with the prefix behind it, `format_ipv4_mask`. */
function format(withMask: boolean): ScalarFunction {
  return {
    emit(args) {
      const arg = at(args, 0);
      const source = arg.type === 'long' || arg.type === 'int' ? dottedOf(long(arg)) : text(arg);
      const own = args[1] === undefined ? '32' : long(args[1]);
      return once(parsed(source), '_kql_p', (p) =>
        once(`CASE WHEN ${own} BETWEEN 0 AND 32 THEN least(${prefix(p)}, ${own}) END`, '_kql_n', (n) =>
          once(
            `(${network(bits(p), n)} << (32 - ${n}))`,
            '_kql_v',
            (v) => `coalesce(${dotted(v)}${withMask ? ` || '/' || CAST(${n} AS VARCHAR)` : ''}, '')`,
          ),
        ),
      );
    },
    nullable: never,
  };
}

function dottedOf(value: string): string {
  return once(value, '_kql_o', (o) => `CASE WHEN ${o} BETWEEN 0 AND 4294967295 THEN ${dotted(o)} ELSE '' END`);
}

/** An address in a text, not beside letters or digits. */
function inText(subject: string, address: string): string {
  return `regexp_matches(${subject}, ${literal(`(?:^|${outside})${address}(?:$|${outside})`)})`;
}

/** `has_ipv4`, `has_any_ipv4`: whole addresses; what is not one is never found. */
const hasAddress: ScalarFunction = {
  emit(args, call) {
    const valid = constantAddresses(args.slice(1), call).filter((each) => new RegExp(`^${address}$`).test(each));
    if (valid.length === 0) return 'false';
    return inText(text(at(args, 0)), `(?:${valid.map(escapePattern).join('|')})`);
  },
  nullable: never,
};

/** `has_ipv4_prefix`, `has_any_ipv4_prefix`: a prefix ends with a dot or is a whole address. */
const hasPrefix: ScalarFunction = {
  emit(args, call) {
    const patterns = constantAddresses(args.slice(1), call).flatMap((each) => {
      const octets = each.split('.');
      const open = each.endsWith('.');
      const given = open ? octets.slice(0, -1) : octets;
      if (!given.every((part) => new RegExp(`^${octet}$`).test(part)) || (open ? given.length > 3 : given.length !== 4))
        return [];
      return [[...given.map(escapePattern), ...Array.from({ length: 4 - given.length }, () => octet)].join('\\.')];
    });
    return patterns.length === 0 ? 'false' : inText(text(at(args, 0)), `(?:${patterns.join('|')})`);
  },
  nullable: never,
};

/** `ipv4_range_to_cidr_list(from, to)`: the fewest networks that make up the range, in order. From each address the
 *  largest network that begins there and ends inside. */
const rangeToNetworks: ScalarFunction = {
  emit: (args, call) =>
    once(parsed(text(at(args, 0))), '_kql_p', (p) =>
      once(parsed(text(at(args, 1))), '_kql_q', (q) =>
        once(`[${bits(p)}, ${bits(q)}]`, '_kql_r', (r) => {
          const next = '_kql_a[1]';
          const size = `list_max(list_filter(list_transform(range(33), lambda _kql_b: 1::BIGINT << _kql_b), lambda _kql_b: ${next} % _kql_b = 0 AND ${next} + _kql_b - 1 <= ${r}[2]))`;
          // A state is the next address and the sizes so far; a range has at most 62 networks.
          const step = `CASE WHEN ${next} > ${r}[2] THEN _kql_a ELSE ${once(size, '_kql_n', (n) => `list_append([${next} + ${n}] || _kql_a[2:], ${n})`)} END`;
          const sizes = `list_reduce(list_transform(range(64), lambda _kql_i: [${r}[1]]), lambda _kql_a, _kql_x: ${step})[2:]`;
          const items = once(sizes, '_kql_z', (z) => {
            const start = `(${r}[1] + CAST(coalesce(list_sum(${z}[1:_kql_i - 1]), 0) AS BIGINT))`;
            const length = `(32 - CAST(log2(${z}[_kql_i]) AS BIGINT))`;
            return `list_transform(range(1, len(${z}) + 1), lambda _kql_i: ${dotted(start)} || '/' || CAST(${length} AS VARCHAR))`;
          });
          return `CASE WHEN ${r}[1] > ${r}[2] THEN error('WK002: ${call.name}: the range runs backward') WHEN ${r}[2] IS NOT NULL AND ${r}[1] IS NOT NULL THEN to_json(${items}) END`;
        }),
      ),
    ),
};

export const networkFunctions: Readonly<Record<string, ScalarFunction>> = {
  parse_ipv4: parse,
  parse_ipv4_mask: parseMask,
  ipv4_is_match: isMatch,
  ipv4_compare: compare,
  ipv4_is_in_range: isInRange,
  ipv4_is_in_any_range: isInAnyRange,
  ipv4_is_private: isPrivate,
  ipv4_netmask_suffix: netmask,
  ipv4_range_to_cidr_list: rangeToNetworks,
  format_ipv4: format(false),
  format_ipv4_mask: format(true),
  has_ipv4: hasAddress,
  has_any_ipv4: hasAddress,
  has_ipv4_prefix: hasPrefix,
  has_any_ipv4_prefix: hasPrefix,
};
