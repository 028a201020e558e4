import { overlapsItself } from '../../common/index-of.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { textList } from '../operators/lists.ts';
import { hasTerm } from '../operators/text.ts';
import { isArray } from './json.ts';
import { overRegex, regex } from './regex.ts';
import { stringForm } from './text-form.ts';
import { at, bigint, constantInteger, constantText, constantTexts, long, never, once, text } from './values.ts';

/** A function of one text; a value of another type counts as its text, as the binder allows. */
function ofText(body: (s: string) => string): ScalarFunction {
  return { emit: (args) => body(stringForm(at(args, 0))), nullable: never };
}

const strlen = ofText((s) => `length(${s})`);

const concat: ScalarFunction = {
  emit: (args) => `concat(${args.map(stringForm).join(', ')})`,
  nullable: never,
};

const concatDelimited: ScalarFunction = {
  emit: ([delimiter, ...rest], call) =>
    delimiter === undefined || rest.length === 0
      ? call.refuse('strcat_delim needs a delimiter and values')
      : `concat(${rest.flatMap((arg, i) => (i === 0 ? [stringForm(arg)] : [stringForm(delimiter), stringForm(arg)])).join(', ')})`,
  nullable: never,
};

/** 0-based in code points. A negative start counts from the end and, beyond the beginning, gives `''`; so do a
 *  negative length and a start past the end. A null index gives `''` too. */
const substring: ScalarFunction = {
  emit(args) {
    const start = long(at(args, 1));
    const constant = constantInteger(at(args, 1));
    const rest = args[2] === undefined ? undefined : lengthOf(args[2]);
    return once(text(at(args, 0)), '_kql_s', (s) => {
      const tail = rest === undefined ? '' : `, ${rest}`;
      if (constant !== undefined && constant > furthest) return literal('');
      if (constant !== undefined && constant >= 0n) return nullSafe(`substring(${s}, ${constant + 1n}${tail})`, rest);
      return once(start, '_kql_b', (b) => {
        const from = `CASE WHEN ${b} < 0 THEN length(${s}) + ${b} ELSE ${b} END`;
        return `coalesce(CASE WHEN ${from} BETWEEN 0 AND ${furthest} THEN substring(${s}, ${from} + 1${tail}) END, '')`;
      });
    });
  },
  nullable: never,
};

/** DuckDB counts characters in 32 bits; no text is longer. */
const furthest = 2_147_483_646n;

function nullSafe(sql: string, length: string | undefined): string {
  return length === undefined || /^\d+$/.test(length) ? sql : `coalesce(${sql}, '')`;
}

/** DuckDB counts backward from a negative length and raises beyond 32 bits. */
function lengthOf(arg: Parameters<typeof long>[0]): string {
  const constant = constantInteger(arg);
  if (constant !== undefined) return String(constant < 0n ? 0n : constant > 2147483647n ? 2147483647n : constant);
  return once(
    long(arg),
    '_kql_l',
    (l) => `CASE WHEN ${l} < 0 THEN 0 WHEN ${l} > 2147483647 THEN 2147483647 ELSE ${l} END`,
  );
}

/** Occurrences of a substring, overlapping ones too; `regex` counts matches that do not overlap. */
const countOf: ScalarFunction = {
  emit(args, call) {
    const kind = args[2] === undefined ? 'normal' : constantText(args[2]);
    const subject = text(at(args, 0));
    const needle = constantText(at(args, 1)) ?? call.refuse('countof needs a constant text to look for');
    if (needle === '') return bigint(0);
    if (kind === 'regex') {
      return overRegex(subject, regex(needle, call), (s, p) => `len(regexp_extract_all(${s}, ${p}))`);
    }
    if (kind !== 'normal') return call.refuse(`countof does not know the kind '${kind}'`, `use 'normal' or 'regex'`);
    if (!overlapsItself(needle)) {
      return once(
        subject,
        '_kql_s',
        (s) => `((length(${s}) - length(replace(${s}, ${literal(needle)}, ''))) // ${[...needle].length})`,
      );
    }
    return once(
      subject,
      '_kql_s',
      (s) =>
        `len(list_filter(range(1, length(${s}) + 1), lambda _kql_i: starts_with(substring(${s}, _kql_i), ${literal(needle)})))`,
    );
  },
  nullable: never,
};

/** `replace_string(text, lookup, replacement)`: an empty lookup changes nothing. */
const replaceString: ScalarFunction = {
  emit: (args) => `replace(${text(at(args, 0))}, ${text(at(args, 1))}, ${text(at(args, 2))})`,
  nullable: never,
};

/** Characters that Unicode promises never to assign: they stand for what has been replaced already. */
const marker = (i: number) => String.fromCharCode(0xfdd0 + i);

/** The items of a constant array, those that are no texts as undefined. */
function textsOf(arg: Arg): readonly (string | undefined)[] | undefined {
  const json = arg.constant !== null && typeof arg.constant === 'object' ? arg.constant.json : undefined;
  return Array.isArray(json) ? json.map((item) => (typeof item === 'string' ? item : undefined)) : undefined;
}

/** `replace_strings(text, lookups, replacements)`: pair by pair, but nothing inside an earlier match. A lookup that is no
 *  text finds nothing; what matches a lookup whose replacement is none stays as it is. */
