import { anyNullable, at, constantInteger, isInteger, isTicks, never } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { rounded } from './format.ts';
import { double, long, once, unless } from './values.ts';

function ofReal(body: (x: string) => string, nullable: ScalarFunction['nullable'] = anyNullable): ScalarFunction {
  return { emit: (args, call) => body(real(at(args, 0), call)), nullable };
}

function real(arg: Arg, call: CallContext): string {
  if (!isInteger(arg.type) && arg.type !== 'real' && arg.type !== 'decimal') {
    return call.refuse(`${call.name} of a ${arg.type}`, 'cast it with toreal(…)');
  }
  return double(arg);
}

/** A logarithm: null below zero, minus infinity at zero. */
function logarithm(name: string): ScalarFunction {
  return ofReal(
    (x) => once(x, '_kql_x', (v) => `if(${v} < 0, NULL, ${name}(${v}))`),
    () => true,
  );
}

const plain = (name: string) => ofReal((x) => `${name}(${x})`);

/** The least long has no absolute value in 64 bits: like its negation it is itself again. */
const abs: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    if (arg.type === 'decimal') return `abs(${arg.sql})`;
    if (!isInteger(arg.type) && !isTicks(arg.type)) return `abs(${real(arg, call)})`;
    return `toInt64(abs(${long(arg)}))`;
  },
  nullable: anyNullable,
};

const casts: Readonly<Record<string, string>> = { int: 'toInt32', long: 'toInt64', real: 'toFloat64' };

/** A whole number without its last digits. */
function roundedWhole(value: Arg, digits: bigint): string {
  if (digits >= 0n) return long(value);
  const unit = 10n ** -digits;
  return once(
    `toInt128(${long(value)})`,
    '_kql_w',
    (w) => `(intDiv(${w} + if(${w} < 0, -${unit / 2n}, ${unit / 2n}), ${unit}) * ${unit})`,
  );
}

/** Half away from zero; a negative precision rounds before the point. */
const round: ScalarFunction = {
  emit(args, call) {
    const value = at(args, 0);
    const precision = args[1];
    const digits =
      precision === undefined ? 0n : (constantInteger(precision) ?? call.refuse('round needs a constant precision'));
    if (value.type === 'decimal') return call.refuse('round of a decimal', 'cast it with toreal(…)');
    if (digits > 15n || digits < -15n) return call.refuse('round takes a precision from -15 to 15');
    if (isInteger(value.type)) {
      const fit = call.type === 'real' ? undefined : call.type === 'int' ? 31n : 63n;
      return once(roundedWhole(value, digits), '_kql_r', (r) => {
        const cast = `${casts[call.type]}(${r})`;
        if (fit === undefined || digits >= 0n) return cast;
        return unless(
          `${r} NOT BETWEEN ${-(2n ** fit)} AND ${2n ** fit - 1n}`,
          'WK002: round: the result does not fit',
          cast,
        );
      });
    }
    const shown = once(real(value, call), '_kql_x', (x) => `if(isFinite(${x}), ${rounded(x, Number(digits))}, ${x})`);
    return shown;
  },
  nullable: anyNullable,
};

const ceiling: ScalarFunction = {
  emit: (args, call) => (call.type === 'real' ? `ceil(${real(at(args, 0), call)})` : long(at(args, 0))),
  nullable: anyNullable,
};

const sign: ScalarFunction = {
  emit(args, call) {
    const cast = call.type === 'real' ? 'toFloat64' : 'toInt64';
    return once(real(at(args, 0), call), '_kql_x', (x) => `if(isNaN(${x}), ${cast}(0), ${cast}(sign(${x})))`);
  },
  nullable: anyNullable,
};

/** A power. ClickHouse's own is wrong where the result is far beyond what a double holds (`pow(3., -9e18)`). */
export function powerOf(base: string, exponent: string): string {
  return once(base, '_kql_x', (x) =>
    once(exponent, '_kql_y', (y) =>
      once(`${y} * log2(abs(${x}))`, '_kql_p', (p) => {
        const whole = `(${x} >= 0 OR ${y} = floor(${y}))`;
        const sign = `if(${x} < 0 AND ${y} - 2 * floor(${y} / 2) = 1, -inf, inf)`;
        return `if(abs(${p}) > 5000 AND ${whole}, if(${p} < 0, 0., ${sign}), pow(${x}, ${y}))`;
      }),
    ),
  );
}

const power: ScalarFunction = {
  emit: (args, call) => powerOf(real(at(args, 0), call), real(at(args, 1), call)),
  nullable: anyNullable,
};

