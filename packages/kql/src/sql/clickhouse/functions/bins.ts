import { at, constantInteger, isInteger, isTicks } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { remainder } from '../operators/arithmetic.ts';
import { double, int64, long, once } from './values.ts';

const none = 'CAST(NULL AS Nullable(Int64))';

function isWhole(arg: Arg): boolean {
  return isInteger(arg.type) || isTicks(arg.type);
}

/** A size that is not positive, known while compiling: the bin is null. */
function isEmptySize(size: bigint | undefined): boolean {
  return size !== undefined && size <= 0n;
}

/** Floor to multiples of `size`, counted from 0 (for datetimes 0001-01-01), toward minus infinity. */
function floorWhole(value: Arg, size: Arg): string {
  const constant = constantInteger(size);
  if (isEmptySize(constant)) return none;
  if (constant !== undefined) {
    return once(long(value), '_kql_v', (v) =>
      value.type === 'datetime'
        ? `(${v} - ${v} % ${int64(constant)})`
        : `(${v} - ${remainder(v, int64(constant), constant)})`,
    );
  }
  return once(long(value), '_kql_v', (v) =>
    once(long(size), '_kql_b', (b) => `if(${b} > 0, ${v} - ${remainder(v, b)}, NULL)`),
  );
}

/** `bin` and its older name `floor`. A size that is not positive gives null. */
const bin: ScalarFunction = {
  emit(args, call) {
    const value = at(args, 0);
    const size = args[1];
    if (size === undefined) return call.refuse('floor with one argument', 'write bin(…, 1)');
    if (isWhole(value) && isWhole(size)) return narrowed(floorWhole(value, size), call);
    if (call.type !== 'real') return call.refuse(`bin of a ${value.type} by a ${size.type}`, 'cast one of them');
    return once(double(size), '_kql_b', (b) => `if(${b} > 0, floor(${double(value)} / ${b}) * ${b}, NULL)`);
  },
  nullable: (args) =>
    args.some((arg) => arg.nullable) || args[1]?.constant === undefined || isEmptySize(constantInteger(args[1])),
};

function narrowed(sql: string, call: CallContext): string {
  return call.type === 'int' ? `toInt32(${sql})` : sql;
}

/** `bin_at`: the bins' boundaries pass through the third argument. */
const binAt: ScalarFunction = {
  emit(args, call) {
    const [value, size, origin] = [at(args, 0), at(args, 1), at(args, 2)];
    if (!args.every(isWhole)) {
      if (call.type !== 'real') return call.refuse(`bin_at of a ${value.type} by a ${size.type}`, 'cast one of them');
      return once(double(size), '_kql_b', (b) =>
        once(
          double(origin),
          '_kql_o',
          (o) => `if(${b} > 0, floor((${double(value)} - ${o}) / ${b}) * ${b} + ${o}, NULL)`,
        ),
      );
    }
    if (isEmptySize(constantInteger(size))) return none;
    return once(long(value), '_kql_v', (v) =>
      once(long(size), '_kql_b', (b) => {
        const rest = once(
          `((toInt128(${v}) - ${long(origin)}) % if(${b} > 0, ${b}, 1))`,
          '_kql_m',
          (m) => `toInt64(if(${m} < 0, ${m} + ${b}, ${m}))`,
        );
        return `if(${b} > 0, ${v} - ${rest}, NULL)`;
      }),
    );
  },
};

export const binFunctions: Readonly<Record<string, ScalarFunction>> = { bin, floor: bin, bin_at: binAt };
