import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { fromDynamic } from './from-dynamic.ts';
import {
  boolFromText,
  datetimeFromText,
  fromText,
  guidFromText,
  integerText,
  realFromText,
  timespanFromText,
} from './from-text.ts';
import { stringForm } from './text-form.ts';
import { inDatetimeRange } from './ticks.ts';
import { at, constantText, long, never, once, text, wrapped32 } from './values.ts';

const maxLong = '9223372036854775807';

/** A real cut toward zero and held inside the range of `long`; NaN is null. */
function longOfReal(sql: string): string {
  return once(
    sql,
    '_kql_r',
    (r) =>
      `CASE WHEN isnan(${r}) THEN NULL WHEN ${r} >= 9223372036854775807 THEN ${maxLong} ` +
      `WHEN ${r} <= -9223372036854775808 THEN -${maxLong} - 1 ELSE CAST(trunc(${r}) AS BIGINT) END`,
  );
}

/** A real cut toward zero and held inside the range of `int`. */
function intOfReal(sql: string): string {
  return once(
    sql,
    '_kql_r',
    (r) =>
      `CASE WHEN isnan(${r}) THEN NULL WHEN ${r} >= 2147483647 THEN 2147483647 WHEN ${r} <= -2147483648 THEN -2147483648 ` +
      `ELSE CAST(trunc(${r}) AS INTEGER) END`,
  );
}

const boolNumber = (sql: string) => `CASE ${sql} WHEN true THEN 1 WHEN false THEN 0 END`;

function unconvertible(arg: Arg, call: CallContext): never {
  return call.refuse(`${call.name} of a ${arg.type}`, 'convert it to a text or a number first');
}

const toLong: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'string':
        return integerText(text(arg), 'BIGINT');
      case 'bool':
        return `CAST(${boolNumber(arg.sql)} AS BIGINT)`;
      case 'real':
        return longOfReal(arg.sql);
      case 'dynamic':
        return fromDynamic(arg.sql, {
          text: (s) => integerText(s, 'BIGINT'),
          whole: (s) => `TRY_CAST(${s} AS BIGINT)`,
          real: (s) => longOfReal(`TRY_CAST(${s} AS DOUBLE)`),
          bool: (s) => `CAST(${s} = 'true' AS BIGINT)`,
        });
      case 'decimal':
        return `TRY_CAST(trunc(${arg.sql}) AS BIGINT)`;
      case 'guid':
        return unconvertible(arg, call);
      default:
        return long(arg);
    }
  },
  nullable: fromTextOrReal,
};

/** Texts, reals and dynamics may fail to convert; whole numbers, bools and ticks are null only where they were. */
function fromTextOrReal(args: readonly Arg[]): boolean {
  const arg = at(args, 0);
  return (
    arg.nullable || arg.type === 'string' || arg.type === 'real' || arg.type === 'dynamic' || arg.type === 'decimal'
  );
}

const toInt: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'string':
        return integerText(text(arg), 'INTEGER');
      case 'bool':
        return `CAST(${boolNumber(arg.sql)} AS INTEGER)`;
      case 'real':
        return intOfReal(arg.sql);
      case 'int':
        return arg.sql;
      case 'dynamic':
        return fromDynamic(arg.sql, {
          text: (s) => integerText(s, 'INTEGER'),
          whole: (s) => wrapped32(`TRY_CAST(${s} AS BIGINT)`),
          real: (s) => intOfReal(`TRY_CAST(${s} AS DOUBLE)`),
          bool: (s) => `CAST(${s} = 'true' AS INTEGER)`,
        });
      case 'decimal':
        return `TRY_CAST(trunc(${arg.sql}) AS INTEGER)`;
      case 'guid':
        return unconvertible(arg, call);
      default:
        return wrapped32(long(arg));
    }
  },
  nullable: fromTextOrReal,
};