/** `max_of` and `min_of` skip nulls; a NaN wins. */
function extremeOf(name: 'greatest' | 'least'): ScalarFunction {
  return {
    emit(args, call) {
      if (call.type === 'string' || call.type === 'bool' || call.type === 'dynamic') {
        return call.refuse(`${call.name} of ${call.type} values`, 'compare them with iff');
      }
      const list = args.map((arg) => (call.type === 'real' ? double(arg) : call.type === 'long' ? long(arg) : arg.sql));
      const plain = `${name}(${list.join(', ')})`;
      if (call.type !== 'real') return plain;
      return `if(${list.map((sql) => `ifNull(isNaN(${sql}), false)`).join(' OR ')}, nan, ${plain})`;
    },
    nullable: (args) => args.every((arg) => arg.nullable),
  };
}

function test(name: string): ScalarFunction {
  return { emit: (args, call) => `ifNull(${name}(${real(at(args, 0), call)}), false)`, nullable: never };
}

/** Bits of two longs. */
function bits(name: string): ScalarFunction {
  return { emit: (args) => `${name}(${long(at(args, 0))}, ${long(at(args, 1))})`, nullable: anyNullable };
}

/** A shift by a constant number of bits; what leaves 64 bits on the left is lost, the sign stays on the right. */
function shift(name: 'bitShiftLeft' | 'bitShiftRight'): ScalarFunction {
  return {
    emit(args, call) {
      const count = constantInteger(args[1]);
      if (count === undefined || count < 0n || count > 63n)
        return call.refuse(`${call.name} needs a constant shift from 0 to 63`);
      return `${name}(${long(at(args, 0))}, ${count})`;
    },
    nullable: anyNullable,
  };
}

/** Lower-case hex without `0x`, padded to the given width, 16 at most; a negative number as the two's complement of its
 *  own size (tohex-function.md). */
const toHex: ScalarFunction = {
  emit(args) {
    const value = at(args, 0);
    const hex = `lower(hex(reinterpretAsUInt64(${value.type === 'int' ? `bitAnd(${long(value)}, 4294967295)` : long(value)})))`;
    return `ifNull(${once(hex, '_kql_h', (all) =>
      once(`replaceRegexpOne(${all}, '^0+(.)', '\\\\1')`, '_kql_x', (h) =>
        args[1] === undefined
          ? h
          : `leftPad(${h}, greatest(length(${h}), toUInt64(greatest(least(${long(args[1])}, 16), 0))), '0')`,
      ),
    )}, '')`;
  },
  nullable: never,
};

/** `rand()` in [0, 1), `rand(n)` a whole number in [0, n); a new value for each row. */
const rand: ScalarFunction = {
  emit: (args) => {
    const number = 'randCanonical()';
    return args[0] === undefined ? number : `floor(${number} * ${double(args[0])})`;
  },
  nullable: never,
};

export const mathFunctions: Readonly<Record<string, ScalarFunction>> = {
  abs,
  round,
  ceiling,
  sign,
  pow: power,
  sqrt: plain('sqrt'),
  exp: plain('exp'),
  exp2: ofReal((x) => powerOf('2.', x)),
  exp10: ofReal((x) => powerOf('10.', x)),
  log: logarithm('log'),
  log10: logarithm('log10'),
  log2: logarithm('log2'),
  sin: plain('sin'),
  cos: plain('cos'),
  tan: plain('tan'),
  cot: ofReal((x) => `(1 / tan(${x}))`),
  asin: plain('asin'),
  acos: plain('acos'),
  atan: plain('atan'),
  atan2: {
    emit: (args, call) => `atan2(${real(at(args, 0), call)}, ${real(at(args, 1), call)})`,
    nullable: anyNullable,
  },
  pi: { emit: () => 'pi()', nullable: never },
  degrees: plain('degrees'),
  radians: plain('radians'),
  isnan: test('isNaN'),
  isinf: test('isInfinite'),
  isfinite: test('isFinite'),
  max_of: extremeOf('greatest'),
  min_of: extremeOf('least'),
  binary_and: bits('bitAnd'),
  binary_or: bits('bitOr'),
  binary_xor: bits('bitXor'),
  binary_shift_left: shift('bitShiftLeft'),
  binary_shift_right: shift('bitShiftRight'),
  binary_not: { emit: (args) => `bitNot(${long(at(args, 0))})`, nullable: anyNullable },
  bitset_count_ones: { emit: (args) => `toInt64(bitCount(${long(at(args, 0))}))`, nullable: anyNullable },
  tohex: toHex,
  rand,
  new_guid: { emit: () => 'generateUUIDv4()', nullable: never },
};
