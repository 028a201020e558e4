import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { remainder } from '../operators/arithmetic.ts';
import { at, bigint, constantInteger, double, isInteger, isTicks, long, once, wrapped64 } from './values.ts';

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
  if (isEmptySize(constant)) return 'CAST(NULL AS BIGINT)';
  if (constant !== undefined && value.type === 'datetime') {
    return once(long(value), '_kql_v', (v) => `(${v} - ${v} % ${bigint(constant)})`);
  }
  return once(long(value), '_kql_v', (v) =>
    once(long(size), '_kql_b', (b) => {
      const rest = remainder(v, b, constant);
      // Only the last bin below zero begins outside 64 bits.
      const floored = `coalesce(TRY(${v} - ${rest}), ${wrapped64(`CAST(${v} AS HUGEINT) - ${rest}`)})`;
      return constant === undefined ? `CASE WHEN ${b} > 0 THEN ${floored} END` : floored;
    }),
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
    return once(double(size), '_kql_b', (b) => `CASE WHEN ${b} > 0 THEN floor(${double(value)} / ${b}) * ${b} END`);
  },
  nullable: (args) =>
    args.some((arg) => arg.nullable) || args[1]?.constant === undefined || isEmptySize(constantInteger(args[1])),
};

function narrowed(sql: string, call: CallContext): string {
  return call.type === 'int' ? `CAST(${sql} AS INTEGER)` : sql;
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
          (o) => `CASE WHEN ${b} > 0 THEN floor((${double(value)} - ${o}) / ${b}) * ${b} + ${o} END`,
        ),
      );
    }
    const constant = constantInteger(size);
    if (isEmptySize(constant)) return 'CAST(NULL AS BIGINT)';
    return once(long(value), '_kql_v', (v) =>
      once(long(size), '_kql_b', (b) => {
        const distance = `(CAST(${v} AS HUGEINT) - ${long(origin)})`;
        return `CASE WHEN ${b} > 0 THEN ${wrapped64(`CAST(${v} AS HUGEINT) - ${remainder(distance, b, constant)}`)} END`;
      }),
    );
  },
};

export const binFunctions: Readonly<Record<string, ScalarFunction>> = { bin, floor: bin, bin_at: binAt };
