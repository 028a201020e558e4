import { maxTicks } from '../../../types.ts';
import { anyNullable, at, constantInteger, isInteger, isTicks } from '../../common/arguments.ts';
import { notDatetime, numbers, plus, whole } from '../../common/arithmetic.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { fromNow, inDatetimeRange } from '../functions/ticks.ts';
import { double, int64, long, once, unless } from '../functions/values.ts';

/** Operands of one type: Int64, which wraps as KQL's long does, where all are whole or ticks, otherwise Float64 (or the
 *  decimal that it is). */
function operand(arg: Arg, args: readonly Arg[]): string {
  if (whole(args)) return `(${long(arg)})`;
  if (args.some((each) => each.type === 'real')) return `(${double(arg)})`;
  return `(${arg.sql})`;
}

function additive(sign: '+' | '-'): ScalarFunction {
  return {
    emit(args, call) {
      numbers(args, call);
      const [left, right] = [at(args, 0), at(args, 1)];
      if (call.type === 'datetime') return bounded(left, right, sign, call);
      return `(${operand(left, args)} ${sign} ${operand(right, args)})`;
    },
    nullable: (args) => anyNullable(args) || args.some((arg) => arg.type === 'datetime'),
  };
}

/** A datetime that leaves 0001 … 9999 is null. With a constant span one comparison on the datetime decides. */
function bounded(left: Arg, right: Arg, sign: '+' | '-', call: CallContext): string {
  const datetime = left.type === 'datetime' ? left : right;
  const span = constantInteger(left.type === 'datetime' ? right : left);
  if (datetime.sql === call.now && left === datetime) return fromNow(sign, right, call);
  if (span === undefined) return inDatetimeRange(`(toInt128(${long(left)}) ${sign} ${long(right)})`);
  const shift = sign === '+' ? span : -span;
  const inside = shift >= 0n ? `<= ${maxTicks - shift}` : `>= ${-shift}`;
  return once(datetime.sql, '_kql_t', (t) => `if(${t} ${inside}, ${t} + ${int64(shift)}, NULL)`);
}

/** Kusto's decimals have 34 digits and a point that moves; a product and a quotient here would lose some. */
function notDecimal(args: readonly Arg[], call: CallContext): void {
  if (args.some((arg) => arg.type === 'decimal'))
    call.refuse(`\`${call.name}\` of a decimal would be rounded`, 'cast it first: toreal(…)');
}

const times: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    notDecimal(args, call);
    notDatetime(args, call);
    const product = `(${operand(at(args, 0), args)} * ${operand(at(args, 1), args)})`;
    return call.type === 'timespan' && !whole(args) ? truncated(product) : product;
  },
  nullable: anyNullable,
};

/** Float64 ticks to Int64 toward zero; null beyond 64 bits. */
function truncated(sql: string): string {
  return once(sql, '_kql_r', (r) => `if(abs(${r}) < 9.223372036854775e18, toInt64(${r}), NULL)`);
}

const divide: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    notDecimal(args, call);
    notDatetime(args, call);
    const [left, right] = [at(args, 0), at(args, 1)];
    if (call.type === 'timespan') {
      return isInteger(right.type) ? quotient(left, right) : truncated(`(${double(left)} / ${double(right)})`);
    }
    if (isInteger(left.type) && isInteger(right.type)) return quotient(left, right);
    return `(${double(left)} / ${double(right)})`;
  },
  nullable: () => true,
};

/** The whole quotient; by 0 it is null, and the least long by -1 is itself again. */
function quotient(left: Arg, right: Arg): string {
  const constant = constantInteger(right);
  if (constant !== undefined && constant > 0n) return `intDiv(${long(left)}, ${long(right)})`;
  return once(long(right), '_kql_d', (d) =>
    once(long(left), '_kql_n', (n) => `if(${d} = -1, -${n}, intDivOrNull(${n}, ${d}))`),
  );
}

/** Euclid's remainder, never negative. */
const modulo: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    notDecimal(args, call);
    const [left, right] = [at(args, 0), at(args, 1)];
    if (isTicks(call.type) && !whole(args)) call.refuse(`\`%\` of a ${call.type} and a real`, 'divide by a timespan');
    if (!whole(args)) return remainderOfReals(double(left), double(right));
    return remainder(long(left), long(right), constantInteger(right));
  },
  nullable: () => true,
};

/** `left mod right` for whole numbers; NULL by 0. */
export function remainder(left: string, right: string, constant?: bigint): string {
  if (constant !== undefined && constant > 0n) return `toInt64(positiveModulo(${left}, ${right}))`;
  return once(
    right,
    '_kql_d',
    (d) => `if(${d} = -1, toInt64(0), toInt64(positiveModuloOrNull(${left}, if(${d} = -1, 1, ${d}))))`,
  );
}

/** ClickHouse reckons a remainder from a rounded quotient, which costs as many digits as that has: of numbers far apart the
 *  query stops. By an infinite number nothing is taken away. */
function remainderOfReals(left: string, right: string): string {
  return once(right, '_kql_d', (d) =>
    once(left, '_kql_n', (n) => {
      const far = `isFinite(${n}) AND isFinite(${d}) AND abs(${n}) > abs(${d}) * 1e5 AND abs(${d}) NOT IN (0, 1)`;
      const rest = `if(isFinite(${n}) AND isInfinite(${d}), ${n}, ${n} % ${d})`;
      const whole = once(rest, '_kql_m', (m) => `if(${m} < 0, ${m} + abs(${d}), ${m})`);
      return unless(far, 'WK002: %: the remainder of numbers so far apart is not exact here', whole);
    }),
  );
}

const negate: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    const arg = at(args, 0);
    const constant = constantInteger(arg);
    if (constant !== undefined && call.type !== 'int' && (isInteger(arg.type) || isTicks(arg.type)))
      return int64(BigInt.asIntN(64, -constant));
    if (!whole(args)) return `(-(${arg.sql}))`;
    return `(-(${call.type === 'int' ? arg.sql : long(arg)}))`;
  },
  nullable: anyNullable,
};

export const arithmetic: Readonly<Record<string, ScalarFunction>> = {
  '+': additive('+'),
  '-': additive('-'),
  '*': times,
  '/': divide,
  '%': modulo,
  'unary-': negate,
  'unary+': plus,
};
