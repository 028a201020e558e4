import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { anyNullable, double, isInteger } from './values.ts';

/** Special functions of reals, to about the last two of a double's digits. */
export function ofReals(body: (values: readonly string[]) => string): ScalarFunction {
  return {
    emit(args, call) {
      const named = args.map((arg, i) => [real(arg, call), `_kql_x${i}` as const] as const);
      const names = named.map(([, name]) => name);
      const known = `${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}`;
      return named.reduceRight(
        (inner, [sql, name]) => `list_transform([${sql}], lambda ${name}: ${inner})[1]`,
        `CASE WHEN ${known} THEN ${body(names)} END`,
      );
    },
    nullable: anyNullable,
  };
}

function real(arg: Arg, call: CallContext): string {
  if (!isInteger(arg.type) && arg.type !== 'real')
    return call.refuse(`${call.name} of a ${arg.type}`, 'cast it with toreal(…)');
  return double(arg);
}

export const nan = `CAST('nan' AS DOUBLE)`;
const notDocumented = (name: string) =>
  `error('WK002: ${name} of 0, of a negative number or of infinity is not documented')`;

const gamma = ofReals(
  ([x = '']) =>
    `CASE WHEN isnan(${x}) THEN ${nan} WHEN ${x} > 0 AND isfinite(${x}) THEN CASE WHEN ${x} < 171.6e0 THEN gamma(${x}) ELSE CAST('inf' AS DOUBLE) END ELSE ${notDocumented('gamma')} END`,
);
const logGamma = ofReals(
  ([x = '']) =>
    `CASE WHEN isnan(${x}) THEN ${nan} WHEN ${x} > 0 AND isfinite(${x}) THEN lgamma(${x}) ELSE ${notDocumented('loggamma')} END`,
);

/** Sum of positive terms: 2/√π · e^(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!; good below 3, where its last terms are nothing. */
function erfSmall(x: string): string {
  const next = `_kql_t[1] * 2e0 * ${x} * ${x} / (2 * _kql_u[3] + 1)`;
  const steps = `list_transform(range(81), lambda _kql_i: [${x}, ${x}, CAST(_kql_i AS DOUBLE)])`;
  const sum = `list_reduce(${steps}, lambda _kql_t, _kql_u: [${next}, _kql_t[2] + ${next}, _kql_u[3]])`;
  return `(2e0 / sqrt(pi()) * exp(- ${x} * ${x}) * ${sum}[2])`;
}

/** Laplace's continued fraction from its 120th level upward; good from 2 on. */
function erfcLarge(x: string): string {
  const fraction = `list_reduce(list_transform(range(120, -1, -1), lambda _kql_i: CAST(_kql_i AS DOUBLE)), lambda _kql_t, _kql_u: ${x} + (_kql_u + 1) / 2e0 / _kql_t, CAST(${x} AS DOUBLE))`;
  return `(exp(- ${x} * ${x}) / sqrt(pi()) / ${fraction})`;
}

/** `erf` and `erfc` by the size of the argument. */
const erf = ofReals(
  ([x = '']) =>
    `CASE WHEN isnan(${x}) THEN ${nan} WHEN abs(${x}) < 2.5e0 THEN ${erfSmall(x)} WHEN ${x} > 6e0 THEN 1e0 WHEN ${x} < -6e0 THEN -1e0 ELSE sign(${x}) * (1e0 - ${erfcLarge(`abs(${x})`)}) END`,
);
const erfc = ofReals(
  ([x = '']) =>
    `CASE WHEN isnan(${x}) THEN ${nan} WHEN abs(${x}) < 2e0 THEN 1e0 - ${erfSmall(x)} WHEN ${x} > 27.3e0 THEN 0e0 WHEN ${x} < -6e0 THEN 2e0 WHEN ${x} > 0 THEN ${erfcLarge(x)} ELSE 2e0 - ${erfcLarge(`abs(${x})`)} END`,
);

export const specialFunctions: Readonly<Record<string, ScalarFunction>> = {
  gamma,
  loggamma: logGamma,
  erf,
  erfc,
};
