import { at, constantInteger, constantText, constantTexts, never } from '../../common/arguments.ts';
import { regex } from '../../common/regex.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { textList } from '../operators/lists.ts';
import { hasTerm } from '../operators/text.ts';
import { literal } from '../quote.ts';
import { isArray } from './json.ts';
import { overRegex } from './regex.ts';
import { stringForm } from './text-form.ts';
import { fold, int64, joined, lambda, long, once, text } from './values.ts';

/** A function of one text; a value of another type counts as its text, as the binder allows. */
function ofText(body: (s: string) => string): ScalarFunction {
  return { emit: (args) => body(stringForm(at(args, 0))), nullable: never };
}

const length = (s: string) => `toInt64(lengthUTF8(${s}))`;

const concat: ScalarFunction = {
  emit: (args) => `concat(${args.map(stringForm).join(', ')})`,
  nullable: never,
};

const concatDelimited: ScalarFunction = {
  emit: ([delimiter, ...rest], call) =>
    delimiter === undefined || rest.length === 0
      ? call.refuse('strcat_delim needs a delimiter and values')
      : `arrayStringConcat([${rest.map(stringForm).join(', ')}], ${stringForm(delimiter)})`,
  nullable: never,
};

/** 0-based in code points. A negative start counts from the end and, beyond the beginning, gives `''`; so do a
 *  negative length and a start past the end. A null index gives `''` too. */
const substring: ScalarFunction = {
  emit(args) {
    const count = args[2] === undefined ? undefined : long(args[2]);
    return once(text(at(args, 0)), '_kql_s', (s) =>
      once(long(at(args, 1)), '_kql_b', (b) => {
        const from = `if(${b} < 0, ${length(s)} + ${b}, ${b})`;
        const rest = count === undefined ? '' : `, least(${count}, 2147483647)`;
        const part = `substringUTF8(${s}, least(${from}, 2147483646) + 1${rest})`;
        const inside = `${from} >= 0${count === undefined ? '' : ` AND ${count} > 0`}`;
        return `ifNull(if(${inside}, ${part}, ''), '')`;
      }),
    );
  },
  nullable: never,
};

/** Occurrences of a substring, overlapping ones too; `regex` counts matches that do not overlap. */
const countOf: ScalarFunction = {
  emit(args, call) {
    const kind = args[2] === undefined ? 'normal' : constantText(args[2]);
    const needle = constantText(at(args, 1)) ?? call.refuse('countof needs a constant text to look for');
    if (needle === '') return int64(0);
    const subject = text(at(args, 0));
    if (kind === 'regex') {
      return overRegex(subject, regex(needle, call), (s, p) => `toInt64(length(extractAll(${s}, ${p})))`);
    }
    if (kind !== 'normal') return call.refuse(`countof does not know the kind '${kind}'`, `use 'normal' or 'regex'`);
    // In bytes: UTF-8 has a character nowhere but at its place.
    return once(subject, '_kql_s', (s) => {
      const starts = lambda('_kql_i', (i) => `startsWith(substring(${s}, ${i}), ${literal(needle)})`);
      return `toInt64(arrayCount(${starts}, range(1, length(${s}) + 1)))`;
    });
  },
  nullable: never,
};

/** `replace_string(text, lookup, replacement)`: an empty lookup changes nothing. */
const replaceString: ScalarFunction = {
  emit: (args) =>
    once(text(at(args, 0)), '_kql_s', (s) => {
      const lookup = text(at(args, 1));
      const replaced = `replaceAll(${s}, ${lookup}, ${text(at(args, 2))})`;
      return constantText(at(args, 1)) ? replaced : `if(${lookup} = '', ${s}, ${replaced})`;
    }),
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
    const [lookups, replacements] = [textsOf(at(args, 1)), textsOf(at(args, 2))];
    if (lookups === undefined || replacements?.length !== lookups.length || lookups.length > 32) {
      return call.refuse('replace_strings needs two constant arrays of one length, at most 32', 'nest replace_string');
    }
    const pairs = lookups.flatMap((lookup, i) =>
      lookup === undefined || lookup === ''
        ? []
        : [{ lookup, replacement: replacements[i] ?? lookup, mark: literal(marker(i)) }],
    );
    const marked = pairs.reduce(
      (sql, { lookup, mark }) => `replaceAll(${sql}, ${literal(lookup)}, ${mark})`,
      text(at(args, 0)),
    );
    return pairs.reduce((sql, { replacement, mark }) => `replaceAll(${sql}, ${mark}, ${literal(replacement)})`, marked);
  },
  nullable: never,
};

