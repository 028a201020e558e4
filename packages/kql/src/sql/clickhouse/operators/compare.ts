import { anyNullable, at, constantInteger, isInteger, isNumber, isTicks, never } from '../../common/arguments.ts';
import { spanEnd } from '../../common/compare.ts';
import type { Arg, CallContext, Emit, ScalarFunction } from '../../emit.ts';
import { fromText } from '../functions/from-text.ts';
import { isBool, isNumber as isJsonNumber, isWhole } from '../functions/json.ts';
import { folded, int64, once, text } from '../functions/values.ts';
import { literal } from '../quote.ts';

/** Both sides of a comparison in one representation, after KQL's coercions. */
interface Sides {
  readonly left: Arg;
  readonly right: Arg;
  /** Both may be NULL, so that KQL's equality has a third value. */
  readonly bothNullable: boolean;
}

function value(arg: Arg): Arg {
  const constant = constantInteger(arg);
  if (constant !== undefined && isInteger(arg.type)) return { ...arg, sql: int64(constant) };
  return arg;
}

/** A dynamic beside a string is its text; a constant text beside a typed value is read as that type. */
function coerce(arg: Arg, other: Arg, call: CallContext): Arg {
  if (arg.type === other.type && arg.type !== 'dynamic') return value(arg);
  if (arg.type === 'dynamic') {
    if (other.type === 'dynamic') {
      return call.refuse('Kusto does not compare two dynamic values', 'cast both sides, e.g. tostring(…)');
    }
    if (other.type === 'string') return { ...arg, sql: text(arg), type: 'string', nullable: false };
    if (other.type === 'bool') {
      return ofDynamic(arg, 'bool', (j) => `multiIf(${isBool(j)}, ${j} = 'true', NULL)`);
    }
    if (isInteger(other.type)) return besideWhole(arg);
    if (isNumber(other.type))
      return ofDynamic(arg, 'real', (j) => `if(${isJsonNumber(j)}, toFloat64OrNull(${j}), NULL)`);
    return call.refuse(`a dynamic is not compared with a ${other.type} here`, `cast it with to${other.type}(…)`);
  }
  if (other.type === 'dynamic') return value(arg);
  if (arg.type === 'string') {
    if (typeof arg.constant !== 'string') {
      return call.refuse(`Kusto does not compare a string with a ${other.type}`, `cast it with to${other.type}(…)`);
    }
    return { ...arg, sql: fromText(literal(arg.constant), other.type, call), type: other.type, nullable: true };
  }
  if (other.type === 'string' || (isNumber(arg.type) && isNumber(other.type))) return value(arg);
  if (isTicks(arg.type) !== isTicks(other.type) || arg.type !== other.type) {
    return call.refuse(`${arg.type} and ${other.type} are not compared`, 'cast one of them');
  }
  return value(arg);
}

/** The value of a dynamic where it holds a JSON value of the wanted kind, otherwise NULL. */
function ofDynamic(arg: Arg, type: 'bool' | 'real' | 'decimal', body: (json: string) => string): Arg {
  const { constant: _, ...rest } = arg;
  return { ...rest, sql: once(arg.sql, '_kql_j', body), type, nullable: true };
}

/** A JSON number beside whole ones, placed among them exactly: itself where it is whole, half-way to the next where it
 *  is not, and beyond all longs where it is larger. */
function besideWhole(arg: Arg): Arg {
  return ofDynamic(arg, 'decimal', (j) => {
    const real = `toFloat64OrZero(${j})`;
    const clamped = `toDecimal128(greatest(least(floor(${real}), 1e19), -1e19), 1)`;
    const half = `if(${real} > floor(${real}), toDecimal128(0.5, 1), toDecimal128(0, 1))`;
    return `multiIf(${isWhole(j)}, toDecimal128OrNull(${j}, 1), ${isJsonNumber(j)}, ${clamped} + ${half}, NULL)`;
  });
}

function sides(args: readonly Arg[], call: CallContext): Sides {
  const [first, second] = [at(args, 0), at(args, 1)];
  const [left, right] = [coerce(first, second, call), coerce(second, first, call)];
  return { left, right, bothNullable: left.nullable && right.nullable };
}

/** `total`: a null beside a value is unequal, not null. */
function equality({ left, right }: Sides, operator: '=' | '!=', total: boolean): string {
  const plain = `${left.sql} ${operator} ${right.sql}`;
  return total && (left.nullable || right.nullable) ? `ifNull(${plain}, ${operator === '!='})` : `(${plain})`;
}

function equalityOf(operator: '=' | '!='): ScalarFunction {
  return {
    emit(args, call) {
      const pair = sides(args, call);
      const total = equality(pair, operator, true);
      if (!pair.bothNullable) return total;
      return `if(isNull(${pair.left.sql}) AND isNull(${pair.right.sql}), NULL, ${total})`;
    },
    filter(args, call) {
      const pair = sides(args, call);
      if (operator === '=') return equality(pair, operator, false);
      if (!pair.bothNullable) return equality(pair, operator, true);
      const oneNull = `isNotNull(${pair.left.sql}) OR isNotNull(${pair.right.sql})`;
      return `ifNull(${pair.left.sql} != ${pair.right.sql}, ${oneNull})`;
    },
    nullable: (args) => args.every((arg) => arg.nullable),
  };
}

export const equals = equalityOf('=');

function ordering(operator: '<' | '<=' | '>' | '>='): ScalarFunction {
  const emit: Emit = (args, call) => {
    const { left, right } = sides(args, call);
    if (left.type === 'bool') call.refuse('bool values have no order in KQL');
    if (left.type === 'string' && args.some((arg) => arg.type === 'dynamic')) {
      call.refuse('a dynamic has no order beside a string', 'cast it with tostring(…)');
    }
    return `(${left.sql} ${operator} ${right.sql})`;
  };
  return { emit, nullable: anyNullable };
}

/** `value between (low .. high)`: both ends are inside. */
function between(negated: boolean): ScalarFunction {
  const emit: Emit = (args, call) => {
    const [subject, low] = [at(args, 0), at(args, 1)];
    const high = spanEnd(low, at(args, 2));
    const [lower, upper] = [sides([subject, low], call), sides([subject, high], call)];
    const inside = `${lower.left.sql} >= ${lower.right.sql} AND ${upper.left.sql} <= ${upper.right.sql}`;
    return negated ? `(NOT (${inside}))` : `(${inside})`;
  };
  return { emit, nullable: anyNullable };
}

/** Equality without case. Strings are never NULL. */
function textEquality(operator: '=' | '!='): ScalarFunction {
  return { emit: (args) => `(${folded(at(args, 0))} ${operator} ${folded(at(args, 1))})`, nullable: never };
}

export const comparisons: Readonly<Record<string, ScalarFunction>> = {
  '==': equals,
  '!=': equalityOf('!='),
  '<': ordering('<'),
  '<=': ordering('<='),
  '>': ordering('>'),
  '>=': ordering('>='),
  between: between(false),
  '!between': between(true),
  '=~': textEquality('='),
  '!~': textEquality('!='),
};
