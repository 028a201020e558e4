import type { Arg, CallContext, Emit, ScalarFunction } from '../../emit.ts';
import { typeNames } from '../constant.ts';
import {
  anyNullable,
  at,
  constantInteger,
  double,
  isInteger,
  isTicks,
  long,
  never,
  once,
  wrapped64,
} from './values.ts';

function ofReal(body: (x: string) => string, nullable: ScalarFunction['nullable'] = anyNullable): ScalarFunction {
  return { emit: (args, call) => body(real(at(args, 0), call)), nullable };
}

function real(arg: Arg, call: CallContext): string {
  if (!isInteger(arg.type) && arg.type !== 'real' && arg.type !== 'decimal') {
    return call.refuse(`${call.name} of a ${arg.type}`, 'cast it with toreal(…)');
  }
  return double(arg);
}

/** A logarithm: null below zero, minus infinity at zero, where DuckDB raises. */
function logarithm(sqlFunction: string): ScalarFunction {
  return ofReal(
    (x) =>
      once(
        x,
        '_kql_x',
        (v) => `CASE WHEN ${v} > 0 THEN ${sqlFunction}(${v}) WHEN ${v} = 0 THEN CAST('-inf' AS DOUBLE) END`,
      ),
    () => true,
  );
}

/** A function whose domain is limited: outside it the result is NaN, where DuckDB raises. */
function limited(sqlFunction: string, inside: (v: string) => string): ScalarFunction {
  return ofReal((x) =>
    once(
      x,
      '_kql_x',
      (v) => `CASE WHEN ${inside(v)} THEN ${sqlFunction}(${v}) WHEN ${v} IS NOT NULL THEN CAST('nan' AS DOUBLE) END`,
    ),
  );
}

/** Functions that DuckDB has under a name of its own, of infinities NaN where it raises. */
function trigonometric(sqlFunction: string): ScalarFunction {
  return limited(sqlFunction, (v) => `isfinite(${v})`);
}

/** The least long has no absolute value in 64 bits: like its negation it is itself again. */
const abs: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    if (arg.type === 'decimal') return `abs(${arg.sql})`;
    if (!isInteger(arg.type) && !isTicks(arg.type)) return `abs(${real(arg, call)})`;
    return once(long(arg), '_kql_x', (x) => `coalesce(TRY(abs(${x})), ${x})`);
  },
  nullable: anyNullable,
};

/** A whole number without its last digits. DuckDB's own rounds a part of the longs beyond what a double holds. */
function roundedWhole(value: Arg, digits: bigint, type: string): string {
  if (digits >= 0n) return `CAST(${long(value)} AS ${type})`;
  const unit = 10n ** (digits < -18n ? 19n : -digits);
  return once(`CAST(${long(value)} AS HUGEINT)`, '_kql_w', (w) => {
    const half = `CASE WHEN ${w} < 0 THEN -${unit / 2n} ELSE ${unit / 2n} END`;
    return once(
      `(${w} + ${half}) // ${unit} * ${unit}`,
      '_kql_r',
      (r) =>
        `coalesce(TRY_CAST(${r} AS ${type}), CASE WHEN ${r} IS NOT NULL THEN error('WK002: round: the result does not fit') END)`,
    );
  });
}

/** Half away from zero, as DuckDB's own; a negative precision rounds before the point. */
const round: ScalarFunction = {
  emit(args, call) {
    const value = at(args, 0);
    const precision = args[1];
    const digits =
      precision === undefined ? 0n : (constantInteger(precision) ?? call.refuse('round needs a constant precision'));
    if (isInteger(value.type)) return roundedWhole(value, digits, typeNames[call.type]);
    if (value.type === 'decimal') return call.refuse('round of a decimal', 'cast it with toreal(…)');
    if (digits === 0n) return `round(${real(value, call)})`;
    // DuckDB's answer for NaN is 0 there.
    return once(
      real(value, call),
      '_kql_x',
      (x) => `CASE WHEN isfinite(${x}) THEN round(${x}, ${digits}) ELSE ${x} END`,
    );
  },
  nullable: anyNullable,
};

const ceiling: ScalarFunction = {
  emit: (args, call) => (call.type === 'real' ? `ceil(${real(at(args, 0), call)})` : long(at(args, 0))),
  nullable: anyNullable,
};

const sign: ScalarFunction = {
  emit: (args, call) => `CAST(sign(${real(at(args, 0), call)}) AS ${call.type === 'real' ? 'DOUBLE' : 'BIGINT'})`,
  nullable: anyNullable,
};

const power: ScalarFunction = {
  emit: (args, call) => `pow(${real(at(args, 0), call)}, ${real(at(args, 1), call)})`,
  nullable: anyNullable,
};