/** `translate(from, to, text)`: the n-th character of `from` becomes the n-th of `to`, whose last serves the rest. */
const translate: ScalarFunction = {
  emit(args, call) {
    const [from, to] = [constantText(at(args, 0)), constantText(at(args, 1))];
    if (from === undefined || to === undefined) return call.refuse('translate needs constant character lists');
    const target = [...to];
    // The first of two equal characters counts.
    const pairs = new Map(
      [...from].map((character, i) => [character, target[i] ?? target.at(-1) ?? ''] as const).reverse(),
    );
    const subject = text(at(args, 2));
    if (target.length === 0) {
      return `arrayStringConcat(arrayFilter(_kql_c -> NOT has([${[...pairs.keys()].map(literal).join(', ') || `''`}], _kql_c), extractAll(${subject}, '(?s).')))`;
    }
    if (pairs.size === 0) return subject;
    return `translateUTF8(${subject}, ${literal([...pairs.keys()].join(''))}, ${literal([...pairs.values()].join(''))})`;
  },
  nullable: never,
};

const compare: ScalarFunction = {
  emit: (args) =>
    once(stringForm(at(args, 0)), '_kql_a', (a) =>
      once(stringForm(at(args, 1)), '_kql_b', (b) => `toInt64(multiIf(${a} < ${b}, -1, ${a} > ${b}, 1, 0))`),
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
    const delimiter = args[2] === undefined ? `''` : stringForm(args[2]);
    return joined(
      `arrayWithConstant(${count}, ${unit})`,
      delimiter,
      args[2]?.constant !== undefined || args[2] === undefined,
    );
  },
  nullable: never,
};

/** Capital letters, one for each: `upperUTF8` makes `SS` of `ß`. */
const toUpper = ofText((sql) =>
  once(sql, '_kql_s', (s) => {
    const each = `arrayMap(_kql_c -> if(lengthUTF8(upperUTF8(_kql_c)) = 1, upperUTF8(_kql_c), _kql_c), extractAll(${s}, '(?s).'))`;
    return `if(lengthUTF8(upperUTF8(${s})) = lengthUTF8(${s}), upperUTF8(${s}), arrayStringConcat(${each}))`;
  }),
);

/** The index of the first needle of a constant array that the text has as a term, -1 for none. */
const hasAnyIndex: ScalarFunction = {
  emit(args, call) {
    const test = hasTerm('both', false);
    const needles = constantTexts(at(args, 1));
    if (needles === undefined) return firstOfMany(at(args, 0), at(args, 1), call);
    if (needles.length === 0) return int64(-1);
    return once(text(at(args, 0)), '_kql_h', (h) => {
      const { constant: _, ...subject }: Arg = { ...at(args, 0), sql: h, type: 'string' };
      const steps = needles.map((constant, i) => {
        const needle = { ...subject, sql: literal(constant), constant };
        return `${test(subject, needle, call)}, ${i}`;
      });
      return `toInt64(multiIf(${steps.join(', ')}, -1))`;
    });
  },
  nullable: never,
};

/** Over an array that is known only per row. */
function firstOfMany(subject: Arg, needles: Arg, call: CallContext): string {
  if (needles.type !== 'dynamic') return call.refuse('has_any_index looks for the elements of an array');
  const test = lambda('_kql_i', (sql) =>
    hasTerm('both', false)(subject, { sql, type: 'string', nullable: false, span: needles.span }, call),
  );
  return `if(ifNull(${isArray(needles.sql)}, false), toInt64(arrayFirstIndex(${test}, ${textList(needles.sql)})) - 1, toInt64(-1))`;
}

export const stringFunctions: Readonly<Record<string, ScalarFunction>> = {
  strlen: ofText(length),
  string_size: ofText((s) => `toInt64(length(${s}))`),
  tolower: ofText(fold),
  toupper: toUpper,
  reverse: ofText((s) => `reverseUTF8(${s})`),
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
  isascii: ofText((s) => `isValidASCII(${s})`),
};
