import type { KqlType } from '../../../types.ts';
import { at, never } from '../../common/arguments.ts';
import { fits, isConstantText, needle } from '../../common/lists.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { constant } from '../constant.ts';
import { elements, isArray } from '../functions/json.ts';
import { dynamicText, fold, folded, lambda, mapped, once, text } from '../functions/values.ts';
import { equals } from './compare.ts';
import { hasTerm, termPattern } from './text.ts';

/** The right side of a list operator: dynamic-array constants flattened, the rest as they stand. */
function items(args: readonly Arg[]): Arg[] {
  return args.slice(1).flatMap((arg) => {
    const given = arg.constant;
    if (given === null || typeof given !== 'object') return [arg];
    const list = Array.isArray(given.json) ? (given.json as readonly unknown[]) : [given.json];
    return list.map((json) => element(json, arg));
  });
}

/** One element of a constant dynamic array as an argument of its own type. */
function element(json: unknown, { span }: Arg): Arg {
  const of = (type: KqlType, value: NonNullable<Arg['constant']>): Arg => ({
    sql: constant(value, type),
    type,
    constant: value,
    nullable: false,
    span,
  });
  if (typeof json === 'string') return of('string', json);
  if (typeof json === 'boolean') return of('bool', json);
  if (typeof json === 'bigint' || Number.isSafeInteger(json)) return of('long', BigInt(json as number | bigint));
  if (typeof json === 'number') return of('real', json);
  if (json === null) return { sql: constant(null, 'dynamic'), type: 'dynamic', constant: null, nullable: true, span };
  return of('dynamic', { json });
}

/** A dynamic that is known only per row: its elements' texts as a list, a scalar's text as a list of one. */
export function textList(sql: string): string {
  return once(
    sql,
    '_kql_j',
    (j) =>
      `if(${isArray(j)}, ${mapped(elements(j), (e) => `if(${e} = 'null', '', ${dynamicText(e)})`)}, [${dynamicText(j)}])`,
  );
}

function membership(negated: boolean, caseSensitive: boolean): ScalarFunction {
  const form = caseSensitive ? text : folded;
  const plain = (args: readonly Arg[], call: CallContext): string => {
    const subject = at(args, 0);
    // NaN equals nothing.
    const list = items(args).filter((item) => !Number.isNaN(item.constant));
    const known = list.filter((item) => item.constant !== undefined && fits(subject, item));
    const parts: string[] = [];
    if (known.length > 0) {
      const asText = subject.type === 'dynamic' || subject.type === 'string';
      const values = known.map((item) => (asText ? form(item) : item.sql));
      parts.push(`${asText ? form(subject) : subject.sql} IN (${values.join(', ')})`);
    }
    for (const item of list) {
      if (!known.includes(item)) parts.push(memberOf(subject, item, args, caseSensitive, call));
    }
    if (parts.length === 0) return 'false';
    return parts.length === 1 ? `(${parts[0]})` : `(${parts.join(' OR ')})`;
  };
  const emit = (args: readonly Arg[], call: CallContext): string => {
    const inside = plain(args, call);
    const nullable = at(args, 0).nullable && at(args, 0).type !== 'dynamic';
    if (negated) return nullable ? `ifNull(NOT ${inside}, true)` : `(NOT ${inside})`;
    return nullable ? `ifNull(${inside}, false)` : inside;
  };
  return { emit, nullable: never, ...(negated ? {} : { filter: plain }) };
}

function memberOf(subject: Arg, item: Arg, written: readonly Arg[], caseSensitive: boolean, call: CallContext): string {
  const form = caseSensitive ? text : folded;
  if (item.type === 'dynamic' && item.constant === undefined) {
    if (subject.type !== 'string' && subject.type !== 'dynamic') {
      return call.refuse(`${call.name} does not look for a ${subject.type} in a computed array`, 'use set_has_element');
    }
    const list = textList(item.sql);
    return `has(${caseSensitive ? list : mapped(list, fold)}, ${form(subject)})`;
  }
  // `in` is a series of `==`, which reads a literal text as the subject's type. Whether it does so inside a dynamic
  // array is not known.
  const literalText = isConstantText(item) && written.includes(item);
  if (!literalText && (item.constant === null || (item.constant !== undefined && !fits(subject, item)))) {
    return call.refuse(`${call.name} cannot compare a ${subject.type} with this item`, 'give items of the same type');
  }
  if (subject.type === 'string' || subject.type === 'dynamic') {
    if (item.type !== 'string' && item.type !== 'dynamic') {
      return call.refuse(`${call.name} cannot compare a ${subject.type} with a ${item.type}`, 'cast one of them');
    }
    return `${form(subject)} = ${form(item)}`;
  }
  return equals.emit([subject, item], call);
}

const hasTermOf = hasTerm('both', false);

const hasAny: ScalarFunction = {
  emit(args, call) {
    const subject = at(args, 0);
    const list = items(args);
    const needles = list.map(needle).filter((item) => item !== undefined);
    if (list.some((item) => item.constant === null) || needles.includes('')) return 'true';
    const rest = list.filter((item) => needle(item) === undefined);
    const parts = [
      ...(needles.length > 0 ? [anyTerm(subject, [...new Set(needles)], call)] : []),
      ...rest.map((item) => computed(subject, item, call, 'any')),
    ];
    return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
  },
  nullable: never,
};

const hasAll: ScalarFunction = {
  emit(args, call) {
    const subject = at(args, 0);
    const parts = items(args)
      .filter((item) => item.constant !== null)
      .map((item) => {
        const given = needle(item);
        return given === undefined ? computed(subject, item, call, 'all') : anyTerm(subject, [given], call);
      });
    return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
  },
  nullable: never,
};

/** Several needles are one regular expression: the engine reads the text once. */
function anyTerm(subject: Arg, needles: readonly string[], call: CallContext): string {
  const [only, ...more] = needles;
  if (only !== undefined && more.length === 0) {
    return hasTermOf(subject, { ...subject, type: 'string', constant: only, nullable: false }, call);
  }
  return `match(${folded(subject)}, ${termPattern(needles, 'both', false)})`;
}

/** A needle, or an array of needles, that is known only per row. */
function computed(subject: Arg, item: Arg, call: CallContext, which: 'any' | 'all'): string {
  if (item.type === 'string') return hasTermOf(subject, item, call);
  if (item.type !== 'dynamic') return call.refuse(`${call.name} takes texts`, 'write tostring(…)');
  const test = lambda('_kql_e', (sql) =>
    hasTermOf(subject, { sql, type: 'string', nullable: false, span: item.span }, call),
  );
  return `${which === 'any' ? 'arrayExists' : 'arrayAll'}(${test}, ${textList(item.sql)})`;
}

export const listOperators: Readonly<Record<string, ScalarFunction>> = {
  in: membership(false, true),
  '!in': membership(true, true),
  'in~': membership(false, false),
  '!in~': membership(true, false),
  has_any: hasAny,
  has_all: hasAll,
};
