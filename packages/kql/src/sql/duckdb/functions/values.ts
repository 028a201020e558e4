import { Refusal } from '../../../diagnostics.ts';
import type { KqlType } from '../../../types.ts';
import { constantInteger } from '../../common/arguments.ts';
import type { Arg } from '../../emit.ts';
import { literal } from '../../quote.ts';

export {
  anyNullable,
  at,
  constantInteger,
  constantText,
  constantTexts,
  isInteger,
  isNullConstant,
  isNumber,
  isTicks,
  never,
  requireText,
} from '../../common/arguments.ts';

/** A BIGINT constant. Bare literals would be INTEGER in DuckDB and overflow at 2^31. */
export function bigint(value: bigint | number): string {
  return `CAST(${value} AS BIGINT)`;
}

/** An expression that needs no brackets and costs nothing to repeat: a quoted column, perhaps qualified, a number or
 *  a string literal. */
const atom =
  /^(?:(?:t\d+\.)?"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")?|_kql_\w+|-?\d+|CAST\([-\d.e]+ AS (?:BIGINT|INTEGER|DOUBLE)\)|CAST\(\$now AS BIGINT\)|'(?:[^']|'')*')$/;

export function isAtom(sql: string): boolean {
  return atom.test(sql);
}

/** Evaluates `sql` once and uses it several times: SQL's `let`, spelled as a lambda over a list of one. The name must
 *  begin with `_kql_`, so that it cannot be a column's. */
export function once(sql: string, name: `_kql_${string}`, body: (value: string) => string): string {
  return isAtom(sql) ? body(sql) : `list_transform([${sql}], lambda ${name}: ${body(name)})[1]`;
}

/** The text of a dynamic, without quotes; `''` for null. */
export function dynamicText(sql: string): string {
  return `coalesce(json_extract_string(${sql}, '$'), '')`;
}

/** An argument where KQL wants a string: a dynamic gives its unquoted text.
 *  @throws Refusal for other types, which Microsoft's binder lets some functions take */
export function text(arg: Arg): string {
  if (typeof arg.constant === 'string') return literal(arg.constant);
  if (arg.type !== 'string' && arg.type !== 'dynamic') {
    throw new Refusal('WK002', arg.span, `A text is wanted here, and this is a ${arg.type}.`, 'Write `tostring(…)`.');
  }
  return arg.type === 'dynamic' ? dynamicText(arg.sql) : arg.sql;
}

/** A text made comparable without case; constants are folded by DuckDB itself, once. */
export function folded(arg: Arg): string {
  return `lower(${text(arg)})`;
}

const otherThanWhole: ReadonlySet<KqlType> = new Set(['string', 'dynamic', 'guid']);

/** An integer, datetime or timespan argument as BIGINT. A real is not one: callers convert it first.
 *  @throws Refusal for texts and other values that are no numbers */
export function long(arg: Arg): string {
  const constant = constantInteger(arg);
  if (constant !== undefined) return bigint(constant);
  if (otherThanWhole.has(arg.type)) {
    throw new Refusal(
      'WK002',
      arg.span,
      `A whole number is wanted here, and this is a ${arg.type}.`,
      'Write `tolong(…)`.',
    );
  }
  return arg.type === 'int' ? `CAST(${arg.sql} AS BIGINT)` : arg.sql;
}

/** A HUGEINT cut to its lower 64 bits, as Kusto's `long` overflows. */
export function wrapped64(huge: string): string {
  return `CAST((((${huge}) + 9223372036854775808) & 18446744073709551615) - 9223372036854775808 AS BIGINT)`;
}

/** The lower 32 bits of a whole number, as Kusto's `toint` takes them. */
export function wrapped32(sql: string): string {
  return `CAST((((${sql}) & 4294967295) + 2147483648) % 4294967296 - 2147483648 AS INTEGER)`;
}

/** A number or a span of ticks as DOUBLE. */
export function double(arg: Arg): string {
  return arg.type === 'real' && typeof arg.constant !== 'bigint' ? arg.sql : `CAST(${arg.sql} AS DOUBLE)`;
}
