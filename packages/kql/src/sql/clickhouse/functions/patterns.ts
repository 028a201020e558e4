import { at, constantInteger, constantText, never, requireText } from '../../common/arguments.ts';
import { type Regex, regex, wrapRegex } from '../../common/regex.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import { fromText } from './from-text.ts';
import { arrayOf, quoted } from './json.ts';
import { overRegex } from './regex.ts';
import { mapped, once, text } from './values.ts';

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
    const found = overRegex(text(at(args, 2)), source, (s, p) => `regexpExtract(${s}, ${p}, ${group})`);
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
        ? wantedGroups(at(args, 1), source.groups, call)
        : Array.from({ length: source.groups }, (_, i) => i + 1);
    const rows = overRegex(text(at(args, args.length - 1)), source, (s, p) => `extractAllGroupsVertical(${s}, ${p})`);
    return once(rows, '_kql_m', (m) => {
      const row = (match: string) => {
        const texts = groups.map((group) => quoted(`${match}[${group}]`));
        return texts.length === 1 ? (texts[0] ?? '') : arrayOf(`[${texts.join(', ')}]`);
      };
      return `if(empty(${m}), NULL, ${arrayOf(mapped(m, row))})`;
    });
  },
};

function wantedGroups(arg: Arg, count: number, call: CallContext): number[] {
  const constant = arg.constant;
  const json = constant !== null && typeof constant === 'object' ? constant.json : undefined;
  if (!Array.isArray(json) || json.length === 0) return call.refuse('extract_all needs constant groups');
  return json.map((item) => {
    const group = Number(item);
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
  return overRegex(text(subject), source, (s, p) => `replaceRegexpAll(${s}, ${p}, ${literal(rewrite)})`);
}

/** `trim`, `trim_start`, `trim_end`: one match of the regex is cut off at each end. */
function trimmed(ends: 'both' | 'start' | 'end'): ScalarFunction {
  return {
    emit(args, call) {
      const source = pattern(args, 0, call);
      const cut = (subject: string, place: Regex) =>
        overRegex(subject, place, (s, p) => `replaceRegexpOne(${s}, ${p}, '')`);
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
    const delimiter = constantText(at(args, 1)) ?? call.refuse('split needs a constant delimiter');
    if (delimiter === '') return call.refuse('split by an empty delimiter');
    const parts = `splitByString(${literal(delimiter)}, ${text(at(args, 0))})`;
    if (args[2] === undefined) return arrayOf(mapped(parts, quoted));
    const index = constantInteger(args[2]);
    if (index === undefined || index < 0n)
      return call.refuse('split needs a constant index from 0', 'index the array: split(…)[i]');
    return once(
      parts,
      '_kql_p',
      (p) => `if(length(${p}) > ${index}, concat('[', ${quoted(`${p}[${index + 1n}]`)}, ']'), NULL)`,
    );
  },
  nullable: (args) => args[2] !== undefined,
};

const regexQuote: ScalarFunction = {
  emit: (args) =>
    `replaceRegexpAll(${text(at(args, 0))}, ${literal('([\\\\.+*?()|\\[\\]{}^$])')}, ${literal('\\\\\\1')})`,
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
