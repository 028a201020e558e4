import { at } from '../common/arguments.ts';
import { sweepFunctions } from '../common/sweep.ts';
import type { ScalarFunction } from '../emit.ts';
import { isBool, isNumber, isReal, isWhole } from './functions/json.ts';
import { real } from './functions/series.ts';
import { dynamicText, once } from './functions/values.ts';

/** A JSON number as an integer type, truncated toward zero; all else is null. */
function whole(type: 'Int64' | 'Int32', least: string, greatest: string): ScalarFunction {
  return {
    emit: (args) =>
      once(at(args, 0).sql, '_kql_j', (j) => {
        const real = `toFloat64OrZero(${j})`;
        const truncated = `if(${real} > ${least} AND ${real} < ${greatest}, to${type}(${real}), NULL)`;
        return `multiIf(${isWhole(j)}, to${type}OrNull(${j}), ${isReal(j)}, ${truncated}, NULL)`;
      }),
  };
}

/** Weir's own helpers. Elements of `mv-expand … to typeof(T)`: numbers of JSON convert, text is not parsed (kql.md 1.11). */
export const internal: Readonly<Record<string, ScalarFunction>> = {
  ...sweepFunctions({
    quotient: (dividend, divisor) => `intDiv(${dividend}, ${divisor})`,
    hash: (value) => `toInt64(bitShiftRight(cityHash64(${value}), 2))`,
  }),
  element_long: whole('Int64', '-9.3e18', '9.2e18'),
  element_int: whole('Int32', '-2147483649', '2147483648'),
  element_real: {
    emit: (args) => once(at(args, 0).sql, '_kql_j', (j) => `if(${isNumber(j)}, toFloat64OrNull(${j}), NULL)`),
  },
  element_bool: {
    emit: (args) => once(at(args, 0).sql, '_kql_j', (j) => `if(${isBool(j)}, ${j} = 'true', NULL)`),
  },
  series_real: { emit: (args) => real(at(args, 0).sql) },
  certain: {
    emit: (_args, call) =>
      call.refuse('some of what this gives is not documented, and only DuckDB stops there', 'Ask it of DuckDB.'),
  },
  element_string: { emit: (args) => dynamicText(at(args, 0).sql) },
};
