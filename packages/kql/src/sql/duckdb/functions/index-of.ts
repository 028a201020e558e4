import { marker, overlapsItself } from '../../common/index-of.ts';

import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { overRegex, regex, wrapRegex } from './regex.ts';
import { stringForm } from './text-form.ts';
import { at, bigint, constantInteger, constantText, long, once, requireText, text } from './values.ts';

/** Where `indexof` and `indexof_regex` look: constants, as their documents' limits are those of constants. */
interface Window {
  readonly start: string;
  readonly length: bigint;
  readonly occurrence: number;
}

/** The arguments behind the needle; undefined where they make the result null. */
function windowOf(args: readonly Arg[], call: CallContext): Window | undefined {
  const length = args[3] === undefined ? -1n : constantInteger(args[3]);
  const occurrence = args[4] === undefined ? 1n : constantInteger(args[4]);
  if (length === undefined || occurrence === undefined) {
    return call.refuse(`${call.name} needs a constant length and occurrence`, 'cut the text with substring first');
  }
  if (occurrence === 0n || occurrence > 1000n) return call.refuse(`${call.name} counts occurrences from 1 to 1000`);
  if (length < -1n || occurrence < 0n) return undefined;
  return { start: args[2] === undefined ? bigint(0) : long(args[2]), length, occurrence: Number(occurrence) };
}

const nothing = 'CAST(NULL AS BIGINT)';

/** A place in the rest of a text behind `from`, -1 for none, as a place in the text. A match counts where it begins among
 *  the first `length` characters, wherever it ends. A start behind the end finds nothing. */
function within(s: string, window: Window, from: string, found: (part: string) => string): string {
  const whole = from === bigint(0);
  if (whole && window.length === -1n) return found(s);
  const rest = whole
    ? found(s)
    : once(`substring(${s}, CAST(least(${from}, 2147483646) AS BIGINT) + 1)`, '_kql_w', found);
  const outside = window.length === -1n ? '' : ` OR _kql_i >= ${window.length}`;
  return once(
    `CASE WHEN ${from} > length(${s}) THEN -1 ELSE ${rest} END`,
    '_kql_i',
    (i) =>
      `CASE WHEN ${from} IS NOT NULL THEN CAST(CASE WHEN ${i} < 0${outside} THEN -1 ELSE ${i} + ${from} END AS BIGINT) END`,
  );
}

/** The place of the n-th match where the parts between matches and the matches are known. */
function nth(parts: string, matches: string, n: number): string {
  const before = `list_concat(list_slice(${parts}, 1, ${n}), list_slice(${matches}, 1, ${n - 1}))`;
  return `CASE WHEN len(${parts}) > ${n} THEN CAST(length(array_to_string(${before}, '')) AS BIGINT) ELSE CAST(-1 AS BIGINT) END`;
}

/** `indexof(text, lookup[, start[, length[, occurrence]]])`, 0-based in code points, -1 for none. A negative start counts
 *  from the end; a length below -1 and a negative occurrence make null. */
export const indexOf: ScalarFunction = {
  emit(args, call) {
    const window = windowOf(args, call);
    if (window === undefined) return nothing;
    const needle = at(args, 1);
    const constant = constantText(needle);
    if (window.occurrence > 1 && (constant === undefined || constant === '' || overlapsItself(constant))) {
      return call.refuse(
        'indexof counts the occurrences of a constant text that cannot overlap itself',
        'use indexof_regex',
      );
    }
    const found = (part: string) =>
      window.occurrence === 1
        ? `(instr(${part}, ${stringForm(needle)}) - 1)`
        : once(`string_split(${part}, ${literal(constant ?? '')})`, '_kql_p', (p) =>
            nth(p, `list_transform(${p}, lambda _kql_z: ${literal(constant ?? '')})`, window.occurrence),
          );
    return once(stringForm(at(args, 0)), '_kql_s', (s) => {
      const start = constantInteger(args[2]);
      if (args[2] === undefined || (start !== undefined && start >= 0n)) return within(s, window, window.start, found);
      const from = `CASE WHEN ${window.start} < 0 THEN greatest(length(${s}) + ${window.start}, 0) ELSE ${window.start} END`;
      return once(from, '_kql_f', (f) => within(s, window, f, found));
    });
  },
  nullable: (args) => args[3] !== undefined || args[4] !== undefined || args[2]?.nullable === true,
};

/** `indexof_regex(text, regex[, start[, length[, occurrence]]])`: matches do not overlap; a negative start makes null.
 *  Whether a match may end behind `length` is not documented: where that would matter the query stops. */
export const indexOfRegex: ScalarFunction = {
  emit(args, call) {
    const window = windowOf(args, call);
    if (window === undefined) return nothing;
    const source = regex(requireText(args, 1, call, 'the regular expression'), call);
    const found = (part: string) => {
      if (window.occurrence > 1) {
        const parts = overRegex(
          part,
          source,
          (t, p) => `string_split(regexp_replace(${t}, ${p}, ${literal(marker)}, 'g'), ${literal(marker)})`,
        );
        const matches = overRegex(part, source, (t, p) => `regexp_extract_all(${t}, ${p})`);
        return once(parts, '_kql_p', (p) => once(matches, '_kql_m', (m) => nth(p, m, window.occurrence)));
      }
      const hit = overRegex(part, source, (t, p) => `regexp_matches(${t}, ${p})`);
      const before = overRegex(part, wrapRegex('^((?s:.*?))', source, ''), (t, p) => `regexp_extract(${t}, ${p}, 1)`);
      return `CAST(CASE WHEN ${hit} THEN length(${before}) ELSE -1 END AS BIGINT)`;
    };
    return once(text(at(args, 0)), '_kql_s', (s) => {
      const place = (from: string) => {
        const open = within(s, window, from, found);
        if (window.length === -1n) return open;
        const closed = within(s, { ...window, length: -1n }, from, (part) =>
          once(`substring(${part}, 1, ${window.length})`, '_kql_c', found),
        );
        return once(
          `[${open}, ${closed}]`,
          '_kql_b',
          (b) =>
            `CASE WHEN ${b}[1] = ${b}[2] OR ${b}[1] IS NULL THEN ${b}[1] ELSE error('WK002: ${call.name}: a match ends behind the length') END`,
        );
      };
      if (args[2] === undefined) return place(bigint(0));
      const start = constantInteger(args[2]);
      if (start !== undefined) return start < 0n ? nothing : place(bigint(start));
      return once(window.start, '_kql_f', (f) => `CASE WHEN ${f} >= 0 THEN ${place(f)} END`);
    });
  },
  nullable: (args) => args.length > 2,
};

export const indexFunctions: Readonly<Record<string, ScalarFunction>> = {
  indexof: indexOf,
  indexof_regex: indexOfRegex,
};
