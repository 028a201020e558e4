import type { ScalarFunction } from '../../emit.ts';
import { remainder } from '../operators/arithmetic.ts';
import { conditionalFunctions } from './conditional.ts';
import { stringForm } from './text-form.ts';
import { at, bigint, constantInteger, double, isInteger, isTicks, long, once } from './values.ts';

/** `bin`: floors to multiples of the second argument, datetimes and timespans from 0001-01-01 and 0. */
const bin: ScalarFunction = {
  emit(args, call) {
    const [value, size] = [at(args, 0), at(args, 1)];
    if ((isInteger(value.type) || isTicks(value.type)) && (isInteger(size.type) || isTicks(size.type))) {
      const whole = long(value);
      const constant = constantInteger(size);
      if (constant !== undefined && constant <= 0n) return 'CAST(NULL AS BIGINT)';
      if (constant !== undefined && value.type === 'datetime') {
        return once(whole, '_kql_v', (v) => `(${v} - ${v} % ${bigint(constant)})`);
      }
      return once(whole, '_kql_v', (v) =>
        once(long(size), '_kql_b', (b) => `CASE WHEN ${b} > 0 THEN ${v} - ${remainder(v, b, constant)} END`),
      );
    }
    if (call.type !== 'real') return call.refuse(`bin of a ${value.type} by a ${size.type}`, 'cast one of them');
    return once(double(size), '_kql_b', (b) => `CASE WHEN ${b} > 0 THEN floor(${double(value)} / ${b}) * ${b} END`);
  },
};

const functions: Readonly<Record<string, ScalarFunction>> = {
  bin,
  floor: bin,
  now: { emit: (args, call) => (args[0] ? `(${call.now} + ${long(args[0])})` : call.now), nullable: () => false },
  ago: { emit: (args, call) => `(${call.now} - ${long(at(args, 0))})`, nullable: (args) => at(args, 0).nullable },
  tostring: { emit: (args) => stringForm(at(args, 0)), nullable: () => false },
  strcat: { emit: (args) => `concat(${args.map(stringForm).join(', ')})`, nullable: () => false },
};

/** KQL's scalar functions by name, older spellings included. */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = { ...conditionalFunctions, ...functions };
