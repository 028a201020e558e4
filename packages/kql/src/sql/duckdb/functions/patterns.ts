import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { fromText } from './from-text.ts';
import { checkRegex, groupCount } from './regex.ts';
import { at, constantInteger, constantText, never, once, requireText, text } from './values.ts';

function pattern(args: readonly Arg[], index: number, call: CallContext): string {
  const regex = requireText(args, index, call, 'the regular expression');
  checkRegex(regex, call);
  return regex;
}

/** `extract(regex, group, text[, typeof])`: `''` where nothing matches; with a type, its conversion. */
const extract: ScalarFunction = {
  emit(args, call) {
    const regex = pattern(args, 0, call);
    const group = constantInteger(at(args, 1)) ?? call.refuse('extract needs a constant group number');
    if (group < 0n || group > BigInt(groupCount(regex))) {
      return call.refuse(`the regular expression has no group ${group}`);
    }
    const found = `regexp_extract(${text(at(args, 2))}, ${literal(regex)}, ${group})`;
    return call.type === 'string' ? found : fromText(found, call.type, call);
  },
};

/** `extract_all(regex[, groups], text)`: null where nothing matches; one group gives texts, several give arrays. */
const extractAll: ScalarFunction = {
  emit(args, call) {
    const regex = pattern(args, 0, call);
    const count = groupCount(regex);
    if (count === 0) return call.refuse('extract_all needs a group in its regular expression', 'Kusto refuses it too');
    if (count > 16) return call.refuse('extract_all takes at most 16 groups');
    const groups =
      args.length > 2 ? wantedGroups(at(args, 1), count, call) : Array.from({ length: count }, (_, i) => i + 1);
    const subject = text(at(args, args.length - 1));
    const matches = (group: number) => `regexp_extract_all(${subject}, ${literal(regex)}, ${group})`;
    const [only, ...more] = groups;
    if (only === undefined) return call.refuse('extract_all needs at least one group');
    const rows =
      more.length === 0
        ? matches(only)
        : `list_transform(list_zip(${groups.map(matches).join(', ')}), lambda _kql_z: [${groups.map((_, i) => `_kql_z[${i + 1}]`).join(', ')}])`;
    return once(rows, '_kql_m', (m) => `CASE WHEN len(${m}) > 0 THEN to_json(${m}) END`);
  },
};

function wantedGroups(arg: Arg, count: number, call: CallContext): number[] {
  const constant = arg.constant;
  const json = constant !== null && typeof constant === 'object' ? constant.json : undefined;
  if (!Array.isArray(json)) return call.refuse('extract_all needs constant groups');
  return json.map((item) => {
    const group = Number(item);
    if (!Number.isInteger(group) || group < 1 || group > count)
      call.refuse(`the regular expression has no group ${item}`);
    return group;
  });
}

/** `replace_regex(text, regex, rewrite)`: every match; `\1` is a group, `\0` the match. */
const replaceRegex: ScalarFunction = {
  emit: (args, call) => replaced(args, 0, 1, call),
  nullable: never,
};

/** The old `replace(regex, rewrite, text)`. */
const replace: ScalarFunction = {
  emit: (args, call) => replaced([at(args, 2), at(args, 0), at(args, 1)], 0, 1, call),
  nullable: never,
};

function replaced(args: readonly Arg[], subject: number, regex: number, call: CallContext): string {
  const source = pattern(args, regex, call);
  const rewrite = constantText(at(args, 2));
  if (rewrite === undefined) return call.refuse(`${call.name} needs a constant rewrite`, 'use replace_string');
  for (const [, digit] of rewrite.matchAll(/\\(.)/gs)) {
    if (digit !== '\\' && !/[0-9]/.test(digit ?? '')) call.refuse(`the rewrite has \\${digit}, which is no group`);
    if (Number(digit) > groupCount(source)) call.refuse(`the regular expression has no group ${digit}`);
  }
  return `regexp_replace(${text(at(args, subject))}, ${literal(source)}, ${literal(rewrite)}, 'g')`;
}

/** `trim`, `trim_start`, `trim_end`: one match of the regex is cut off at each end. */
function trimmed(ends: 'both' | 'start' | 'end'): ScalarFunction {
  return {
    emit(args, call) {
      const regex = pattern(args, 0, call);
      const start = (s: string) => `regexp_replace(${s}, ${literal(`^(?:${regex})`)}, '')`;
      const end = (s: string) => `regexp_replace(${s}, ${literal(`(?:${regex})$`)}, '')`;
      const subject = text(at(args, 1));
      if (ends === 'start') return start(subject);
      return ends === 'end' ? end(subject) : end(start(subject));
    },
    nullable: never,
  };
}

/** `split(text, delimiter[, index])`: the empty text is one empty part; an index gives that part alone, or null. */
const split: ScalarFunction = {
  emit(args, call) {
    const delimiter = at(args, 1);
    if (constantText(delimiter) === '') return call.refuse('split by an empty delimiter');
    const parts = `string_split(${text(at(args, 0))}, ${text(delimiter)})`;
    if (args[2] === undefined) return `to_json(${parts})`;
    const index = constantInteger(args[2]);
    if (index === undefined || index < 0n)
      return call.refuse('split needs a constant index from 0', 'index the array: split(…)[i]');
    return once(parts, '_kql_p', (p) => `CASE WHEN len(${p}) > ${index} THEN to_json([${p}[${index + 1n}]]) END`);
  },
  nullable: (args) => args[2] !== undefined,
};

/** `indexof_regex(text, regex)`: the place of the first match, -1 for none. */
const indexOfRegex: ScalarFunction = {
  emit(args, call) {
    if (args.length > 2) return call.refuse('indexof_regex takes a text and a regular expression here');
    const regex = pattern(args, 1, call);
    return once(
      text(at(args, 0)),
      '_kql_s',
      (s) =>
        `CAST(CASE WHEN regexp_matches(${s}, ${literal(regex)}) THEN length(regexp_extract(${s}, ${literal(`^((?s:.*?))(?:${regex})`)}, 1)) ELSE -1 END AS BIGINT)`,
    );
  },
  nullable: never,
};

const regexQuote: ScalarFunction = {
  emit: (args) => `regexp_replace(${text(at(args, 0))}, '([\\\\.+*?()|\\[\\]{}^$])', '\\\\\\1', 'g')`,
  nullable: never,
};

export const patternFunctions: Readonly<Record<string, ScalarFunction>> = {
  extract,
  extract_all: extractAll,
  extractall: extractAll,
  replace_regex: replaceRegex,
  replace,
  trim: trimmed('both'),
  trim_start: trimmed('start'),
  trim_end: trimmed('end'),
  split,
  indexof_regex: indexOfRegex,
  regex_quote: regexQuote,
};
