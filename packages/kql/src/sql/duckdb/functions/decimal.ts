import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { fromDynamic } from './from-dynamic.ts';
import { decimalFromText } from './from-text.ts';
import { at, once, text } from './values.ts';

/** Decimals are held with 20 digits before the point and 18 behind it, where Kusto's have 34 digits and a point that
 *  moves. Sums, differences and comparisons are exact; a product or a quotient is rounded behind the 18th decimal, and
 *  where that would cost a digit among the first 16 the query stops. */
const held = 'DECIMAL(38, 18)';

/** A number as a decimal. A real counts as the digits that it is written with; NaN and infinities are null. */
export function decimalOf(arg: Arg, call: CallContext): string {
  switch (arg.type) {
    case 'decimal':
    case 'long':
    case 'int':
      return `CAST(${arg.sql} AS ${held})`;
    case 'real':
      return `TRY_CAST(CAST(${arg.sql} AS VARCHAR) AS ${held})`;
    case 'bool':
      return `CAST(CAST(${arg.sql} AS INTEGER) AS ${held})`;
    case 'string':
      return decimalFromText(text(arg));
    case 'dynamic':
      return fromDynamic(arg.sql, {
        text: decimalFromText,
        whole: (s) => `TRY_CAST(${s} AS ${held})`,
        real: (s) => `TRY_CAST(${s} AS ${held})`,
        bool: (s) => `CAST(CAST(${s} = 'true' AS INTEGER) AS ${held})`,
      });
    default:
      return call.refuse(`${call.name} of a ${arg.type}`, 'convert it to a text or a number first');
  }
}

/** A decimal as the whole number of its 10^-18. */
const units = (sql: string) => `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`;

/** The decimal of a sign, whole units that are not negative, and whether what was cut off rounds up. */
function fromUnits(negative: string, size: string): string {
  return once(
    size,
    '_kql_u',
    (u) =>
      `CAST(CASE WHEN ${negative} THEN '-' ELSE '' END || CAST(${u} // 1000000000000000000 AS VARCHAR) || '.' || ` +
      `lpad(CAST(${u} % 1000000000000000000 AS VARCHAR), 18, '0') AS ${held})`,
  );
}

const tooSmall = `error('WK002: a decimal here has more than 18 decimals: cast with toreal(…) first')`;

/** Rounds half up; `rest` of `whole` was cut off. */
function rounded(quotient: string, rest: string, whole: string): string {
  return `CASE WHEN ${rest} <> 0 AND ${quotient} < 10000000000000000 THEN ${tooSmall} WHEN ${rest} * 2 >= ${whole} THEN ${quotient} + 1 ELSE ${quotient} END`;
}

/** Division by hand, digit by digit, in 128 bits. Division by zero is not documented for decimals: it stops the query. */
export function decimalQuotient(left: string, right: string): string {
  return once(left, '_kql_n', (n) =>
    once(right, '_kql_d', (d) =>
      once(`[abs(${units(n)}), abs(${units(d)})]`, '_kql_p', (p) =>
        once(`[${p}[1] // gcd(${p}[1], ${p}[2]), ${p}[2] // gcd(${p}[1], ${p}[2])]`, '_kql_q', (q) => {
          const start = `[${q}[1] // ${q}[2], ${q}[1] % ${q}[2]]`;
          const digit = `[_kql_a[1] * 10 + _kql_a[2] * 10 // ${q}[2], _kql_a[2] * 10 % ${q}[2]]`;
          const divided = `list_reduce(list_transform(range(19), lambda _kql_i: ${start}), lambda _kql_a, _kql_x: ${digit})`;
          const size = once(divided, '_kql_s', (s) => rounded(`${s}[1]`, `${s}[2]`, `${q}[2]`));
          return `CASE WHEN ${d} = 0 THEN error('WK002: a decimal is divided by zero') WHEN ${n} IS NOT NULL AND ${d} IS NOT NULL THEN ${fromUnits(`(${n} < 0) <> (${d} < 0)`, size)} END`;
        }),
      ),
    ),
  );
}

/** The product from the whole and the broken part of each factor. */
export function decimalProduct(left: string, right: string): string {
  const unit = '1000000000000000000';
  return once(left, '_kql_n', (n) =>
    once(right, '_kql_d', (d) =>
      once(`[abs(${units(n)}), abs(${units(d)})]`, '_kql_p', (p) => {
        const [a, b] = [`${p}[1]`, `${p}[2]`];
        const broken = `(${a} % ${unit}) * (${b} % ${unit})`;
        const size = once(broken, '_kql_f', (f) =>
          once(`(${a} // ${unit}) * ${b} + (${a} % ${unit}) * (${b} // ${unit}) + ${f} // ${unit}`, '_kql_s', (s) =>
            rounded(s, `(${f} % ${unit})`, unit),
          ),
        );
        return `CASE WHEN ${n} IS NOT NULL AND ${d} IS NOT NULL THEN ${fromUnits(`(${n} < 0) <> (${d} < 0)`, size)} END`;
      }),
    ),
  );
}

/** Euclid's remainder. */
export function decimalRemainder(left: string, right: string): string {
  return once(right, '_kql_d', (d) =>
    once(
      `CASE WHEN ${d} = 0 THEN error('WK002: a decimal is divided by zero') ELSE ${left} % ${d} END`,
      '_kql_m',
      (m) => `CASE WHEN ${m} < 0 THEN ${m} + abs(${d}) ELSE ${m} END`,
    ),
  );
}

export const decimalFunctions: Readonly<Record<string, ScalarFunction>> = {
  todecimal: { emit: (args, call) => decimalOf(at(args, 0), call) },
};
