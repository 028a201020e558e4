import { maxTicks } from '../../../types.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { inDatetimeRange } from '../functions/ticks.ts';
import {
  anyNullable,
  at,
  bigint,
  constantInteger,
  double,
  isInteger,
  isNumber,
  isTicks,
  long,
  once,
} from '../functions/values.ts';

/** Dynamics take part in arithmetic in Kusto, but only by what they hold at run time; a cast says what is meant. */
function numbers(args: readonly Arg[], call: CallContext): void {
  for (const arg of args) {
    if (!isNumber(arg.type) && !isTicks(arg.type)) {
      call.refuse(`${call.name} on a ${arg.type}`, 'cast it first: tolong(…), toreal(…) or todatetime(…)');
    }
  }
}

/** Operands of one type: BIGINT where all are whole or ticks, otherwise DOUBLE (or the decimal that it is). */
function operand(arg: Arg, args: readonly Arg[]): string {
  if (args.every((each) => isInteger(each.type) || isTicks(each.type))) return `(${long(arg)})`;
  if (args.some((each) => each.type === 'real')) return `(${double(arg)})`;
  return `(${arg.sql})`;
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
      const sum = `(${operand(left, args)} ${sign} ${operand(right, args)})`;
      if (!isDatetime(call)) return sum;
      return bounded(left, right, sign, sum, call);
    },
    nullable: (args) => anyNullable(args) || args.some((arg) => arg.type === 'datetime'),
  };
}

/** A datetime that leaves 0001 … 9999 is null. With a constant span one comparison on the datetime decides. */
function bounded(left: Arg, right: Arg, sign: '+' | '-', sum: string, call: CallContext): string {
  const datetime = left.type === 'datetime' ? left : right;
  const span = constantInteger(left.type === 'datetime' ? right : left);
  if (span === undefined) return inDatetimeRange(sum);
  if (datetime.sql === call.now) return sum;
  const shift = sign === '+' ? span : -span;
  const inside = shift >= 0n ? `<= ${maxTicks - shift}` : `>= ${-shift}`;
  return once(datetime.sql, '_kql_t', (t) => `CASE WHEN ${t} ${inside} THEN ${t} + ${bigint(shift)} END`);
}

/** Kusto's decimals have 34 digits and a point that moves; DuckDB's product and quotient would lose some. */
function notDecimal(args: readonly Arg[], call: CallContext): void {
  if (args.some((arg) => arg.type === 'decimal')) call.refuse(`${call.name} of a decimal`, 'cast it first: toreal(…)');
}

const times: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    notDecimal(args, call);
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
    notDecimal(args, call);
    const [left, right] = [at(args, 0), at(args, 1)];
    if (call.type === 'timespan') {
      return isInteger(right.type)
        ? `(${long(left)} // ${long(right)})`
        : truncated(`(${double(left)} / ${double(right)})`);
    }
    if (isTicks(left.type) && isTicks(right.type)) return `(${double(left)} / ${double(right)})`;
    if (isInteger(left.type) && isInteger(right.type)) return `(${operand(left, args)} // ${operand(right, args)})`;
    return `(${operand(left, args)} / ${operand(right, args)})`;
  },
  nullable: () => true,
};

/** Euclid's remainder, never negative: DuckDB's has the sign of the dividend. */
const modulo: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    notDecimal(args, call);
    const [left, right] = [at(args, 0), at(args, 1)];
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
    once(`${left} % ${d}`, '_kql_m', (m) => `CASE WHEN ${m} < 0 THEN ${m} + abs(${d}) ELSE ${m} END`),
  );
}

const negate: ScalarFunction = {
  emit(args, call) {
    numbers(args, call);
    const arg = at(args, 0);
    const constant = constantInteger(arg);
    if (constant !== undefined && call.type !== 'int' && (isInteger(arg.type) || isTicks(arg.type)))
      return bigint(-constant);
    return call.type === 'long' || call.type === 'timespan' ? `(- ${long(arg)})` : `(- (${arg.sql}))`;
  },
  nullable: anyNullable,
};

const plus: ScalarFunction = { emit: (args) => at(args, 0).sql, nullable: anyNullable };

export const arithmetic: Readonly<Record<string, ScalarFunction>> = {
  '+': additive('+'),
  '-': additive('-'),
  '*': times,
  '/': divide,
  '%': modulo,
  'unary-': negate,
  'unary+': plus,
};
