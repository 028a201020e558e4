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
      return once(arg.sql, '_kql_b', (b) => `multiIf(${b}, 'True', NOT ${b}, 'False', '')`);
    case 'datetime':
      return datetimeText(arg.sql);
    case 'timespan':
      return timespanText(arg.sql);
    case 'real':
      return once(
        arg.sql,
        '_kql_r',
        (r) =>
          `multiIf(isNull(${r}), '', isNaN(${r}), 'NaN', isInfinite(${r}), if(${r} > 0, 'Infinity', '-Infinity'), assumeNotNull(${digits(r)}))`,
      );
    case 'decimal':
      // Which zeros it keeps is not documented.
      throw new Refusal('WK002', arg.span, 'The text of a decimal is not documented.', 'Cast it first: `toreal(x)`.');
    default:
      return `ifNull(toString(${arg.sql}), '')`;
  }
}

/** The shortest digits of a finite Float64 that give it back; a whole number has `.0`. The exponent stands from 1e16 and
 *  below 1e-4, with two digits at least; ClickHouse's own stands from 1e21 and below 1e-6. */
export function digits(real: string): string {
  return once(real, '_kql_r', (r) => {
    const plain = `if(${r} = floor(${r}), toString(${r}) || '.0', toString(${r}))`;
    const usual = `(abs(${r}) < 1e16 AND abs(${r}) >= 1e-4) OR ${r} = 0`;
    return `if(${usual}, ${plain}, ${scientific(`toString(${r})`)})`;
  });
}

/** Digits with any exponent or zeros around, as `d.ddde+xx`. */
function scientific(shown: string): string {
  const parts = `extractGroups(${shown}, '^(-?)(?:0\\\\.(0*)|)([0-9]+)(?:\\\\.([0-9]+))?(?:e([-+]?[0-9]+))?$')`;
  return once(parts, '_kql_p', (p) => {
    const all = `trimRight(${p}[3] || ${p}[4], '0')`;
    const exponent = `(if(startsWith(${shown}, if(${p}[1] = '-', '-0.', '0.')), -1 - length(${p}[2]), length(${p}[3]) - 1) + toInt64OrZero(${p}[5]))`;
    return once(exponent, '_kql_e', (e) => {
      const mantissa = `substring(${all}, 1, 1) || if(length(${all}) > 1, '.' || substring(${all}, 2), '')`;
      return `${p}[1] || ${mantissa} || if(${e} < 0, 'e-', 'e+') || if(abs(${e}) < 10, '0', '') || toString(abs(${e}))`;
    });
  });
}