const replaceStrings: ScalarFunction = {
  emit(args, call) {
    const lookups = textsOf(at(args, 1));
    const replacements = textsOf(at(args, 2));
    if (lookups === undefined || replacements?.length !== lookups.length || lookups.length > 32) {
      return call.refuse('replace_strings needs two constant arrays of one length, at most 32', 'nest replace_string');
    }
    const pairs = lookups.flatMap((lookup, i) =>
      lookup === undefined ? [] : [{ lookup, replacement: replacements[i] ?? lookup, mark: literal(marker(i)) }],
    );
    const marked = pairs.reduce(
      (sql, { lookup, mark }) => `replace(${sql}, ${literal(lookup)}, ${mark})`,
      text(at(args, 0)),
    );
    return pairs.reduce((sql, { replacement, mark }) => `replace(${sql}, ${mark}, ${literal(replacement)})`, marked);
  },
  nullable: never,
};

/** `translate(from, to, text)`: the n-th character of `from` becomes the n-th of `to`, whose last serves the rest. */
const translate: ScalarFunction = {
  emit(args, call) {
    const from = constantText(at(args, 0));
    const to = constantText(at(args, 1));
    if (from === undefined || to === undefined) return call.refuse('translate needs constant character lists');
    const target = [...to];
    const filled = [...from].map((_, i) => target[i] ?? target.at(-1) ?? '').join('');
    return `translate(${text(at(args, 2))}, ${literal(from)}, ${literal(filled)})`;
  },
  nullable: never,
};

const compare: ScalarFunction = {
  emit: (args) =>
    once(stringForm(at(args, 0)), '_kql_a', (a) =>
      once(
        stringForm(at(args, 1)),
        '_kql_b',
        (b) => `CAST(CASE WHEN ${a} < ${b} THEN -1 WHEN ${a} > ${b} THEN 1 ELSE 0 END AS BIGINT)`,
      ),
    ),
  nullable: never,
};

/** `strrep(value, count[, delimiter])`. */
const strrep: ScalarFunction = {
  emit(args, call) {
    const count = constantInteger(at(args, 1));
    if (count === undefined || count < 0n || count > 1024n)
      return call.refuse('strrep needs a constant count from 0 to 1024');
    const unit = stringForm(at(args, 0));
    if (count === 0n || args[2] === undefined) return `repeat(${unit}, ${count})`;
    return once(unit, '_kql_s', (s) => `${s} || repeat(${stringForm(at(args, 2))} || ${s}, ${count - 1n})`);
  },
  nullable: never,
};

const whole: ScalarFunction = {
  emit: (args) => `reverse(${stringForm(at(args, 0))})`,
  nullable: never,
};

/** The index of the first needle of a constant array that the text has as a term, -1 for none. */
const hasAnyIndex: ScalarFunction = {
  emit(args, call) {
    const test = hasTerm('both', false);
    const needles = constantTexts(at(args, 1));
    if (needles === undefined) return firstOfMany(at(args, 0), at(args, 1), call);
    return once(text(at(args, 0)), '_kql_h', (h) => {
      const subject = { ...at(args, 0), sql: h, type: 'string' as const };
      const steps = needles.map((constant, i) => {
        const needle = { ...subject, sql: literal(constant), constant };
        return `WHEN ${test(subject, needle, call)} THEN ${i}`;
      });
      return steps.length === 0 ? bigint(-1) : `CAST(CASE ${steps.join(' ')} ELSE -1 END AS BIGINT)`;
    });
  },
  nullable: never,
};

/** Over an array that is known only per row. */
function firstOfMany(subject: Arg, needles: Arg, call: CallContext): string {
  if (needles.type !== 'dynamic') return call.refuse('has_any_index looks for the elements of an array');
  const each: Arg = { sql: '_kql_i', type: 'string', nullable: false, span: needles.span };
  const hits = `list_transform(${textList(needles.sql)}, lambda _kql_i: ${hasTerm('both', false)(subject, each, call)})`;
  return `CASE WHEN ${isArray(needles.sql)} THEN CAST(coalesce(list_position(${hits}, true), 0) - 1 AS BIGINT) ELSE CAST(-1 AS BIGINT) END`;
}

/** Letter by letter: ß has no capital letter in Unicode's simple mapping, only DuckDB gives it one. */
const toupper = ofText((s) => `replace(upper(replace(${s}, 'ß', ${literal(marker(0))})), ${literal(marker(0))}, 'ß')`);

export const stringFunctions: Readonly<Record<string, ScalarFunction>> = {
  strlen,
  string_size: ofText((s) => `strlen(${s})`),
  tolower: ofText((s) => `lower(${s})`),
  toupper,
  reverse: whole,
  strcat: concat,
  strcat_delim: concatDelimited,
  substring,
  countof: countOf,
  replace_string: replaceString,
  replace_strings: replaceStrings,
  translate,
  strcmp: compare,
  strrep,
  has_any_index: hasAnyIndex,
  isutf8: { emit: () => 'true', nullable: never },
  isascii: ofText((s) => `regexp_full_match(${s}, '[\\x00-\\x7F]*')`),
};
