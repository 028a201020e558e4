import { at, never } from '../../common/arguments.ts';
import { address, constantAddresses, octet, outside, privateRanges } from '../../common/network.ts';
import { escapePattern } from '../../common/terms.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { textList } from '../operators/lists.ts';
import { literal } from '../quote.ts';
import { lambda, long, once, text } from './values.ts';

const shape = `^\\s*${address}(?:/(3[0-2]|[12]?[0-9]))?\\s*$`;

/** An address with its prefix as the list of five texts; empty where the text is not an address. */
function parsed(sql: string): string {
  return `extractGroups(${sql}, ${literal(shape)})`;
}

/** The 32 bits of a parsed address; NULL where it is none. */
function bits(p: string): string {
  const part = (index: number) => `toInt64OrNull(${p}[${index}])`;
  return `(((${part(1)} * 256 + ${part(2)}) * 256 + ${part(3)}) * 256 + ${part(4)})`;
}

/** The prefix of a parsed address, 32 without one. */
function prefix(p: string): string {
  return `if(${p}[5] = '', toInt64(32), toInt64OrZero(${p}[5]))`;
}

/** The upper `length` bits. */
function network(value: string, length: string): string {
  return `bitShiftRight(${value}, 32 - ${length})`;
}

/** The upper bits, with zeros behind them. */
function masked(value: string, length: string): string {
  return `bitShiftLeft(${network(value, length)}, 32 - ${length})`;
}

/** `parse_ipv4`: the number of the address, masked by a prefix; null for what is not one. */
const parse: ScalarFunction = {
  emit: (args) => once(parsed(text(at(args, 0))), '_kql_p', (p) => masked(bits(p), prefix(p))),
};

/** `parse_ipv4_mask(address, prefix)`. */
const parseMask: ScalarFunction = {
  emit: (args) =>
    once(parsed(text(at(args, 0))), '_kql_p', (p) =>
      once(
        `if(${long(at(args, 1))} BETWEEN 0 AND 32, least(${prefix(p)}, ${long(at(args, 1))}), NULL)`,
        '_kql_n',
        (n) => `if(isNull(${n}), NULL, ${masked(bits(p), `assumeNotNull(${n})`)})`,
      ),
    ),
};

/** The comparison of two addresses under the shortest prefix of both and of the third argument: SQL of the two sides. */
function compared(args: readonly Arg[], body: (left: string, right: string) => string): string {
  return once(parsed(text(at(args, 0))), '_kql_p', (p) =>
    once(parsed(text(at(args, 1))), '_kql_q', (q) => {
      const own = args[2] === undefined ? undefined : long(args[2]);
      const shortest = `least(${[prefix(p), prefix(q), ...(own === undefined ? [] : [own])].join(', ')})`;
      const length = own === undefined ? shortest : `if(${own} BETWEEN 0 AND 32, ${shortest}, NULL)`;
      return once(length, '_kql_n', (n) => body(network(bits(p), n), network(bits(q), n)));
    }),
  );
}

/** `ipv4_is_match(a, b[, prefix])`; null where one is not an address. */
const isMatch: ScalarFunction = { emit: (args) => compared(args, (left, right) => `(${left} = ${right})`) };

const compare: ScalarFunction = {
  emit: (args) => compared(args, (left, right) => `toInt64(sign(${left} - ${right}))`),
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
      const tests = args.slice(1).map((range) => {
        if (range.type !== 'dynamic') return `ifNull(${inRange(a, text(range))}, false)`;
        const test = lambda('_kql_r', (each) => `ifNull(${inRange(a, each)}, false)`);
        return `arrayExists(${test}, ${textList(range.sql)})`;
      });
      return `if(match(${a}, ${literal(shape)}), ${tests.join(' OR ')}, NULL)`;
    });
  },
};

/** `ipv4_is_private`: null for what is not an address. A network is private where all of it is. */
const isPrivate: ScalarFunction = {
  emit: (args) =>
    once(parsed(text(at(args, 0))), '_kql_p', (p) =>
      once(
        masked(bits(p), prefix(p)),
        '_kql_n',
        (n) => `(${privateRanges.map(([low, high]) => `${n} BETWEEN ${low} AND ${high}`).join(' OR ')})`,
      ),
    ),
};

const netmask: ScalarFunction = {
  emit: (args) => once(parsed(text(at(args, 0))), '_kql_p', (p) => `if(empty(${p}), NULL, ${prefix(p)})`),
};

/** The dotted form of 32 bits. */
function dotted(n: string): string {
  return [24, 16, 8, 0].map((shift) => `toString(bitAnd(bitShiftRight(${n}, ${shift}), 255))`).join(` || '.' || `);
}

/** `format_ipv4(address[, prefix])` and, with the prefix behind it, `format_ipv4_mask`. */
function format(withMask: boolean): ScalarFunction {
  return {
    emit(args) {
      const arg = at(args, 0);
      const source = arg.type === 'long' || arg.type === 'int' ? dottedOf(long(arg)) : text(arg);
      const own = args[1] === undefined ? '32' : long(args[1]);
      return once(parsed(source), '_kql_p', (p) =>
        once(
          `ifNull(if(${own} BETWEEN 0 AND 32, least(${prefix(p)}, ${own}), toInt64(-1)), toInt64(-1))`,
          '_kql_n',
          (n) =>
            once(`if(${n} < 0, NULL, ${masked(bits(p), `greatest(${n}, 0)`)})`, '_kql_v', (v) => {
              const mask = withMask ? ` || '/' || toString(${n})` : '';
              return `ifNull(${dotted(v)}${mask}, '')`;
            }),
        ),
      );
    },
    nullable: never,
  };
}

function dottedOf(value: string): string {
  return once(value, '_kql_o', (o) => `ifNull(if(${o} BETWEEN 0 AND 4294967295, ${dotted(o)}, ''), '')`);
}

/** An address in a text, not beside letters or digits. */
function inText(subject: string, pattern: string): string {
  return `match(${subject}, ${literal(`(?:^|${outside})${pattern}(?:$|${outside})`)})`;
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

export const networkFunctions: Readonly<Record<string, ScalarFunction>> = {
  parse_ipv4: parse,
  parse_ipv4_mask: parseMask,
  ipv4_is_match: isMatch,
  ipv4_compare: compare,
  ipv4_is_in_range: isInRange,
  ipv4_is_in_any_range: isInAnyRange,
  ipv4_is_private: isPrivate,
  ipv4_netmask_suffix: netmask,
  format_ipv4: format(false),
  format_ipv4_mask: format(true),
  has_ipv4: hasAddress,
  has_any_ipv4: hasAddress,
  has_ipv4_prefix: hasPrefix,
  has_any_ipv4_prefix: hasPrefix,
};
