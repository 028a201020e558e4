import { spanEnd } from '../../common/compare.ts';
import type { Arg, CallContext, Emit, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { fromText } from '../functions/from-text.ts';
import {
  anyNullable,
  at,
  bigint,
  constantInteger,
  constantText,
  folded,
  isInteger,
  isNumber,
  isTicks,
  never,
  once,
  text,
} from '../functions/values.ts';

/** Both sides of a comparison in one representation, after KQL's coercions. */
interface Sides {
  readonly left: Arg;
  readonly right: Arg;
  /** Both may be NULL, so that KQL's equality has a third value. */
  readonly bothNullable: boolean;
  readonly real: boolean;
}

function value(arg: Arg): Arg {
  const constant = constantInteger(arg);
  if (constant !== undefined && isInteger(arg.type)) return { ...arg, sql: bigint(constant) };
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
    if (other.type === 'bool') return fromJson(arg, 'bool', `'BOOLEAN'`, 'BOOLEAN');
    if (isInteger(other.type)) return besideWhole(arg);
    if (isNumber(other.type)) return fromJson(arg, 'real', numberTypes, 'DOUBLE');
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

const numberTypes = `'UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT'`;

/** The value of a dynamic where it holds a JSON value of the wanted kind, otherwise NULL. */
function fromJson(arg: Arg, type: 'bool' | 'real', kinds: string, cast: string): Arg {
  const sql = `CASE WHEN json_type(${arg.sql}) IN (${kinds}) THEN TRY_CAST(json_extract_string(${arg.sql}, '$') AS ${cast}) END`;
  return { ...arg, sql, type, nullable: true };
}

/** A JSON number beside whole ones, placed among them exactly: itself where it is whole, half-way to the next where it
 *  is not, and beyond all longs where it is larger. */
function besideWhole(arg: Arg): Arg {
  const sql = once(arg.sql, '_kql_j', (j) => {
    const text = `json_extract_string(${j}, '$')`;
    const real = `TRY_CAST(${text} AS DOUBLE)`;
    const clamped = `greatest(least(floor(${real}), 1e20), -1e20)`;
    return (
      `CASE json_type(${j}) WHEN 'BIGINT' THEN TRY_CAST(${text} AS DECIMAL(38, 1)) ` +
      `WHEN 'UBIGINT' THEN TRY_CAST(${text} AS DECIMAL(38, 1)) WHEN 'DOUBLE' THEN CAST(${clamped} AS DECIMAL(38, 1)) ` +
      `+ CASE WHEN ${real} > floor(${real}) THEN CAST(0.5 AS DECIMAL(38, 1)) ELSE CAST(0 AS DECIMAL(38, 1)) END END`
    );
  });
  return { ...arg, sql, type: 'decimal', nullable: true };
}

function sides(args: readonly Arg[], call: CallContext): Sides {
  const first = at(args, 0);
  const second = at(args, 1);
  const left = coerce(first, second, call);
  const right = coerce(second, first, call);
  return {
    left,
    right,
    bothNullable: left.nullable && right.nullable,
    real: mayBeNaN(left) && mayBeNaN(right),
  };
}

function mayBeNaN(arg: Arg): boolean {
  if (arg.type !== 'real') return false;
  return typeof arg.constant === 'number' ? Number.isNaN(arg.constant) : arg.constant === undefined;
}

/** DuckDB holds NaN equal to itself; KQL does not. `total`: a null beside a value is unequal, not null. */
function equal({ left, right, real }: Sides, total: boolean): string {
  const same = `${left.sql} = ${right.sql}`;
  const plain = total && (left.nullable || right.nullable) ? `coalesce(${same}, false)` : same;
  return real ? `(${plain} AND NOT coalesce(isnan(${left.sql}), false))` : `(${plain})`;
}

/** Not `IS DISTINCT FROM`, nor its negation where a NOT may stand before it: beside another condition in an OR, DuckDB prunes by its statistics what holds nulls alone, whole
 *  tables and Parquet's row groups, though each of them is distinct (seen in 1.5.6). `ofNulls` is for two nulls. */
function different({ left, right, real }: Sides, ofNulls: string): string {
  const unequal = `${left.sql} <> ${right.sql}`;
  const plain = left.nullable || right.nullable ? `coalesce(${unequal}, ${ofNulls})` : unequal;
  return real ? `(${plain} OR coalesce(isnan(${left.sql}), false))` : `(${plain})`;
}

export const equals: ScalarFunction = {
  emit(args, call) {
    const pair = sides(args, call);
    const total = equal(pair, true);
    if (!pair.bothNullable) return total;
    return `CASE WHEN ${pair.left.sql} IS NULL AND ${pair.right.sql} IS NULL THEN NULL ELSE ${total} END`;
  },
  filter: (args, call) => equal(sides(args, call), false),
  nullable: bothNullable,
};

export const notEquals: ScalarFunction = {
  emit(args, call) {
    const pair = sides(args, call);
    const total = different(pair, 'true');
    if (!pair.bothNullable) return total;
    return `CASE WHEN ${pair.left.sql} IS NULL AND ${pair.right.sql} IS NULL THEN NULL ELSE ${total} END`;
  },
  filter(args, call) {
    const pair = sides(args, call);
    return different(
      pair,
      pair.bothNullable ? `${pair.left.sql} IS NOT NULL OR ${pair.right.sql} IS NOT NULL` : 'true',
    );
  },
  nullable: bothNullable,
};

function bothNullable(args: readonly Arg[]): boolean {
  return args.every((arg) => arg.nullable);
}

/** `lesser < greater`: DuckDB puts NaN above all numbers, KQL makes every comparison with it false. */
function ordered(lesser: Arg, greater: Arg, operator: string): string {
  const plain = `${lesser.sql} ${operator} ${greater.sql}`;
  if (!mayBeNaN(greater)) return `(${plain})`;
  const guard = lesser.nullable ? `(isnan(${greater.sql}) AND ${lesser.sql} IS NOT NULL)` : `isnan(${greater.sql})`;
  return `(${plain} AND NOT ${guard})`;
}

function ordering(operator: '<' | '<=' | '>' | '>='): ScalarFunction {
  const emit: Emit = (args, call) => {
    const { left, right } = sides(args, call);
    if (left.type === 'bool') call.refuse('bool values have no order in KQL');
    if (left.type === 'string' && args.some((arg) => arg.type === 'dynamic')) {
      call.refuse('a dynamic has no order beside a string', 'cast it with tostring(…)');
    }
    return operator === '<' || operator === '<='
      ? ordered(left, right, operator)
      : ordered(right, left, operator === '>' ? '<' : '<=');
  };
  return { emit, nullable: anyNullable };
}

/** `value between (low .. high)`: both ends are inside. */
function between(negated: boolean): ScalarFunction {
  const emit: Emit = (args, call) => {
    const subject = at(args, 0);
    const low = at(args, 1);
    const high = spanEnd(low, at(args, 2));
    const lower = sides([subject, low], call);
    const upper = sides([subject, high], call);
    const inside = `${ordered(lower.right, lower.left, '<=')} AND ${ordered(upper.left, upper.right, '<=')}`;
    return negated ? `(NOT (${inside}))` : `(${inside})`;
  };
  return { emit, nullable: anyNullable };
}

export const comparisons: Readonly<Record<string, ScalarFunction>> = {
  '==': equals,
  '!=': notEquals,
  '<': ordering('<'),
  '<=': ordering('<='),
  '>': ordering('>'),
  '>=': ordering('>='),
  between: between(false),
  '!between': between(true),
  '=~': textEquality(false),
  '!~': textEquality(true),
};

/** Equality without case. Strings are never NULL. */
function textEquality(negated: boolean): ScalarFunction {
  return {
    emit(args) {
      const [left, right] = [at(args, 0), at(args, 1)];
      const constant = constantText(right);
      if (constant !== undefined && !/[%_]/.test(constant)) {
        return `(${text(left)} ${negated ? 'NOT ILIKE' : 'ILIKE'} ${text(right)})`;
      }
      return `(${folded(left)} ${negated ? '<>' : '='} ${folded(right)})`;
    },
    nullable: never,
  };
}
