import { constantInteger } from '../../common/arguments.ts';
import type { Arg } from '../../emit.ts';
import { literal } from '../quote.ts';

/** An Int64 constant. */
export function int64(value: bigint | number): string {
  return `toInt64(${value})`;
}

/** An expression that costs nothing to repeat: a quoted column, perhaps qualified, a lambda's parameter or a constant. */
const atom =
  /^(?:(?:t\d+\.)?"(?:[^"\\]|\\.)*"(?:\."(?:[^"\\]|\\.)*")?|_kql_\w+|t\d+|-?\d+|to(?:Int64|Int32|Float64)\([-\d.e]+\)|\{now:Int64\}|'(?:[^'\\]|\\.)*')$/;

export function isAtom(sql: string): boolean {
  return atom.test(sql);
}

let holes = 0;

/** A lambda. Its parameter has the given name, or that with a number where a lambda inside has the name already. */
export function lambda(name: `_kql_${string}`, body: (parameter: string) => string): string {
  const hole = `_kql_hole${holes++}_`;
  const text = body(hole);
  let parameter: string = name;
  for (let number = 2; text.includes(`${parameter} -> `); number++) parameter = `${name}${number}`;
  return `${parameter} -> ${text.replaceAll(hole, parameter)}`;
}

/** Evaluates `sql` once and uses it several times: SQL's `let`, spelled as a lambda over a list of one. */
export function once(sql: string, name: `_kql_${string}`, body: (value: string) => string): string {
  return isAtom(sql) ? body(sql) : `arrayMap(${lambda(name, body)}, [${sql}])[1]`;
}

/** Each element of a list anew. */
export function mapped(list: string, body: (element: string) => string): string {
  return `arrayMap(${lambda('_kql_e', body)}, ${list})`;
}

/** The elements of a list for which a test is true. */
export function filtered(list: string, test: (element: string) => string): string {
  return `arrayFilter(${lambda('_kql_e', test)}, ${list})`;
}

/** The text of a dynamic, without quotes; `''` for null. */
export function dynamicText(sql: string): string {
  return once(sql, '_kql_d', (d) => `ifNull(if(startsWith(${d}, '"'), JSONExtractString(${d}), ${d}), '')`);
}

/** An argument where KQL wants a string: a dynamic gives its unquoted text. */
export function text(arg: Arg): string {
  if (typeof arg.constant === 'string') return literal(arg.constant);
  return arg.type === 'dynamic' ? dynamicText(arg.sql) : arg.sql;
}

/** A text in small letters, each by itself: `lowerUTF8` alone would make the `Σ` at a word's end another letter than
 *  that inside. */
export function fold(sql: string): string {
  return `lowerUTF8(replaceAll(${sql}, 'Σ', 'σ'))`;
}

/** The same of a constant. */
export function foldedText(text: string): string {
  return [...text].map((character) => character.toLowerCase()).join('');
}

/** A text made comparable without case. */
export function folded(arg: Arg): string {
  return typeof arg.constant === 'string' ? literal(foldedText(arg.constant)) : fold(text(arg));
}

/** An integer, datetime or timespan argument as Int64. A real is not one: callers convert it first. */
export function long(arg: Arg): string {
  const constant = constantInteger(arg);
  if (constant !== undefined) return int64(constant);
  return arg.type === 'int' ? `toInt64(${arg.sql})` : arg.sql;
}

/** A number or a span of ticks as Float64. */
export function double(arg: Arg): string {
  return arg.type === 'real' && typeof arg.constant !== 'bigint' ? arg.sql : `toFloat64(${arg.sql})`;
}

/** A value, or the query's end with a message where the condition is true; nullable. */
export function unless(condition: string, message: string, value: string): string {
  return `if(throwIf(ifNull(${condition}, false), ${literal(message)}) = 1, NULL, ${value})`;
}

/** Texts of a list in one, with a delimiter between them: ClickHouse's own takes none but a constant. */
export function joined(list: string, delimiter: string, constant: boolean): string {
  if (constant) return `arrayStringConcat(${list}, ${delimiter})`;
  const led = `arrayMap(_kql_p -> concat(${delimiter}, _kql_p), ${list})`;
  return `substring(arrayStringConcat(${led}), length(${delimiter}) + 1)`;
}
