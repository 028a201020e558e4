import { Refusal } from '../../../diagnostics.ts';
import type { Arg } from '../../emit.ts';
import { datetimeText, timespanText } from './ticks.ts';
import { dynamicText, once, text } from './values.ts';

/** A value's string form as KQL's `tostring` gives it; never NULL, null is `''`. */
export function stringForm(arg: Arg): string {
  switch (arg.type) {
    case 'string':
      return text(arg);
    case 'dynamic':
      return dynamicText(arg.sql);
    case 'bool':
      return `CASE ${arg.sql} WHEN true THEN 'True' WHEN false THEN 'False' ELSE '' END`;
    case 'datetime':
      return datetimeText(arg.sql);
    case 'timespan':
      return timespanText(arg.sql);
    case 'real':
      return realText(arg.sql);
    case 'decimal':
      // Which zeros it keeps is not documented.
      throw new Refusal('WK002', arg.span, 'The text of a decimal is not documented.', 'Cast it first: `toreal(x)`.');
    default:
      return `coalesce(CAST(${arg.sql} AS VARCHAR), '')`;
  }
}

/** Shortest round-trip digits, a whole number with `.0`; beyond the finite `NaN`, `Infinity`, `-Infinity`. */
function realText(sql: string): string {
  return once(
    `CAST(CAST(${sql} AS DOUBLE) AS VARCHAR)`,
    '_kql_r',
    (r) =>
      `CASE ${r} WHEN 'nan' THEN 'NaN' WHEN 'inf' THEN 'Infinity' WHEN '-inf' THEN '-Infinity' ELSE coalesce(${r}, '') END`,
  );
}