/** `max_of` and `min_of` skip nulls; a NaN wins. DuckDB's `greatest` agrees on NaN, `least` does not. */
function extremeOf(sqlFunction: 'greatest' | 'least'): ScalarFunction {
  return {
    emit(args, call) {
      if (call.type === 'string' || call.type === 'bool' || call.type === 'dynamic') {
        return call.refuse(`${call.name} of ${call.type} values`, 'compare them with iff');
      }
      const list = args.map((arg) => (call.type === 'real' ? double(arg) : call.type === 'long' ? long(arg) : arg.sql));
      if (call.type !== 'real' || sqlFunction === 'greatest') return `${sqlFunction}(${list.join(', ')})`;
      return once(
        `[${list.join(', ')}]`,
        '_kql_l',
        (l) => `CASE WHEN list_max(${l}) = CAST('nan' AS DOUBLE) THEN CAST('nan' AS DOUBLE) ELSE list_min(${l}) END`,
      );
    },
    nullable: (args) => args.every((arg) => arg.nullable),
  };
}

function test(body: (x: string) => string): ScalarFunction {
  return { emit: (args, call) => `coalesce(${body(real(at(args, 0), call))}, false)`, nullable: never };
}

/** Bits of two longs. */
function bits(operator: '&' | '|' | 'xor'): ScalarFunction {
  const emit: Emit = (args) => {
    const [left, right] = [long(at(args, 0)), long(at(args, 1))];
    return operator === 'xor' ? `xor(${left}, ${right})` : `(${left} ${operator} ${right})`;
  };
  return { emit, nullable: anyNullable };
}

/** A shift by bits modulo 64, by a negative number null; what leaves 64 bits on the left is lost, the sign stays on the
 *  right. */
function shift(direction: 'left' | 'right'): ScalarFunction {
  return {
    emit: (args) =>
      once(long(at(args, 1)), '_kql_n', (n) => {
        const value = long(at(args, 0));
        const bits = `(${n} % 64)`;
        const shifted =
          direction === 'right'
            ? `(${value} >> ${bits})`
            : wrapped64(`CAST(${value} AS HUGEINT) * (1::HUGEINT << ${bits}::HUGEINT)`);
        return `CASE WHEN ${n} >= 0 THEN ${shifted} END`;
      }),
  };
}

/** Lower-case hex without `0x`, padded to the given width, 16 at most; a negative number as the two's complement of its
 *  own size (tohex-function.md). */
const toHex: ScalarFunction = {
  emit(args) {
    const value = at(args, 0);
    const hex = `lower(to_hex(${value.type === 'int' ? `(${long(value)} & 4294967295)` : long(value)}))`;
    const width = args[1] === undefined ? undefined : `CAST(greatest(least(${long(args[1])}, 16), 0) AS INTEGER)`;
    if (width === undefined) return `coalesce(${hex}, '')`;
    return `coalesce(CASE WHEN length(${hex}) < ${width} THEN lpad(${hex}, ${width}, '0') ELSE ${hex} END, '')`;
  },
  nullable: never,
};

/** `rand()` in [0, 1), `rand(n)` a whole number in [0, n); a new value for each row. */
const rand: ScalarFunction = {
  emit: (args) => (args[0] === undefined ? 'random()' : `floor(random() * ${double(args[0])})`),
  nullable: never,
};

export const mathFunctions: Readonly<Record<string, ScalarFunction>> = {
  abs,
  round,
  ceiling,
  sign,
  pow: power,
  sqrt: limited('sqrt', (v) => `${v} >= 0`),
  exp: ofReal((x) => `exp(${x})`),
  exp2: ofReal((x) => `pow(2.0, ${x})`),
  exp10: ofReal((x) => `pow(10.0, ${x})`),
  log: logarithm('ln'),
  log10: logarithm('log10'),
  log2: logarithm('log2'),
  sin: trigonometric('sin'),
  cos: trigonometric('cos'),
  tan: trigonometric('tan'),
  cot: ofReal((x) =>
    once(
      x,
      '_kql_x',
      (v) => `CASE WHEN isfinite(${v}) THEN 1 / tan(${v}) WHEN ${v} IS NOT NULL THEN CAST('nan' AS DOUBLE) END`,
    ),
  ),
  asin: limited('asin', (v) => `${v} BETWEEN -1 AND 1`),
  acos: limited('acos', (v) => `${v} BETWEEN -1 AND 1`),
  atan: ofReal((x) => `atan(${x})`),
  atan2: {
    emit: (args, call) => `atan2(${real(at(args, 0), call)}, ${real(at(args, 1), call)})`,
    nullable: anyNullable,
  },
  pi: { emit: () => 'pi()', nullable: never },
  degrees: ofReal((x) => `degrees(${x})`),
  radians: ofReal((x) => `radians(${x})`),
  isnan: test((x) => `isnan(${x})`),
  isinf: test((x) => `isinf(${x})`),
  isfinite: test((x) => `isfinite(${x})`),
  max_of: extremeOf('greatest'),
  min_of: extremeOf('least'),
  binary_and: bits('&'),
  binary_or: bits('|'),
  binary_xor: bits('xor'),
  binary_shift_left: shift('left'),
  binary_shift_right: shift('right'),
  binary_not: { emit: (args) => `(~${long(at(args, 0))})`, nullable: anyNullable },
  bitset_count_ones: { emit: (args) => `CAST(bit_count(${long(at(args, 0))}) AS BIGINT)`, nullable: anyNullable },
  tohex: toHex,
  rand,
  new_guid: { emit: () => 'uuid()', nullable: never },
};
