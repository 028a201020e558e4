import { isText, not } from '../../common/conditional.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { at, never, text } from './values.ts';

/** A branch in the result's type; strings never NULL. */
function branch(arg: Arg, call: CallContext): string {
  if (call.type === 'string') return text(arg);
  if (arg.type === call.type || arg.constant === null) return arg.sql;
  if (call.type === 'dynamic') return `to_json(${arg.sql})`;
  if (call.type === 'long' && arg.type === 'int') return `CAST(${arg.sql} AS BIGINT)`;
  return call.refuse(`the branches of ${call.name} are ${call.type} and ${arg.type}`, 'cast them to one type');
}

/** A null predicate counts as false: CASE WHEN does the same. */
const chain: ScalarFunction = {
  emit(args, call) {
    const steps: string[] = [];
    for (let i = 0; i + 1 < args.length; i += 2) {
      steps.push(`WHEN ${at(args, i).sql} THEN ${branch(at(args, i + 1), call)}`);
    }
    return `CASE ${steps.join(' ')} ELSE ${branch(at(args, args.length - 1), call)} END`;
  },
  nullable: (args) => args.some((arg, i) => (i % 2 === 1 || i === args.length - 1) && arg.nullable),
};

/** Over strings `coalesce` takes the first that is not empty; without one the last. */
const coalesce: ScalarFunction = {
  emit(args, call) {
    const values = args.map((arg) => branch(arg, call));
    if (call.type === 'string') return `coalesce(${values.map((v) => `nullif(${v}, '')`).join(', ')}, '')`;
    return `coalesce(${values.join(', ')})`;
  },
  nullable: (args) => args.every((arg) => arg.nullable),
};

const isNull: ScalarFunction = {
  emit: ([arg]) => (arg?.type === 'string' ? 'false' : `((${arg?.sql}) IS NULL)`),
  nullable: never,
};

const isNotNull: ScalarFunction = {
  emit: ([arg]) => (arg?.type === 'string' ? 'true' : `((${arg?.sql}) IS NOT NULL)`),
  nullable: never,
};

const isEmpty: ScalarFunction = {
  emit: (args) => (isText(at(args, 0)) ? `(${text(at(args, 0))} = '')` : `((${at(args, 0).sql}) IS NULL)`),
  nullable: never,
};

const isNotEmpty: ScalarFunction = {
  emit: (args) => (isText(at(args, 0)) ? `(${text(at(args, 0))} <> '')` : `((${at(args, 0).sql}) IS NOT NULL)`),
  nullable: never,
};

export const conditionalFunctions: Readonly<Record<string, ScalarFunction>> = {
  iff: chain,
  iif: chain,
  case: chain,
  coalesce,
  not,
  isnull: isNull,
  isnotnull: isNotNull,
  notnull: isNotNull,
  isempty: isEmpty,
  isnotempty: isNotEmpty,
  notempty: isNotEmpty,
};
