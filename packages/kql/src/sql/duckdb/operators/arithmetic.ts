import { maxTicks } from '../../../types.ts';
import { notDatetime, numbers, plus, whole } from '../../common/arithmetic.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { decimalOf, decimalProduct, decimalQuotient, decimalRemainder } from '../functions/decimal.ts';
import { fromNow, inDatetimeRange } from '../functions/ticks.ts';
import {
  anyNullable,
  at,
  bigint,
  constantInteger,
  double,
  isAtom,
  isInteger,
  isTicks,
  long,
  once,
  wrapped64,
} from '../functions/values.ts';

/** Operands of one type: BIGINT where all are whole or ticks, otherwise DOUBLE. */
function operand(arg: Arg, args: readonly Arg[]): string {
  return whole(args) ? `(${long(arg)})` : `(${double(arg)})`;
}

/** Whole numbers of 64 bits, which wrap where they overflow; DuckDB's would stop the query. `TRY` costs nothing where
 *  nothing overflows, but needs its operands twice: nested expressions go through 128 bits, so that the SQL stays as
 *  long as the KQL. Ints of 32 bits and datetimes cannot overflow. */
function wrapping(sign: '+' | '-' | '*', args: readonly Arg[]): string {
  const [left, right] = [long(at(args, 0)), long(at(args, 1))];
  const plain = `(${left} ${sign} ${right})`;
  if (args.every(isSmall)) return plain;
  const exact = wrapped64(`CAST(${left} AS HUGEINT) ${sign} ${right}`);
  return isAtom(left) && isAtom(right) ? `coalesce(TRY${plain}, ${exact})` : exact;
}

function isSmall(arg: Arg): boolean {
  const constant = constantInteger(arg);
  return constant === undefined
    ? arg.type === 'int' || arg.type === 'datetime'
    : BigInt.asIntN(32, constant) === constant;
}

function isDatetime(call: CallContext): boolean {
  return call.type === 'datetime';
}

function additive(sign: '+' | '-'): ScalarFunction {
  return {
    emit(args, call) {
      numbers(args, call);
      const left = at(args, 0);
      const right = at(args, 1);
      if (call.type === 'decimal') return `(${decimals(args, call).join(` ${sign} `)})`;
      if (isDatetime(call)) return bounded(left, right, sign, call);
      return whole(args) ? wrapping(sign, args) : `(${operand(left, args)} ${sign} ${operand(right, args)})`;
    },
    nullable: (args) => anyNullable(args) || args.some((arg) => arg.type === 'datetime'),
  };
}

/** A datetime that leaves 0001 … 9999 is null. With a constant span one comparison on the datetime decides. */
function bounded(left: Arg, right: Arg, sign: '+' | '-', call: CallContext): string {
  const datetime = left.type === 'datetime' ? left : right;
  const span = constantInteger(left.type === 'datetime' ? right : left);
  if (datetime.sql === call.now && left === datetime) return fromNow(sign, right, call);
  if (span === undefined) {
    const [a, b] = [long(left), long(right)];
    const plain = `(${a} ${sign} ${b})`;
    return inDatetimeRange(isAtom(a) && isAtom(b) ? `TRY${plain}` : `(CAST(${a} AS HUGEINT) ${sign} ${b})`);
  }
  const shift = sign === '+' ? span : -span;
  const inside = shift >= 0n ? `<= ${maxTicks - shift}` : `>= ${-shift}`;
  return once(datetime.sql, '_kql_t', (t) => `CASE WHEN ${t} ${inside} THEN ${t} + ${bigint(shift)} END`);
}

/** Both operands as decimals, where the result is one. */
function decimals(args: readonly Arg[], call: CallContext): readonly [string, string] {
  return [decimalOf(at(args, 0), call), decimalOf(at(args, 1), call)];
}

/** A span times a decimal is not documented. */
function notDecimal(args: readonly Arg[], call: CallContext): void {
  if (args.some((arg) => arg.type === 'decimal'))
    call.refuse(`\`${call.name}\` of a decimal and a timespan`, 'cast it first: toreal(…)');
}

const times: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    if (call.type === 'decimal') return decimalProduct(...decimals(args, call));
    notDecimal(args, call);
    notDatetime(args, call);
    if (whole(args)) return wrapping('*', args);
    const product = `(${operand(at(args, 0), args)} * ${operand(at(args, 1), args)})`;
    const fraction = args.some((arg) => arg.type === 'real');
    return call.type === 'timespan' && fraction ? truncated(product) : product;
  },
  nullable: anyNullable,
};

/** DOUBLE ticks to BIGINT toward zero; CAST alone would round. */
function truncated(sql: string): string {
  return `TRY_CAST(trunc(${sql}) AS BIGINT)`;
}

const divide: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    if (call.type === 'decimal') return decimalQuotient(...decimals(args, call));
    notDecimal(args, call);
    notDatetime(args, call);
    const [left, right] = [at(args, 0), at(args, 1)];
    if (call.type === 'timespan') {
      return isInteger(right.type) ? quotient(left, right) : truncated(`(${double(left)} / ${double(right)})`);
    }
    if (isTicks(left.type) && isTicks(right.type)) return `(${double(left)} / ${double(right)})`;
    if (isInteger(left.type) && isInteger(right.type)) return quotient(left, right);
    return `(${operand(left, args)} / ${operand(right, args)})`;
  },
  nullable: () => true,
};

/** The whole quotient; by 0 it is null, and the least long by -1 is itself again. */
function quotient(left: Arg, right: Arg): string {
  const constant = constantInteger(right);
  if (constant !== undefined && constant !== -1n) return `(${long(left)} // ${long(right)})`;
  return once(long(right), '_kql_d', (d) =>
    once(long(left), '_kql_n', (n) => `CASE WHEN ${d} = -1 THEN coalesce(TRY(- ${n}), ${n}) ELSE ${n} // ${d} END`),
  );
}

/** Euclid's remainder, never negative: DuckDB's has the sign of the dividend. */
const modulo: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    if (call.type === 'decimal') return decimalRemainder(...decimals(args, call));
    notDecimal(args, call);
    const [left, right] = [at(args, 0), at(args, 1)];
    if (isTicks(call.type) && !whole(args)) call.refuse(`\`%\` of a ${call.type} and a real`, 'divide by a timespan');
    return remainder(operand(left, args), operand(right, args), constantInteger(right));
  },
  nullable: () => true,
};

/** `left mod right` for whole numbers and reals; a constant divisor of sane size needs no second look. */
export function remainder(left: string, right: string, constant?: bigint): string {
  if (constant !== undefined && constant > 0n && constant < 1n << 61n && right.includes('BIGINT')) {
    return `((${left} % ${right} + ${right}) % ${right})`;
  }
  return once(right, '_kql_d', (d) =>
    once(
      `${left} % CASE WHEN ${d} = -1 THEN 1 ELSE ${d} END`,
      '_kql_m',
      (m) => `CASE WHEN ${m} < 0 THEN ${m} + abs(${d}) ELSE ${m} END`,
    ),
  );
}

const negate: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    const arg = at(args, 0);
    const constant = constantInteger(arg);
    if (constant !== undefined && call.type !== 'int' && (isInteger(arg.type) || isTicks(arg.type)))
      return bigint(-constant);
    if (!whole(args)) return `(- (${arg.sql}))`;
    return once(call.type === 'int' ? arg.sql : long(arg), '_kql_n', (n) => `coalesce(TRY(- ${n}), ${n})`);
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
