import { at, constantInteger, constantText, requireText } from '../../common/arguments.ts';
import { marker, overlapsItself } from '../../common/index-of.ts';
import { regex, wrapRegex } from '../../common/regex.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import { overRegex } from './regex.ts';
import { stringForm } from './text-form.ts';
import { int64, long, once, text, unless } from './values.ts';

/** Where `indexof` and `indexof_regex` look: constants, as their documents' limits are those of constants. */
interface Window {
  readonly start: string;
  readonly length: bigint;
  readonly occurrence: number;
}

const nothing = 'CAST(NULL AS Nullable(Int64))';
const size = (s: string) => `toInt64(lengthUTF8(${s}))`;

/** The arguments behind the needle; undefined where they make the result null. */
function windowOf(args: readonly Arg[], call: CallContext): Window | undefined {
  const length = args[3] === undefined ? -1n : constantInteger(args[3]);
  const occurrence = args[4] === undefined ? 1n : constantInteger(args[4]);
  if (length === undefined || occurrence === undefined) {
    return call.refuse(`${call.name} needs a constant length and occurrence`, 'cut the text with substring first');
  }
  if (occurrence === 0n || occurrence > 1000n) return call.refuse(`${call.name} counts occurrences from 1 to 1000`);
  if (length < -1n || occurrence < 0n) return undefined;
  return { start: args[2] === undefined ? int64(0) : long(args[2]), length, occurrence: Number(occurrence) };
}

/** A place in the rest of a text behind `from`, -1 for none, as a place in the text. A match counts where it begins among
 *  the first `length` characters, wherever it ends. A start behind the end finds nothing. */
function within(s: string, { length }: Window, from: string, found: (part: string) => string): string {
  const whole = from === int64(0);
  if (whole && length === -1n) return found(s);
  const rest = whole
    ? found(s)
    : once(`substringUTF8(${s}, toInt64(least(ifNull(${from}, 0), 2147483646)) + 1)`, '_kql_w', found);
  return once(`if(${from} > ${size(s)}, ${int64(-1)}, ${rest})`, '_kql_i', (i) => {
    const outside = length === -1n ? '' : ` OR ${i} >= ${length}`;
    const place = `if(${i} < 0${outside}, ${int64(-1)}, ${i} + ${from})`;
    return whole ? place : `if(isNull(${from}), NULL, ${place})`;
  });
}

/** The place of the n-th match where the parts between matches and the matches are known. */
function nth(parts: string, matches: string, n: number): string {
  const before = `arrayConcat(arraySlice(${parts}, 1, ${n}), arraySlice(${matches}, 1, ${n - 1}))`;
  return `if(length(${parts}) > ${n}, ${size(`arrayStringConcat(${before})`)}, ${int64(-1)})`;
}

/** `indexof(text, lookup[, start[, length[, occurrence]]])`, 0-based in code points, -1 for none. A negative start counts
 *  from the end; a length below -1 and a negative occurrence make null. */
const indexOf: ScalarFunction = {
  emit(args, call) {
    const window = windowOf(args, call);
    if (window === undefined) return nothing;
    const constant = constantText(at(args, 1));
    if (window.occurrence > 1 && (constant === undefined || constant === '' || overlapsItself(constant))) {
      return call.refuse(
        'indexof counts the occurrences of a constant text that cannot overlap itself',
        'use indexof_regex',
      );
    }
    const found = (part: string) =>
      window.occurrence === 1
        ? `(toInt64(positionUTF8(${part}, ${stringForm(at(args, 1))})) - 1)`
        : once(`splitByString(${literal(constant ?? '')}, ${part})`, '_kql_p', (p) =>
            nth(p, `arrayWithConstant(length(${p}), ${literal(constant ?? '')})`, window.occurrence),
          );
    return once(stringForm(at(args, 0)), '_kql_s', (s) => {
      const start = constantInteger(args[2]);
      if (args[2] === undefined || (start !== undefined && start >= 0n)) return within(s, window, window.start, found);
      const from = `if(${window.start} < 0, greatest(${size(s)} + ${window.start}, 0), ${window.start})`;
      return once(from, '_kql_f', (f) => within(s, window, f, found));
    });
  },
  nullable: (args) => args[3] !== undefined || args[4] !== undefined || args[2]?.nullable === true,
};

/** `indexof_regex(text, regex[, start[, length[, occurrence]]])`: matches do not overlap; a negative start makes null.
 *  Whether a match may end behind `length` is not documented: where that would matter the query stops. */
const indexOfRegex: ScalarFunction = {
  emit(args, call) {
    const window = windowOf(args, call);
    if (window === undefined) return nothing;
    const source = regex(requireText(args, 1, call, 'the regular expression'), call);
    const found = (part: string) => {
      if (window.occurrence > 1) {
        const parts = overRegex(
          part,
          source,
          (t, p) => `splitByString('${marker}', replaceRegexpAll(${t}, ${p}, '${marker}'))`,
        );
        // With group 0 in the way of the pattern's own.
        const matches = overRegex(part, wrapRegex('(', source, ')'), (t, p) => `extractAllGroupsVertical(${t}, ${p})`);
        return once(parts, '_kql_p', (p) =>
          once(`arrayMap(_kql_g -> _kql_g[1], ${matches})`, '_kql_m', (m) => nth(p, m, window.occurrence)),
        );
      }
      const hit = overRegex(part, source, (t, p) => `match(${t}, ${p})`);
      const before = overRegex(part, wrapRegex('^((?s:.*?))', source, ''), (t, p) => `regexpExtract(${t}, ${p}, 1)`);
      return `if(${hit}, ${size(before)}, ${int64(-1)})`;
    };
    return once(text(at(args, 0)), '_kql_s', (s) => {
      const place = (from: string) => {
        const open = within(s, window, from, found);
        if (window.length === -1n) return open;
        const closed = within(s, { ...window, length: -1n }, from, (part) =>
          once(`substringUTF8(${part}, 1, ${window.length})`, '_kql_c', found),
        );
        return once(open, '_kql_a', (a) =>
          unless(`${a} != ${closed}`, `WK002: ${call.name}: a match ends behind the length`, a),
        );
      };
      if (args[2] === undefined) return place(int64(0));
      const start = constantInteger(args[2]);
      if (start !== undefined) return start < 0n ? nothing : place(int64(start));
      return once(window.start, '_kql_f', (f) => `if(${f} >= 0, ${place(f)}, NULL)`);
    });
  },
  nullable: (args) => args.length > 2,
};

export const indexFunctions: Readonly<Record<string, ScalarFunction>> = {
  indexof: indexOf,
  indexof_regex: indexOfRegex,
};
