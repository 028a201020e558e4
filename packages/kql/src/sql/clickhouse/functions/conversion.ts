import { at, constantText, never } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import {
  boolFromText,
  datetimeFromText,
  fromText,
  guidFromText,
  integerText,
  realFromText,
  timespanFromText,
} from './from-text.ts';
import {
  elements,
  isArray,
  isBool,
  isNumber,
  isObject,
  isReal,
  isText,
  isWhole,
  known,
  member,
  parsed,
  parsedOnly,
} from './json.ts';
import { stringForm } from './text-form.ts';
import { inDatetimeRange } from './ticks.ts';
import { dynamicText, long, once, text } from './values.ts';

/** A real cut toward zero and held inside the range of the type; NaN is null. */
function wholeOfReal(sql: string, type: 'Int64' | 'Int32'): string {
  const [least, greatest] =
    type === 'Int64' ? ['-9223372036854775808', '9223372036854775807'] : ['-2147483648', '2147483647'];
  return once(
    sql,
    '_kql_r',
    (r) =>
      `multiIf(isNaN(${r}), NULL, ${r} >= ${greatest}, to${type}(${greatest}), ${r} <= ${least}, to${type}(${least}), to${type}(${r}))`,
  );
}

/** A dynamic by what it holds: one branch for texts, one for each kind of JSON number, one for booleans. */
function fromDynamic(
  sql: string,
  branches: Readonly<Record<'text' | 'whole' | 'real' | 'bool', (s: string) => string>>,
): string {
  return once(
    sql,
    '_kql_j',
    (j) =>
      `multiIf(${isText(j)}, ${branches.text(`assumeNotNull(JSONExtractString(${j}))`)}, ${isWhole(j)}, ${branches.whole(j)}, ` +
      `${isReal(j)}, ${branches.real(j)}, ${isBool(j)}, ${branches.bool(j)}, NULL)`,
  );
}

function unconvertible(arg: Arg, call: CallContext): never {
  return call.refuse(`${call.name} of a ${arg.type}`, 'convert it to a text or a number first');
}

/** Texts, reals and dynamics may fail to convert; whole numbers, bools and ticks are null only where they were. */
function mayFail(args: readonly Arg[]): boolean {
  const arg = at(args, 0);
  return arg.nullable || ['string', 'real', 'dynamic', 'decimal'].includes(arg.type);
}

function toWhole(type: 'Int64' | 'Int32'): ScalarFunction {
  return {
    emit(args, call) {
      const arg = at(args, 0);
      switch (arg.type) {
        case 'string':
          return integerText(text(arg), type);
        case 'bool':
          return `to${type}(${arg.sql})`;
        case 'real':
          return wholeOfReal(arg.sql, type);
        case 'dynamic':
          return fromDynamic(arg.sql, {
            text: (s) => integerText(s, type),
            // Beyond 64 bits null; between 32 and 64 bits an int takes the lower ones.
            whole: (s) => (type === 'Int64' ? `toInt64OrNull(${s})` : `toInt32(toInt64OrNull(${s}))`),
            real: (s) => wholeOfReal(`toFloat64OrNull(${s})`, type),
            bool: (s) => `to${type}(${s} = 'true')`,
          });
        case 'decimal':
          return `accurateCastOrNull(truncate(${arg.sql}), '${type}')`;
        case 'guid':
          return unconvertible(arg, call);
        default:
          return type === 'Int64' ? long(arg) : `toInt32(${long(arg)})`;
      }
    },
    nullable: mayFail,
  };
}

const toReal: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'string':
        return realFromText(text(arg));
      case 'real':
        return arg.sql;
      case 'dynamic':
        return fromDynamic(arg.sql, {
          text: realFromText,
          whole: (s) => `toFloat64OrNull(${s})`,
          real: (s) => `toFloat64OrNull(${s})`,
          bool: (s) => `toFloat64(${s} = 'true')`,
        });
      case 'guid':
        return unconvertible(arg, call);
      default:
        return `toFloat64(${arg.sql})`;
    }
  },
  nullable: mayFail,
};

const toBool: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'string':
        return boolFromText(text(arg));
      case 'bool':
        return arg.sql;
      case 'dynamic':
        return fromDynamic(arg.sql, {
          text: boolFromText,
          whole: (s) => `(${s} != '0')`,
          real: (s) => `(toFloat64OrNull(${s}) != 0)`,
          bool: (s) => `(${s} = 'true')`,
        });
      case 'long':
      case 'int':
      case 'real':
      case 'decimal':
        return `((${arg.sql}) != 0)`;
      default:
        return unconvertible(arg, call);
    }
  },
};

