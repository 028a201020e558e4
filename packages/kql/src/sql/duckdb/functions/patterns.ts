import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { fromText } from './from-text.ts';
import { overRegex, type Regex, regex, wrapRegex } from './regex.ts';
import { at, constantInteger, constantText, never, once, requireText, text } from './values.ts';

function pattern(args: readonly Arg[], index: number, call: CallContext): Regex {
  return regex(requireText(args, index, call, 'the regular expression'), call);
}

/** `extract(regex, group, text[, typeof])`: `''` where nothing matches; with a type, its conversion. */
const extract: ScalarFunction = {
  emit(args, call) {
    const source = pattern(args, 0, call);
    const group = constantInteger(at(args, 1)) ?? call.refuse('extract needs a constant group number');
    if (group < 0n || group > BigInt(source.groups)) {
      return call.refuse(`the regular expression has no group ${group}`);
    }
    const found = overRegex(text(at(args, 2)), source, (s, p) => `regexp_extract(${s}, ${p}, ${group})`);
    return call.type === 'string' ? found : fromText(found, call.type, call);
  },
};

/** `extract_all(regex[, groups], text)`: null where nothing matches; one group gives texts, several give arrays. */
const extractAll: ScalarFunction = {
  emit(args, call) {
    const source = pattern(args, 0, call);
    if (source.groups === 0)
      return call.refuse('extract_all needs a group in its regular expression', 'Kusto refuses it too');
    if (source.groups > 16) return call.refuse('extract_all takes at most 16 groups');
    const groups =
      args.length > 2
        ? wantedGroups(at(args, 1), source, call)
        : Array.from({ length: source.groups }, (_, i) => i + 1);
    const rows = overRegex(text(at(args, args.length - 1)), source, (s, p) => {
      const lists = groups.map((group) => `regexp_extract_all(${s}, ${p}, ${group})`);
      if (lists.length === 1) return `list_transform(${lists[0]}, lambda _kql_z: coalesce(_kql_z, ''))`;
      const row = lists.map((_, i) => `coalesce(_kql_z[${i + 1}], '')`);
      return `list_transform(list_zip(${lists.join(', ')}), lambda _kql_z: [${row.join(', ')}])`;
    });
    return once(rows, '_kql_m', (m) => `CASE WHEN len(${m}) > 0 THEN to_json(${m}) END`);
  },
};

/** Groups by number or by name. */
function wantedGroups(arg: Arg, { groups: count, names }: Regex, call: CallContext): number[] {
  const constant = arg.constant;
  const json = constant !== null && typeof constant === 'object' ? constant.json : undefined;
  if (!Array.isArray(json) || json.length === 0) return call.refuse('extract_all needs constant groups');
  return json.map((item) => {
    const group = typeof item === 'string' ? names.indexOf(item) + 1 : Number(item);
    if (!Number.isInteger(group) || group < 1 || group > count) {
      call.refuse(`the regular expression has no group ${item}`);
    }
    return group;
  });
}

/** `replace_regex(text, regex, rewrite)`: every match; `\\1` is a group, `\\0` the match. */
const replaceRegex: ScalarFunction = {
  emit: (args, call) => replaced(at(args, 0), args, 1, at(args, 2), call),
  nullable: never,
};

/** The old `replace(regex, rewrite, text)`. */
const replace: ScalarFunction = {
  emit: (args, call) => replaced(at(args, 2), args, 0, at(args, 1), call),
  nullable: never,
};

function replaced(subject: Arg, args: readonly Arg[], index: number, rewriteArg: Arg, call: CallContext): string {
  const source = pattern(args, index, call);
  const rewrite =
    constantText(rewriteArg) ?? call.refuse(`${call.name} needs a constant rewrite`, 'use replace_string');
  for (const [, character = ''] of rewrite.matchAll(/\\(.)/gs)) {
    if (character !== '\\' && !/[0-9]/.test(character)) {
      call.refuse(`the rewrite has \\${character}, which is no group`);
    }
    if (Number(character) > source.groups) call.refuse(`the regular expression has no group ${character}`);
  }
  return overRegex(text(subject), source, (s, p) => `regexp_replace(${s}, ${p}, ${literal(rewrite)}, 'g')`);
}

/** `trim`, `trim_start`, `trim_end`: one match of the regex is cut off at each end. */
function trimmed(ends: 'both' | 'start' | 'end'): ScalarFunction {
  return {
    emit(args, call) {
      const source = pattern(args, 0, call);
      const cut = (subject: string, place: Regex) =>
        overRegex(subject, place, (s, p) => `regexp_replace(${s}, ${p}, '')`);
      const start = (s: string) => cut(s, wrapRegex('^', source, ''));
      const end = (s: string) => cut(s, wrapRegex('', source, '$'));
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
  regex_quote: regexQuote,
};