const toReal: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'string':
        return realFromText(text(arg));
      case 'bool':
        return `CAST(${boolNumber(arg.sql)} AS DOUBLE)`;
      case 'real':
        return arg.sql;
      case 'dynamic':
        return fromDynamic(arg.sql, {
          text: realFromText,
          whole: (s) => `TRY_CAST(${s} AS DOUBLE)`,
          real: (s) => `TRY_CAST(${s} AS DOUBLE)`,
          bool: (s) => `CAST(${s} = 'true' AS DOUBLE)`,
        });
      case 'guid':
        return unconvertible(arg, call);
      default:
        return `CAST(${arg.sql} AS DOUBLE)`;
    }
  },
  nullable: fromTextOrReal,
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
          whole: (s) => `(${s} <> '0')`,
          real: (s) => `(TRY_CAST(${s} AS DOUBLE) <> 0)`,
          bool: (s) => `(${s} = 'true')`,
        });
      case 'long':
      case 'int':
      case 'real':
      case 'decimal':
        return `((${arg.sql}) <> 0)`;
      default:
        return unconvertible(arg, call);
    }
  },
};

const toDatetime: ScalarFunction = {
  emit(args, call) {
    const arg = at(args, 0);
    switch (arg.type) {
      case 'datetime':
        return arg.sql;
      case 'string':
        return datetimeFromText(text(arg));
      case 'dynamic':
        return once(
          arg.sql,
          '_kql_j',
          (j) => `CASE WHEN json_type(${j}) = 'VARCHAR' THEN ${datetimeFromText(`json_extract_string(${j}, '$')`)} END`,
        );
      case 'long':
      case 'int':
        return inDatetimeRange(long(arg));
      case 'real':
        return inDatetimeRange(longOfReal(arg.sql));
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
        return once(
          arg.sql,
          '_kql_j',
          (j) => `CASE WHEN json_type(${j}) = 'VARCHAR' THEN ${timespanFromText(`json_extract_string(${j}, '$')`)} END`,
        );
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
    return (
      `CASE json_type(${arg.sql}) WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'dictionary' WHEN 'VARCHAR' THEN 'string' ` +
      `WHEN 'BOOLEAN' THEN 'bool' WHEN 'UBIGINT' THEN 'long' WHEN 'BIGINT' THEN 'long' WHEN 'DOUBLE' THEN 'double' ELSE 'null' END`
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
        (j) =>
          `CASE WHEN json_type(${j}) = 'VARCHAR' THEN ${jsonOfText(`json_extract_string(${j}, '$')`)} ELSE ${j} END`,
      );
    }
    if (arg.type === 'string') return jsonOfText(text(arg));
    return arg.type === 'guid' ? unconvertible(arg, call) : jsonOfText(stringForm(arg));
  },
};

/** DuckDB's reader also takes NaN and infinities, which JSON does not have. */
function jsonOfText(sql: string): string {
  return once(sql, '_kql_s', (s) => {
    const json = `CASE WHEN regexp_full_match(${s}, '(?i)\\s*[-+]?(?:nan|inf|infinity)\\s*') THEN NULL ELSE TRY_CAST(${s} AS JSON) END`;
    return `nullif(coalesce(${json}, to_json(nullif(${s}, ''))), 'null')`;
  });
}

/** `extractjson(path, text[, typeof])`: a constant path of names and indexes. */
const extractJson: ScalarFunction = {
  emit(args, call) {
    const path =
      constantText(args[0]) ?? call.refuse('extractjson needs a constant path', 'use parse_json and members');
    if (!/^\$(?:\.[A-Za-z_]\w*|\[\d+\]|\[(?:'[^'"*\\]*'|"[^'"*\\]*")\])*$/.test(path)) {
      return call.refuse(`extractjson does not take the path ${path}`, 'use parse_json and members');
    }
    const steps = path.replace(/\.([A-Za-z_]\w*)/g, '."$1"').replace(/\[['"]([^'"]*)['"]\]/g, '."$1"');
    const subject = at(args, 1);
    const json = subject.type === 'dynamic' ? subject.sql : `TRY_CAST(${text(subject)} AS JSON)`;
    const value = `json_extract_string(${json}, '${steps}')`;
    return call.type === 'string' ? `coalesce(${value}, '')` : fromText(`coalesce(${value}, '')`, call.type, call);
  },
};

export const conversionFunctions: Readonly<Record<string, ScalarFunction>> = {
  tolong: toLong,
  toint: toInt,
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