/** The text that a dynamic is, read by `read`; of any other dynamic null. */
function ofDynamicText(arg: Arg, read: (text: string) => string): string {
  return once(arg.sql, '_kql_j', (j) => `if(${isText(j)}, ${read(`assumeNotNull(JSONExtractString(${j}))`)}, NULL)`);
}

const toDatetime: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'datetime':
        return arg.sql;
      case 'string':
        return datetimeFromText(text(arg));
      case 'dynamic':
        return ofDynamicText(arg, datetimeFromText);
      case 'long':
      case 'int':
        return inDatetimeRange(long(arg));
      case 'real':
        return inDatetimeRange(wholeOfReal(arg.sql, 'Int64'));
      default:
        return unconvertible(arg, call);
    }
  },
};

const toTimespan: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'timespan':
        return arg.sql;
      case 'string':
        return timespanFromText(text(arg));
      case 'dynamic':
        return ofDynamicText(arg, timespanFromText);
      case 'long':
      case 'int':
        return long(arg);
      default:
        return unconvertible(arg, call);
    }
  },
};

const toGuid: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    if (arg.type === 'guid') return arg.sql;
    if (arg.type !== 'string' && arg.type !== 'dynamic') return unconvertible(arg, call);
    return guidFromText(text(arg));
  },
};

const toText: ScalarFunction = { emit: (args) => stringForm(at(args, 0)), nullable: never };

/** `gettype`: a typed value's own type, null or not; a dynamic's by what it holds. */
const getType: ScalarFunction = {
  emit(args) {
    const arg = at(args, 0);
    if (arg.type !== 'dynamic') return `'${arg.type}'`;
    return once(
      arg.sql,
      '_kql_j',
      (j) =>
        `multiIf(${isArray(j)}, 'array', ${isObject(j)}, 'dictionary', ${isText(j)}, 'string', ${isBool(j)}, 'bool', ` +
        `${isReal(j)}, 'double', ${isNumber(j)}, 'long', 'null')`,
    );
  },
  nullable: never,
};

/** `parse_json`: text that is not JSON becomes a dynamic string; `''` and `null` are null. */
const parseJson: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    if (arg.type === 'dynamic') {
      return once(
        arg.sql,
        '_kql_j',
        (j) => `if(${isText(j)}, ${parsed(`assumeNotNull(JSONExtractString(${j}))`)}, ${j})`,
      );
    }
    if (arg.type === 'string') return parsed(text(arg));
    return arg.type === 'guid' ? unconvertible(arg, call) : parsed(stringForm(arg));
  },
};

/** `extractjson(path, text[, typeof])`: a constant path of names and indexes. */
const extractJson: ScalarFunction = {
  emit(args, call) {
    const path =
      constantText(args[0]) ?? call.refuse('extractjson needs a constant path', 'use parse_json and members');
    if (!/^\$(?:\.[A-Za-z_]\w*|\[\d+\]|\[(?:'[^'"*\\]*'|"[^'"*\\]*")\])*$/.test(path)) {
      return call.refuse(`extractjson does not take the path ${path}`, 'use parse_json and members');
    }
    const subject = at(args, 1);
    let json = subject.type === 'dynamic' ? subject.sql : parsedOnly(text(subject));
    for (const [step, name] of path.matchAll(/\.([A-Za-z_]\w*)|\[\d+\]|\['[^']*'\]|\["[^"]*"\]/g)) {
      const key = name ?? step.slice(1, -1).replace(/^['"]|['"]$/g, '');
      const isPlace = name === undefined && /^\[\d/.test(step);
      json = isPlace ? known(`${elements(json)}[${Number(key) + 1}]`) : member(json, literal(key));
    }
    const found = dynamicText(json);
    return call.type === 'string' ? found : fromText(found, call.type, call);
  },
};

export const conversionFunctions: Readonly<Record<string, ScalarFunction>> = {
  tolong: toWhole('Int64'),
  toint: toWhole('Int32'),
  todouble: toReal,
  toreal: toReal,
  tobool: toBool,
  toboolean: toBool,
  todatetime: toDatetime,
  totimespan: toTimespan,
  toguid: toGuid,
  tostring: toText,
  gettype: getType,
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  extractjson: extractJson,
  extract_json: extractJson,
};
